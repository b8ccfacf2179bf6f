import { afterAll, expect, test } from "vitest";
import type { Cell, CellHost, CellOutcome, SandboxSession } from "../engine.ts";
import { QuickJsEngine } from "./quickjs-engine.ts";

const MB = 1024 * 1024;
const SESSIONS = 24;
/** Sessions that keep their threads, and threads kept ready after a burst. */
const MOST_THREADS = 8;
const limits = { timeMs: 20_000.5, logBytes: 64 * 1024, valueBytes: MB, argumentBytes: MB };
const silent: CellHost = { call: async () => ({ ok: true, valueJson: "null" }), output: () => undefined };
const engine = new QuickJsEngine({ maxSessions: SESSIONS });
afterAll(() => engine.close());

function run(session: SandboxSession, source: string, more: Partial<Cell & CellHost> = {}): Promise<CellOutcome> {
  const cell = { source, filename: "cell.ts", namespaces: { version: "none", namespaces: [] }, limits, ...more };
  return session.run(cell, { ...silent, ...more });
}

async function value(session: SandboxSession, source: string, more: Partial<Cell> = {}): Promise<unknown> {
  const outcome = await run(session, source, more);
  if (outcome.kind !== "finished") throw new Error(JSON.stringify(outcome));
  return JSON.parse(outcome.valueJson);
}

/** Runs as many sessions as there may be, one of which keeps `first`, so that most of them are without a thread. */
async function crowd(first: string, more: Partial<Cell> = {}): Promise<readonly SandboxSession[]> {
  return Promise.all(
    Array.from({ length: SESSIONS }, async (_, index) => {
      const session = await engine.open({ memoryBytes: 64 * MB });
      await value(session, index === 0 ? first : `globalThis.kept = ${index}`, index === 0 ? more : {});
      return session;
    }),
  );
}

async function closeAll(sessions: readonly SandboxSession[]): Promise<void> {
  await Promise.all(sessions.map((session) => session.close()));
}

test("sessions begun at once share a few threads, and each finds its state", { timeout: 60_000 }, async () => {
  const modules = new Map([
    ["lib", "export const made = {}; export let count = 0; export const more = () => ++count;"],
  ]);
  const keep = `const { made, more } = await import("lib"); more();
    class Point { constructor(x) { this.x = x } get double() { return this.x * 2 } }
    const counter = (() => { let n = 41; return () => ++n })();
    const steps = (function* () { yield 1; yield 2 })(); steps.next();
    globalThis.all = { made, more, point: new Point(4), counter, steps, bytes: new Uint8Array(2 << 20).fill(7), map: new Map([[made, "mine"]]) }; 1`;
  const sessions = await crowd(keep, { modules });
  await expect.poll(() => engine.pool.threads.length).toBeLessThanOrEqual(MOST_THREADS);
  const [first, ...others] = sessions;
  const kept = await Promise.all(others.map((session) => value(session, "return kept")));
  expect(kept).toEqual(others.map((_, index) => index + 1));
  const look = `const again = await import("lib"); const { made, more, point, counter, steps, bytes, map } = all;
    return [again.made === made, more(), point.double, counter(), steps.next().value, bytes.every((byte) => byte === 7), map.get(made)]`;
  expect(first && (await value(first, look, { modules }))).toEqual([true, 2, 8, 42, 2, true, "mine"]);
  await closeAll(sessions);
});

test("a session put aside leaves nothing of it in the thread that another gets", { timeout: 60_000 }, async () => {
  const sessions = await crowd(`Array.prototype.leak = 1; globalThis.secret = new Uint8Array(4 << 20).fill(9); 1`);
  const look = `[typeof [].leak, typeof secret, new Uint8Array(1 << 18).some((byte) => byte !== 0)]`;
  const seen = await Promise.all(sessions.slice(1).map((session) => value(session, `return ${look}`)));
  expect(new Set(seen.map(String))).toEqual(new Set(["undefined,undefined,false"]));
  await closeAll(sessions);
});

test.each([
  ["variables", "globalThis.secret = 1; return 1"],
  ["changed prototypes", "Array.prototype.leak = 1; Object.freeze(Object.prototype); return 1"],
  ["much in its memory", "globalThis.secret = new Uint8Array(4 << 20).fill(9); return 1"],
  [
    "timers and jobs",
    "setTimeout(() => (globalThis.secret = 1), 1); Promise.resolve().then(() => ([].leak = 1)); return 1",
  ],
  ["a module", 'const { add } = await import("lib"); add(); return 1'],
  ["an error", "globalThis.secret = 1; throw new Error('on purpose')"],
])("a program that is alone leaves nothing behind: %s", { timeout: 60_000 }, async (_what, source) => {
  const alone = new QuickJsEngine({ maxSessions: 1, warmSessions: 1 });
  const modules = new Map([["lib", "let count = 0; export const add = () => ++count;"]]);
  const look = `const { add } = await import("lib");
    return [typeof secret, typeof [].leak, Object.isFrozen(Object.prototype), add(), new Uint8Array(1 << 18).some((byte) => byte !== 0)]`;
  await alone.warm();
  const threads = new Set(alone.pool.threads);
  for (let round = 0; round < 3; round += 1) {
    const session = await alone.open({ memoryBytes: 64 * MB, isForOneProgram: true });
    await run(session, source, { modules, isAlone: true });
    // Another one in the same sandbox finds it new as well.
    expect(await value(session, look, { modules })).toEqual(["undefined", "undefined", false, 1, false]);
    await session.close();
    const next = await alone.open({ memoryBytes: 64 * MB, isForOneProgram: true });
    expect(await value(next, look, { modules, isAlone: true })).toEqual(["undefined", "undefined", false, 1, false]);
    await next.close();
  }
  expect(new Set(alone.pool.threads)).toEqual(threads);
  await alone.close();
});

test("a session whose memory has grown keeps its thread and its state", { timeout: 60_000 }, async () => {
  const sessions = await crowd(`globalThis.large = new Uint8Array(30 << 20).fill(3); 1`);
  const [first] = sessions;
  expect(first && (await value(first, "return large.length"))).toBe(30 << 20);
  await closeAll(sessions);
});

test("a session put aside keeps its limits of memory and time", { timeout: 60_000 }, async () => {
  const sessions = await crowd("1");
  const ends = await Promise.all([
    ...sessions.slice(0, 20).map((session) => run(session, "for (;;);", { limits: { ...limits, timeMs: 300 } })),
    ...sessions.slice(20).map((session) => run(session, "const a = []; for (;;) a.push({ x: [a.length] })")),
  ]);
  const codes = ends.map((end) => (end.kind === "stopped" ? end.code : end.kind));
  expect(codes).toEqual([
    ...Array.from({ length: 20 }, () => "time_limit"),
    ...Array.from({ length: 4 }, () => "memory_limit"),
  ]);
  await closeAll(sessions);
});

test(
  "a program that waits for a thread can be cancelled, and ends when its session is closed",
  { timeout: 60_000 },
  async () => {
    const sessions = await crowd("1");
    const endless = { limits: { ...limits, timeMs: 5_000 } };
    const cancelled = new AbortController();
    const ends = sessions.map((session, index) =>
      run(session, "for (;;);", { ...endless, ...(index < 20 ? { signal: cancelled.signal } : {}) }),
    );
    cancelled.abort();
    const codes = await Promise.all(ends.slice(0, 20));
    await closeAll(sessions);
    const closed = await Promise.all(ends.slice(20));
    expect(new Set([...codes, ...closed].map((end) => (end.kind === "stopped" ? end.code : end.kind)))).toEqual(
      new Set(["cancelled"]),
    );
    const fresh = await engine.open({ memoryBytes: 64 * MB });
    expect(await value(fresh, "return 1 + 1")).toBe(2);
    await fresh.close();
  },
);

test(
  "a crowd of programs takes turns on a few threads, and those that it needed end after it",
  { timeout: 60_000 },
  async () => {
    const crowded = new QuickJsEngine({ maxSessions: 60, warmSessions: 1 });
    const counts: number[] = [];
    const sessions = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const session = await crowded.open({ memoryBytes: 64 * MB });
        await value(session, `globalThis.kept = ${index}`);
        counts.push(crowded.pool.threads.length);
        expect(await value(session, "return kept")).toBe(index);
        return session;
      }),
    );
    expect(Math.max(...counts)).toBeLessThanOrEqual(12);
    await closeAll(sessions);
    await expect.poll(() => crowded.pool.threads.length, { timeout: 30_000 }).toBe(1);
    await crowded.close();
  },
);

test("programs that wait for their host keep no other waiting for a thread", { timeout: 60_000 }, async () => {
  const waiting = new QuickJsEngine({ maxSessions: 12, warmSessions: 1 });
  const calls: (() => void)[] = [];
  const call: CellHost["call"] = () =>
    new Promise((resolve) => calls.push(() => resolve({ ok: true, valueJson: "1" })));
  const namespaces = { version: "one", namespaces: [{ name: "host", functions: [["wait", "host:wait"]] }] } as const;
  const ends = Array.from({ length: 12 }, async () => {
    const session = await waiting.open({ memoryBytes: 64 * MB });
    return run(session, "return await host.wait()", { namespaces, call });
  });
  await expect.poll(() => calls.length, { timeout: 30_000 }).toBe(12);
  for (const answer of calls) answer();
  expect((await Promise.all(ends)).map(({ kind }) => kind)).toEqual(Array.from({ length: 12 }, () => "finished"));
  await waiting.close();
});

test("sessions closed as their programs end leave nothing to those that wait", { timeout: 60_000 }, async () => {
  const crowded = new QuickJsEngine({ maxSessions: 40, warmSessions: 1 });
  const looks = Array.from({ length: 40 }, async (_, index) => {
    const session = await crowded.open({ memoryBytes: 64 * MB });
    const ended = run(session, `const seen = typeof secret; globalThis.secret = ${index}; return seen`);
    if (index % 4 === 1) void session.close();
    const end = await ended;
    const kept = index % 2 === 0 ? await value(session, "return secret") : index;
    await session.close();
    return { seen: end.kind === "finished" ? end.valueJson : end.kind, kept };
  });
  const found = await Promise.all(looks);
  expect(found.map(({ kept }) => kept)).toEqual(found.map((_, index) => index));
  // One that is closed while its program runs may be too late to stop it.
  expect(found.filter(({ seen }) => seen !== '"undefined"' && seen !== "stopped")).toEqual([]);
  await crowded.close();
});
