import { readFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import type { Skill, SkillProblem } from "../../skill.ts";
import { sha256, statPlain } from "../files/plain-files.ts";

/** Finding at a name in a directory, valid as long as its stamp is. */
export type IndexEntry =
  | { readonly stamp: string; readonly skill: Skill }
  | { readonly stamp: string; readonly problem: SkillProblem };

/** Entries by name of the file or folder. */
export type SkillIndex = ReadonlyMap<string, IndexEntry>;

/** Changes whenever what is read from a skill does. */
const FORMAT = "codemode-skill-index-3";
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Reads an index written earlier. One that is missing, damaged or of another format is an empty one: it only saves time.
 * A shipped copy of an index is useless, since the stamps in it hold the identity of files on one disk.
 */
export async function loadIndex(path: string): Promise<SkillIndex> {
  const stats = statPlain(path);
  if (stats === undefined || !stats.isFile() || stats.size > MAX_BYTES) return new Map();
  try {
    const text = await readFile(path, "utf8");
    const end = text.indexOf("\n");
    const body = text.slice(end + 1);
    if (text.slice(0, end) !== `${FORMAT} ${sha256(body)}`) return new Map();
    const entries: unknown = JSON.parse(body);
    return isEntries(entries) ? new Map(entries) : new Map();
  } catch {
    return new Map();
  }
}

/** Writes an index for {@link loadIndex}. A loss of power may cost it, never damage it unnoticed. */
export async function saveIndex(path: string, index: SkillIndex): Promise<void> {
  const body = JSON.stringify([...index]);
  const staged = `${path}.${randomUUID()}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(staged, `${FORMAT} ${sha256(body)}\n${body}`, { flag: "wx" });
    await rename(staged, path);
  } finally {
    await rm(staged, { force: true });
  }
}

/** The hash has already shown that the text is ours, so the look at its shape can be a short one. */
function isEntries(value: unknown): value is [string, IndexEntry][] {
  return (
    Array.isArray(value) &&
    value.every((item) => Array.isArray(item) && typeof item[0] === "string" && isEntry(item[1]))
  );
}

function isEntry(value: unknown): value is IndexEntry {
  return typeof value === "object" && value !== null && "stamp" in value && ("skill" in value || "problem" in value);
}
