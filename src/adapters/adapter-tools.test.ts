import { afterAll, expect, test } from "vitest";
import { createCodemode } from "../host/create-codemode.ts";
import { defineTool } from "../sources/functions/define-tool.ts";
import {
  type AdapterCall,
  type AdapterOptions,
  type AdapterProgress,
  type AdapterTool,
  adapterTools,
} from "./adapter-tools.ts";
import { anthropicTools } from "./anthropic/anthropic-tools.ts";
import { openaiTools } from "./openai/openai-tools.ts";
import { toStandardInput } from "./standard-input.ts";
import { watchCall } from "./watch-call.ts";

const PDF = { type: "resource", resource: { uri: "shop:bill", blob: "AAAA", mimeType: "application/pdf" } };

const price = defineTool({
  name: "price",
  description: "A price.",
  inputSchema: { type: "object" },
  execute: () => 100,
});
const bill = defineTool({
  name: "bill",
  description: "A bill.",
  inputSchema: { type: "object" },
  execute: () => ({ content: [PDF] }),
});
const codemode = createCodemode({ tools: { shop: [price, bill] } });
afterAll(() => codemode.close());

const emitBill = { code: "for (const item of await shop.bill({})) codemode.emit(item)" };

function find(name: string, options?: Parameters<typeof adapterTools>[1]): AdapterTool {
  const tool = adapterTools(codemode, options).find((each) => each.name === name);
  if (tool === undefined) throw new Error(`${name} is not offered`);
  return tool;
}

test("an executor and what it is composed in give the same tools, and tools can be left out", () => {
  const names = (...args: Parameters<typeof adapterTools>): string[] => adapterTools(...args).map(({ name }) => name);
  expect(names(codemode.executor)).toEqual(names(codemode));
  expect(names(codemode, { set: "minimal", exclude: ["get_tool_details"] })).toEqual(["search_tools", "execute_code"]);
  expect(() => names(codemode, { exclude: ["nothing"] })).toThrow('There is no tool "nothing"');
});

test("the description follows the catalog", async () => {
  const tool = find("execute_code");
  const before = tool.description;
  codemode.registry.addTools("bakery", [price]);
  const during = tool.description;
  await codemode.registry.removeServer("bakery");
  expect([before.includes("bakery"), during.includes("bakery"), tool.description === before]).toEqual([
    false,
    true,
    true,
  ]);
});

test("arguments may be JSON text; text that is none is refused in words", async () => {
  const tool = find("execute_code");
  expect(await tool.call('{"code":"6 * 7"}')).toMatchObject({ isError: false, structured: { value: 42 } });
  expect(await tool.call('{"code":')).toMatchObject({ isError: true, text: expect.stringContaining("cannot take") });
  expect(await find("list_servers").call("")).toMatchObject({ isError: false });
});

test("progress reaches the call and the options, with the name of the tool and the id of the call", async () => {
  const [ofCall, ofOptions]: [AdapterProgress[], AdapterProgress[]] = [[], []];
  const tool = find("execute_code", { onProgress: (progress) => ofOptions.push(progress) });
  await tool.call(
    { code: "await shop.price({})" },
    { toolCallId: "c1", onProgress: (progress) => ofCall.push(progress) },
  );
  expect(ofCall).toEqual([{ tool: "execute_code", toolCallId: "c1", progress: 1, message: "shop__price: ok" }]);
  expect(ofOptions).toEqual(ofCall);
});

test("the options hear the events of the programs that calls run, with the call they belong to", async () => {
  const heard: unknown[] = [];
  const tool = find("execute_code", { onEvent: (event, call) => heard.push([event.type, call]) });
  await tool.call({ code: 'console.log("hi"); await shop.price({})' }, { toolCallId: "c1" });
  const call = { tool: "execute_code", toolCallId: "c1" };
  const types = ["run_start", "output", "tool_call_start", "tool_call_end", "run_end"];
  expect(heard).toEqual(expect.arrayContaining(types.map((type) => [type, call])));
});

test("a watched call yields the newest progress and returns the result", async () => {
  const steps = watchCall(find("execute_code"), { code: "await shop.price({}); await shop.price({})" });
  const seen: number[] = [];
  let step = await steps.next();
  while (step.done !== true) {
    seen.push(step.value.progress);
    step = await steps.next();
  }
  expect(seen.at(-1)).toBe(2);
  expect(step.value).toMatchObject({ structured: { value: 100 } });
});

test("the input as a Standard Schema takes any object, and gives a copy of the JSON Schema", async () => {
  const tool = find("execute_code");
  const { validate, jsonSchema } = toStandardInput(tool)["~standard"];
  expect(await validate({ code: 1 })).toEqual({ value: { code: 1 } });
  expect(await validate("code")).toHaveProperty("issues");
  const schema = jsonSchema.input({ target: "draft-07" });
  expect(schema).toEqual(tool.inputSchema);
  expect(schema).not.toBe(tool.inputSchema);
});

test("the Messages API gets a PDF as a document, and calls of other tools are left to the caller", async () => {
  const { tools, run } = anthropicTools(codemode, { set: "minimal" });
  expect(tools.map(({ name }) => name)).toEqual(["search_tools", "get_tool_details", "execute_code"]);
  const blocks = [
    { type: "text", text: "I look." },
    { type: "tool_use", id: "a", name: "execute_code", input: emitBill },
    { type: "tool_use", id: "b", name: "weather", input: {} },
    { type: "tool_use", id: "c", name: "execute_code", input: { language: "latin" } },
  ];
  const [document, failed, ...others] = await run({ content: blocks });
  expect(document).toMatchObject({ type: "tool_result", tool_use_id: "a", is_error: false });
  expect(document?.content[1]).toEqual({
    type: "document",
    source: { type: "base64", media_type: "application/pdf", data: "AAAA" },
  });
  expect(failed).toMatchObject({ tool_use_id: "c", is_error: true });
  expect(others).toEqual([]);
});

test("the Responses API gets a PDF as a file, one text as a string, and one call alone is enough", async () => {
  const { tools, run } = openaiTools(codemode);
  expect(tools[0]).toMatchObject({ type: "function", strict: false, parameters: { type: "object" } });
  const call = { type: "function_call", call_id: "a", name: "execute_code", arguments: JSON.stringify(emitBill) };
  const [bills] = await run(call);
  expect(bills?.output).toContainEqual({
    type: "input_file",
    filename: "result.pdf",
    file_data: "data:application/pdf;base64,AAAA",
  });
  const calls = [{ ...call, arguments: '{"code":"1 + 1"}' }];
  const [sum] = await run({ output: calls });
  expect(sum).toEqual({ type: "function_call_output", call_id: "a", output: "value: 2" });
});

test("an approval is for the program that was shown: ids that a model uses again do not mix up runs", async () => {
  const made: unknown[] = [];
  const pay = defineTool({
    name: "pay",
    description: "Pays.",
    inputSchema: { type: "object" },
    execute: ({ n }) => {
      made.push(n);
      return n;
    },
  });
  await using asking = createCodemode({ tools: { bank: [pay] }, policy: { preset: "ask-writes" } });
  const runner = (): AdapterTool => {
    const tool = adapterTools(asking, { approvals: true }).find(({ name }) => name === "execute_code");
    if (tool === undefined) throw new Error("there is no execute_code");
    return tool;
  };
  const call = { toolCallId: "functions.execute_code:0" };
  const [one, two] = [{ code: "await bank.pay({ n: 1 })" }, { code: "await bank.pay({ n: 2 })" }];
  const tool = runner();
  expect([await tool.needsApproval?.(one, call), await tool.needsApproval?.(two, call)]).toEqual([true, true]);
  expect(await tool.call(two, call)).toMatchObject({ structured: { value: 2 } });
  // Tools that are made anew for every request know what others began.
  expect(await runner().needsApproval?.(one, call)).toBe(true);
  expect(await runner().call(one, call)).toMatchObject({ structured: { value: 1 } });
  expect(made).toEqual([2, 1]);
  // A call that has ended is over: the same one is begun and asked about anew.
  expect(await runner().needsApproval?.(one, call)).toBe(true);
  expect(made).toEqual([2, 1]);
});

test("an approval of a program makes no write a second time of which nobody knows whether it was made", async () => {
  const made: unknown[] = [];
  const pay = defineTool({
    name: "pay",
    description: "Pays.",
    inputSchema: { type: "object" },
    execute: async ({ n }) => {
      made.push(n);
      if (made.length > 1) return n;
      for (const id of asking.executor.running()) asking.executor.cancel(id);
      return new Promise(() => {});
    },
  });
  await using asking = createCodemode({ tools: { bank: [pay] } });
  const code = "await bank.pay({ n: 1 })";
  const { runId, status } = await asking.executor.execute(code);
  expect([status, made]).toEqual(["cancelled", [1]]);
  const tool = adapterTools(asking, { approvals: true }).find(({ name }) => name === "execute_code");
  const [args, call] = [{ code, retry_of: runId }, { toolCallId: "c1" }];
  expect(await tool?.needsApproval?.(args, call)).toBe(true);
  expect(await tool?.call(args, call)).toMatchObject({ structured: { status: "suspended" } });
  expect(made).toEqual([1]);
});

test.each<[string, readonly [AdapterOptions, AdapterCall][], readonly unknown[]]>([
  [
    "two conversations the tools are made for",
    [
      [{ conversation: "a" }, {}],
      [{ conversation: "b" }, {}],
    ],
    [1, 2],
  ],
  [
    "two conversations the SDK shows",
    [
      [{}, { conversation: "a" }],
      [{}, { conversation: "b" }],
    ],
    [1, 2],
  ],
  [
    "the name the host gave, whatever the SDK shows",
    [
      [{ conversation: "a" }, { conversation: "x" }],
      [{ conversation: "a" }, { conversation: "y" }],
    ],
    [1],
  ],
  [
    "one conversation, asked about twice",
    [
      [{}, { conversation: "a" }],
      [{}, { conversation: "a" }],
    ],
    [1],
  ],
])("the same call is one run in one conversation, and one each in two: %s", async (_, asking, made) => {
  const written: unknown[] = [];
  const toolOf = (name: string, execute: () => unknown) =>
    defineTool({ name, description: name, inputSchema: { type: "object" }, execute });
  await using source = createCodemode({
    tools: { book: [toolOf("append", () => written.push(written.length)), toolOf("send", () => "sent")] },
    policy: { rules: [{ tools: "book__send", decision: "ask" }] },
  });
  const args = { code: "const row = await book.append({}); await book.send({}); row" };
  const values: unknown[] = [];
  const asked = asking.map(([options, call]) => {
    const tool = adapterTools(source, { approvals: true, ...options }).find(({ name }) => name === "execute_code");
    if (tool === undefined) throw new Error("there is no execute_code");
    return { tool, call: { toolCallId: "functions.execute_code:0", ...call } };
  });
  for (const { tool, call } of asked) expect(await tool.needsApproval?.(args, call)).toBe(true);
  for (const { tool, call } of asked.slice(0, made.length)) {
    values.push((await tool.call(args, call)).structured["value"]);
  }
  expect([values, written.length]).toEqual([made, made.length]);
});
