import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Cell, CellHost, SandboxSession } from "../../src/engines/engine.ts";
import { runPython, testCacheDirectory } from "../../src/engines/pyodide/__fixtures__/python-test-kit.ts";
import { createPyodideEngine } from "../../src/engines/pyodide/pyodide-engine.ts";
import { createQuickJsEngine } from "../../src/engines/quickjs/quickjs-engine.ts";
import { type LentSession, SessionPool } from "../../src/runs/sessions/session-pool.ts";

const MB = 2 ** 20;
// With one sandbox the next program gets what the one before had.
const javascript = createQuickJsEngine({ maxSessions: 1, warmSessions: 1 });
const python = createPyodideEngine({ cacheDirectory: testCacheDirectory, warmSessions: 0 });
beforeAll(() => javascript.warm(), 60_000);
afterAll(() => Promise.all([javascript.close(), python.close()]));

const limits = { timeMs: 20_000, logBytes: 64 * 1024, valueBytes: MB, argumentBytes: MB };
const silent: CellHost = { call: async () => ({ ok: true, valueJson: "null" }), output: () => undefined };
const cell = (source: string): Cell => ({
  source,
  filename: "cell.ts",
  namespaces: { version: "none", namespaces: [] },
  limits,
});

async function openJavaScript(): Promise<SandboxSession> {
  const session = await javascript.open({ memoryBytes: 64 * MB });
  onTestFinished(() => session.close());
  return session;
}

const GOES_ON = "const f = () => { Promise.resolve().then(f) }; f();";
const LEFT_BEHIND = [
  ["microtasks that go on", `${GOES_ON} throw new Error("over")`],
  [
    "a microtask that never ends",
    `let n = 0; const f = () => { if (++n > 50) for (;;); Promise.resolve().then(f) }; f(); throw new Error("over")`,
  ],
  ["microtasks that the value begins", `return { get x() { ${GOES_ON} return 1 } }`],
] as const;

test.each(LEFT_BEHIND)("%s take nothing from the program after it", { retry: 2 }, async (_what, source) => {
  const first = await openJavaScript();
  const begun = performance.now();
  expect((await first.run(cell(source), silent)).kind).toMatch(/^(failed|finished)$/);
  expect(performance.now() - begun).toBeLessThan(1_500);
  await first.close();
  // With its sandbox replaced it has nothing to wait for.
  const next = await openJavaScript();
  const outcome = await next.run({ ...cell("return 2"), limits: { ...limits, timeMs: 2_000 } }, silent);
  expect(outcome).toMatchObject({ kind: "finished", valueJson: "2" });
});

test.each(LEFT_BEHIND)("a session with %s left behind is lost", async (_what, source) => {
  const session = await openJavaScript();
  await session.run(cell(source), silent);
  expect(session.lost).toBe(true);
});

test("what a program leaves in the queue and comes to an end costs nothing", async () => {
  const session = await openJavaScript();
  const source = "let n = 0; const f = () => Promise.resolve().then(() => { if (++n < 100) f() }); f(); return 1";
  await session.run(cell(source), silent);
  expect(session.lost).toBe(false);
});

/** Says that the program has ended, and goes on. The end is held back where it is all that is written. */
const forgedEnd = (then: string, before = "struct.pack('<BII', 4, 0, 0)"): string =>
  [
    "import os, struct, time",
    `end = b'{"kind": "finished", "dropped": 0, "notes": []}\\n1'`,
    "for f in range(3, 30):",
    `  try: os.write(f, ${before} + struct.pack('<BII', 7, 0, len(end)) + end)`,
    "  except OSError: pass",
    then,
  ].join("\n");

test.each([
  ["computes on", "while True: pass"],
  ["writes on", "while True: print('x' * 1000, flush=True)"],
  [
    "says that it rests",
    "while True:\n  for f in range(3, 30):\n    try: os.write(f, struct.pack('<BII', 8, 0, 0))\n    except OSError: pass",
  ],
])("a Python program that forges its end and %s is ended", { timeout: 60_000 }, async (_what, then) => {
  const session = await python.open({ memoryBytes: 256 * MB });
  const { outcome } = await runPython(session, forgedEnd(then));
  expect(outcome.kind).not.toBe("failed");
  await session.rested;
  expect(session.lost).toBe(true);
  await session.close();
});

test("what looks like the end of a Python program that computes on is none", { timeout: 60_000 }, async () => {
  const session = await python.open({ memoryBytes: 256 * MB });
  const { outcome } = await runPython(session, forgedEnd("while True: pass", "b''"), { limits: { timeMs: 1_000 } });
  expect(outcome).toMatchObject({ kind: "stopped", code: "time_limit" });
  await session.close();
});

/** The head of a call, whose arguments are what follows the end that is held back. */
const SENDS_THE_PROOF_AS_ARGUMENTS = `
import os, struct
device = os.open("/dev/codemode", os.O_RDWR)
head, end = b'"demo__echo"\\n', struct.pack("<BII", 7, 0, 1) + b"1"
os.write(device, struct.pack("<BII", 2, 1, len(head) + len(end) + 9) + head)
os.write(device, end)
os.read(device, 65536)`;

test("a Python program that has the proof of its rest sent as arguments is ended", { timeout: 60_000 }, async () => {
  const session = await python.open({ memoryBytes: 256 * MB });
  const { outcome, calls } = await runPython(session, SENDS_THE_PROOF_AS_ARGUMENTS);
  expect(outcome).toMatchObject({ kind: "stopped", code: "sandbox_lost" });
  expect(calls).toEqual([]);
  await session.close();
});

test("after a forged end the next program of the session starts in an empty one", { timeout: 60_000 }, async () => {
  const pool = new SessionPool(python, {
    memoryBytes: 256 * MB,
    concurrentRuns: 1,
    holderRuns: 1,
    namedSessions: 1,
    clientSessions: 1,
    idleBytes: 1024 * MB,
  });
  const take = (): Promise<LentSession> =>
    pool.lend("s", { signal: new AbortController().signal, client: "c", holder: "c" });
  const first = await take();
  await runPython(first.sandbox, `kept = 1\n${forgedEnd("while True: pass")}`);
  await first.release();
  const next = await take();
  expect(next.wasReset).toBe(true);
  expect(await runPython(next.sandbox, "'kept' in globals()")).toMatchObject({ outcome: { valueJson: "false" } });
  await next.release();
  await pool.clear();
});

/** A tick that was asked for has come when the program waits in the place of the interpreter, and lets it go on. */
const WAITS_AND_COMPUTES = `
import os, struct, time
device = os.open("/dev/codemode", os.O_RDWR)
os.write(device, struct.pack("<BII", 3, 1, 1) + b"0")
until = time.monotonic() + 0.3
while time.monotonic() < until: pass
end = b'{"kind": "finished", "dropped": 0, "notes": []}\\n1'
os.write(device, struct.pack("<BII", 7, 0, len(end)) + end)
os.read(device, 65536)
while True: pass`;

test.runIf(process.platform === "linux")(
  "a Python program that waits in the place of the interpreter is ended when it computes on",
  { timeout: 60_000 },
  async () => {
    const session = await python.open({ memoryBytes: 256 * MB });
    const { outcome } = await runPython(session, WAITS_AND_COMPUTES);
    expect(outcome).toMatchObject({ kind: "finished", valueJson: "1" });
    await session.rested;
    expect(session.lost).toBe(false);
    await expect.poll(() => session.lost, { timeout: 20_000 }).toBe(true);
    await session.close();
  },
);

test("a Python session in which a program has ended keeps its state", { timeout: 60_000 }, async () => {
  const session = await python.open({ memoryBytes: 256 * MB });
  await runPython(session, "import asyncio\nkept = 41\nasyncio.get_event_loop().call_later(60, print)\nkept");
  expect((await runPython(session, "kept + 1")).outcome).toMatchObject({ kind: "finished", valueJson: "42" });
  await session.close();
});
