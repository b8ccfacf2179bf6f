import type { ExecutionEvent } from "codemode";
import { expect, test } from "vitest";
import { autoRows, fitAutoRule } from "./auto-rule.ts";
import { catalogueOf, fullName, loadFillers } from "./catalogue.ts";
import { firstAttempt } from "./perturb.ts";
import { priceOf } from "./price.ts";
import { callsOf } from "./recorded-call.ts";
import { findLosses, type TaskRow } from "./results.ts";
import type { SuiteReport } from "./run-suite.ts";
import { showAuto } from "./show-markdown.ts";
import type { Arm, Task } from "./suite.ts";
import { Surroundings } from "./surroundings.ts";
import { judgeAuto } from "./thresholds.ts";

const event = (type: string, callId: number) =>
  ({ type, callId, tool: `t${callId}`, arguments: {} }) as unknown as ExecutionEvent;

test("calls that were under way at once are one batch, and a call after an end begins the next", () => {
  const events = [
    event("tool_call_start", 1),
    event("tool_call_start", 2),
    event("tool_call_end", 2),
    event("tool_call_end", 1),
    event("tool_call_start", 3),
    event("tool_call_end", 3),
  ];
  expect(callsOf(events).map(({ tool, batch }) => [tool, batch])).toEqual([
    ["t1", 0],
    ["t2", 0],
    ["t3", 1],
  ]);
});

test("each turn sends all that came before, and what the turn before had sent is counted as cached too", () => {
  const use = { tool: "t", args: {}, result: { text: "", images: 0, isError: false } };
  const surface = { system: "", tools: [] };
  const none = priceOf(surface, [{ request: "", turns: [], answer: "", needs: [] }]);
  expect(none).toEqual({ turns: 1, inputTokens: 8, outputTokens: 4, cachedTokens: 0 });
  const one = priceOf(surface, [{ request: "", turns: [[use]], answer: "", needs: [] }]);
  // The second turn reads the first one's 8, its call of 4 + 1 + 1, and a result of 4.
  expect(one).toEqual({ turns: 2, inputTokens: 8 + 18, outputTokens: 6 + 4, cachedTokens: 8 });
});

test("a catalogue has the tools a task needs, then those of its servers, of its suite, and fillers, in their own order", () => {
  const tool = (server: string, name: string) => ({ server, name, description: "", inputSchema: {} });
  const tools = [tool("b", "one"), tool("a", "one"), tool("a", "two"), tool("x_f", "one"), tool("a", "three")];
  const names = (size: number) =>
    catalogueOf({ servers: ["a"] }, { needs: new Set(["a__three"]), size, tools }).map(fullName);
  expect([1, 3, 4, 9].map(names)).toEqual([
    ["a__three"],
    ["a__one", "a__two", "a__three"],
    ["b__one", "a__one", "a__two", "a__three"],
    ["b__one", "a__one", "a__two", "x_f__one", "a__three"],
  ]);
});

test("there are fillers for the largest size, and no two have the same name", () => {
  const names = loadFillers().map(fullName);
  expect(names.length).toBeGreaterThanOrEqual(1_790);
  expect(new Set(names).size).toBe(names.length);
});

const row = ([id, arm, tokens]: readonly [string, Arm, number], definitions = 0): TaskRow => ({
  id,
  template: id,
  arm,
  passed: true,
  turns: 2,
  inputTokens: tokens,
  outputTokens: 0,
  cachedTokens: 0,
  seconds: 0,
  calls: 1,
  definitions,
});

const taskOf = (id: string): Task => ({
  id,
  template: id,
  servers: [],
  steps: [{ request: "Do it.", programs: { typescript: "", python: "" } }],
});

test("a loss is a task in which a program costs more than the cheapest arm without programs", () => {
  const rows = [
    row(["a", "direct", 9]),
    row(["a", "search", 5]),
    row(["a", "code-typescript", 7]),
    row(["b", "direct", 9]),
    row(["b", "code-typescript", 7]),
  ];
  expect(findLosses(rows)).toEqual([{ id: "a", arm: "code-typescript", against: "search", by: 2 }]);
});

test("the rule of auto learns up to which size of the definitions direct calls are cheaper", () => {
  const tasks = ["a", "b", "c", "d", "e", "f"].map(taskOf);
  const rows = tasks.flatMap(({ id }, at) => {
    const definitions = [100, 100, 5_000, 5_000, 200, 200][at] ?? 0;
    return [
      row([id, "direct", definitions * 2], definitions),
      row([id, "direct-parallel", definitions * 2], definitions),
      row([id, "search", 1_000], definitions),
      row([id, "code-typescript", 3_000], definitions),
    ];
  });
  const rule = fitAutoRule(tasks, rows);
  expect(rule).toEqual({ directTokens: 200, otherwise: "search" });
  expect(autoRows(rows, rule).map(({ arm, inputTokens }) => [arm, inputTokens])).toEqual(
    [200, 200, 1_000, 1_000, 400, 400].map((tokens) => ["auto", tokens]),
  );
});

test("auto is judged on every second template, and the report has a column for each size", () => {
  const tasks = ["a", "b", "c", "d", "e"].map(taskOf);
  const rowsOf = (id: string, [tokens, turns]: readonly [number, number]): readonly TaskRow[] => [
    row([id, "direct", 100]),
    { ...row([id, "auto", tokens]), turns },
  ];
  const judge = (...autos: readonly (readonly [number, number])[]) =>
    judgeAuto(
      tasks,
      autos.flatMap((auto, at) => rowsOf(tasks[at]?.id ?? "", auto)),
    );
  const small = judge([900, 9], [105, 2], [900, 9], [100, 3], [900, 9]);
  const large = judge([1, 1], [106, 1], [1, 1], [1, 2], [1, 1]);
  expect(small).toEqual({ templates: 2, near: 2, tasks: 2, slow: ["d"] });
  expect(large).toEqual({ templates: 2, near: 1, tasks: 2, slow: [] });
  expect(judgeAuto(tasks, [row(["b", "direct", 1])])).toBeUndefined();

  const report = (suite: string, size: number, auto: typeof small) =>
    ({ result: { suite, size }, ...(auto === undefined ? {} : { auto }) }) as unknown as SuiteReport;
  expect(showAuto([report("own", 14, undefined)])).toBe("");
  const text = showAuto([report("own", 14, small), report("own", 1_800, large), report("bfcl", 14, large)]);
  expect(text.split("\n").slice(2, -1)).toEqual([
    "| templates and tasks | 14 tools | 1,800 tools |",
    "| --- | ---: | ---: |",
    "| own, tokens ≤ 1.05 | 2 of 2 | 1 of 2 |",
    "| own, turns ≤ direct | 1 of 2 | 2 of 2 |",
    "| bfcl, tokens ≤ 1.05 | 1 of 2 | - |",
    "| bfcl, turns ≤ direct | 2 of 2 | - |",
    "",
    "- own, 14 tools, more turns than direct: d",
  ]);
});

test.each([
  ["stale-name", "await a.get_v1({ id: 1 })"],
  ["failing-call", 'await a.get({"id":1,"as_soon_as_possible":true})\nawait a.get({ id: 1 })'],
  ["wrong-guess", 'const result = await a.get({"id":1});\nresult.data.items.map((item) => item.id)'],
] as const)("the first attempt of %s is made of the first call", (variant, program) => {
  const programs = { typescript: "await a.get({ id: 1 })", python: "" };
  const first = { tool: "a__get", args: { id: 1 }, order: 0, batch: 0 };
  expect(firstAttempt(variant, { programs, language: "typescript", first, isRead: true })?.program).toBe(program);
});

test.each([
  ["a parameter that is shown", 0, "stone"],
  ["one that the signature beside the request leaves out", 1, "option_39"],
])("a program that gives %s takes %i searches first", async (_, searches, parameter) => {
  const options = Array.from({ length: 40 }, (_each, at) => [`option_${at}`, { type: "string" }]);
  const properties = { stone: { type: "string" }, ...Object.fromEntries(options) };
  const inputSchema = { type: "object", properties, required: ["stone"] } as const;
  const weigh = { server: "scale", name: "weigh", description: "Weighs.", inputSchema };
  const others = loadFillers().slice(0, 50);
  await using surroundings = await Surroundings.open([weigh, ...others], { isCut: false });
  const code = `await scale.weigh({ ${parameter}: "a" })`;
  const use = { tool: "execute_code", args: { code }, result: { text: "", images: 0, isError: false } };
  const exchange = { request: "Weigh the stone", turns: [[use]], answer: "", needs: ["scale__weigh"] };
  const { exchanges } = await surroundings.fitted([exchange]);
  expect(exchanges[0]?.request).toContain("\nweigh({ stone, ");
  expect(exchanges[0]?.turns).toHaveLength(1 + searches);
});
