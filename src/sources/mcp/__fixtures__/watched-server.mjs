// A server with one resource that can be watched, in one protocol: `watched-server.mjs modern|legacy`. Its tool `touch`
// changes the resource, and `watchers` says how many subscriptions there are to it, where the protocol has a request for that.
import { fromJsonSchema, McpServer } from "@modelcontextprotocol/server";
import { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio";

const URI = "note://one";
const nothing = { inputSchema: fromJsonSchema({ type: "object" }) };
const text = (value) => ({ content: [{ type: "text", text: String(value) }] });
const watched = [];

function build() {
  const capabilities = { resources: { subscribe: true }, tools: {} };
  const server = new McpServer({ name: "watched", version: "1" }, { capabilities });
  server.registerResource("note", URI, {}, async () => ({ contents: [{ uri: URI, text: "a note" }] }));
  server.registerTool("touch", nothing, async () => {
    await server.server.sendResourceUpdated({ uri: URI });
    return text("touched");
  });
  server.registerTool("watchers", nothing, async () => text(watched.length));
  server.server.setRequestHandler("resources/subscribe", ({ params }) => {
    watched.push(params.uri);
    return {};
  });
  server.server.setRequestHandler("resources/unsubscribe", ({ params }) => {
    watched.splice(watched.indexOf(params.uri), 1);
    return {};
  });
  return server;
}

if (process.argv[2] === "modern") serveStdio(build, { legacy: "reject" });
else await build().connect(new StdioServerTransport());
