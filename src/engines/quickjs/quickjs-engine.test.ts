import { afterAll, expect, test } from "vitest";
import type { Cell, CellHost, CellOutcome, NamespaceTable } from "../engine.ts";
import { QuickJsEngine } from "./quickjs-engine.ts";

const MB = 1024 * 1024;
const engine = new QuickJsEngine();
afterAll(() => engine.close());

const limits = { timeMs: 20_000, logBytes: 64 * 1024, valueBytes: MB, argumentBytes: MB };
const none: NamespaceTable = { version: "none", namespaces: [] };
const silent: CellHost = { call: async () => ({ ok: true, valueJson: "null" }), output: () => undefined };

function cell(source: string, more: Partial<Cell> = {}): Cell {
  return { source, filename: "cell.ts", namespaces: none, limits, ...more };
}

async function run(program: Cell, host: CellHost = silent): Promise<CellOutcome> {
  const session = await engine.open({ memoryBytes: 64 * MB });
  try {
    return await session.run(program, host);
  } finally {
    await session.close();
  }
}

async function value(source: string, more: Partial<Cell> = {}): Promise<unknown> {
  const outcome = await run(cell(source, more));
  if (outcome.kind !== "finished") throw new Error(JSON.stringify(outcome));
  return JSON.parse(outcome.valueJson);
}

async function printed(source: string): Promise<string> {
  let text = "";
  await run(cell(source), { ...silent, output: (chunk) => void (text += chunk.text) });
  return text;
}

test("values JSON cannot hold are converted, each kind with one note", async () => {
  const source = `const loop = { n: 1 }; loop.self = loop;
    return { none: undefined, date: new Date(0), map: new Map([["a", 1], [2, new Set([3])]]), big: 10n, loop, f() {}, [Symbol("s")]: 1,
      nan: NaN, error: new TypeError("bad"), dates: [new Date(1), () => 1] }`;
  const outcome = await run(cell(source));
  expect(outcome.kind === "finished" && JSON.parse(outcome.valueJson)).toEqual({
    date: "1970-01-01T00:00:00.000Z",
    map: { a: 1, 2: [3] },
    big: "10",
    loop: { n: 1, self: "[Circular]" },
    nan: null,
    error: { name: "TypeError", message: "bad" },
    dates: ["1970-01-01T00:00:00.001Z", null],
  });
  expect(outcome.kind === "finished" && outcome.notes.toSorted()).toEqual([
    "Big integers became text.",
    "Dates became ISO text.",
    "Errors became objects with name and message.",
    "Functions were left out.",
    "Maps became objects.",
    "Numbers that are not finite became null.",
    'References back to an enclosing object became "[Circular]".',
    "Sets became lists.",
    "Symbols were left out.",
  ]);
});

test("a value nested 20,000 levels deep is cut with a note", async () => {
  const outcome = await run(cell(`let v = 1; for (let i = 0; i < 20000; i++) v = [v]; return v`));
  expect(outcome).toMatchObject({ kind: "finished", notes: [expect.stringContaining("nested deeper")] });
});

test("a value that shares parts without end is too large, not endless", async () => {
  const source = `let v = [1]; for (let i = 0; i < 40; i++) v = [v, v]; return v`;
  expect(await run(cell(source))).toMatchObject({ kind: "stopped", code: "result_too_large" });
});

test.each([
  ["columns of the first line are those of the source", `null.x`, 1, 1],
  ["columns of other lines too", `const a = 1;\n  undefined.y;`, 2, 3],
])("%s", async (...[, source, line, least]) => {
  const outcome = await run(cell(source));
  const frame = outcome.kind === "failed" ? outcome.fault.frames[0] : undefined;
  expect(frame?.line).toBe(line);
  expect(frame?.column).toBeGreaterThanOrEqual(least);
  expect(frame?.column).toBeLessThanOrEqual((source.split("\n")[line - 1] ?? "").length);
});

test("the console formats like the one people know", async () => {
  const source = `console.log("%s is %d, %j %%", "x", 42, { a: 1 }, "rest");
    console.log({ a: [1, "two", null], f() {}, m: new Map([[1, { b: 2 }]]), s: new Set([1]), u: undefined });`;
  expect(await printed(source)).toBe(
    `x is 42, {"a":1} % rest\n{\n  a: [ 1, 'two', null ],\n  f: [Function: f],\n  m: Map(1) { 1 => { b: 2 } },\n  s: Set(1) { 1 },\n  u: undefined\n}\n`,
  );
});

test("300 MB of output and one huge line stay within the limit", async () => {
  const source = `const line = "x".repeat(20e6); for (let i = 0; i < 15; i++) console.log(line)`;
  const outcome = await run(cell(source));
  expect(outcome.output.bytesKept + outcome.output.bytesDropped).toBe(15 * 20_000_001);
  expect(outcome.output.bytesKept).toBeLessThanOrEqual(limits.logBytes);
});

test("timers run in order, promise reactions between them", async () => {
  const source = `const order = []; setTimeout(() => { order.push("b"); Promise.resolve().then(() => order.push("c")) }, 300);
    setTimeout(() => order.push("d"), 300); setTimeout(() => order.push("a"), 0); const cancelled = setTimeout(() => order.push("x"), 0);
    clearTimeout(cancelled); queueMicrotask(() => order.push("first")); await codemode.sleep(400); return order.join("")`;
  expect(await value(source)).toBe("firstabcd");
});

test("a promise nothing can settle ends the program at once", async () => {
  const outcome = await run(cell(`await new Promise(() => {})`));
  expect(outcome).toMatchObject({ kind: "failed", fault: { code: "runtime_error" } });
});

test("text modules import each other and namespaces, and may await", async () => {
  const modules = new Map([
    ["skills/a", `import { twice } from "skills/b"; export const result = await Promise.resolve(twice(21));`],
    ["skills/b", `export const twice = (n) => 2 * n;`],
  ]);
  expect(await value(`const { result } = await import("skills/a"); return result`, { modules })).toBe(42);
});

test("the helpers of codemode do what they say", async () => {
  const source = `const { retry, parallel, runWithTimeout, waitFor, RateLimiter, sleep } = await import("codemode");
    let tries = 0; const retried = await retry(() => { if (++tries < 3) throw new Error("no"); return tries }, { delayMs: 1 });
    let active = 0, most = 0;
    const all = await parallel(Array.from({ length: 6 }, (_, i) => async () => { most = Math.max(most, ++active); await sleep(1); active--; return i }), { limit: 2 });
    const late = await runWithTimeout(new Promise(() => {}), 5).catch((error) => error.name);
    let polls = 0; await waitFor(() => ++polls >= 3, { intervalMs: 1, timeoutMs: 1000 });
    const limiter = new RateLimiter({ maxCalls: 2, periodMs: 30 }); const start = Date.now();
    for (let i = 0; i < 3; i++) await limiter.acquire();
    return { retried, all, most, late, polls, waited: Date.now() - start >= 29 }`;
  expect(await value(source)).toEqual({
    retried: 3,
    all: [0, 1, 2, 3, 4, 5],
    most: 2,
    late: "TimeoutError",
    polls: 3,
    waited: true,
  });
});

test("a table of 20,000 functions costs a session that uses one of them little", async () => {
  const functions = Array.from({ length: 20_000 }, (_, index) => [`f${index}`, `big__f${index}`] as const);
  const namespaces: NamespaceTable = { version: "big", namespaces: [{ name: "big", functions }] };
  const source = `await big.f19999({}); return [Object.keys(servers.big).length, typeof big.nope, "f3" in big]`;
  expect(await value(source, { namespaces })).toEqual([20_000, "undefined", true]);
});

test("sandboxes start with different random numbers", async () => {
  expect(await value(`return Math.random()`)).not.toBe(await value(`return Math.random()`));
});

test("nothing of a session is left in the memory the next one gets", async () => {
  const small = new QuickJsEngine({ maxSessions: 1, warmSessions: 1 });
  const runSmall = async (source: string): Promise<CellOutcome> => {
    const session = await small.open({ memoryBytes: 64 * MB });
    const outcome = await session.run(cell(source), silent);
    await session.close();
    return outcome;
  };
  await runSmall(`globalThis.leak = "secret"; Array.prototype.leak = Object.prototype.leak = 1; Math.max = null; JSON.parse = null;
    await import("codemode"); setTimeout(() => {}, 1e6); return 1`);
  const [thread] = small.pool.threads;
  const outcome = await runSmall(
    `return [typeof globalThis.leak, typeof [].leak, typeof Math.max, JSON.parse("[1]"), new Uint8Array(1 << 20).every((byte) => byte === 0)]`,
  );
  expect(outcome).toMatchObject({ valueJson: `["undefined","undefined","function",[1],true]` });
  expect(small.pool.threads).toEqual([thread]);
  await small.close();
});

test("openings beyond the maximum wait their turn, within bounds, and can be given up", async () => {
  const small = new QuickJsEngine({ maxSessions: 1, warmSessions: 1, queueLimit: 2 });
  const first = await small.open({ memoryBytes: 64 * MB });
  const controller = new AbortController();
  const given = small.open({ memoryBytes: 64 * MB, signal: controller.signal });
  const second = small.open({ memoryBytes: 64 * MB });
  await expect(small.open({ memoryBytes: 64 * MB })).rejects.toMatchObject({ code: "busy" });
  controller.abort();
  await expect(given).rejects.toMatchObject({ code: "cancelled" });
  await first.close();
  await (await second).close();
  await small.close();
  await expect(small.open({ memoryBytes: 64 * MB })).rejects.toMatchObject({ code: "sandbox_lost" });
});

const greedy = {
  "object growth": `const a = []; for (;;) a.push({ n: a.length })`,
  "string doubling": `let s = "x"; for (;;) s += s`,
  "nested objects": `const a = []; for (;;) a.push({ x: 1, y: [1, 2, 3] })`,
  "a map": `const m = new Map(); for (let i = 0; ; i++) m.set(i, "v" + i)`,
  closures: `const a = []; for (;;) a.push(() => a)`,
  properties: `const o = {}; for (let i = 0; ; i++) o["k" + i] = { i }`,
  "growth inside an async function": `async function f() { const a = []; for (;;) a.push([]) } await f()`,
  "many strings": `const a = []; for (;;) a.push("abc" + a.length)`,
  "typed arrays": `const a = []; for (;;) a.push(new Uint8Array(1 << 20))`,
  "huge integers": `let n = 2n; for (;;) n *= n`,
  "reading JSON": `const text = JSON.stringify("“".repeat(9e6)), a = []; for (;;) a.push(JSON.parse(text))`,
  "an error without words": `throw new InternalError()`,
  "writing the value": `const a = []; for (let i = 0; i < 14; i++) a.push(["z".repeat(4e6) + i]); return new Set(a)`,
};
test.each(Object.entries(greedy))("%s ends as memory_limit", async (_, source) => {
  expect(await run(cell(source))).toMatchObject({ kind: "stopped", code: "memory_limit" });
});

const bombs = {
  "deep recursion": `const f = () => f() + 1; f()`,
  "nested JSON": `JSON.parse("[".repeat(100000) + "]".repeat(100000))`,
  "nested parentheses": `eval("(".repeat(100000) + "1" + ")".repeat(100000))`,
};
test.each(Object.entries(bombs))("%s is an error the program can catch", async (_, source) => {
  expect(await value(`try { ${source} } catch (error) { return typeof error.message }`)).toBe("string");
});

const endless = {
  "endless microtasks": `const f = () => Promise.resolve().then(f); await f()`,
  "a timer flood": `const f = () => { setTimeout(f); setTimeout(f) }; f(); await new Promise(() => {})`,
  "a regular expression": `return /^(a+)+$/.test("a".repeat(40) + "b")`,
  "a getter of the value": `return { get x() { for (;;); } }`,
  "a thenable value": `return { then() { for (;;); } }`,
  "a loop that swallows running out of memory": `const a = []; for (;;) { try { for (;;) a.push(new Array(1000).fill(1)) } catch {} }`,
};
test.each(Object.entries(endless))("%s ends at the time limit", { retry: 2 }, async (_, source) => {
  const session = await engine.open({ memoryBytes: 64 * MB });
  const start = performance.now();
  const outcome = await session.run(cell(source, { limits: { ...limits, timeMs: 300 } }), silent);
  const elapsed = performance.now() - start;
  await session.close();
  expect(outcome).toMatchObject({ kind: "stopped", code: "time_limit" });
  expect(elapsed).toBeLessThan(550);
});

test("a program that has its value and waits for a timer takes no processor time meanwhile", async () => {
  await value("return 1");
  // Of the processor, on which the load of the machine has little effect.
  const started = process.cpuUsage();
  expect(await printed(`setTimeout(() => console.log("late"), 1000); return 1`)).toBe("late\n");
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1_000).toBeLessThan(200);
});
