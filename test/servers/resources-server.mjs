// An MCP server without any tool: resources, a template and a prompt.
import { McpServer, ResourceTemplate } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import * as z from "zod";

serveStdio(() => {
  const server = new McpServer({ name: "library", version: "1" }, { instructions: "Read the index first." });
  server.registerResource("index", "book://index", { mimeType: "text/plain", title: "The index" }, async (uri) => ({
    contents: [{ uri: uri.href, mimeType: "text/plain", text: "one, two" }],
  }));
  server.registerResource("cover", "book://cover", { mimeType: "image/png" }, async (uri) => ({
    contents: [{ uri: uri.href, mimeType: "image/png", blob: "iVBORw0KGgo=" }],
  }));
  const chapters = new ResourceTemplate("book://chapters/{number}", {
    list: undefined,
    complete: { number: (value) => ["1", "12", "2"].filter((each) => each.startsWith(value)) },
  });
  server.registerResource("chapter", chapters, { mimeType: "text/plain" }, async (uri, { number }) => ({
    contents: [{ uri: uri.href, mimeType: "text/plain", text: `chapter ${String(number)}` }],
  }));
  server.registerPrompt(
    "summarise",
    { description: "Asks for a summary.", argsSchema: z.object({ style: z.string() }) },
    ({ style }) => ({ messages: [{ role: "user", content: { type: "text", text: `Summarise, ${style}.` } }] }),
  );
  return server;
});
