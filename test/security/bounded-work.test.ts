import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { createCodemode } from "../../src/host/create-codemode.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";
import { codemodeTools } from "../../src/tools/codemode-tools.ts";

/** A schema of about so many characters, with alternatives at each parameter. */
function wideSchema(characters: number): { readonly type: "object"; readonly properties: object } {
  const part = {
    anyOf: [
      { type: "string", description: "A path." },
      { type: "object", properties: { a: { type: "number" } } },
    ],
  };
  const count = Math.ceil(characters / (JSON.stringify(part).length + 10));
  const properties = Object.fromEntries(Array.from({ length: count }, (_, index) => [`parameter${index}`, part]));
  return { type: "object", properties };
}

const wide = Array.from({ length: 12 }, (_, index) =>
  defineTool({
    name: `read_${index}`,
    description: "Reads a file.",
    inputSchema: wideSchema(index < 6 ? 60_000 : 250_000),
    execute: () => "read",
  }),
);

let given = 0;
/** Counts its results of 3 MB. */
const give = defineTool({
  name: "give",
  description: "Gives a long text.",
  inputSchema: { type: "object" },
  execute: () => {
    given += 1;
    return String.fromCodePoint(97 + (given % 26)).repeat(3_000_000);
  },
});

const codemode = createCodemode({ tools: { wide, long: [give] } });
const { executor } = codemode;
afterAll(() => codemode.close());

const RESOLUTION_MS = 5;

/** The longest time the event loop stood still, in milliseconds. Generous bounds, since machines are shared. */
async function standstill(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  await work();
  // What kept the loop last is counted once the loop turns.
  await sleep(2 * RESOLUTION_MS);
  delay.disable();
  return delay.max / 1e6;
}

const saved = (value: string): string => `const { id } = await codemode.artifacts.save(${value});`;
const read = (options: string): string => `await codemode.artifacts.read(id, ${options})`;

test.each<readonly [what: string, code: string]>([
  [
    "steps into everything",
    `${saved("Array.from({ length: 60 }, () => ({ a: { b: { c: [1, { d: 2 }] } } }))")} ${read('{ path: "$" + "..*".repeat(300) }')}`,
  ],
  [
    "nested filters",
    `${saved("Array.from({ length: 400 }, (_, a) => ({ a }))")} ${read('{ path: "$[?@.a <= count($[?@.a <= count($[?@.a <= count($..*)])])]" }')}`,
  ],
  ["a pattern on millions of lines", `${saved('"\\n".repeat(3e6)')} ${read('{ pattern: "x|y|^z+$" }')}`],
  [
    "rows with a name for each of a hundred thousand columns",
    `const { id } = await codemode.artifacts.save("a,".repeat(1e5) + "\\n".repeat(1e5), { mimeType: "text/csv" }); await codemode.artifacts.rows(id)`,
  ],
  [
    "rows far into a text",
    `const { id } = await codemode.artifacts.save("a\\n".repeat(3e6), { mimeType: "text/csv" }); for (let n = 0; n < 4; n++) await codemode.artifacts.rows(id, { offset: 2.9e6, limit: 1e6 })`,
  ],
  ["a pattern of many repetitions", `${saved('"a".repeat(1e6)')} ${read('{ pattern: "(a?){900}a{900}b" }')}`],
])(
  "%s is given up after a second while the host goes on, and the next reading works",
  { timeout: 60_000, retry: 2 },
  async (_what, code) => {
    let tookMs = 0;
    const lag = await standstill(async () => {
      const begun = performance.now();
      const run = await executor.execute(code, { typeCheck: false, timeoutMs: 20_000 });
      tookMs = performance.now() - begun;
      expect(`${run.status} ${run.error?.code} ${run.error?.message}`).toMatch(
        /^completed|^failed invalid_arguments Reading that took|^failed result_too_large (?:Only \d+ of these rows|A line of this CSV)/,
      );
    });
    expect(lag).toBeLessThan(1_000);
    expect(tookMs).toBeLessThan(15_000);
    const after = await executor.execute(`${saved("[{ id: 1 }]")} ${read('{ path: "$[0].id" }')}`, {
      typeCheck: false,
    });
    expect(after.value).toBe(1);
  },
);

test(
  "of two clients that read by path, one with a hundred costly paths delays the other by one of them",
  { timeout: 60_000 },
  async () => {
    const costly = executor.artifacts.save({
      text: JSON.stringify(Array.from({ length: 400 }, (_, a) => ({ a }))),
      mimeType: "application/json",
    });
    const path = "$[?@.a <= count($[?@.a <= count($[?@.a <= count($..*)])])]";
    const stop = new AbortController();
    const costlyReads = Array.from({ length: 100 }, () =>
      executor.artifacts.read(costly.id, { path }, stop.signal).catch(() => "given up"),
    );
    const { ArtifactStore } = await import("../../src/runs/artifacts/artifact-store.ts");
    const other = new ArtifactStore(executor.artifacts.shared);
    const mine = other.save({ text: '{"a":[1,2]}', mimeType: "application/json" });
    const begun = performance.now();
    expect(await other.read(mine.id, { path: "$.a[1]" })).toMatchObject({ text: "2" });
    expect(performance.now() - begun).toBeLessThan(8_000);
    stop.abort();
    expect(new Set(await Promise.all(costlyReads))).toEqual(new Set(["given up"]));
  },
);

test(
  "five hundred searches over wide schemas at once leave the event loop to others",
  { timeout: 60_000, retry: 2 },
  async () => {
    const search = codemodeTools(executor).find(({ name }) => name === "search_tools");
    const first = await search?.execute({ query: "read a file" });
    expect(first?.structured).toMatchObject({ total: 12 });
    const lag = await standstill(async () => {
      const found = await Promise.all(
        Array.from({ length: 500 }, async () => search?.execute({ query: "read a file", limit: 12 })),
      );
      expect(found.every((each) => each?.isError === false)).toBe(true);
    });
    expect(lag).toBeLessThan(500);
  },
);

test.each([
  ["typescript", "const first = long.give({}); for (let n = 0; n < 200; n++) long.give({}); await first; for (;;) {}"],
  [
    "python",
    "import asyncio\nfor n in range(200): asyncio.ensure_future(long.give())\nawait asyncio.sleep(0.01)\nwhile True: pass",
  ],
] as const)(
  "of 200 long results that a program in %s never takes only a few are made, and it ends in time",
  { timeout: 90_000 },
  async (language, code) => {
    await executor.execute("1", { language, timeoutMs: 60_000 });
    given = 0;
    const begun = performance.now();
    const run = await executor.execute(code, { language, typeCheck: false, timeoutMs: 4_000 });
    expect(run.error?.code).toBe("time_limit");
    expect(performance.now() - begun).toBeLessThan(6_000);
    expect(given).toBeGreaterThan(0);
    expect(given).toBeLessThan(60);
    const next = "let sum = 0; for (let n = 0; n < 40; n++) sum += (await long.give({})).length; sum";
    expect(await executor.execute(next, { typeCheck: false })).toMatchObject({ value: 120_000_000 });
  },
);

test.each([
  ["a brace and one name over and over", `/* { ${"get ".repeat(50_000)} */`],
  ["braces over and over", `/* ${"{ get } = ".repeat(20_000)} */`],
  ["an opening brace over and over", `/* ${"{".repeat(200_000)} */`],
  ["names of tools over and over", `/* ${"long.get ".repeat(20_000)} */`],
])("the error of a program with %s is explained at once", { timeout: 60_000, retry: 2 }, async (_, comment) => {
  const lag = await standstill(async () => {
    const run = await executor.execute(`${comment}\nconst get = undefined;\nget()`, { typeCheck: false });
    expect(run.error).toMatchObject({ code: "runtime_error", line: 3 });
  });
  expect(lag).toBeLessThan(1_000);
});

test("describing tools with wide schemas is done one after the other", { timeout: 60_000, retry: 2 }, async () => {
  const describe = codemodeTools(executor).find(({ name }) => name === "get_tool_details");
  const lag = await standstill(async () => {
    const tools = wide.map(({ name }) => `wide__${name}`);
    expect(await describe?.execute({ tool_names: tools, detail: "signature" })).toMatchObject({ isError: false });
  });
  expect(lag).toBeLessThan(1_000);
});
