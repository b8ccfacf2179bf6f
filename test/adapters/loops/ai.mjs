// The AI SDK with a scripted model: discover, run, repair, see an image, abort.
import * as sdk from "ai";
import * as mocks from "ai/test";
import { aiTools } from "codemode/ai";
import { ANSWER, openShop, report, runningPrograms, STEPS, WAITING } from "./shop.mjs";

const { streamText, simulateReadableStream } = sdk;
// Version 6 has the one, version 7 has both.
const isStepCount = "isStepCount" in sdk ? sdk.isStepCount : sdk.stepCountIs;
const MockModel = "MockLanguageModelV4" in mocks ? mocks.MockLanguageModelV4 : mocks.MockLanguageModelV3;

const { codemode, waiting, aborted } = openShop();
const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };

function scriptedModel(steps) {
  let turn = 0;
  return new MockModel({
    doStream: async ({ prompt }) => {
      const answered = turn === 0 ? undefined : steps[turn - 1];
      if (answered !== undefined) reportSeen(answered.step, prompt.at(-1).content[0].output);
      const next = steps[turn];
      turn += 1;
      return { stream: simulateReadableStream({ chunks: next === undefined ? sayAnswer() : callTool(next, turn) }) };
    },
  });
}

function callTool({ tool, input }, turn) {
  const call = { type: "tool-call", toolCallId: `call-${turn}`, toolName: tool, input: JSON.stringify(input) };
  return [call, { type: "finish", finishReason: { unified: "tool-calls" }, usage }];
}

function sayAnswer() {
  return [
    { type: "text-start", id: "1" },
    { type: "text-delta", id: "1", delta: ANSWER },
    { type: "text-end", id: "1" },
    { type: "finish", finishReason: { unified: "stop" }, usage },
  ];
}

function reportSeen(step, output) {
  const items = output.type === "content" ? output.value : [{ type: "text", text: output.value }];
  const texts = items.filter(({ type }) => type === "text").map(({ text }) => text);
  const images = items
    .filter(({ type }) => type !== "text")
    .map(({ mediaType, data }) => ({ mimeType: mediaType, data: typeof data === "string" ? data : data.data }));
  report({ kind: "model", step, text: texts.join("\n"), images, isError: output.type === "error-text" });
}

const tools = aiTools(codemode);
const run = streamText({ model: scriptedModel(STEPS), tools, prompt: "How much?", stopWhen: isStepCount(10) });
let step = 0;
for await (const part of run.fullStream) {
  if (part.type !== "tool-result") continue;
  const { text, structured, isError, progress } = part.output;
  if (part.preliminary === true && progress !== undefined) {
    report({ kind: "progress", step: STEPS[step].step, text });
  } else if (part.preliminary !== true) {
    report({ kind: "host", step: STEPS[step].step, structured, isError });
    step += 1;
  }
}
report({ kind: "answer", text: await run.text });

const controller = new AbortController();
const stopped = streamText({
  model: scriptedModel([WAITING]),
  tools,
  prompt: "Wait.",
  stopWhen: isStepCount(10),
  abortSignal: controller.signal,
  onError: () => {},
});
void waiting.then(() => controller.abort());
let ended = "completed";
for await (const part of stopped.fullStream) if (part.type === "abort") ended = "aborted";
report({ kind: "abort", ended, toolAborted: await aborted, running: await runningPrograms(codemode) });
await codemode.close();
