import { parseSkillDocument } from "../format/front-matter.ts";
import type { Skill, SkillContent } from "../skill.ts";
import { MAX_CODE_BYTES, MAX_INSTRUCTIONS_BYTES } from "./disk/read-entry.ts";
import { findResource, findScript, MAX_RESOURCE_BYTES, mimeTypeOf } from "./find-file.ts";
import { textOfBytes } from "./files/plain-files.ts";
import type { Shelf } from "./shelf.ts";
import { type BundleFile, type SkillBundle, toBundleFile } from "./skill-bundle.ts";

/** A file of a folder skill: text where it is text, base64 otherwise. */
export interface SkillResource {
  /** Path in the folder. */
  readonly path: string;
  readonly mimeType: string;
  readonly bytes: number;
  readonly text?: string;
  readonly base64?: string;
}

/** A script of a folder skill with its code. */
export interface SkillScript {
  readonly path: string;
  readonly language: "typescript" | "python";
  readonly code: string;
}

/** Reads the text of a skill. */
export async function readContent(shelf: Shelf, skill: Skill): Promise<SkillContent> {
  if (skill.kind === "code")
    return { ...skill, code: (await shelf.read(skill, skill.fileName, MAX_CODE_BYTES)).toString("utf8") };
  const text = (await shelf.read(skill, "SKILL.md", MAX_INSTRUCTIONS_BYTES)).toString("utf8");
  return { ...skill, instructions: parseSkillDocument(text).instructions };
}

/**
 * Reads a file of a folder skill by its path or, where that is unambiguous, by the end of it. Throws `unknown_tool`
 * with the names there are, `result_too_large` beyond 1 MiB.
 */
export async function readResource(shelf: Shelf, skill: Skill, name: string): Promise<SkillResource> {
  const { path } = findResource(skill, name);
  const bytes = await shelf.read(skill, path, MAX_RESOURCE_BYTES);
  const text = textOfBytes(bytes);
  const mimeType = mimeTypeOf(path, text !== undefined);
  const content = text === undefined ? { base64: bytes.toString("base64") } : { text };
  return { path, mimeType, bytes: bytes.length, ...content };
}

/** Reads a script of a folder skill. Throws `unknown_tool` with the names there are. */
export async function readScript(shelf: Shelf, skill: Skill, name: string): Promise<SkillScript> {
  const { path, language = "typescript" } = findScript(skill, name);
  return { path, language, code: (await shelf.read(skill, path, MAX_CODE_BYTES)).toString("utf8") };
}

/** Reads all files of a skill, one after the other. */
export async function readFiles(shelf: Shelf, skill: Skill): Promise<BundleFile[]> {
  const listed = skill.kind === "code" ? [{ path: skill.fileName, bytes: MAX_CODE_BYTES }] : skill.files;
  const files: BundleFile[] = [];
  for (const { path, bytes } of listed) files.push(toBundleFile(path, await shelf.read(skill, path, bytes)));
  return files;
}

/** A skill as one JSON value; a skill of a server goes by the name the server has for it. */
export async function readBundle(shelf: Shelf, skill: Skill): Promise<SkillBundle> {
  const { kind, hash, description, tags } = skill;
  const name = kind === "folder" ? skill.fileName : skill.name;
  return { format: "codemode-skill", name, kind, files: await readFiles(shelf, skill), hash, description, tags };
}
