// A model of the AI SDK that follows a script, and tells what it was shown.
import * as mocks from "ai/test";
import { simulateReadableStream } from "ai";
import { ANSWER, report } from "./shop.mjs";

const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };

/** Calls the tools of `steps`, one a turn, then answers. `version` is that of the models' specification. */
export function scriptedModel(steps, version) {
  let turn = 0;
  const MockModel = version === 4 ? mocks.MockLanguageModelV4 : mocks.MockLanguageModelV3;
  return new MockModel({
    doStream: async ({ prompt }) => {
      const answered = turn === 0 ? undefined : steps[turn - 1];
      if (answered !== undefined) reportSeen(answered.step, resultOf(prompt, `call-${turn}`));
      const next = steps[turn];
      turn += 1;
      return { stream: simulateReadableStream({ chunks: next === undefined ? sayAnswer() : callTool(next, turn) }) };
    },
  });
}

/** SDKs differ in how they group results into messages. */
function resultOf(prompt, toolCallId) {
  const parts = prompt.flatMap(({ role, content }) => (role === "tool" ? content : []));
  return parts.find((part) => part.toolCallId === toolCallId).output;
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
