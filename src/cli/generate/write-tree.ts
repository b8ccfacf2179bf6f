import { createHash } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { readText } from "../../base/files/read-file.ts";
import { CodemodeError } from "../../base/codemode-error.ts";

/** Outcome for the files of a tree, by path relative to its folder. */
export interface WrittenTree {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  /** Files of an earlier generation that are not part of this one. */
  readonly removed: readonly string[];
}

const MANIFEST = ".codemode-generated.json";

/**
 * Makes a folder hold the given files, writing only those that differ.
 *
 * A list of what was written stays in the folder: only such files are ever replaced, or removed when `mayRemove` agrees
 * and they have not been changed since. A file that stands in the way and is not ours is a `config_error`.
 */
export async function writeTree(
  directory: string,
  files: ReadonlyMap<string, string>,
  mayRemove: (path: string) => boolean = () => true,
): Promise<WrittenTree> {
  const root = resolve(directory);
  const before = await readManifest(root);
  const written: string[] = [];
  const unchanged: string[] = [];
  const current = new Map<string, string | undefined>();
  for (const path of files.keys()) current.set(path, await readIfThere(pathInside(root, path)));
  for (const [path, text] of files)
    assertOurs(join(root, path), { was: current.get(path), text, isOurs: before.has(path) });
  for (const [path, text] of files) {
    if (current.get(path) === text) unchanged.push(path);
    else {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
      written.push(path);
    }
  }
  const stale = [...before.keys()].filter((path) => !files.has(path));
  const removed = await removeStale(root, before, stale.filter(mayRemove));
  const kept = stale.filter((path) => !mayRemove(path)).map((path) => [path, before.get(path) ?? ""] as const);
  const hashes = [...files].map(([path, text]) => [path, hashOf(text)] as const);
  await writeManifest(root, [...kept, ...hashes]);
  return { written, unchanged, removed };
}

function assertOurs(
  file: string,
  { was, text, isOurs }: { was: string | undefined; text: string; isOurs: boolean },
): void {
  if (was === undefined || was === text || isOurs) return;
  throw new CodemodeError("config_error", `${file} exists and was not generated.`, {
    hint: "Move it away, or generate into another folder with --out.",
  });
}

/** Paths are made of server names, which are not ours to trust. */
function pathInside(root: string, path: string): string {
  const full = resolve(root, path);
  const way = relative(root, full);
  if (way !== "" && !way.startsWith("..") && !isAbsolute(way)) return full;
  throw new CodemodeError("internal", `The generated path ${JSON.stringify(path)} leaves its folder.`);
}

async function removeStale(
  root: string,
  before: ReadonlyMap<string, string>,
  stale: readonly string[],
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const path of stale) {
    const file = pathInside(root, path);
    const text = await readIfThere(file);
    if (text === undefined || hashOf(text) !== before.get(path)) continue;
    await rm(file);
    removed.push(path);
  }
  return removed;
}

async function readManifest(root: string): Promise<ReadonlyMap<string, string>> {
  const text = await readIfThere(join(root, MANIFEST));
  if (text === undefined) return new Map();
  try {
    const manifest: unknown = JSON.parse(text);
    const files: unknown =
      typeof manifest === "object" && manifest !== null && "files" in manifest ? manifest.files : {};
    const entries = Object.entries(typeof files === "object" && files !== null ? files : {});
    return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    return new Map();
  }
}

async function writeManifest(root: string, hashes: readonly (readonly [path: string, hash: string])[]): Promise<void> {
  const files = Object.fromEntries(hashes.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const note = "Written by codemode generate; it replaces only these files.";
  const text = `${JSON.stringify({ note, files }, null, 2)}\n`;
  const file = join(root, MANIFEST);
  if ((await readIfThere(file)) === text) return;
  await mkdir(root, { recursive: true });
  await writeFile(file, text);
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return readText(file);
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return undefined;
    throw thrown;
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
