// LangChain's agent, which runs on LangGraph, with a scripted model: discover, run, repair, see an image, abort.
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, ToolMessage } from "@langchain/core/messages";
import { createAgent } from "langchain";
import { langchainTools } from "codemode/langchain";
import { ANSWER, openShop, report, runningPrograms, STEPS, WAITING } from "./shop.mjs";

const { codemode, waiting, aborted } = openShop();
const tools = langchainTools(codemode);

class ScriptedModel extends BaseChatModel {
  #steps;
  #turn = 0;

  constructor(steps) {
    super({});
    this.#steps = steps;
  }

  _llmType() {
    return "scripted";
  }

  bindTools() {
    return this;
  }

  async _generate(messages) {
    const answered = this.#turn === 0 ? undefined : this.#steps[this.#turn - 1];
    if (answered !== undefined) reportSeen(answered.step, messages.at(-1));
    const next = this.#steps[this.#turn];
    this.#turn += 1;
    const message = next === undefined ? new AIMessage(ANSWER) : callTool(next, this.#turn);
    return { generations: [{ text: message.text, message }] };
  }
}

function callTool({ tool, input }, turn) {
  return new AIMessage({
    content: "",
    tool_calls: [{ type: "tool_call", id: `call-${turn}`, name: tool, args: input }],
  });
}

function stepOf(callId) {
  return STEPS[Number(callId.slice("call-".length)) - 1].step;
}

function reportSeen(step, { content, status }) {
  const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
  const texts = blocks.filter(({ type }) => type === "text").map(({ text }) => text);
  const images = blocks.filter(({ type }) => type === "image_url").map(({ image_url: { url } }) => readDataUrl(url));
  report({ kind: "model", step, text: texts.join("\n"), images, isError: status === "error" });
}

function readDataUrl(url) {
  const [, mimeType, data] = /^data:([^;]+);base64,(.*)$/.exec(url);
  return { mimeType, data };
}

const agent = createAgent({ model: new ScriptedModel(STEPS), tools });
let last = [];
const asked = { messages: [{ role: "user", content: "How much?" }] };
for await (const [mode, chunk] of await agent.stream(asked, { streamMode: ["custom", "values"], recursionLimit: 50 })) {
  if (mode === "values") last = chunk.messages;
  else if (chunk.type === "codemode_progress") {
    report({ kind: "progress", step: stepOf(chunk.toolCallId), text: chunk.message });
  }
}
for (const message of last.filter((each) => ToolMessage.isInstance(each))) {
  const isError = message.status === "error";
  report({ kind: "host", step: stepOf(message.tool_call_id), structured: message.artifact, isError });
}
report({ kind: "answer", text: last.at(-1).text });

const controller = new AbortController();
void waiting.then(() => controller.abort());
const waiter = createAgent({ model: new ScriptedModel([WAITING]), tools });
const ended = await waiter
  .invoke({ messages: [{ role: "user", content: "Wait." }] }, { signal: controller.signal })
  .then(
    () => "completed",
    (error) => (error.name === "AbortError" || error.message === "Aborted" ? "aborted" : String(error)),
  );
report({ kind: "abort", ended, toolAborted: await aborted, running: await runningPrograms(codemode) });
await codemode.close();
