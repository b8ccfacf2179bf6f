import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLockFile } from "./lock-file.ts";
import { newOwner } from "./processes/process-owner.ts";

let folder = "";
let path = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "codemode-lock-"));
  path = join(folder, "one.lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A lock as an owner would leave it, last signed at an offset from now. */
function leave(owner: string, offsetMs: number, lock: string = path): void {
  writeFileSync(lock, owner);
  const time = new Date(Date.now() + offsetMs);
  utimesSync(lock, time, time);
}

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}

test("a lock has one holder at a time, and leaves nothing behind", async () => {
  const release = await takeLockFile(path);
  expect(await takeLockFile(path)).toBe(undefined);
  await release?.();
  const again = await takeLockFile(path);
  expect(again).toBeTypeOf("function");
  await again?.();
  expect(readdirSync(folder)).toEqual([]);
});

test("the lock of a process that was killed is taken by one of many at a time, however many see that it is gone", async () => {
  leave(newOwner(await endedProcess()), 0);
  let holders = 0;
  let most = 0;
  const takers = Array.from({ length: 40 }, async () => {
    for (;;) {
      const release = await takeLockFile(path);
      if (release === undefined) continue;
      holders += 1;
      most = Math.max(most, holders);
      await stat(folder);
      holders -= 1;
      await release();
      return;
    }
  });
  await Promise.all(takers);
  expect(most).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

test("the lock is taken though the one that was removing it was killed too", async () => {
  const pid = await endedProcess();
  const owner = newOwner(pid);
  leave(owner, 0);
  const name = createHash("sha256").update(owner).digest("hex").slice(0, 16);
  writeFileSync(`${path}.${name}`, newOwner(pid));
  expect(await takeLockFile(path)).toBeTypeOf("function");
});

test("a live holder keeps its lock though the clocks of both sides are days apart, and one without signs loses it", async () => {
  const offsets = [-86_400_000, 86_400_000];
  const attempts = ["live", "silent"].flatMap((kind) =>
    offsets.map(async (offsetMs) => {
      const lock = `${path}.${kind}.${offsetMs}`;
      leave(`${process.pid} another-machine some-id`, offsetMs, lock);
      const sign = (): void => utimesSync(lock, new Date(), new Date(Date.now() + offsetMs));
      const signs = kind === "live" ? setInterval(sign, 100) : undefined;
      const release = await takeLockFile(lock);
      clearInterval(signs);
      return release !== undefined;
    }),
  );
  expect(await Promise.all(attempts)).toEqual([false, false, true, true]);
}, 30_000);
