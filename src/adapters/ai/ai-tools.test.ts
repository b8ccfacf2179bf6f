import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dynamicTool, generateText, isStepCount, jsonSchema, type ModelMessage, tool } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { afterAll, expect, test } from "vitest";
import { createCodemode } from "../../host/create-codemode.ts";
import { defineTool } from "../../sources/functions/define-tool.ts";
import { type AiTool, aiTools, type AiToolOutput } from "./ai-tools.ts";
import { fromAiTools } from "./from-ai-tools.ts";

const price = defineTool({
  name: "price",
  description: "A price.",
  inputSchema: { type: "object" },
  execute: () => 100,
});
const codemode = createCodemode({ tools: { shop: [price] } });
afterAll(() => codemode.close());

const failed: AiToolOutput = { text: "error: no", structured: {}, content: [], isError: true };

function executeCode(): AiTool {
  const { execute_code: found } = aiTools(codemode);
  if (found === undefined) throw new Error("execute_code is not offered");
  return found;
}

function shown(output: AiToolOutput): unknown {
  return executeCode().toModelOutput?.({ toolCallId: "1", input: {}, output });
}

test("the description is that of the moment", async () => {
  const offered = executeCode();
  codemode.registry.addTools("bakery", [price]);
  expect(offered.description).toContain("bakery");
  await codemode.registry.removeServer("bakery");
  expect(offered.description).not.toContain("bakery");
});

test("a failure is an error for the model, and stays readable beside a picture", () => {
  expect(shown(failed)).toEqual({ type: "error-text", value: "error: no" });
  const picture = { type: "image", data: "AAAA", mimeType: "image/png" };
  expect(shown({ ...failed, content: [picture] })).toEqual({
    type: "content",
    value: [
      { type: "text", text: "error: no" },
      { type: "file", mediaType: "image/png", data: { type: "data", data: "AAAA" } },
    ],
  });
});

test("texts a program emitted are part of the one text", () => {
  expect(shown({ ...failed, isError: false, text: "value: 1", content: [{ type: "text", text: "more" }] })).toEqual({
    type: "text",
    value: "value: 1\n\nmore",
  });
});

test("progress is a preliminary result, and the last result is the whole one", async () => {
  const outputs: AiToolOutput[] = [];
  const call = { toolCallId: "c1", messages: [], context: undefined };
  const running = await executeCode().execute?.({ code: "await shop.price({})" }, call);
  if (running === undefined || !(Symbol.asyncIterator in running)) throw new Error("nothing runs");
  for await (const output of running) outputs.push(output);
  expect(outputs[0]).toMatchObject({ text: "shop__price: ok", progress: { toolCallId: "c1", progress: 1 } });
  expect(outputs.at(-1)).toMatchObject({ isError: false, structured: { value: 100 } });
  expect(outputs.at(-1)).not.toHaveProperty("progress");
});

test("tools of the SDK tell how far they have come, and a description may depend on the context", async () => {
  const count = tool({
    description: ({ context }: { readonly context: unknown }) => `Counts for ${String(context)}.`,
    inputSchema: jsonSchema<Record<string, never>>({ type: "object" }),
    async *execute() {
      yield 1;
      yield 2;
    },
  });
  const [counter] = await fromAiTools({ count }, { context: "ada" });
  const progress: number[] = [];
  const signal = new AbortController().signal;
  const result = await counter?.execute({}, { signal, onProgress: (report) => progress.push(report.progress) });
  expect([counter?.description, result, progress]).toEqual(["Counts for ada.", 2, [1, 2]]);
});

test("a tool whose result is an MCP result hands it on as it is", async () => {
  const picture = { content: [{ type: "image", data: "AAAA", mimeType: "image/png" }] };
  const photo = dynamicTool({ description: "A photo.", inputSchema: jsonSchema({}), execute: () => picture });
  await using own = createCodemode();
  own.registry.addTools("sdk", await fromAiTools({ photo }));
  const { value } = await own.executor.execute("await sdk.photo({})");
  expect(value).toEqual(picture.content);
});

/** A model that wants one program to be run, and then reads its result. */
function programModel(code: string): MockLanguageModelV4 {
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 1, text: 1, reasoning: 0 },
  };
  return new MockLanguageModelV4({
    doGenerate: async ({ prompt }) => {
      const answer = prompt.findLast(({ role }) => role === "tool");
      const content =
        answer === undefined
          ? [
              {
                type: "tool-call" as const,
                toolCallId: "c1",
                toolName: "execute_code",
                input: JSON.stringify({ code }),
              },
            ]
          : [{ type: "text" as const, text: JSON.stringify(answer.content) }];
      const unified = answer === undefined ? ("tool-calls" as const) : ("stop" as const);
      return { content, finishReason: { unified, raw: unified }, usage, warnings: [] };
    },
  });
}

test.each([
  [true, "paid 1", [1]],
  [false, "execution-denied", []],
] as const)(
  "a program that needs an approval is an approval request of the SDK: %j",
  async (approved, answer, paid) => {
    const made: unknown[] = [];
    const pay = defineTool({
      name: "pay",
      description: "Pays.",
      inputSchema: { type: "object", properties: { n: { type: "number" } } },
      execute: ({ n }) => {
        made.push(n);
        return `paid ${String(n)}`;
      },
    });
    await using asking = createCodemode({
      tools: { bank: [pay], shop: [price] },
      policy: { rules: [{ tools: "bank__*", decision: "ask" }] },
    });
    const tools = aiTools(asking, { approvals: true });
    const model = programModel("await bank.pay({ n: 1 })");
    const messages: ModelMessage[] = [{ role: "user", content: "Pay." }];
    const first = await generateText({ model, tools, messages, stopWhen: isStepCount(3) });
    const request = first.content.find((part) => part.type === "tool-approval-request");
    if (request?.type !== "tool-approval-request") throw new Error("nothing was asked");
    expect(made).toEqual([]);
    const reply = { type: "tool-approval-response" as const, approvalId: request.approvalId, approved };
    messages.push(...first.response.messages, { role: "tool", content: [reply] });
    const second = await generateText({ model, tools, messages, stopWhen: isStepCount(3) });
    expect(second.text).toContain(answer);
    expect(made).toEqual(paid);
  },
);

test("an approval of the SDK is given in another process: the run goes on by its journal, and nothing is done twice", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "codemode-ai-"));
  const made: string[] = [];
  const noting = (name: string) =>
    defineTool({ name, description: name, inputSchema: { type: "object" }, execute: () => made.push(name) });
  const open = () =>
    createCodemode({
      tools: { bank: [noting("book"), noting("pay")] },
      policy: { rules: [{ tools: "bank__pay", decision: "ask" }] },
      stateDir,
    });
  const model = programModel("const first = await bank.book({}); await bank.pay({}); first");
  const messages: ModelMessage[] = [{ role: "user", content: "Pay." }];
  await using first = open();
  const asked = await generateText({ model, tools: aiTools(first, { approvals: true }), messages });
  const request = asked.content.find((part) => part.type === "tool-approval-request");
  if (request?.type !== "tool-approval-request") throw new Error("nothing was asked");
  await first.close();
  messages.push(...asked.response.messages);
  messages.push({
    role: "tool",
    content: [{ type: "tool-approval-response", approvalId: request.approvalId, approved: true }],
  });
  await using second = open();
  const kept: ModelMessage[] = JSON.parse(JSON.stringify(messages));
  const tools = aiTools(second, { approvals: true });
  const done = await generateText({ model, tools, messages: kept, stopWhen: isStepCount(3) });
  expect(done.text).toContain("value: 1");
  expect(made).toEqual(["book", "pay"]);
  expect(await second.executor.runs.list()).toMatchObject({ total: 1, runs: [{ status: "completed" }] });
  await second.close();
  rmSync(stateDir, { recursive: true, force: true });
});

test("two conversations whose models give their calls the same id do not share a run, and each goes on with its own", async () => {
  const drawn: number[] = [];
  const toolOf = (name: string, execute: () => unknown) =>
    defineTool({ name, description: name, inputSchema: { type: "object" }, execute });
  await using asking = createCodemode({
    tools: { post: [toolOf("draw", () => drawn.push(1)), toolOf("send", () => "sent")] },
    policy: { rules: [{ tools: "post__send", decision: "ask" }] },
  });
  const ask = async (content: string): Promise<() => Promise<string>> => {
    const model = programModel("const number = await post.draw({}); await post.send({}); `number ${number}`");
    const messages: ModelMessage[] = [{ role: "user", content: [{ type: "text", text: content }] }];
    const tools = aiTools(asking, { approvals: true });
    const first = await generateText({ model, tools, messages });
    const request = first.content.find((part) => part.type === "tool-approval-request");
    if (request?.type !== "tool-approval-request") throw new Error("nothing was asked");
    return async () => {
      const reply = { type: "tool-approval-response" as const, approvalId: request.approvalId, approved: true };
      messages.push(...first.response.messages, { role: "tool", content: [reply] });
      return (await generateText({ model, tools, messages, stopWhen: isStepCount(3) })).text;
    };
  };
  const [one, two] = [await ask("Write to Ann."), await ask("Write to Bo.")];
  expect([await two(), await one()]).toEqual([
    expect.stringContaining("number 2"),
    expect.stringContaining("number 1"),
  ]);
});

test("a program that needs no approval is run once, and asked about nothing", async () => {
  const tools = aiTools(codemode, { approvals: true });
  const before = codemode.registry.callCount;
  const model = programModel("await shop.price({})");
  const { text } = await generateText({ model, tools, prompt: "How much?", stopWhen: isStepCount(3) });
  expect(text).toContain("100");
  expect(codemode.registry.callCount - before).toBe(1);
});
