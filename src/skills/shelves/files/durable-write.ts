import { randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { statPlain } from "./plain-files.ts";

/** Folder for everything about skills that is not a skill, inside their directory. */
export const METADATA_FOLDER = ".skills";

/** Settings with which {@link writeDurably} puts a file in its place. */
interface WriteOptions {
  /** Directory of the skills, whose metadata folder holds the file until it is complete. */
  readonly root: string;
  /** Fail with the operating system's `EEXIST` instead of replacing a file. @default false */
  readonly isNew?: boolean;
}

/**
 * Writes a file so that at any moment, a crash and a loss of power included, either the old or the new one is there
 * whole. When it resolves the new one is on the disk.
 */
export async function writeDurably(path: string, data: string | Uint8Array, options: WriteOptions): Promise<void> {
  const staged = join(await stagingFolder(options.root), randomUUID());
  try {
    await writeSynced(staged, data);
    if (options.isNew === true) await link(staged, path);
    else await rename(staged, path);
    await syncFolder(dirname(path));
  } finally {
    await rm(staged, { force: true });
  }
}

/** Writes files below a new folder in the staging area and returns its path; all of it is on the disk. */
export async function stageFolder(
  root: string,
  files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
): Promise<string> {
  const staged = join(await stagingFolder(root), randomUUID());
  const folders = new Set<string>([staged]);
  await mkdir(staged);
  for (const { path, bytes } of files) {
    const target = join(staged, ...path.split("/"));
    for (let folder = dirname(target); folder.length > staged.length; folder = dirname(folder)) folders.add(folder);
    await mkdir(dirname(target), { recursive: true });
    await writeSynced(target, bytes);
  }
  for (const folder of [...folders].toReversed()) await syncFolder(folder);
  return staged;
}

/** A fresh path in the staging area, for something that is about to be removed. */
export async function discardPath(root: string): Promise<string> {
  return join(await stagingFolder(root), randomUUID());
}

/** Removes what killed writers left in the staging area more than an hour ago. Never fails. */
export async function clearStaging(root: string): Promise<void> {
  const folder = join(root, METADATA_FOLDER, "staging");
  try {
    for (const name of await readdir(folder)) {
      const stats = statPlain(join(folder, name));
      if (stats !== undefined && Date.now() - Number(stats.mtimeMs) > 3_600_000) {
        await rm(join(folder, name), { recursive: true, force: true });
      }
    }
  } catch {
    // Nothing was ever staged here, or it cannot be removed; neither hinders a write.
  }
}

/** Makes a folder inside the metadata folder, and that one, if need be; refuses links. Returns its path. */
export async function metadataFolder(root: string, ...names: readonly string[]): Promise<string> {
  let path = root;
  for (const name of [METADATA_FOLDER, ...names]) {
    const parent = path;
    path = join(parent, name);
    const stats = statPlain(path);
    if (stats !== undefined && !stats.isDirectory()) throw notAFolder(path);
    if (stats !== undefined) continue;
    await mkdir(path, { recursive: true });
    await syncFolder(parent);
  }
  return path;
}

/** Makes the directory of the skills if need be; refuses a link or file in its place. */
export async function ensureRoot(root: string): Promise<void> {
  const stats = statPlain(root);
  if (stats === undefined) await mkdir(root, { recursive: true });
  else if (!stats.isDirectory()) throw notAFolder(root);
}

/** Makes sure that names created, replaced or removed in a folder stay so. Not every system can; those that cannot need not. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r").catch(() => undefined);
  try {
    await handle?.sync().catch(() => undefined);
  } finally {
    await handle?.close();
  }
}

function stagingFolder(root: string): Promise<string> {
  return metadataFolder(root, "staging");
}

async function writeSynced(path: string, data: string | Uint8Array): Promise<void> {
  const handle = await open(path, "wx", 0o644);
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function notAFolder(path: string): CodemodeError {
  return new CodemodeError(
    "config_error",
    `${path} is a link or a file where a folder is needed; nothing was written.`,
    {
      hint: "Remove it or name another directory.",
    },
  );
}
