import { defined } from "../../base/defined.ts";
import type { SkillList } from "../../skills/skill-options.ts";
import type { Skill, SkillContent } from "../../skills/skill.ts";
import type { Skills } from "../../skills/skills.ts";
import { type PresentTools, toolNotes } from "./tool-notes.ts";
import type { FolderSkill } from "../../skills/skill.ts";
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

/** Skills as a list shows them, with how many there were. */
export interface SkillSummaries {
  readonly skills: readonly SkillSummary[];
  readonly total: number;
}

/** Lists skills in short form; those that match a query come best first. */
export async function summarizeSkills(
  directory: Skills,
  { query, limit }: { readonly query?: string | undefined; readonly limit?: number | undefined } = {},
): Promise<SkillSummaries> {
  const { skills, total } = await listSkills(directory, { query, limit });
  return { skills: skills.map(summarizeSkill), total };
}

/** The skills themselves, narrowed in the same way. */
export async function listSkills(
  directory: Skills,
  { query, limit }: { readonly query?: string | undefined; readonly limit?: number | undefined },
): Promise<SkillList> {
  return directory.list({
    ...(query === undefined || query.trim() === "" ? {} : { query }),
    ...defined({ limit }),
  });
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

/** The scripts of a folder, as `run_skill` takes them. */
export function scriptNames(
  skill: Pick<FolderSkill, "files">,
): readonly { readonly name: string; readonly description: string }[] {
  return skill.files
    .filter(({ kind }) => kind === "script")
    .map(({ path, description = "" }) => ({ name: path.replace(/^scripts\//, ""), description }));
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
