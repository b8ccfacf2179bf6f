// A server of either protocol: `eras-server.mjs stdio|http both|modern|legacy [FILE]`. It adds a line to the file each time
// it is started; over http it prints its port.
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, fromJsonSchema, inputRequired, inputResponse, McpServer } from "@modelcontextprotocol/server";
import { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio";

const [transport, eras, file] = process.argv.slice(2);
if (file !== undefined) appendFileSync(file, "started\n");

let isGrown = false;
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const object = (properties = {}) => fromJsonSchema({ type: "object", properties });
const text = (value) => ({ content: [{ type: "text", text: value }] });
const question = {
  message: "Which colour?",
  requestedSchema: { type: "object", properties: { colour: { type: "string" } }, required: ["colour"] },
};
const sampling = { messages: [{ role: "user", content: { type: "text", text: "Say hello." } }], maxTokens: 10 };

function build({ era = "legacy" } = {}) {
  const capabilities = { logging: {}, tools: { listChanged: true } };
  const server = new McpServer({ name: "eras", version: "1" }, { capabilities, instructions: `I speak ${era}.` });
  if (isGrown) server.registerTool("late", { inputSchema: object() }, async () => text("late"));
  server.registerTool("grow", { inputSchema: object() }, async () => {
    isGrown = true;
    return text("grown, and nobody is told");
  });
  server.registerTool("era", { inputSchema: object() }, async () => text(era));
  server.registerTool("add", { inputSchema: object({ a: { type: "number" }, b: { type: "number" } }) }, async ({ a, b }) => ({
    ...text(String(a + b)),
    structuredContent: { sum: a + b },
  }));
  server.registerTool("image", { inputSchema: object() }, async () => ({
    content: [{ type: "image", data: PIXEL, mimeType: "image/png" }],
  }));
  server.registerTool("ask", { inputSchema: object() }, async (_args, { mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, "colour");
    if (answer.kind === "missing") return inputRequired({ inputRequests: { colour: inputRequired.elicit(question) } });
    return text(answer.action === "accept" ? `it is ${answer.content.colour}` : answer.action);
  });
  server.registerTool("sample", { inputSchema: object() }, async (_args, { mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, "said");
    if (answer.kind === "missing") return inputRequired({ inputRequests: { said: inputRequired.createMessage(sampling) } });
    return text(`it said ${JSON.stringify(answer.result?.content ?? answer)}`);
  });
  server.registerTool("folders", { inputSchema: object() }, async (_args, { mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, "folders");
    if (answer.kind === "missing") return inputRequired({ inputRequests: { folders: inputRequired.listRoots() } });
    return text(JSON.stringify(answer.roots));
  });
  server.registerTool("talk", { inputSchema: object() }, async (_args, { mcpReq }) => {
    await mcpReq.log("info", "half way", "worker");
    const { progressToken } = mcpReq._meta ?? {};
    const report = { progressToken, progress: 1, total: 2, message: "half" };
    if (progressToken !== undefined) await mcpReq.notify({ method: "notifications/progress", params: report });
    return text("done");
  });
  server.registerTool(
    "where",
    { inputSchema: object({ region: { type: "string", "x-mcp-header": "Region" } }) },
    async ({ region }, { http }) => text(`${region} ${http?.req?.headers.get("mcp-param-region") ?? "no header"}`),
  );
  server.registerTool("wait", { inputSchema: object() }, async (_args, { mcpReq }) => {
    await new Promise((resolve) => mcpReq.signal.addEventListener("abort", resolve));
    if (file !== undefined) appendFileSync(file, "cancelled\n");
    return text("never");
  });
  server.registerResource("note", "note://one", { mimeType: "text/plain" }, async ({ href }) => ({
    contents: [{ uri: href, mimeType: "text/plain", text: "a note" }],
  }));
  server.registerPrompt("greet", { description: "Greets." }, () => ({
    messages: [{ role: "user", content: { type: "text", text: "Hello." } }],
  }));
  return server;
}

const legacy = { both: {}, modern: { legacy: "reject" } }[eras];
if (transport === "stdio" && eras === "legacy") await build().connect(new StdioServerTransport());
else if (transport === "stdio") serveStdio(build, legacy);
else {
  const handler = toNodeHandler(createMcpHandler(build, legacy));
  const web = createServer((request, response) => void handler(request, response));
  web.listen(0, "127.0.0.1", () => process.stdout.write(`${web.address().port}\n`));
}
