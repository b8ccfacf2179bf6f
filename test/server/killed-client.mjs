// A client that starts one program in the background and waits for another, and prints the id of the first.
// Its arguments: the era, and either the address of a server and a token, or "stdio" and the configuration.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const [mode, url, given, cli, ...programs] = process.argv.slice(2);
const client = new Client({ name: "killed", version: "1" }, { versionNegotiation: { mode } });
const transport =
  url === "stdio"
    ? new StdioClientTransport({ command: process.execPath, args: [cli, "serve", "--config", given], stderr: "ignore" })
    : new StreamableHTTPClientTransport(new URL(url), {
        requestInit: { headers: { authorization: `Bearer ${given}` } },
      });
await client.connect(transport);
const [background, foreground] = programs;
const { structuredContent } = await client.callTool({
  name: "execute_code",
  arguments: { code: background, background: true, timeout: 600 },
});
console.log(structuredContent.runId);
await client.callTool({ name: "execute_code", arguments: { code: foreground, timeout: 600 } });
