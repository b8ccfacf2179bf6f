import type { Skill } from "../../skill.ts";
import type { SaveOptions, SkillChange, SkillDraft } from "../../skill-options.ts";
import { readContent, readFiles } from "../read-skill.ts";
import type { Shelf } from "../shelf.ts";
import { parseBundle } from "../skill-bundle.ts";

/** A skill with a change as a draft; what the change does not mention stays. */
export async function changeDraft(shelf: Shelf, skill: Skill, change: SkillChange): Promise<SkillDraft> {
  const { code, files, ...options } = change;
  const { name, directory } = skill;
  const tags = change.tags ?? (code === undefined && files === undefined ? skill.tags : undefined);
  const content = await readContent(shelf, skill);
  if (content.kind === "folder")
    return { ...options, name, directory, tags, files: files ?? (await readFiles(shelf, skill)) };
  const description = code === undefined ? content.description : undefined;
  return { description, ...options, name, directory, tags, code: code ?? content.code, language: content.language };
}

/** An exported skill as a draft. Throws `invalid_arguments` for anything else and for one that was changed. */
export function bundleDraft(bundle: unknown, options: SaveOptions): SkillDraft {
  const { name, kind, files, description, tags } = parseBundle(bundle);
  const origin = { ...options, provenance: options.provenance ?? { kind: "import" as const } };
  if (kind === "folder") return { ...origin, name, files, tags, isLenient: true };
  const [file] = files;
  const code = file !== undefined && "text" in file ? file.text : "";
  const language = file?.path.endsWith(".py") === true ? "python" : "typescript";
  return { ...origin, name, code, language, description, tags };
}
