import { readFile } from "node:fs/promises";
import { MockLanguageModelV3, simulateReadableStream } from "ai-six/test";
import { expect, test } from "vitest";
import { createCodemode } from "../host/create-codemode.ts";
import { defineTool } from "../sources/functions/define-tool.ts";
import { resultsSince, type ScriptedModel, startStandIn } from "../cli/agent/__fixtures__/stand-in-model.ts";
import { program } from "../cli/agent/__fixtures__/stories.ts";
import type { AgentEvent, AgentMode } from "./agent-event.ts";
import { Conversation, type ConversationOptions } from "./conversation.ts";
import { ImageFiles } from "./image-files.ts";
import { loadModel, type LoadedModel } from "./model/load-model.ts";

const DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

test.each(["code", "direct"] as const)(
  "in mode %s a failing tool is told to the model and to the listener",
  async (mode) => {
    await using stage = await openStage((request) => {
      if (resultsSince(request) > 0) return { text: `It said: ${JSON.stringify(request.messages.at(-1)?.content)}` };
      return mode === "code" ? program("await shop.fail({})") : { calls: [{ name: "shop__fail", args: {} }] };
    });
    const { answer, events } = await stage.ask("fail", mode);
    expect(answer).toMatchObject({ status: "answered", turns: 2, toolCalls: 1, failedCalls: 1 });
    expect(answer.text).toContain("the paper is out");
    expect(events.find(({ type }) => type === "call_end")).toMatchObject({
      tool: "shop__fail",
      status: "error",
      error: expect.stringContaining("the paper is out"),
    });
  },
);

test("a provider that refuses the key is named with its variable, and the conversation goes on", async () => {
  let refuses = true;
  await using stage = await openStage(() => (refuses ? { status: 401 } : { text: "Hello." }));
  const { answer } = await stage.ask("one", "code");
  expect(answer).toMatchObject({
    status: "failed",
    error: { message: expect.stringContaining("401"), hint: "Check CODEMODE_API_KEY." },
  });
  refuses = false;
  expect((await stage.ask("two", "code")).answer).toMatchObject({ status: "answered", text: "Hello." });
});

test("a server that is not there is named", async () => {
  await using stage = await openStage(() => ({ text: "" }));
  await stage.stopModel();
  const { answer } = await stage.ask("one", "code");
  expect(answer).toMatchObject({ status: "failed", error: { message: expect.stringContaining("cannot be reached") } });
}, 60_000);

test("a model that never comes to an end is stopped at the limit of turns", async () => {
  await using stage = await openStage(() => ({ calls: [{ name: "shop__price", args: { article: "tea" } }] }), {
    maxTurns: 3,
  });
  const { answer } = await stage.ask("loop", "direct");
  expect(answer).toMatchObject({ status: "turn_limit", turns: 3, toolCalls: 3 });
});

test("a tool that does not exist is told to the model, which goes on", async () => {
  await using stage = await openStage((request) =>
    resultsSince(request) > 0 ? { text: "Then not." } : { calls: [{ name: "no_such_tool", args: {} }] },
  );
  const { answer, events } = await stage.ask("try", "code");
  expect(answer).toMatchObject({ status: "answered", text: "Then not.", turns: 2 });
  expect(events).toContainEqual({ type: "note", text: expect.stringContaining("no_such_tool") });
});

test("what was said is remembered, until it is forgotten or too long", async () => {
  await using stage = await openStage(() => ({ text: "Yes." }), { contextTokens: 4_000 });
  const asked = (): readonly unknown[] =>
    stage.requests
      .at(-1)
      ?.messages.flatMap(({ role, content }) => (role === "user" ? String(content).split(/[ \n]/, 1) : [])) ?? [];
  await stage.ask("one", "code");
  await stage.ask("two", "code");
  expect(asked()).toEqual(["one", "two"]);
  await stage.ask(`three ${"and a long story ".repeat(1_500)}`, "code");
  const { events } = await stage.ask("four", "code");
  expect(asked()).toEqual(["three", "four"]);
  expect(events[0]).toEqual({
    type: "note",
    text: "Forgot the 2 oldest requests and what came of it, to stay below 4000 tokens.",
  });
  stage.conversation.reset();
  await stage.ask("five", "code");
  expect(asked()).toEqual(["five"]);
  expect(stage.conversation.messages).toHaveLength(2);
});

test("beside a request stand the tools that fit it, only for programs, and no signature is sent twice", async () => {
  await using stage = await openStage(() => ({ text: "Yes." }));
  const asked = (): string => String(stage.requests.at(-1)?.messages.at(-1)?.content);
  await stage.ask("What is the price?", "direct");
  expect(asked()).toBe("What is the price?");
  const { answer } = await stage.ask("What is the price?", "code");
  expect(asked()).toMatch(
    /^What is the price\?\n\nAll tools known now \(no type: a string\):[\s\S]*\n## shop\n(?:.*\n)*price\(/,
  );
  expect(answer.request).toBe("What is the price?");
  await stage.ask("And what is the price now?", "code");
  expect(asked()).not.toContain("price(");
  stage.conversation.reset();
  await stage.ask("And what is the price now?", "code");
  expect(asked()).toContain("price(");
});

test("programs are offered in few words: four tools of ours take less than five hundred tokens", async () => {
  await using stage = await openStage(() => ({ text: "Yes." }));
  await stage.ask("What is the price?", "code");
  const { tools = [] } = stage.requests.at(-1) ?? {};
  expect(JSON.stringify(tools).length).toBeLessThan(500 * 4);
  expect(JSON.stringify(tools)).toContain("execute_code");
});

test("the last request is answered again from the same beginning, and leaves no trace in the conversation", async () => {
  await using stage = await openStage((request) => ({ text: `${request.messages.length} messages` }));
  expect(await stage.again("direct")).toBeUndefined();
  await stage.ask("one", "code");
  const first = await stage.ask("two", "code");
  const second = await stage.again("direct");
  expect(second?.text).toBe(first.answer.text);
  expect(second).toMatchObject({ mode: "direct", request: "two" });
  expect(stage.conversation.messages).toHaveLength(4);
});

test("text that comes before a program is heard before it, and the program before its calls", async () => {
  await using stage = await openStage((request) =>
    resultsSince(request) > 0 ? { text: "Done." } : program("await shop.price({ article: 'tea' })"),
  );
  const { events } = await stage.ask("go", "code");
  const types = events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);
  expect(types).toEqual([
    "turn_start",
    "text",
    "writing",
    "usage",
    "program",
    "call_start",
    "call_end",
    "use_end",
    "turn_start",
    "text",
    "usage",
  ]);
});

test.each(["code", "direct"] as const)(
  "in mode %s a stop reaches the tool that is called, and what was done before stays remembered",
  async (mode) => {
    await using stage = await openStage((request) => {
      if (resultsSince(request) > 0)
        return mode === "code" ? program("await shop.wait({})") : { calls: [{ name: "shop__wait", args: {} }] };
      return mode === "code" ? program("await shop.price({})") : { calls: [{ name: "shop__price", args: {} }] };
    });
    const stop = new AbortController();
    const answer = await stage.conversation.ask("wait", {
      mode,
      signal: stop.signal,
      listener: (event) => {
        if (event.type === "call_start" && event.tool === "shop__wait") stop.abort();
      },
    });
    expect(answer).toMatchObject({
      status: "stopped",
      turns: 2,
      toolCalls: 2,
      failedCalls: 1,
      usage: { isComplete: true },
    });
    const { turns, ...tokens } = stage.takeTotals();
    expect(answer).toMatchObject({ turns, usage: tokens });
    expect(stage.conversation.messages.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "assistant"]);
    expect(JSON.stringify(stage.conversation.messages.at(-1))).toContain("stopped by the person while it used");
  },
);

test("what a provider did not take as it was asked, and an answer that is not whole, are notes", async () => {
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 1, text: 1, reasoning: 0 },
  };
  const model = new MockLanguageModelV3({
    doStream: async () => ({
      stream: simulateReadableStream({
        chunks: [
          {
            type: "stream-start",
            warnings: [
              { type: "unsupported", feature: "tools", details: "none here" },
              { type: "other", message: "Old model." },
            ],
          },
          { type: "finish", usage, finishReason: { unified: "length", raw: undefined } },
        ],
      }),
    }),
  });
  const loaded = {
    model,
    label: "test/model",
    choice: { provider: "anthropic", modelId: "m" },
    seesImages: true,
  } as const;
  await using stage = await openStage(() => ({ text: "" }), {}, loaded);
  const { events } = await stage.ask("hello", "code");
  const notes = events.flatMap((event) => (event.type === "note" ? [event.text] : []));
  expect(notes).toEqual([
    "The provider and tools: unsupported; none here.",
    "Old model.",
    "The model reached its output limit; its answer is incomplete.",
  ]);
});

test("an image of a tool reaches a model that sees as an image, and a person as a file", async () => {
  const prompts: unknown[] = [];
  const usage = {
    inputTokens: { total: 10, noCache: 4, cacheRead: 5, cacheWrite: 1 },
    outputTokens: { total: 2, text: 2, reasoning: 0 },
  };
  const model = new MockLanguageModelV3({
    doStream: async ({ prompt }) => {
      prompts.push(prompt);
      const isFirst = prompts.length === 1;
      return {
        stream: simulateReadableStream({
          chunks: [
            { type: "stream-start", warnings: [] },
            ...(isFirst
              ? [{ type: "tool-call", toolCallId: "1", toolName: "shop__picture", input: "{}" } as const]
              : []),
            {
              type: "finish",
              usage,
              finishReason: { unified: isFirst ? "tool-calls" : "stop", raw: undefined },
            } as const,
          ],
        }),
      };
    },
  });
  const loaded = {
    model,
    label: "test/model",
    choice: { provider: "anthropic", modelId: "m" },
    seesImages: true,
  } as const;
  await using stage = await openStage(() => ({ text: "" }), {}, loaded);
  const { answer } = await stage.ask("look", "direct");
  expect(answer.usage).toEqual({
    inputTokens: 20,
    cacheReadTokens: 10,
    cacheWriteTokens: 2,
    outputTokens: 4,
    isComplete: true,
  });
  expect(JSON.stringify(prompts[1])).toContain(`{"type":"image-data","data":"${DOT}","mediaType":"image/png"}`);
  const [file = ""] = answer.images;
  expect((await readFile(file)).toString("base64")).toBe(DOT);
});

/** A conversation with a scripted model over a real connection, and one server of functions. */
async function openStage(script: ScriptedModel, options: Partial<ConversationOptions> = {}, other?: LoadedModel) {
  const server = await startStandIn(script);
  const model = other ?? (await loadModel({ provider: "compatible", modelId: "stand-in", baseUrl: server.baseUrl }));
  const codemode = createCodemode({ tools: { shop: shopTools() } });
  const conversation = new Conversation({
    executor: codemode.executor,
    model,
    images: new ImageFiles(),
    maxTurns: 10,
    contextTokens: 100_000,
    language: "both",
    ...options,
  });
  const { signal } = new AbortController();
  return {
    conversation,
    registry: codemode.registry,
    requests: server.requests,
    takeTotals: () => server.takeTotals(),
    ask: async (request: string, mode: AgentMode) => {
      const events: AgentEvent[] = [];
      const answer = await conversation.ask(request, { mode, signal, listener: (event) => events.push(event) });
      return { answer, events };
    },
    again: (mode: AgentMode) => conversation.again({ mode, signal, listener: () => {} }),
    stopModel: () => server[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: async () => {
      await codemode.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

function shopTools() {
  const inputSchema = { type: "object", properties: { article: { type: "string" } } } as const;
  return [
    defineTool({ name: "price", description: "A price.", inputSchema, execute: () => 100 }),
    defineTool({
      name: "wait",
      description: "Takes for ever.",
      inputSchema,
      execute: () => new Promise(() => {}),
    }),
    defineTool({
      name: "fail",
      description: "Always fails.",
      inputSchema,
      execute: () => {
        throw new Error("the paper is out");
      },
    }),
    defineTool({
      name: "picture",
      description: "A picture.",
      inputSchema,
      execute: () => ({ content: [{ type: "image", data: DOT, mimeType: "image/png" }] }),
    }),
  ];
}
