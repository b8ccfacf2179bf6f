// TanStack AI with a scripted model: discover, run, repair, see an image, abort.
import { chat, EventType, maxIterations } from "@tanstack/ai";
import { tanstackTools } from "codemode/tanstack";
import { ANSWER, openShop, report, runningPrograms, STEPS, WAITING } from "./shop.mjs";

const { codemode, waiting, aborted } = openShop();
const tools = tanstackTools(codemode);

function scriptedModel(steps) {
  let turn = 0;
  return {
    kind: "text",
    name: "scripted",
    model: "scripted",
    "~types": {},
    async *chatStream({ messages }) {
      const answered = turn === 0 ? undefined : steps[turn - 1];
      if (answered !== undefined) reportSeen(answered.step, messages.at(-1).content);
      const next = steps[turn];
      turn += 1;
      const run = { threadId: "thread", runId: `run-${turn}`, model: "scripted", timestamp: Date.now() };
      yield { type: "RUN_STARTED", ...run };
      yield* next === undefined ? sayAnswer() : callTool(next, turn);
      yield { type: "RUN_FINISHED", ...run, finishReason: next === undefined ? "stop" : "tool_calls" };
    },
    structuredOutput: () => {
      throw new Error("not used here");
    },
  };
}

function* callTool({ tool, input }, turn) {
  const call = { toolCallId: `call-${turn}`, toolCallName: tool, toolName: tool };
  yield { type: "TOOL_CALL_START", ...call };
  yield { type: "TOOL_CALL_ARGS", ...call, delta: JSON.stringify(input) };
  yield { type: "TOOL_CALL_END", ...call, input };
}

function* sayAnswer() {
  yield { type: "TEXT_MESSAGE_START", messageId: "answer", role: "assistant" };
  yield { type: "TEXT_MESSAGE_CONTENT", messageId: "answer", delta: ANSWER };
  yield { type: "TEXT_MESSAGE_END", messageId: "answer" };
}

function stepOf(callId) {
  return STEPS[Number(callId.slice("call-".length)) - 1].step;
}

function reportSeen(step, content) {
  const { error, text = content } = typeof content === "string" ? readResult(content) : {};
  const parts = typeof content === "string" ? [{ type: "text", content: error ?? text }] : content;
  const texts = parts.filter(({ type }) => type === "text").map((part) => part.content);
  const images = parts
    .filter(({ type }) => type === "image")
    .map(({ source: { mimeType, value } }) => ({ mimeType, data: value }));
  report({ kind: "model", step, text: texts.join("\n"), images, isError: error !== undefined });
}

/** A failed call is the JSON text of an object with its error. */
function readResult(content) {
  return content.startsWith('{"error":') ? JSON.parse(content) : {};
}

let answer = "";
const agentLoopStrategy = maxIterations(10);
const messages = [{ role: "user", content: "How much?" }];
for await (const event of chat({ adapter: scriptedModel(STEPS), messages, tools, agentLoopStrategy })) {
  if (event.type === EventType.TEXT_MESSAGE_CONTENT) answer += event.delta;
  if (event.type !== EventType.CUSTOM) continue;
  const { toolCallId, message, structured, isError } = event.value;
  if (event.name === "codemode_progress") report({ kind: "progress", step: stepOf(toolCallId), text: message });
  if (event.name === "codemode_result") report({ kind: "host", step: stepOf(toolCallId), structured, isError });
}
report({ kind: "answer", text: answer });

const abortController = new AbortController();
void waiting.then(() => abortController.abort());
const wait = [{ role: "user", content: "Wait." }];
let ended = "aborted";
for await (const event of chat({ adapter: scriptedModel([WAITING]), messages: wait, tools, abortController })) {
  if (event.type === EventType.TEXT_MESSAGE_CONTENT) ended = "completed";
}
report({ kind: "abort", ended, toolAborted: await aborted, running: await runningPrograms(codemode) });
await codemode.close();
