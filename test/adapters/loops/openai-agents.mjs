// The OpenAI Agents SDK with a scripted model: discover, run, repair, see an image, abort.
import { Agent, Runner } from "@openai/agents";
import { openaiAgentsTools } from "codemode/openai-agents";
import { ANSWER, openShop, report, runningPrograms, STEPS, WAITING } from "./shop.mjs";

const { codemode, waiting, aborted } = openShop();
const runner = new Runner({ tracingDisabled: true });
const tools = openaiAgentsTools(codemode, {
  onProgress: ({ toolCallId, message }) => report({ kind: "progress", step: stepOf(toolCallId), text: message }),
});

function stepOf(callId) {
  return STEPS[Number(callId.slice("call-".length)) - 1].step;
}

function scriptedModel(steps) {
  let turn = 0;
  return {
    getResponse: async ({ input }) => {
      const answered = turn === 0 ? undefined : steps[turn - 1];
      if (answered !== undefined) reportSeen(answered.step, input.at(-1).output);
      const next = steps[turn];
      turn += 1;
      return { usage: usage(), output: [next === undefined ? sayAnswer() : callTool(next, turn)] };
    },
    getStreamedResponse: () => {
      throw new Error("not streamed here");
    },
  };
}

function usage() {
  return { requests: 1, inputTokens: 1, outputTokens: 1, totalTokens: 2, add: () => {} };
}

function callTool({ tool, input }, turn) {
  const id = `call-${turn}`;
  return { type: "function_call", id, callId: id, name: tool, status: "completed", arguments: JSON.stringify(input) };
}

function sayAnswer() {
  const content = [{ type: "output_text", text: ANSWER }];
  return { type: "message", id: "answer", role: "assistant", status: "completed", content };
}

function reportSeen(step, output) {
  const items = Array.isArray(output) ? output : [output];
  const texts = items.flatMap(({ text }) => (text === undefined ? [] : [text]));
  const images = items.filter(({ type }) => type === "input_image").map(({ image }) => readDataUrl(image));
  report({ kind: "model", step, text: texts.join("\n"), images, isError: false });
}

function readDataUrl(url) {
  const [, mimeType, data] = /^data:([^;]+);base64,(.*)$/.exec(url);
  return { mimeType, data };
}

const agent = new Agent({ name: "shopper", tools, model: scriptedModel(STEPS) });
const result = await runner.run(agent, "How much?", { maxTurns: 10 });
for (const item of result.newItems.filter(({ type }) => type === "tool_call_output_item")) {
  report({ kind: "host", step: stepOf(item.rawItem.callId), ...item.customData });
}
report({ kind: "answer", text: result.finalOutput });

const controller = new AbortController();
void waiting.then(() => controller.abort());
const waiter = new Agent({ name: "waiter", tools, model: scriptedModel([WAITING]) });
const ended = await runner.run(waiter, "Wait.", { signal: controller.signal }).then(
  () => "completed",
  (error) => (error.name === "AbortError" ? "aborted" : String(error)),
);
report({ kind: "abort", ended, toolAborted: await aborted, running: await runningPrograms(codemode) });
await codemode.close();
