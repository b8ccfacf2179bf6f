import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { FolderDraft } from "../../skills/shelves/disk/prepare-draft.ts";

/** What a folder brings to a skill of its own. */
export type SkillFolderContent = Pick<FolderDraft, "files" | "isLenient">;

/**
 * Reads a folder that is to become a skill, named by its path or that of its `SKILL.md`; undefined for a path of anything
 * else. It is taken as people wrote it for other clients, whatever the specification thinks of it; links are left out.
 */
export async function readSkillFolder(path: string): Promise<SkillFolderContent | undefined> {
  const folder = basename(path) === "SKILL.md" ? dirname(path) : path;
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  const { readFolder } = await import("../../skills/shelves/disk/skill-content.ts");
  return { files: await readFolder(folder), isLenient: true };
}
