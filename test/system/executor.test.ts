import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCodemode, type Codemode } from "../../src/host/create-codemode.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";

let calls = 0;
let active = 0;
let most = 0;

const tools = [
  defineTool({
    name: "add",
    description: "Adds two numbers.",
    inputSchema: {
      type: "object",
      properties: { a: { type: "number" }, b: { type: "number" } },
      required: ["a", "b"],
      additionalProperties: false,
    },
    outputSchema: { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] },
    execute: ({ a, b }) => ({ sum: Number(a) + Number(b) }),
  }),
  defineTool({
    name: "count",
    description: "Counts its calls.",
    inputSchema: { type: "object" },
    execute: async () => {
      calls += 1;
      active += 1;
      most = Math.max(most, active);
      await new Promise((resolve) => setImmediate(resolve));
      active -= 1;
      return calls;
    },
  }),
  defineTool({
    name: "fail-now",
    description: "Fails.",
    inputSchema: { type: "object" },
    execute: () => {
      throw new Error("disk full");
    },
  }),
  defineTool({
    name: "hang",
    description: "Never answers.",
    inputSchema: { type: "object" },
    execute: (_args, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
      }),
  }),
  defineTool({
    name: "big",
    description: "Gives a long text.",
    inputSchema: { type: "object", properties: { length: { type: "number" } }, required: ["length"] },
    execute: ({ length }) => "x".repeat(Number(length)),
  }),
];

let codemode: Codemode;

beforeAll(async () => {
  codemode = createCodemode({ tools: { host: tools } });
  await codemode.executor.setup();
});

afterAll(() => codemode.close());

const run = (code: string, options = {}) => codemode.executor.execute(code, options);

describe("values", () => {
  test.each([
    ["1 + 1", 2],
    ["const x = 20; const y = 22; x + y", 42],
    ["return 'early'; 'late'", "early"],
    ["export default { a: [1, null] }", { a: [1, null] }],
    ["async () => { return 5 }", 5],
    ["async function main() { return 6 }", 6],
    ["```ts\nconst n: number = 7;\nn\n```", 7],
    ["await host.add({ a: 1, b: 2 })", { sum: 3 }],
    ["import { add } from 'generated/servers/host';\n(await add({ a: 1, b: 2 })).sum", 3],
    ["import { add } from './generated/mcp/host.ts';\n(await add({ a: 2, b: 2 })).sum", 4],
    ["import { callTool } from 'codemode';\n(await callTool('host__add', { a: 3, b: 2 })).sum", 5],
    ["servers.host['fail-now']({}).catch((error) => error.message)", "disk full"],
    ["(await Promise.all([1, 2, 3].map((a) => host.add({ a, b: a })))).map(({ sum }) => sum)", [2, 4, 6]],
    ["for (const x of [1]) x;", null],
    ["new Date(0)", "1970-01-01T00:00:00.000Z"],
    ["enum Color { Red = 3 }\nColor.Red", 3],
  ])("%j gives %j", async (code, value) => {
    const result = await run(code);
    expect(result.error).toBeNull();
    expect(result.value).toEqual(value);
    expect(result).toMatchObject({ status: "completed", success: true });
  });
});

describe("errors", () => {
  test.each([
    ["const x = ;", { code: "syntax_error", line: 1 }],
    ["const a = 1;\nnope(a)", { code: "type_error", line: 2, column: 1 }],
    ["host.add({ a: 1, c: 2 })", { code: "type_error", line: 1 }],
    ["host.addd({ a: 1, b: 2 })", { code: "unknown_tool", line: 1 }],
    ["import { addd } from 'generated/servers/host';\naddd({})", { code: "unknown_tool", line: 1 }],
    ["import { add } from 'generated/servers/nowhere';\nadd({})", { code: "unknown_tool", line: 1 }],
    ["const o: any = {};\n\n  o.a.b", { code: "runtime_error", line: 3 }],
    ["const args: any = { a: 'x' };\nawait host.add(args)", { code: "type_error", line: 2, tool: "host__add" }],
    ["const args = JSON.parse('{}');\nawait host.add(args)", { code: "invalid_arguments", line: 2, tool: "host__add" }],
    [
      "1;\nawait servers.host['fail-now']({})",
      { code: "tool_error", line: 2, message: "disk full", tool: "host__fail-now" },
    ],
  ])("%j fails with %j", async (code, error) => {
    const result = await run(code);
    expect(result).toMatchObject({ status: "failed", success: false, value: null, error });
  });

  test("an error suggests the names that look like the wrong one", async () => {
    const { error } = await run("import { addd } from 'generated/servers/host';\naddd({})");
    expect(`${error?.message} ${error?.hint}`).toContain("add");
  });

  test("without the type check the same mistakes are found at the gate", async () => {
    const { error } = await run("await host.add({ a: 1, c: 2 })", { typeCheck: false });
    expect(error).toMatchObject({ code: "invalid_arguments", tool: "host__add", line: 1 });
    expect(error?.message).toContain("b");
  });

  test("a program may catch what a tool throws and go on", async () => {
    const code = `import { ToolError } from "codemode";
try { await servers.host["fail-now"]({}) } catch (error) { [error instanceof ToolError, error.code, error.tool, error.message] }
finally { console.log("after") }
return await servers.host["fail-now"]({}).catch((error) => [error instanceof ToolError, error.code, error.tool, error.message]);`;
    const result = await run(code);
    expect(result.value).toEqual([true, "tool_error", "host__fail-now", "disk full"]);
    expect(result.stdout).toBe("after\n");
  });
});

describe("budgets", () => {
  test.each([
    ["in sequence", "for (let i = 0; i < 2000; i++) await host.count({});"],
    ["in parallel", "await Promise.all(Array.from({ length: 2000 }, () => host.count({})));"],
    ["caught", "for (let i = 0; i < 2000; i++) { try { await host.count({}) } catch {} }"],
  ])("of 2,000 calls %s exactly 500 are made and the run ends with call_limit", async (_how, code) => {
    calls = 0;
    most = 0;
    const result = await run(code);
    expect(result.error).toMatchObject({ code: "call_limit" });
    expect(calls).toBe(500);
    expect(most).toBeLessThanOrEqual(16);
    expect(result.toolCalls.filter(({ status }) => status === "ok")).toHaveLength(500);
  });

  test("no call starts after the end of a run", async () => {
    calls = 0;
    await run("for (let i = 0; i < 100; i++) void host.count({}); 'done'");
    const atEnd = calls;
    await run("1");
    await run("1");
    expect(calls).toBe(atEnd);
  });

  test("a run that waits for a tool for ever ends at its time limit, and the call is cancelled", async () => {
    const started = performance.now();
    const result = await run("await host.hang({})", { timeoutMs: 300 });
    expect(result.error).toMatchObject({ code: "time_limit" });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test("a cancelled run says so", async () => {
    const controller = new AbortController();
    const running = run("await host.hang({})", { signal: controller.signal });
    controller.abort();
    expect(await running).toMatchObject({ status: "cancelled", error: { code: "cancelled" } });
  });

  test("a run whose caller has given up before it begins is cancelled", async () => {
    const signal = AbortSignal.abort();
    expect(await run("1", { signal })).toMatchObject({ status: "cancelled", error: { code: "cancelled" } });
  });

  test("a program over the code limit is refused before it is parsed", async () => {
    expect(await run(`"${"x".repeat(300_000)}"`)).toMatchObject({ error: { code: "code_too_large" } });
  });

  test("a tool result over its limit raises in the program, which goes on", async () => {
    const result = await run("await host.big({ length: 11_000_000 }).catch((error) => error.code)");
    expect(result.value).toBe("result_too_large");
  });
});

describe("what a program finds", () => {
  test("every global of the sandbox is declared to the type check", async () => {
    const code = `const seen = new Set(Object.getOwnPropertyNames(globalThis));
return [...seen].filter((name) => !["servers", "host", "seen", "escape", "unescape"].includes(name));`;
    const { value } = await run(code, { typeCheck: false });
    const names = (Array.isArray(value) ? value.map(String) : []).filter((name) => /^[A-Za-z]\w*$/.test(name));
    const result = await run(names.map((name) => `void ${name};`).join("\n"), { typeCheck: true });
    expect(result.error).toBeNull();
    expect(names).toContain("codemode");
  });

  test("the whole MCP result is one option away", async () => {
    const raw = "const { content } = await host.add({ a: 1, b: 2 }, { raw: true }); content[0].type";
    expect(await run(raw)).toMatchObject({ value: "text", error: null });
  });

  test("several items can be emitted at once", async () => {
    expect((await run("await (codemode.emit as any)('one', 'two')")).content).toEqual([
      { type: "text", text: "one" },
      { type: "text", text: "two" },
    ]);
  });

  test("a text can be emitted as it is", async () => {
    expect((await run("await codemode.emit('so far so good')")).content).toEqual([
      { type: "text", text: "so far so good" },
    ]);
  });
});

describe("sessions", () => {
  test("a session keeps variables, functions, classes and imports; others see nothing of it", async () => {
    const first = { sessionId: "kept" };
    await run(
      "import { add } from 'generated/servers/host';\nlet n = 1; function bump() { n += 1; return n }\nclass Box { v = n }",
      first,
    );
    expect((await run("[bump(), bump(), new Box().v, (await add({ a: n, b: 1 })).sum]", first)).value).toEqual([
      2, 3, 3, 4,
    ]);
    expect((await run("bump()", { sessionId: "other" })).error).toMatchObject({ code: "type_error" });
    expect((await run("typeof bump")).value).toBe("undefined");
  });

  test("functions of earlier programs see what later ones redefine", async () => {
    const session = { sessionId: "notebook" };
    await run("const rate = 2; function price(x: number) { return x * rate }", session);
    await run("const rate = 3", session);
    expect((await run("price(5)", session)).value).toBe(15);
  });

  test("clearState empties a session", async () => {
    await run("const gone = 1", { sessionId: "cleared" });
    await codemode.executor.clearState("cleared");
    expect((await run("typeof gone", { sessionId: "cleared" })).value).toBe("undefined");
  });

  test("a session whose program was stopped starts again empty and says so", async () => {
    const session = { sessionId: "stopped" };
    await run("const here = 1", session);
    await run("while (true) {}", { ...session, timeoutMs: 200 });
    const result = await run("typeof here", session);
    expect(result.value).toBe("undefined");
    expect(result.notes.join(" ")).toContain("starts empty");
  });
});

describe("what comes back", () => {
  test("a long value is kept aside for a model and whole for a program", async () => {
    const code = "Array.from({ length: 9000 }, (_, id) => ({ id }))";
    const forModel = await run(code, { reader: "model" });
    expect(forModel.text.length).toBeLessThan(2_000);
    expect(forModel.artifacts).toMatchObject([{ preview: "Array<{ id: number }> (9000 items)" }]);
    const forProgram = await run(code);
    expect(forProgram.artifacts).toEqual([]);
    expect(forProgram.value).toHaveLength(9_000);
    const id = forModel.artifacts[0]?.id ?? "";
    expect((await run(`import { artifacts } from "codemode"; (await artifacts.read("${id}")).length`)).value).toBe(
      9_000,
    );
  });

  test("a value over valueBytes is an error that states the size", async () => {
    const { error } = await run("'x'.repeat(2_000_000)");
    expect(error).toMatchObject({ code: "result_too_large" });
    expect(error?.message).toMatch(/2,?000,?00/);
  });

  test("output over its limit is dropped and counted", async () => {
    const result = await run("for (let i = 0; i < 4_000; i++) console.log('y'.repeat(999)); 'done'");
    expect(result.value).toBe("done");
    expect(result.stdout.length).toBeLessThanOrEqual(262_144);
    expect(result.notes.join(" ")).toMatch(/\d{7} bytes of output/);
  });

  test("emitted items are handed on as content", async () => {
    const item = { type: "image", data: "AAAA", mimeType: "image/png" };
    const result = await run(`import { emit } from "codemode"; await emit(${JSON.stringify(item)}); 1`);
    expect(result.content).toEqual([item]);
  });

  test.each(["typescript", "python"] as const)("a list of items is handed on whole in %s", async (language) => {
    const items = [
      { type: "text", text: "the chart" },
      { type: "image", data: "AAAA", mimeType: "image/png" },
    ];
    const result = await run(`await codemode.emit(${JSON.stringify(items)})\n1`, { language, typeCheck: false });
    expect(result).toMatchObject({ content: items, error: null });
  });

  test.each(["{ n: 1 }", "[1, 2]", "5", "[{ type: 'text', text: 'a' }, 7]"])(
    "emit(%s) says what it takes, and nothing is handed on",
    async (item) => {
      const { error, content } = await run(`await codemode.emit(${item})`, { typeCheck: false });
      expect(error?.code).toBe("invalid_arguments");
      expect(error?.message).toContain(
        'item must be a text, MCP content such as { type: "image", data, mimeType }, or a list',
      );
      expect(content).toEqual([]);
    },
  );

  test("history remembers runs, newest first", async () => {
    const { runId } = await run("'remember me'");
    expect(await codemode.executor.history(1)).toMatchObject([{ runId, code: "'remember me'", status: "completed" }]);
  });

  test("programs find and describe tools by themselves", async () => {
    const code = `import { search, describe } from "codemode";
const found = await search("add numbers");
return [found.tools[0].name, (await describe(found.tools[0].name)).import];`;
    expect((await run(code)).value).toEqual(["host__add", expect.stringContaining("add")]);
  });
});

test.each([[undefined], [null], [5], [{ code: "1" }]])(
  "code that is no text, %j, is refused in words",
  async (code) => {
    // @ts-expect-error -- callers in plain JavaScript pass anything
    await expect(codemode.executor.execute(code)).rejects.toMatchObject({
      code: "invalid_arguments",
      message: expect.stringContaining("The code of a program must be a text"),
    });
  },
);

test.each([["ruby"], ["Python"], [""]])("a language that is none, %j, is refused in words", async (language) => {
  // @ts-expect-error -- callers in plain JavaScript pass anything
  await expect(codemode.executor.execute("1", { language })).rejects.toMatchObject({ code: "invalid_arguments" });
});

test.each([
  [null, "must be an object"],
  [5, "must be an object"],
  [{ tools: [] }, "tools must be an object"],
  [{ tools: { shop: {} } }, "tools.shop must be a list"],
])("settings that are none, %j, are refused in words", (settings, words) => {
  // @ts-expect-error -- callers in plain JavaScript pass anything
  expect(() => createCodemode(settings)).toThrow(words);
});
