// An MCP server on stdio, or over HTTP on a free port with `http` as second argument, that answers as its script says:
// node scripted-server.mjs '{ "METHOD": ["line", …] }' [http]. In a line $ID is the id of the request.
import { createInterface } from "node:readline";

const script = JSON.parse(process.argv[2]);
const echo = { name: "echo", inputSchema: { type: "object" } };
const results = {
  initialize: { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "scripted", version: "1" } },
  "tools/list": { tools: [echo] },
  "tools/call": { content: [{ type: "text", text: "done" }] },
};

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method } = JSON.parse(line);
  const lines = script[method] ?? (id === undefined ? [] : [JSON.stringify({ jsonrpc: "2.0", id, result: results[method] ?? {} })]);
  for (const each of lines) process.stdout.write(`${each.replaceAll("$ID", String(id))}\n`);
});
