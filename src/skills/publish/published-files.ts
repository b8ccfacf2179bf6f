import type { Skill } from "../skill.ts";
import { readPlainFile, readPlainFileIn } from "../shelves/files/plain-files.ts";
import { MAX_CODE_BYTES } from "../shelves/disk/read-entry.ts";
import { publishedScript, skillDocument } from "./skill-document.ts";

/** Path of the file every published skill has. */
const DOCUMENT = "SKILL.md";

/** The paths of the files a skill is published as; whatever begins with a dot stays private. */
export function publishedPaths(skill: Skill): readonly string[] {
  if (skill.kind === "code") return [DOCUMENT, publishedScript(skill)];
  return skill.files.map(({ path }) => path).filter((path) => !path.split("/").some((part) => part.startsWith(".")));
}

/**
 * The bytes of one of {@link publishedPaths}. Nothing outside the skill and nothing through a link is read; throws
 * `config_error` for a path that is no longer a regular file and `code_too_large` for a file that has grown.
 */
export function readPublishedFile(skill: Skill, path: string): Promise<Uint8Array> {
  if (skill.kind === "folder") {
    const bytes = skill.files.find((file) => file.path === path)?.bytes ?? 0;
    return readPlainFileIn(skill.path, path, bytes);
  }
  if (path === DOCUMENT) return Promise.resolve(new TextEncoder().encode(skillDocument(skill)));
  return readPlainFile(skill.path, MAX_CODE_BYTES);
}
