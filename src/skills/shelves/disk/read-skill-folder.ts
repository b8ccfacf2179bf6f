import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { listFolder } from "../files/list-folder.ts";
import { readPlainFileIn } from "../files/plain-files.ts";
import { toBundleFile } from "../skill-bundle.ts";
import type { FolderDraft } from "./prepare-draft.ts";

/**
 * Reads a folder that is to become a skill, named by its path or that of its `SKILL.md`; undefined for a path of anything
 * else. It is taken as people wrote it for other clients, whatever the specification says of it; links are left out.
 * Throws `code_too_large` beyond the limits of a skill.
 */
export async function readSkillFolder(path: string): Promise<Pick<FolderDraft, "files" | "isLenient"> | undefined> {
  const folder = basename(path) === "SKILL.md" ? dirname(path) : path;
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  const { files } = listFolder(folder);
  const read = files.map(async (file) => toBundleFile(file.path, await readPlainFileIn(folder, file.path, file.bytes)));
  return { files: await Promise.all(read), isLenient: true };
}
