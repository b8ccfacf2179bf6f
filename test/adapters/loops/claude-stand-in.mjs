// Stands in for Claude Code, which needs the network: a scripted model, and the MCP client that the real one has. It is
// started by the Claude Agent SDK, reads its messages, and connects to the servers it is told of.
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ANSWER, STEPS, WAITING } from "./shop.mjs";

const session = "00000000-0000-4000-8000-000000000000";
const flags = parseArgs({
  strict: false,
  options: { allowedTools: { type: "string", default: "" }, "mcp-config": { type: "string", default: "{}" } },
}).values;
const allowed = flags.allowedTools.split(",");
const { mcpServers: servers = {} } = JSON.parse(flags["mcp-config"]);
/** For a server that has no tools of its own. */
const PLAIN = { step: "plain", tool: "execute_code", input: { code: "6 * 7" } };
const interrupted = new AbortController();

/** Answers the SDK owes, and connections whose messages it passes on. */
const owed = new Map();
const inProcess = new Map();

function write(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** What the model and its host are given, for the program that runs the loop. */
function tell(line) {
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

function ask(request) {
  const id = `stand-in-${owed.size + 1}`;
  const answered = new Promise((resolve) => owed.set(id, resolve));
  write({ type: "control_request", request_id: id, request });
  return answered;
}

/** A server in the process of the SDK, which carries its messages. */
class CarriedTransport {
  constructor(name) {
    this.name = name;
  }

  async start() {
    inProcess.set(this.name, this);
  }

  async send(message) {
    const { mcp_response: reply } = await ask({ subtype: "mcp_message", server_name: this.name, message });
    if ("id" in message && "method" in message) this.onmessage?.(reply);
  }

  async close() {
    this.onclose?.();
  }
}

function transportTo(name, { type = "stdio", command, args, env, url, headers }) {
  if (type === "sdk") return new CarriedTransport(name);
  if (type === "http") return new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
  return new StdioClientTransport({ command, args, env: { ...process.env, ...env } });
}

async function connect(name, server) {
  const client = new Client({ name: "claude-code", version: "0" });
  await client.connect(transportTo(name, server));
  const { tools } = await client.listTools();
  return tools.map((tool) => [`mcp__${name}__${tool.name}`, { client, name: tool.name }]);
}

function isAllowed(name) {
  return allowed.some((rule) => rule === name || (rule.endsWith("*") && name.startsWith(rule.slice(0, -1))));
}

function say(content) {
  const message = { id: "message", type: "message", role: "assistant", model: "scripted", content, usage: {} };
  write({ type: "assistant", session_id: session, parent_tool_use_id: null, uuid: session, message });
}

async function callTool(tools, { step, tool, input }) {
  const full = [...tools.keys()].find((name) => name.endsWith(`__${tool}`));
  if (full === undefined || !isAllowed(full)) throw new Error(`${tool} is not allowed`);
  say([{ type: "tool_use", id: step, name: full, input }]);
  const { client, name } = tools.get(full);
  const result = await client.callTool({ name, arguments: input }, undefined, {
    signal: interrupted.signal,
    onprogress: ({ message }) => tell({ kind: "progress", step, text: message }),
  });
  const { content, structuredContent, isError = false } = result;
  const images = content.filter(({ type }) => type === "image").map(({ mimeType, data }) => ({ mimeType, data }));
  const texts = content.flatMap(({ type, text }) => (type === "text" ? [text] : []));
  // As the real one does: structure takes the place of text, except for errors.
  const text = structuredContent === undefined || isError ? texts.join("\n") : JSON.stringify(structuredContent);
  tell({ kind: "model", step, text, images, isError });
}

async function answer({ message }) {
  const prompt = JSON.stringify(message.content);
  const tools = new Map((await Promise.all(Object.entries(servers).map((each) => connect(...each)))).flat());
  write({ type: "system", subtype: "init", session_id: session, uuid: session, tools: [...tools.keys()] });
  const steps = prompt.includes("Wait") ? [WAITING] : prompt.includes("How much") ? STEPS : [PLAIN];
  let text = ANSWER;
  try {
    for (const step of steps) await callTool(tools, step);
  } catch (error) {
    text = interrupted.signal.aborted ? "Interrupted." : String(error);
  }
  say([{ type: "text", text }]);
  const figures = { duration_ms: 1, duration_api_ms: 1, num_turns: steps.length, total_cost_usd: 0, usage: {} };
  write({
    type: "result",
    subtype: "success",
    is_error: false,
    result: text,
    session_id: session,
    uuid: session,
    ...figures,
  });
}

function takeRequest({ request_id: id, request }) {
  for (const name of request.sdkMcpServers ?? []) servers[name] = { type: "sdk" };
  if (request.subtype === "mcp_message") inProcess.get(request.server_name)?.onmessage?.(request.message);
  if (request.subtype === "interrupt") interrupted.abort();
  const response = { commands: [], output_style: "default", available_output_styles: [], models: [], account: {} };
  write({ type: "control_response", response: { subtype: "success", request_id: id, response } });
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const message = JSON.parse(line);
    if (message.type === "control_request") takeRequest(message);
    if (message.type === "control_response") owed.get(message.response.request_id)?.(message.response.response);
    if (message.type === "user") void answer(message);
  })
  .on("close", () => process.exit());
