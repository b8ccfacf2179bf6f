import type { Catalog } from "../../catalog/catalog.ts";
import { splitToolName, unknownMember, unknownName } from "../../catalog/unknown-name.ts";
import type { SkillCheckProblem } from "../../skills/shelves/disk/prepare-draft.ts";
import type { SkillUses } from "../../languages/function.ts";
import { skillNameIn } from "./skill-views.ts";

/** Names that code can use. */
interface UsableThings {
  readonly catalog: Catalog;
  /** Identifiers of skills. */
  readonly skills: readonly string[];
}

/**
 * Tools and skills that code names and that do not exist. Tools of a server that is unknown here, or has none at the
 * moment, cannot be checked.
 */
export function missingUses(code: string, uses: SkillUses, things: UsableThings): readonly SkillCheckProblem[] {
  const tools = uses.tools.flatMap((name) => missingTool(name, code, things));
  const skills = uses.skills.flatMap((identifier) => missingSkill(identifier, code, things));
  return [...tools, ...skills];
}

function missingTool(name: string, code: string, things: UsableThings): SkillCheckProblem[] {
  const { catalog } = things;
  if (name.includes("*") || catalog.get(name) !== undefined) return [];
  const skill = skillNameIn(name);
  if (skill !== undefined) return missingSkill(skill.replaceAll("-", "_"), code, things);
  const { server, tool } = splitToolName(catalog, name) ?? {};
  if (server === undefined || tool === undefined || server.tools.length === 0) return [];
  // A member of an object of another kind may look like a tool; what every object has is none.
  if (tool in Object.prototype || tool === "then") return [];
  const { message } = unknownName(catalog, { kind: "tool", server: server.name, name: tool });
  return [{ code: "unknown_tool", message, ...(placeOf(name, code) ?? placeOf(tool, code)) }];
}

function missingSkill(identifier: string, code: string, { skills }: UsableThings): SkillCheckProblem[] {
  if (identifier === "*" || identifier.includes("/") || skills.includes(identifier)) return [];
  const { message } = unknownMember({ kind: "skill", name: identifier, known: skills });
  const advice = "Save what a skill uses before the skill itself.";
  return [{ code: "unknown_tool", message: `${message} ${advice}`, ...placeOf(identifier, code) }];
}

/** First place of a name; a skill may be written with hyphens. */
function placeOf(name: string, code: string): { readonly line: number; readonly column: number } | undefined {
  const pattern = name.replace(/[^\w]/g, (character) => `\\${character}`).replaceAll("_", "[_-]");
  const found = new RegExp(`(?<![\\w-])${pattern}(?![\\w-])`, "u").exec(code);
  if (found === null) return undefined;
  const before = code.slice(0, found.index).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
