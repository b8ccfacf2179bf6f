import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defineTool } from "../../src/sources/functions/define-tool.ts";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";

// Whatever becomes of the state, programs that need none still run, say what is wrong, and what was kept stays.

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "codemode-faults-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = (stateDir: string): Codemode => createCodemode({ stateDir });

/** Runs the work on a file system of its own of 2 MB; where none may be mounted, says so and does nothing. */
async function onSmallDisk(name: string, work: (directory: string) => Promise<void>): Promise<boolean> {
  const place = join(folder, name);
  mkdirSync(place);
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "none", place]);
  if (status !== 0) {
    process.stderr.write(`NOT CHECKED: no file system may be mounted here for "${name}".\n`);
    return false;
  }
  try {
    await work(place);
  } finally {
    // What is still open there is let go a moment later.
    while (spawnSync("umount", ["-l", place]).status === 0);
  }
  return true;
}

/** Takes all that is left of a disk. */
function fill(file: string): void {
  const descriptor = openSync(file, "w");
  try {
    for (;;) writeSync(descriptor, Buffer.alloc(4_096, "x"));
  } catch {
    // It is full.
  } finally {
    closeSync(descriptor);
  }
}

test("on a disk that is full a program runs with a note, what was kept is there, and with room again runs are kept", async () => {
  const checked = await onSmallDisk("full", async (directory) => {
    const kept = await keptRun(directory);
    const filler = join(directory, "filler");
    await using codemode = open(directory);
    fill(filler);
    const large = await codemode.executor.execute(`"x".repeat(400_000)`);
    expect(large).toMatchObject({ status: "completed", success: true });
    expect(large.notes.join(" ")).toMatch(/not recorded in full.*free space/s);
    await expect(codemode.executor.execute(`"x".repeat(9)`, { background: true })).rejects.toMatchObject({
      code: "config_error",
    });
    expect(await codemode.executor.runs.get(kept)).toMatchObject({ value: "kept" });
    rmSync(filler);
    const { runId, notes } = await codemode.executor.execute("'again'");
    expect(notes).toEqual([]);
    expect(await codemode.executor.runs.get(runId)).toMatchObject({ status: "completed", value: "again" });
  });
  expect(checked || process.getuid?.() !== 0).toBe(true);
}, 60_000);

test("the end of a run that a full disk could not record is written when there is room, so that nobody goes on with it", async () => {
  await onSmallDisk("end", async (directory) => {
    await keptRun(directory);
    const filler = join(directory, "filler");
    await using codemode = open(directory);
    const { registry, executor } = codemode;
    const inputSchema = { type: "object" } as const;
    registry.addTools("disk", [
      defineTool({ name: "fill", description: "Fills the disk.", inputSchema, execute: () => fill(filler) }),
    ]);
    const run = await executor.execute("for (let n = 0; n < 3; n += 1) await disk.fill({}); 'done'");
    expect(run).toMatchObject({ status: "completed", value: "done", notes: [expect.stringContaining("free space")] });
    rmSync(filler);
    const { runId, notes } = run;
    await expect.poll(async () => (await executor.runs.get(runId)).status, { timeout: 10_000 }).toBe("completed");
    expect(await executor.runs.get(runId)).toMatchObject({ status: "completed", notes });
    expect((await executor.runs.list()).runs[0]).toMatchObject({ runId, status: "completed", toolCalls: 3 });
    await expect(executor.runs.resume(runId)).rejects.toMatchObject({ code: "invalid_arguments" });
  });
}, 60_000);

test("on a disk that cannot be written a program runs with a note, and nothing there changes", async () => {
  await onSmallDisk("read-only", async (directory) => {
    await keptRun(directory);
    const before = readFileSync(join(directory, "state.db"));
    expect(spawnSync("mount", ["-o", "bind", directory, directory]).status).toBe(0);
    expect(spawnSync("mount", ["-o", "remount,bind,ro", directory]).status).toBe(0);
    await using codemode = open(directory);
    const run = await codemode.executor.execute("6 * 7");
    expect(run).toMatchObject({ status: "completed", value: 42 });
    expect(run.notes.join(" ")).toMatch(/not recorded in full.*write access/s);
    expect(readFileSync(join(directory, "state.db"))).toEqual(before);
  });
}, 60_000);

test("a database with broken pages is named, left unchanged, and programs run", async () => {
  const directory = join(folder, "broken");
  await keptRun(directory);
  const file = join(directory, "state.db");
  const { size } = statSync(file);
  const bytes = readFileSync(file);
  bytes.fill(0xa5, 4_096, size);
  writeFileSync(file, bytes);
  for (const end of ["-wal", "-shm"]) rmSync(file + end, { force: true });
  await using codemode = open(directory);
  const run = await codemode.executor.execute("6 * 7");
  expect(run).toMatchObject({ status: "completed", value: 42 });
  expect(run.notes.join(" ")).toContain(file);
  expect(readFileSync(file).subarray(4_096, 8_192)).toEqual(bytes.subarray(4_096, 8_192));
});

test("two executors share a state directory, and a clock that was set back loses no run", async () => {
  const directory = join(folder, "shared");
  const kept = await keptRun(directory);
  await using one = open(directory);
  await using two = open(directory);
  const both = await Promise.all([one, two, one, two].map(({ executor }) => executor.execute("1 + 1")));
  expect(both.map(({ status, notes }) => [status, notes])).toEqual(both.map(() => ["completed", []]));
  const now = Date.now;
  Date.now = () => now() - 86_400_000;
  try {
    const { runId } = await two.executor.execute("'yesterday'");
    expect(await one.executor.runs.get(runId)).toMatchObject({ status: "completed", value: "yesterday" });
  } finally {
    Date.now = now;
  }
  expect((await one.executor.runs.list({ limit: 10 })).total).toBe(6);
  expect(await two.executor.runs.get(kept)).toMatchObject({ value: "kept" });
  expect(existsSync(join(directory, "state.db"))).toBe(true);
});

/** A run that an executor before has kept in a directory. */
async function keptRun(directory: string): Promise<string> {
  await using codemode = open(directory);
  return (await codemode.executor.execute("'kept'")).runId;
}
