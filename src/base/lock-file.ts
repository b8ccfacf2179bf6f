import { createHash, randomUUID } from "node:crypto";
import { link, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readText } from "./files/read-file.ts";
import { isDeadOwner, newOwner } from "./processes/process-owner.ts";

/** More than the name of an owner ever has. */
const MOST_BYTES = 4096;
/** A holder says this often that it lives. */
const SIGN_MS = 1_000;
/** A holder whose last sign is further away than this, by the clocks of both sides, may be dead. */
const MAX_AGE_MS = 60_000;
/** It is when no sign comes for this long, whatever the clocks say: they differ, and jump when a machine wakes up. */
const WATCH_MS = 4 * SIGN_MS;

/**
 * Takes a lock that is a file, among all processes that can see it. The remains of a killed holder are removed; a live
 * one keeps its lock for as long as it needs.
 *
 * @param staging a folder on the same disk in which complete files are prepared
 * @returns the way to release it; undefined when another holds it
 */
export async function takeLockFile(
  path: string,
  staging: string = dirname(path),
): Promise<(() => Promise<void>) | undefined> {
  const owner = newOwner();
  // Many may wait for one lock, and looking at it costs less than trying to create it.
  if ((await isHeld(path, owner, staging)) || !(await tryCreate(path, owner, staging))) return undefined;
  const signs = setInterval(() => void giveSign(path, owner).catch(() => {}), SIGN_MS);
  signs.unref();
  return async () => {
    clearInterval(signs);
    await release(path, owner);
  };
}

async function giveSign(path: string, owner: string): Promise<void> {
  const now = new Date();
  if ((await contentOf(path)) === owner) await utimes(path, now, now);
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
  if ((await contentOf(path)) === owner) await rm(path, { force: true });
}

/**
 * Tells whether somebody holds a lock, after removing one whose holder is gone.
 *
 * Many may see at the same moment that a holder is gone, and one of them that is slow must not remove the lock of the
 * next holder: who removes it is decided by a lock of its own, whose name belongs to the one that is gone.
 */
async function isHeld(path: string, owner: string, staging: string): Promise<boolean> {
  const before = await contentOf(path);
  if (before === undefined) return false;
  if (!(await isAbandoned(path, before))) return true;
  const removal = `${path}.${createHash("sha256").update(before).digest("hex").slice(0, 16)}`;
  if (!(await tryCreate(removal, owner, staging))) {
    if (!isDeadOwner((await contentOf(removal)) ?? "")) return true;
    // The one that was removing it was killed as well.
    await rm(removal, { force: true });
    return isHeld(path, owner, staging);
  }
  try {
    if ((await contentOf(path)) === before) await rm(path, { force: true });
    return false;
  } finally {
    await rm(removal, { force: true });
  }
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return readText(path, MOST_BYTES);
  } catch {
    return undefined;
  }
}

async function isAbandoned(path: string, owner: string): Promise<boolean> {
  if (isDeadOwner(owner)) return true;
  const signed = await lastSign(path);
  if (signed === undefined || Math.abs(Date.now() - signed) < MAX_AGE_MS) return false;
  await delay(WATCH_MS);
  return (await lastSign(path)) === signed;
}

async function lastSign(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.mtimeMs;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
