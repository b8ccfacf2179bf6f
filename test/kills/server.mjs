// An MCP server over stdio that notes each call with its idempotency key in a file, which is the judge: a line is an effect.
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [judge] = process.argv.slice(2);
const inputSchema = { type: "object", properties: { n: { type: "number" }, ms: { type: "number" } } };
const tools = [
  { name: "look", inputSchema, annotations: { readOnlyHint: true } },
  { name: "put", inputSchema, annotations: { idempotentHint: true } },
  { name: "pay", inputSchema },
];

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const answer = (result) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result })}\n`);
  if (method === "initialize") {
    const { protocolVersion } = params;
    answer({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "judge", version: "1" } });
  } else if (method === "tools/list") answer({ tools });
  else if (method === "tools/call") setTimeout(() => answer(call(params)), params.arguments.ms ?? 3);
  else answer({});
});

function call({ name, arguments: { n }, _meta: meta }) {
  appendFileSync(judge, `${JSON.stringify({ tool: name, n, key: meta?.["codemode/idempotencyKey"] })}\n`);
  return { content: [{ type: "text", text: JSON.stringify({ tool: name, n, double: 2 * n }) }] };
}
