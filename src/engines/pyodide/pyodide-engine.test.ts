import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { CodemodeError } from "../../base/codemode-error.ts";
import { probePythonIsolation, type PythonIsolation } from "./isolation.ts";
import { PyodideEngine } from "./pyodide-engine.ts";
import { ensureSnapshot } from "./snapshot.ts";
import { runPython, testCacheDirectory, valueOf } from "./__fixtures__/python-test-kit.ts";

const MB = 1 << 20;
const { bubblewrap } = await probePythonIsolation();
/** Isolations to kill a host under: those that this machine has. */
const HELD_BY: readonly PythonIsolation[] = bubblewrap.usable ? ["engine", "both"] : ["engine"];
if (!bubblewrap.usable) {
  console.warn(`NOT TESTED: a killed host with bubblewrap, since it is not usable here (${bubblewrap.reason}).`);
}
const engine = new PyodideEngine({ cacheDirectory: testCacheDirectory });
afterAll(() => engine.close());

/** The most resident memory of a session above its idle size, and how late the host's own timers ran, during a program. */
async function measured(source: string, memoryBytes: number, timeMs: number) {
  const session = await engine.open({ memoryBytes });
  const idle = session.residentBytes();
  let peak = idle;
  const sampling = setInterval(() => (peak = Math.max(peak, session.residentBytes())), 10);
  try {
    const run = await runPython(session, source, { limits: { timeMs } });
    return { ...run, grownBytes: peak - idle, lost: session.lost };
  } finally {
    clearInterval(sampling);
    await session.close();
  }
}

describe("limits", () => {
  test.each([
    ["a regular expression that backtracks", "import re\nre.match(r'(a+)+$', 'a' * 40 + 'b')"],
    ["a number too large to compute", "10 ** 10 ** 9"],
    [
      "tasks that make tasks",
      "import asyncio\nasync def f():\n  asyncio.create_task(f())\nasyncio.create_task(f())\nwhile True: await asyncio.sleep(0)",
    ],
    ["a blocking sleep", "import time\ntime.sleep(100)"],
    [
      "a handler that catches every end",
      "import sys\nsys.excepthook = None\nwhile True:\n  try: sys.exit()\n  except BaseException: continue",
    ],
  ])("%s is stopped in time", { retry: 2 }, async (_title, source) => {
    const { outcome, durationMs } = await measured(source, 256 * MB, 400);
    expect(outcome).toMatchObject({ kind: "stopped", code: "time_limit" });
    expect(durationMs).toBeLessThan(650);
  });

  test.each([
    ["one huge text", "'x' * 16 * 1024 ** 3"],
    ["a growing text", "s = 'ab'\nwhile True: s += s"],
    ["a growing list", "x = []\nwhile True: x.append(x[:] + [0] * 1000)"],
    ["many byte arrays", "x = [bytearray(1 << 20) for _ in range(10000)]"],
    ["a growing file", "f = open('/tmp/a', 'wb')\nwhile True: f.write(b'x' * (1 << 20))"],
    ["recursion without its limit", "import sys\nsys.setrecursionlimit(10 ** 8)\ndef f(n): return f(n + 1)\nf(0)"],
  ])("%s ends as memory_limit within the limit and 64 MB", async (_title, source) => {
    const { outcome, grownBytes } = await measured(source, 96 * MB, 20_000);
    expect(outcome).toMatchObject({ kind: "stopped", code: "memory_limit" });
    expect(grownBytes).toBeLessThan((96 + 64) * MB);
  });

  test.each([
    ["memory", "s, n = b'ab', 0\nwhile n < 5:\n  try: s += s\n  except MemoryError: n += 1\nlen(s) > 10 ** 8"],
    [
      "room for files, and then memory,",
      `n, x = 0, []
try:
  f = open('/tmp/a', 'wb')
  while True: n += f.write(b'x' * (1 << 20))
except OSError: pass
try:
  while True: x.append(bytearray(1 << 20))
except MemoryError: pass
n > 10 ** 8`,
    ],
  ])(
    "a program that catches that %s ran out keeps interpreter and all within the limit and 64 MB",
    async (_what, source) => {
      const session = await engine.open({ memoryBytes: 512 * MB });
      let peak = 0;
      const sampling = setInterval(() => (peak = Math.max(peak, session.residentBytes())), 10);
      expect((await runPython(session, source)).outcome).toMatchObject({ kind: "finished", valueJson: "true" });
      clearInterval(sampling);
      expect(peak).toBeLessThan((512 + 64) * MB);
      await session.close();
    },
  );

  test("files that were removed or cut make room for others", async () => {
    const source = `import os
for i in range(12):
  with open('/tmp/a', 'wb') as f:
    for _ in range(10): f.write(b'x' * (1 << 20))
  if i % 2: os.remove('/tmp/a')
  else: os.truncate('/tmp/a', 3)
  with open('/tmp/b', 'wb') as f: f.write(b'y')
open('/tmp/b', 'rb').read()`;
    const { outcome } = await measured(source, 64 * MB, 20_000);
    expect(outcome).toMatchObject({ kind: "finished" });
  });

  test("a program can catch that memory ran out, and go on", async () => {
    const { outcome } = await measured(
      "try: x = [bytearray(1 << 20) for _ in range(10000)]\nexcept MemoryError: x = 'caught'\nx",
      96 * MB,
      20_000,
    );
    expect(outcome).toMatchObject({ kind: "finished", valueJson: '"caught"' });
  });

  test("deep data and deep recursion are ordinary errors, or none", async () => {
    const source = [
      "import json",
      "def f(n): return f(n + 1)",
      "try: f(0)",
      "except RecursionError: first = 'caught'",
      "try: second = len(json.loads('[' * 50000 + ']' * 50000))",
      "except RecursionError: second = 1",
      "[first, second]",
    ].join("\n");
    expect((await measured(source, 256 * MB, 20_000)).outcome).toMatchObject({
      kind: "finished",
      valueJson: '["caught",1]',
    });
  });

  test("a flood of output is dropped and counted in bounded memory", async () => {
    const { outcome, output, grownBytes } = await measured("print('é' * 30_000_000)", 256 * MB, 20_000);
    expect(outcome.output).toEqual({ bytesKept: 262_144, bytesDropped: 60_000_001 - 262_144 });
    expect(output.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)).toBe(262_144);
    expect(grownBytes).toBeLessThan(256 * MB);
  });

  test("a value of 100 MB is refused with its limit", async () => {
    expect((await measured("'x' * 100_000_000", 512 * MB, 20_000)).outcome).toMatchObject({
      kind: "stopped",
      code: "result_too_large",
    });
  });
});

describe("the host", () => {
  test.each([
    ["loops", "while True: pass", 0.2],
    ["floods its output", "while True: print('x' * 10000)", 0.5],
    [
      "floods its pipe",
      "import os, struct\nframe = struct.pack('<BII', 4, 0, 100) + b'x' * 100\nwhile True: os.write(FD, frame * 500)",
      0.97,
    ],
  ])("keeps serving others while a program %s", async (_title, source, mostBusy) => {
    const session = await engine.open({ memoryBytes: 256 * MB });
    const find = "import os\nFD = next(f for f in range(3, 30) if os.path.exists(f'/dev/fd/{f}') or os.fstat(f))";
    await runPython(session, find);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const before = performance.eventLoopUtilization();
    const { outcome } = await runPython(session, source, { limits: { timeMs: 700 } });
    const { utilization } = performance.eventLoopUtilization(before);
    delay.disable();
    expect(outcome).toMatchObject({ kind: "stopped" });
    expect(utilization).toBeLessThan(mostBusy);
    expect(delay.percentile(50) / 1e6).toBeLessThan(50);
  });
});

describe("a program that turns on its own sandbox", () => {
  test.each([
    [
      "writes nonsense to the pipe",
      "import os\nfor f in range(3, 30):\n  try: os.write(f, b'garbage' * 100)\n  except OSError: pass",
    ],
    ["closes every file", "import os\nos.closerange(0, 100)"],
    ["exits the process", "import os\nos._exit(0)"],
    ["aborts the process", "import os\nos.abort()"],
  ])("one that %s loses it", async (_title, source) => {
    const { outcome, lost } = await measured(source, 256 * MB, 5000);
    expect(outcome).toMatchObject({ kind: "stopped", code: "sandbox_lost" });
    expect(outcome.kind === "stopped" && outcome.message).not.toMatch(/\/|node:/);
    expect(lost).toBe(true);
  });

  test("one that forges a call or an end gets no more than a call or an end", async () => {
    const forge = (kind: number, payload: string): string =>
      `import os, struct\nfor f in range(3, 30):\n  try: os.write(f, struct.pack("<BII", ${kind}, 7, ${payload.length}) + ${JSON.stringify(payload)}.encode())\n  except OSError: pass\n`;
    const session = await engine.open({ memoryBytes: 256 * MB });
    const { calls } = await runPython(session, forge(2, '"evil__call"\n{}'));
    expect(calls.every(({ argumentsJson }) => argumentsJson === "{}")).toBe(true);
    const bad = await runPython(session, forge(2, '"evil__call"\n{not json'));
    expect(bad.outcome).toMatchObject({ kind: "stopped", code: "sandbox_lost" });
    expect(bad.calls).toEqual([]);
    await session.close();
  });
});

describe("sessions", () => {
  test("no call reaches the host after the end of a program that was stopped", async () => {
    const session = await engine.open({ memoryBytes: 256 * MB });
    let ended = false;
    let late = 0;
    const { outcome } = await runPython(session, "while True: await demo.echo()", {
      limits: { timeMs: 200 },
      answer: () => {
        if (ended) late += 1;
        return { ok: true, valueJson: "1" };
      },
    });
    ended = true;
    expect(outcome).toMatchObject({ code: "time_limit" });
    await session.close();
    expect(late).toBe(0);
  });

  test("openings beyond the places wait, give up with their signal, and are refused as busy", async () => {
    const small = new PyodideEngine({
      cacheDirectory: testCacheDirectory,
      maxSessions: 1,
      warmSessions: 0,
      queueLimit: 1,
    });
    const first = await small.open({ memoryBytes: 64 * MB });
    const controller = new AbortController();
    const waiting = small.open({ memoryBytes: 64 * MB, signal: controller.signal });
    await expect(small.open({ memoryBytes: 64 * MB })).rejects.toMatchObject({ code: "busy" });
    controller.abort(new CodemodeError("cancelled", "No longer wanted."));
    await expect(waiting).rejects.toMatchObject({ code: "cancelled", message: "No longer wanted." });
    const next = small.open({ memoryBytes: 64 * MB });
    await first.close();
    expect(await valueOf(await next, "1 + 1")).toBe(2);
    await small.close();
  });

  test("an opening given up while its process starts leaves no place taken", async () => {
    const small = new PyodideEngine({ cacheDirectory: testCacheDirectory, maxSessions: 1, warmSessions: 0 });
    const controller = new AbortController();
    const opening = small.open({ memoryBytes: 64 * MB, signal: controller.signal });
    controller.abort(new CodemodeError("cancelled", "No longer wanted."));
    await expect(opening).rejects.toMatchObject({ code: "cancelled" });
    expect(await valueOf(await small.open({ memoryBytes: 64 * MB }), "1 + 1")).toBe(2);
    await small.close();
  });

  test("an engine closed while a session opens refuses it", async () => {
    const own = new PyodideEngine({ cacheDirectory: testCacheDirectory, warmSessions: 0 });
    const opening = own.open({ memoryBytes: 64 * MB });
    const refusal = opening.catch((error: unknown) => error);
    await own.close();
    expect(await refusal).toMatchObject({ code: "sandbox_lost" });
  });

  test("close ends every process within three seconds, also a busy one", async () => {
    const own = new PyodideEngine({ cacheDirectory: testCacheDirectory, warmSessions: 1 });
    const session = await own.open({ memoryBytes: 64 * MB });
    const running = runPython(session, "print('on')\nwhile True: pass");
    const { pids } = own;
    const started = performance.now();
    await own.close();
    expect((await running).outcome).toMatchObject({ kind: "stopped", code: "cancelled" });
    expect(performance.now() - started).toBeLessThan(3000);
    expect(pids.filter(isAlive)).toEqual([]);
    await expect(own.open({ memoryBytes: 64 * MB })).rejects.toMatchObject({ code: "sandbox_lost" });
  });

  test.each(HELD_BY)("processes die with a host that is killed, also busy ones (%s)", async (isolation) => {
    const host = startHost(isolation);
    const [pid] = await firstLine(host);
    expect(isAlive(Number(pid))).toBe(true);
    host.kill("SIGKILL");
    await expect.poll(() => isAlive(Number(pid)), { timeout: 3000 }).toBe(false);
  });
});

describe("the start-up image", () => {
  test(
    "is made again when it is damaged, whole or in its header, and sessions start without a place for it",
    { timeout: 90_000 },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "codemode-image-"));
      try {
        await engine.warm();
        for (const name of readdirSync(testCacheDirectory))
          copyFileSync(join(testCacheDirectory, name), join(folder, name));
        const images = (): string[] => readdirSync(folder).map((name) => join(folder, name));
        for (const image of images()) truncateSync(image, 5_000_000);
        expect(await openOnce(folder)).toBe(2);
        expect(images().some((image) => statSync(image).size > 20_000_000)).toBe(true);
        writeFileSync(join(folder, "file"), "");
        expect(await openOnce(join(folder, "file"))).toBe(2);
        // Somebody puts another in its place whenever it is made.
        const spoiler = setInterval(() => images().filter(isWholeImage).forEach(spoil), 2);
        expect(await openOnce(folder)).toBe(2);
        clearInterval(spoiler);
        expect(images().filter(isWholeImage)).toEqual([]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  test("may be removed at any moment while it is looked for", async () => {
    await engine.warm();
    const name = readdirSync(testCacheDirectory).find(isImage) ?? "";
    const cacheDirectory = mkdtempSync(join(tmpdir(), "codemode-image-"));
    const place = { nodePath: "/bin/false", nodeVersion: process.version, cacheDirectory };
    const file = join(cacheDirectory, name);
    const found = new Set<string | undefined>();
    for (let turns = 0; turns < 40; turns += 1) {
      spoil(file);
      const looking = ensureSnapshot({ ...place, signal: new AbortController().signal });
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
      rmSync(file, { force: true });
      found.add(await looking);
    }
    rmSync(cacheDirectory, { recursive: true });
    expect(found).toContain(undefined);
  });
});

const NONSENSE = Buffer.alloc(3_000_000, "x");
const NONSENSE_HEADER = {
  format: 1,
  bytes: NONSENSE.length,
  sha256: createHash("sha256").update(NONSENSE).digest("hex"),
};

/** Puts something in the place of an image that looks like one, and is none. */
function spoil(file: string): void {
  writeFileSync(`${file}.other`, Buffer.concat([Buffer.from(JSON.stringify(NONSENSE_HEADER).padEnd(4096)), NONSENSE]));
  renameSync(`${file}.other`, file);
}

function isImage(path: string): boolean {
  return path.endsWith(".image");
}

function isWholeImage(path: string): boolean {
  return isImage(path) && (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 4096 + NONSENSE.length;
}

async function openOnce(cacheDirectory: string): Promise<unknown> {
  const own = new PyodideEngine({ cacheDirectory, warmSessions: 0 });
  try {
    return await valueOf(await own.open({ memoryBytes: 64 * MB }), "1 + 1");
  } finally {
    await own.close();
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(execFileSync("cat", [`/proc/${pid}/stat`], { encoding: "utf8", stdio: "pipe" }));
  } catch {
    return false;
  }
}

/** A host process of its own that runs an endless program and prints the id of the sandbox process. */
function startHost(isolation: string): ChildProcess {
  const built = fileURLToPath(new URL("../../../dist/engines/pyodide/pyodide-engine.js", import.meta.url));
  const script = `
    import { PyodideEngine } from ${JSON.stringify(built)};
    const engine = new PyodideEngine({ cacheDirectory: ${JSON.stringify(testCacheDirectory)}, isolation: "${isolation}", warmSessions: 0 });
    const session = await engine.open({ memoryBytes: 64 << 20 });
    const limits = { timeMs: 60000, logBytes: 1000, valueBytes: 1000, argumentBytes: 1000 };
    const cell = { source: "print('on')\\nwhile True: 10 ** 10 ** 7", filename: "c", namespaces: { version: "", namespaces: [] }, limits };
    await session.run(cell, { call: async () => ({ ok: true, valueJson: "1" }), output: () => console.log(engine.pids[0]) });
  `;
  return spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
}

function firstLine(child: ChildProcess): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", (text: Buffer) => resolve(text.toString().trim().split("\n")));
    child.once("exit", (code) => reject(new Error(`The host ended with ${code} before it printed a line.`)));
  });
}
