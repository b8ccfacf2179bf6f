// An MCP server for the chaos run: `node server.mjs NAME FOLDER [PORT]`, over stdio or, with a port, over HTTP. It writes
// its process id to the folder, so that it can be found, killed and stopped.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const [name, folder, port] = process.argv.slice(2);
writeFileSync(join(folder, `${name}-${process.pid}`), "");

// One that listens has no input that ends with its host.
const host = process.ppid;
setInterval(() => process.ppid === host || process.exit(), 500).unref();

const text = { type: "object", properties: { token: { type: "string" } }, required: ["token"] };
const output = { type: "object", properties: { answer: { type: "string" } }, required: ["answer"] };
const tools = ["echo", "slow"].map((tool) => ({ name: tool, inputSchema: text, outputSchema: output }));

function answer({ method, params }) {
  if (method === "tools/list") return { tools };
  if (method !== "initialize") return {};
  return { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name, version: "1" } };
}

async function reply(message) {
  if (message.method !== "tools/call") return answer(message);
  const { name: tool, arguments: args } = message.params;
  if (tool === "slow") await new Promise((resolve) => setTimeout(resolve, 30));
  const structuredContent = { answer: `${name} ${tool} ${args.token}` };
  return { content: [{ type: "text", text: JSON.stringify(structuredContent) }], structuredContent };
}

async function handle(message) {
  if (message.id === undefined) return undefined;
  return JSON.stringify({ jsonrpc: "2.0", id: message.id, result: await reply(message) });
}

if (port === undefined) {
  createInterface({ input: process.stdin }).on("line", async (line) => {
    const out = await handle(JSON.parse(line));
    if (out !== undefined) process.stdout.write(`${out}\n`);
  });
} else {
  const session = `${process.pid}`;
  createServer(async (request, response) => {
    if (request.method !== "POST") return response.writeHead(request.method === "DELETE" ? 200 : 405).end();
    let body = "";
    for await (const chunk of request) body += chunk;
    const message = JSON.parse(body);
    // A server that was started again does not know the sessions of the one before.
    const asked = request.headers["mcp-session-id"];
    if (message.method !== "initialize" && asked !== session) return response.writeHead(404).end();
    const out = await handle(message);
    const headers = { "content-type": "application/json", "mcp-session-id": session };
    return out === undefined ? response.writeHead(202, headers).end() : response.writeHead(200, headers).end(out);
  }).listen(Number(port), "127.0.0.1");
}
