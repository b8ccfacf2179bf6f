import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { quoteName } from "../../skill-name.ts";
import { metadataFolder } from "./durable-write.ts";
import { isCode } from "./plain-files.ts";

/** A writer that takes longer than this is taken for dead, even where its process cannot be asked. */
const MAX_AGE_MS = 60_000;

/**
 * Runs `work` while no other writer writes the skill, in this process or any other. A second writer is not kept
 * waiting: it gets `busy`, which names the conflict. Remains of a killed writer are removed.
 */
export async function withWriteLock<Result>(
  root: string,
  identifier: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const path = join(await metadataFolder(root, "locks"), identifier);
  const owner = `${process.pid} ${hostname()} ${randomUUID()}`;
  const staging = await metadataFolder(root, "staging");
  if (!(await tryCreate(path, owner, staging))) {
    await clearIfAbandoned(path);
    if (!(await tryCreate(path, owner, staging))) throw conflict(identifier, "is being written by another writer");
  }
  try {
    return await work();
  } finally {
    await release(path, owner);
  }
}

/** The error of a writer that came second. */
export function conflict(name: string, what: string): CodemodeError {
  return new CodemodeError("busy", `There is a conflict: the skill ${quoteName(name)} ${what}.`, {
    hint: "Look at the current skill, then try again.",
  });
}

/** Links a complete file into place, so that a lock without its owner's name never exists. */
async function tryCreate(path: string, owner: string, staging: string): Promise<boolean> {
  const staged = join(staging, `lock-${randomUUID()}`);
  try {
    await writeFile(staged, owner, { flag: "wx" });
    await link(staged, path);
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(staged, { force: true });
  }
}

/** Only the owner's own lock is removed: it may have been taken away from a writer that was too slow. */
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

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, "EPERM");
  }
}
