import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { isAlive } from "./processes/is-alive.ts";

/** A holder that takes longer than this is taken for dead, even where its process cannot be asked. */
const MAX_AGE_MS = 60_000;

/**
 * Takes a lock that is a file, among all processes that can see it. The remains of a killed holder are removed.
 *
 * @param staging a folder on the same disk in which complete files are prepared
 * @returns the way to release it; undefined when another holds it
 */
export async function takeLockFile(
  path: string,
  staging: string = dirname(path),
): Promise<(() => Promise<void>) | undefined> {
  const owner = `${process.pid} ${hostname()} ${randomUUID()}`;
  if (!(await tryCreate(path, owner, staging))) {
    await clearIfAbandoned(path);
    if (!(await tryCreate(path, owner, staging))) return undefined;
  }
  return () => release(path, owner);
}

/** Links a complete file into place, so that a lock without its owner's name never exists. */
async function tryCreate(path: string, owner: string, staging: string): Promise<boolean> {
  const staged = join(staging, `lock-${randomUUID()}`);
  try {
    await writeFile(staged, owner, { flag: "wx", mode: 0o600 });
    await link(staged, path);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(staged, { force: true });
  }
}

/** Only the owner's own lock is removed: it may have been taken away from a holder that was too slow. */
async function release(path: string, owner: string): Promise<void> {
  const holder = await readFile(path, "utf8").catch(() => "");
  if (holder === owner) await rm(path, { force: true });
}

/** Removes a lock whose holder is gone. Renaming it first makes sure that only one of several attempts does. */
async function clearIfAbandoned(path: string): Promise<void> {
  const before = await readFile(path, "utf8").catch(() => undefined);
  if (before === undefined || !(await isAbandoned(path, before))) return;
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const taken = await readFile(aside, "utf8").catch(() => "");
  if (taken !== before) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function isAbandoned(path: string, owner: string): Promise<boolean> {
  const [pid, host] = owner.split(" ");
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) return false;
  const ageMs = Date.now() - stats.mtimeMs;
  if (ageMs > MAX_AGE_MS) return true;
  return host === hostname() && !isAlive(Number(pid));
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
