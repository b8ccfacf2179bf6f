// An MCP server that keeps the digits of what it is sent: `node wire-server.mjs` over stdio, `node wire-server.mjs http`
// over HTTP, where its first line of output is its port.
import { createServer } from "node:http";
import { createInterface } from "node:readline";

const BIG = "1915883588174806058";
const inputSchema = { type: "object" };
const outputSchema = { type: "object", properties: { id: { type: "integer" } }, required: ["id"] };
const typed = { type: "object", properties: { id: { type: "string" } }, required: ["id"] };
const tools = [
  { name: "same", inputSchema },
  { name: "textual", inputSchema: typed },
  { name: "item", inputSchema, outputSchema },
  { name: "text", inputSchema },
  { name: "broken", inputSchema },
  { name: "old", inputSchema },
  { name: "old_object", inputSchema },
  { name: "task", inputSchema, execution: { taskSupport: "required" } },
  { name: "maybe_task", inputSchema, execution: { taskSupport: "optional" } },
  { name: "reason", inputSchema },
  { name: "reason_item", inputSchema },
];

/** The text of the arguments in a line, as it came. They are the last member of the last member but one at most. */
function argumentsIn(line) {
  const found = /"arguments":(\{.*?\})(?:,"_meta":\{[^}]*\})?\}/.exec(line);
  return found === null ? "{}" : found[1];
}

const said = (text) => `{"content":[{"type":"text","text":${JSON.stringify(text)}}]}`;
const results = {
  item: `{"content":[{"type":"text","text":"{\\"id\\":${BIG}}"}],"structuredContent":{"id":${BIG},"list":[-9223372036854775808,1.5]}}`,
  text: said(`{"id":${BIG}}`),
  old: '{"toolResult":"from before"}',
  old_object: `{"toolResult":{"id":${BIG}}}`,
  task: said("done"),
  maybe_task: said("done"),
  reason: '{"content":[],"structuredContent":{"code":"NEEDS_HUMAN","url":"https://example.com/ask"},"isError":true}',
  reason_item: '{"content":[{"type":"error","error":{"message":"the disk is full"}}],"isError":true}',
};

function answer(line) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return undefined;
  const result = (text) => `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${text}}`;
  if (method === "initialize") {
    const serverInfo = { name: "wire", version: "1" };
    return result(JSON.stringify({ protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo }));
  }
  if (method === "tools/list") return result(JSON.stringify({ tools }));
  if (method !== "tools/call") return result("{}");
  if (params.name === "broken") {
    const error = { code: -32000, message: "refused", data: { field: "iban", reason: "checksum is wrong" } };
    return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":${JSON.stringify(error)}}`;
  }
  return result(results[params.name] ?? said(`got ${argumentsIn(line)}`));
}

if (process.argv[2] === "http") {
  const server = createServer(async (request, response) => {
    if (request.method !== "POST") return response.writeHead(405).end();
    let body = "";
    for await (const chunk of request) body += chunk;
    const out = answer(body);
    if (out === undefined) return response.writeHead(202).end();
    const isStream = body.includes("item");
    response.writeHead(200, { "content-type": isStream ? "text/event-stream" : "application/json" });
    return response.end(isStream ? `event: message\ndata: ${out}\n\n` : out);
  }).listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
} else {
  createInterface({ input: process.stdin }).on("line", (line) => {
    const out = line.trim() === "" ? undefined : answer(line);
    if (out !== undefined) process.stdout.write(`${out}\n`);
  });
}
