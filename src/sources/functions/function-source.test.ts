import { expect, test } from "vitest";
import { parseJson, stringifyJson } from "../../base/exact-json.ts";
import { defineTool, type FunctionTool } from "./define-tool.ts";
import { createFunctionSource } from "./function-source.ts";

const tool = (execute: FunctionTool["execute"]): FunctionTool =>
  defineTool({ name: "run", description: "Runs.", inputSchema: { type: "object" }, execute });

const source = (execute: FunctionTool["execute"]): ReturnType<typeof createFunctionSource> =>
  createFunctionSource("host", [tool(execute)], { description: "Own functions." });

test("a function is a tool with the name of its group", async () => {
  const { status, tools, description } = await source(() => 1).settled();
  expect({ status, description }).toEqual({ status: "ready", description: "Own functions." });
  expect(tools).toEqual([
    {
      name: "host__run",
      serverName: "host",
      toolName: "run",
      serverDescription: "Own functions.",
      description: "Runs.",
      inputSchema: { type: "object" },
    },
  ]);
});

test.each([
  [{ a: [1] }, { content: [{ type: "text", text: '{"a":[1]}' }], structuredContent: { a: [1] } }],
  ["plain", { content: [{ type: "text", text: "plain" }] }],
  [7, { content: [{ type: "text", text: "7" }], structuredContent: 7 }],
  [null, { content: [{ type: "text", text: "null" }], structuredContent: null }],
  [undefined, { content: [] }],
  [{ content: [{ type: "image", data: "" }] }, { content: [{ type: "image", data: "" }] }],
  [
    { content: "page" },
    { content: [{ type: "text", text: '{"content":"page"}' }], structuredContent: { content: "page" } },
  ],
])("a function that returns %j gives %j", async (value, envelope) => {
  expect(await source(() => value).call("run", {})).toEqual(envelope);
});

test.each<unknown>([
  { a: [1, "two", null, true, 0.1, -0, []], "0": {} },
  { none: undefined, run: () => 1, [Symbol("s")]: 1, not: Number.NaN, end: Number.POSITIVE_INFINITY },
  [undefined, () => 1, [Number.NaN]],
  { long: 2 ** 53, longest: 1e21, digits: 10n ** 20n, small: 1e-7, broken: 1 / 3 },
  { at: new Date(0), own: { toJSON: () => "written" }, list: Object.assign([1], { toJSON: () => "written" }) },
  JSON.parse('{"__proto__":{"a":1},"constructor":2,"\\ud800":"\\udc00"}'),
  Object.assign(Object.create(null), { plain: 1 }),
  // oxlint-disable-next-line no-sparse-arrays, unicorn/no-new-array -- a hole is what is tested
  [, 1],
  -0,
])("small data is what its JSON text says, and nothing of it is shared: %o", async (value) => {
  const { content, structuredContent } = await source(() => value).call("run", {});
  const text = stringifyJson(value);
  expect(content).toEqual([{ type: "text", text }]);
  expect(structuredContent).toStrictEqual(parseJson(text));
  expect(stringifyJson(structuredContent)).toBe(text);
  expect(typeof value === "object" && structuredContent === value).toBe(false);
});

test("a long result is what the function returned, digit for digit, and shares nothing with it", async () => {
  const rows = Array.from({ length: 9_000 }, (_, id) => ({ id, big: 2n ** 60n + BigInt(id), name: `"ä" ${id}` }));
  const { content, structuredContent } = await source(() => ({ rows })).call("run", {});
  const expected = structuredClone(rows);
  rows.splice(0);
  expect(structuredContent).toEqual({ rows: expected });
  expect(content).toEqual([{ type: "text", text: expect.stringContaining('"big":1152921504606855975,') }]);
});

test("a function that throws, or returns what has no JSON, gives an error result with the message", async () => {
  const failed = { isError: true, content: [{ type: "text", text: "disk full" }] };
  expect(await source(() => Promise.reject(new Error("disk full"))).call("run", {})).toEqual(failed);
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  expect(await source(() => cycle).call("run", {})).toMatchObject({ isError: true });
});

test.each([
  [new Map<unknown, unknown>([["a", new Set([1, 2])]]), { a: [1, 2] }],
  [
    { at: new Date(0), bytes: new Uint8Array([1, 2]) },
    { at: "1970-01-01T00:00:00.000Z", bytes: [1, 2] },
  ],
  [
    { failed: Object.assign(new RangeError("too far"), { code: 7 }) },
    { failed: { code: 7, name: "RangeError", message: "too far" } },
  ],
  [
    [/a+/g, new URL("http://a/b")],
    ["/a+/g", "http://a/b"],
  ],
  [Array.from({ length: 9_000 }, () => new Set(["x"])), Array.from({ length: 9_000 }, () => ["x"])],
])("what a function returns of the platform, %o, keeps what is in it", async (value, structuredContent) => {
  expect(await source(() => value).call("run", {})).toMatchObject({ structuredContent });
});

test.each([
  [{ a: [{ later: Promise.resolve(1) }] }, "a Promise at a[0].later", "await it"],
  [(function* () {})(), "a Generator,", "collect"],
  [(async function* () {})(), "an AsyncGenerator,", "collect"],
  [{ page: new Response("x") }, "a Response at page", "response.json()"],
  [new Headers({ a: "b" }), "a Headers,", "Object.fromEntries"],
])(
  "what a function returns and JSON would lose, %o, fails with what to return instead",
  async (value, what, instead) => {
    const { isError, content } = await source(() => value).call("run", {});
    expect(isError).toBe(true);
    expect(JSON.stringify(content)).toContain(what);
    expect(JSON.stringify(content)).toContain(instead);
  },
);

test("an object that holds itself fails with words of its own", async () => {
  const cycle: { self?: unknown } = {};
  cycle.self = [cycle];
  const { isError, content } = await source(() => ({ cycle })).call("run", {});
  expect(isError).toBe(true);
  expect(JSON.stringify(content)).toContain("holds itself");
});

test("a function that takes too long is told by its signal, and the call ends as tool_timeout", async () => {
  let aborted = false;
  const slow = source((_args, { signal }) => {
    signal.addEventListener("abort", () => (aborted = true));
    return new Promise(() => {});
  });
  await expect(slow.call("run", {}, { timeoutMs: 20 })).rejects.toMatchObject({ code: "tool_timeout" });
  expect(aborted).toBe(true);
});

test("a cancelled call ends at once, and nothing starts with an aborted signal or after close", async () => {
  let starts = 0;
  const slow = source(() => {
    starts += 1;
    return new Promise(() => {});
  });
  const controller = new AbortController();
  const call = slow.call("run", {}, { signal: controller.signal });
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: "cancelled" });
  await expect(slow.call("run", {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "cancelled" });
  await slow.close();
  await expect(slow.call("run", {})).rejects.toMatchObject({ code: "server_unavailable" });
  expect(starts).toBe(1);
});

test("a source that is closed cancels the calls in progress, also one that closes it itself", async () => {
  const signals: AbortSignal[] = [];
  const closing = source((args, { signal }) => {
    signals.push(signal);
    if (args["itself"] === true) void closing.close();
    return new Promise(() => {});
  });
  const calls = [closing.call("run", {}), closing.call("run", { itself: true })];
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: "cancelled" });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
});

test("progress reaches the caller", async () => {
  const seen: unknown[] = [];
  const reporting = source((_args, { onProgress }) => onProgress({ progress: 1 }));
  await reporting.call("run", {}, { onProgress: (progress) => seen.push(progress) });
  expect(seen).toEqual([{ progress: 1 }]);
});

test("two tools of one name are refused", () => {
  expect(() => createFunctionSource("host", [tool(() => 1), tool(() => 2)])).toThrow("same name");
});

test("an object of very many members, with what JSON has in other words among them, is what a small one would be", async () => {
  const plain = Object.fromEntries(Array.from({ length: 20_000 }, (_, key) => [`key ${key}`, { n: key / 8 }]));
  const special = { ...plain, map: new Map([["a", 1]]), at: new Date(0), none: undefined };
  const [text, structured] = [JSON.stringify(plain), { ...plain, map: { a: 1 }, at: "1970-01-01T00:00:00.000Z" }];
  const { content } = await source(() => plain).call("run", {});
  expect(content[0]?.["text"] === text).toBe(true);
  const { structuredContent } = await source(() => special).call("run", {});
  expect(JSON.stringify(structuredContent) === JSON.stringify(structured)).toBe(true);
  const lost = await source(() => ({ ...plain, last: { later: Promise.resolve() } })).call("run", {});
  expect(lost.content[0]?.["text"]).toContain("a Promise at last.later");
});
