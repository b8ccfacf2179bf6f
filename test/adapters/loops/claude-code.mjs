// The Claude Agent SDK with the Claude Code it brings, against a Messages API of this process with a scripted model:
// discover, run, repair, see an image, abort. Newer SDKs bring a program of 380 MB instead, as a package of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { query } from "@anthropic-ai/claude-agent-sdk";
import { claudeAgentTools } from "codemode/claude-agent";
import { ANSWER, openShop, report, runningPrograms, STEPS, WAITING } from "./shop.mjs";

const { codemode, waiting, aborted } = openShop();
let steps = STEPS;
let turn = 0;

/** Requests without our tools are chores of Claude Code's own. */
function isOfAgent({ tools = [] }) {
  return tools.some(({ name }) => name === "mcp__codemode__execute_code");
}

function nextContent({ messages }) {
  const answered = turn === 0 ? undefined : steps[turn - 1];
  if (answered !== undefined) reportSeen(answered.step, messages.at(-1).content);
  const next = steps[turn];
  turn += 1;
  if (next === undefined) return { type: "text", text: ANSWER };
  return { type: "tool_use", id: `toolu_${turn}`, name: `mcp__codemode__${next.tool}`, input: next.input };
}

function reportSeen(step, content) {
  const { content: shown = "", is_error: isError = false } = content.find(({ type }) => type === "tool_result") ?? {};
  const items = typeof shown === "string" ? [{ type: "text", text: shown }] : shown;
  const images = items
    .filter(({ type }) => type === "image")
    .map(({ source: { media_type: mimeType, data } }) => ({ mimeType, data }));
  const texts = items.flatMap(({ type, text }) => (type === "text" ? [text] : []));
  report({ kind: "model", step, text: texts.join("\n"), images, isError });
}

function* toEvents(model, content) {
  const isCall = content.type === "tool_use";
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = {
    id: `msg_${turn}`,
    type: "message",
    role: "assistant",
    model,
    content: [],
    stop_reason: null,
    usage,
  };
  yield { type: "message_start", message };
  const empty = isCall ? { ...content, input: {} } : { type: "text", text: "" };
  yield { type: "content_block_start", index: 0, content_block: empty };
  const delta = isCall
    ? { type: "input_json_delta", partial_json: JSON.stringify(content.input) }
    : { type: "text_delta", text: content.text };
  yield { type: "content_block_delta", index: 0, delta };
  yield { type: "content_block_stop", index: 0 };
  yield { type: "message_delta", delta: { stop_reason: isCall ? "tool_use" : "end_turn" }, usage };
  yield { type: "message_stop" };
}

async function answer(request, response) {
  let body = "";
  for await (const chunk of request) body += chunk;
  if (!request.url.startsWith("/v1/messages?")) {
    response.writeHead(200, { "content-type": "application/json" }).end('{"input_tokens":1}');
    return;
  }
  const asked = JSON.parse(body);
  const content = isOfAgent(asked) ? nextContent(asked) : { type: "text", text: "chore" };
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of toEvents(asked.model, content)) {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
  response.end();
}

const api = createServer((request, response) => void answer(request, response));
await new Promise((listening) => api.listen(0, "127.0.0.1", listening));
const home = mkdtempSync(join(tmpdir(), "claude-home-"));
const env = {
  PATH: process.env.PATH,
  HOME: home,
  ANTHROPIC_BASE_URL: `http://127.0.0.1:${api.address().port}`,
  ANTHROPIC_API_KEY: "none",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
};
const common = { ...claudeAgentTools(codemode), env, cwd: home, executable: "node", tools: [], settingSources: [] };

async function resultOf(prompt, options) {
  let text;
  for await (const message of query({ prompt, options })) if (message.type === "result") text = message.result;
  return text;
}

report({ kind: "answer", text: await resultOf("How much?", common) });

[steps, turn] = [[WAITING], 0];
const abortController = new AbortController();
void waiting.then(() => abortController.abort());
const ended = await resultOf("Wait.", { ...common, abortController }).then(
  () => "completed",
  (error) => (error.name === "AbortError" || /abort/i.test(error.message) ? "aborted" : String(error)),
);
report({ kind: "abort", ended, toolAborted: await aborted, running: await runningPrograms(codemode) });
api.closeAllConnections();
api.close();
await codemode.close();
rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
