import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const RETRY_MS = 100;

/** Does something while no other process does the same; a process that died while it held the lock is passed over. */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  while (!takeLock(folder)) await wait(RETRY_MS);
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function takeLock(folder: string): boolean {
  try {
    mkdirSync(folder);
  } catch {
    if (!isHeld(folder)) rmSync(folder, { recursive: true, force: true });
    return false;
  }
  writeFileSync(join(folder, "pid"), String(process.pid));
  return true;
}

function isHeld(folder: string): boolean {
  try {
    process.kill(Number(readFileSync(join(folder, "pid"), "utf8")), 0);
    return true;
  } catch (error) {
    // The holder is between making the folder and writing its id.
    return error instanceof Error && "code" in error && error.code !== "ESRCH";
  }
}
