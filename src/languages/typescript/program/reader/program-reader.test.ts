import type { Mentions } from "../../../mentions.ts";
import { isDeepStrictEqual } from "node:util";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { prepare } from "../prepare.ts";
import { ProgramReader } from "./program-reader.ts";

const reader = new ProgramReader();

afterAll(() => reader.close());

/** Prepares a text while the event loop is watched; the longest time it was held up, in ms. */
async function watch(text: string): Promise<{ readonly outcome: string; readonly longestMs: number }> {
  let longestMs = 0;
  const progress = { isDone: false };
  const outcome = reader
    .prepare(text)
    .then(
      () => "accepted",
      (error: { readonly code: string }) => error.code,
    )
    .finally(() => (progress.isDone = true));
  let before = performance.now();
  while (!progress.isDone) {
    await nextTurn();
    const now = performance.now();
    longestMs = Math.max(longestMs, now - before);
    before = now;
  }
  return { outcome: await outcome, longestMs };
}

const LONG = `import { read_file } from "generated/servers/files";
const first: string = await read_file({ path: "a" });
${Array.from({ length: 2_000 }, (_, index) => `const value${index}: number = ${index};`).join("\n")}
missing(first);
files.gone(first);`;

test("a long program comes out as a short one would", async () => {
  const read = await reader.prepare(LONG);
  const local = prepare(LONG, { language: "typescript" });
  for (const part of ["source", "globals", "valueKind", "code", "isTypeScript"] as const) {
    expect(isDeepStrictEqual(read[part], local[part])).toBe(true);
  }
  expect(placed(read.mentions)).toEqual(placed(local.mentions));
  expect(await read.map(1_000, 8)).toEqual(local.map(1_000, 8));
  expect(await read.freeUses()).toEqual(local.freeUses());
  const [call] = await read.toolCalls();
  expect({ ...call, details: call?.details() }).toEqual({
    ...local.toolCalls()[0],
    details: local.toolCalls()[0]?.details(),
  });
});

const placed = ({ imports, calls, ...rest }: Mentions) => ({
  ...rest,
  imports: imports.map((each) => ({
    ...each,
    at: each.at(),
    names: each.names.map((name) => ({ ...name, at: name.at() })),
  })),
  calls: calls.map((call) => ({ ...call, at: call.at(), serverAt: call.serverAt() })),
});

test("a problem in a long program is told with its place", async () => {
  const error = await reader.prepare(`${LONG}\nfoo(;`).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "syntax_error", details: { line: 2_005, column: 5, hint: expect.any(String) } });
});

const times = (text: string, count: number, end = ""): string => `${text.repeat(count)}1${end.repeat(count)}`;
const NESTED: readonly (readonly [string, string])[] = [
  ["parentheses", times("(", 50_000, ")")],
  ["arrays", times("[", 50_000, "]")],
  ["template literals", times("`${", 20_000, "}`")],
  ["arrow functions", times("a=>", 20_000)],
  ["arrow functions with bodies", times("()=>{", 20_000, "}")],
  ["functions", times("function f(){", 20_000, "}")],
  ["functions with directives", times("(function(){'use strict';", 9_000, "})")],
  ["classes", times("(class{m(){", 9_000, "}})")],
  ["regular expressions", times("[/(?<n>a)+/u,", 9_000, "]")],
  ["types", `let x: ${times("A<", 50_000, ">")}`],
  ["conditionals", times("1?1:", 20_000)],
  ["negations", times("!", 200_000)],
  ["generic arrows that can be read in many ways", times("<T>(", 60, ")")],
  ["ifs", times("if(1)", 20_000)],
  ["unclosed templates", "`${".repeat(20_000)],
];

test.each(
  NESTED.flatMap(([title, text]) => [
    [title, text] as const,
    [`${title} behind a type`, `let y: string;\n${text}`] as const,
  ]),
)("nested %s neither end the process nor hold it up", { retry: 2 }, async (_title, text) => {
  const { outcome, longestMs } = await watch(text);
  expect(["accepted", "syntax_error"]).toContain(outcome);
  expect(longestMs).toBeLessThan(400);
});

test("a program that is being read can be given up, and the next is read", async () => {
  const stop = new AbortController();
  const given = reader.prepare(`let y: string;\n${"<T>(".repeat(60)}b${")".repeat(60)}`, stop.signal);
  stop.abort(new Error("enough"));
  await expect(given).rejects.toThrow("enough");
  expect((await reader.prepare(LONG)).isTypeScript).toBe(true);
});

test("a program is kept as it was read once it comes a second time", async () => {
  const text = "const total = 1 + 1; total";
  const first = await reader.prepare(text);
  const second = await reader.prepare(text);
  expect(second).not.toBe(first);
  expect(await reader.prepare(text)).toBe(second);
});

test("a program whose reading runs out of time is not called nested too deeply", async () => {
  const text = `let y: string;\n${"<T>(".repeat(60)}b${")".repeat(60)}`;
  const error = await reader.prepare(text).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "syntax_error", message: expect.stringContaining("took too long to be read") });
});
