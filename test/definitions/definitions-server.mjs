// An MCP server with the definitions it is given: `node definitions-server.mjs JSON` with `{ tools, answers, init, list, after }`.
// `answers` are results by tool, as objects or as verbatim text; a tool without one returns its arguments as they came.
import { createInterface } from "node:readline";

const { tools, answers = {}, init = {}, list = {}, after = "" } = JSON.parse(process.argv[2] ?? "{}");

/** The text of the arguments in a line, as it came: from the first brace to the one that closes it, texts left out. */
function argumentsIn(line) {
  const start = line.indexOf('"arguments":') + '"arguments":'.length;
  let depth = 0;
  for (const { 0: part, index } of line.slice(start).matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    depth += { "{": 1, "}": -1 }[part] ?? 0;
    if (depth === 0) return line.slice(start, start + index + 1);
  }
  return "{}";
}

function resultOf(line, { method, params }) {
  if (method === "initialize") {
    const { protocolVersion } = params;
    return { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "definitions", version: "1" }, ...init };
  }
  if (method === "tools/list") return { tools, ...list };
  if (method !== "tools/call") return {};
  const said = { content: [{ type: "text", text: `${params.name} <- ${argumentsIn(line)}` }] };
  return Object.hasOwn(answers, params.name) ? answers[params.name] : said;
}

createInterface({ input: process.stdin }).on("line", (line) => {
  if (line.trim() === "") return;
  const message = JSON.parse(line);
  if (message.id === undefined) return;
  const result = resultOf(line, message);
  const text = typeof result === "string" ? result : JSON.stringify(result);
  process.stdout.write(`{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},"result":${text}${after}}\n`);
});
