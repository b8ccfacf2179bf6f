import { parseSkillDocument } from "../../format/front-matter.ts";
import { listFolder } from "../files/list-folder.ts";
import type { Skill } from "./merge-skills.ts";
import { readPlainFile, readPlainFileIn } from "../files/plain-files.ts";
import { MAX_CODE_BYTES, MAX_INSTRUCTIONS_BYTES } from "./read-entry.ts";
import { findScript } from "./read-resource.ts";
import { type BundleFile, toBundleFile } from "./skill-bundle.ts";
import { missingSkill } from "./skill-errors.ts";
import type { LoadedSkill } from "./skill-options.ts";

/** A script of a folder skill with its code. */
export interface SkillScript {
  readonly path: string;
  readonly language: "typescript" | "python";
  readonly code: string;
}

/** Reads the text of a skill. */
export async function loadContent(skill: Skill): Promise<LoadedSkill> {
  if (skill.kind === "code") {
    return { ...skill, code: (await readPlainFile(skill.path, MAX_CODE_BYTES)).toString("utf8") };
  }
  const text = (await readPlainFileIn(skill.path, "SKILL.md", MAX_INSTRUCTIONS_BYTES)).toString("utf8");
  return { ...skill, instructions: parseSkillDocument(text).instructions };
}

/** Reads a script of a folder skill. Throws `unknown_tool` with the names there are. */
export async function loadScript(skill: Skill, scriptName: string): Promise<SkillScript> {
  if (skill.kind !== "folder") throw missingSkill(skill.name, [], "It is a skill of one file, which has no scripts.");
  const { path, language = "typescript" } = findScript(skill, scriptName);
  return { path, language, code: (await readPlainFileIn(skill.path, path, MAX_CODE_BYTES)).toString("utf8") };
}

/** Reads all files of a skill. */
export async function loadFiles(skill: Skill): Promise<BundleFile[]> {
  if (skill.kind === "code") return [toBundleFile(skill.fileName, await readPlainFile(skill.path, MAX_CODE_BYTES))];
  return readFolder(skill.path);
}

/** Reads the files of a folder, links left out. Throws `code_too_large` beyond the limits of a skill. */
export async function readFolder(folder: string): Promise<BundleFile[]> {
  const { files } = listFolder(folder);
  return Promise.all(
    files.map(async ({ path, bytes }) => toBundleFile(path, await readPlainFileIn(folder, path, bytes))),
  );
}
