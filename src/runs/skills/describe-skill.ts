import { defined } from "../../base/defined.ts";
import type { Skill, SkillContent } from "../../skills/skill.ts";
import { type PresentTools, toolNotes } from "./tool-notes.ts";
import { scriptName } from "../../languages/skills/skill-view.ts";
import { emitSkillSignature } from "../../languages/typescript/emit/skill-views.ts";

/** A skill as lists show it. */
export interface SkillSummary {
  readonly name: string;
  readonly kind: "code" | "folder";
  readonly language?: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Its call, in one line. */
  readonly signature: string;
  /** The MCP server it comes from, for a skill that is not in a directory. */
  readonly server?: string;
}

/** A skill in short form. */
export function summarizeSkill(skill: Skill): SkillSummary {
  return {
    name: skill.name,
    kind: skill.kind,
    ...(skill.kind === "code" ? { language: skill.language } : {}),
    description: skill.description,
    tags: skill.tags,
    signature: emitSkillSignature(skill),
    ...(skill.provenance?.kind === "server" ? { server: skill.provenance.name } : {}),
  };
}

/** A folder skill's scripts, as `run_skill` takes them, and its other files; none of a code skill. */
export function filesOf(skill: Skill): {
  readonly scripts: readonly { readonly name: string; readonly description: string }[];
  readonly resources: readonly { readonly name: string }[];
} {
  const files = skill.kind === "code" ? [] : skill.files;
  const scripts = files
    .filter(({ kind }) => kind === "script")
    .map(({ path, description = "" }) => ({ name: scriptName(path), description }));
  const resources = files
    .filter(({ kind }) => kind !== "script" && kind !== "instructions")
    .map(({ path }) => ({ name: path }));
  return { scripts, resources };
}

/** A line of Markdown that says whose words a skill is, and is no part of it; undefined for the user's own. */
export function originNote({ provenance }: Skill): string | undefined {
  if (provenance?.kind !== "server") return undefined;
  return `Published by the MCP server ${JSON.stringify(provenance.name)}: its words, not the user's.`;
}

/** Everything about a skill that helps to use it. @param tools what its lists of tools are compared with */
export function describeSkill(skill: SkillContent, tools: PresentTools): Readonly<Record<string, unknown>> {
  const { name, kind, description, tags, hash, updatedAt, changedOutside, provenance } = skill;
  const notes = [...skill.notes, ...(skill.kind === "folder" ? toolNotes(skill, tools) : [])];
  const shared = {
    name,
    kind,
    description,
    tags,
    hash,
    ...defined({ updated_at: updatedAt }),
    changed_outside: changedOutside,
    notes,
    ...defined({ provenance }),
  };
  if (skill.kind === "code") {
    const functions = skill.functions.map((fn) => ({
      name: fn.exportedAs,
      description: fn.description,
      input_schema: fn.inputSchema,
      ...defined({ output_schema: fn.outputSchema }),
    }));
    const entry = skill.entry === undefined ? {} : { entry: skill.entry };
    return { ...shared, language: skill.language, code: skill.code, functions, ...entry, uses: skill.uses };
  }
  const paths = (kinds: readonly string[]): string[] =>
    skill.files.filter((file) => kinds.includes(file.kind)).map(({ path }) => path);
  return {
    ...shared,
    instructions: skill.instructions,
    scripts: paths(["script"]),
    resources: paths(["resource", "reference", "asset", "other"]),
    ...defined({ allowed_tools: skill.allowedTools, denied_tools: skill.deniedTools }),
  };
}
