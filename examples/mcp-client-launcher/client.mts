import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

interface Settings {
  readonly mcpServers: Readonly<Record<string, { readonly command: string; readonly args: string[] }>>;
}

const { mcpServers }: Settings = JSON.parse(await readFile("mcp-client.json", "utf8"));

for (const [name, server] of Object.entries(mcpServers)) {
  const client = new Client({ name: "example-client", version: "1.0.0" });
  await client.connect(new StdioClientTransport(server));
  try {
    const { tools } = await client.listTools();
    console.log(`${name}: ${tools.map((tool) => tool.name).join(", ")}`);

    // A program waits for the servers it mentions; a search finds what is connected so far.
    const typescript = await client.callTool({
      name: "execute_code",
      arguments: {
        code: `
          import { read_text_file } from "generated/servers/filesystem";
          const text = await read_text_file({ path: "todo.txt" });
          text.trim().split("\\n").length;
        `,
      },
    });
    assert.deepEqual(valueOf(typescript.structuredContent), 2);

    const search = await client.callTool({ name: "search_tools", arguments: { query: "read a text file", limit: 1 } });
    assert.match(JSON.stringify(search.content), /filesystem__read_text_file/);

    const python = await client.callTool({
      name: "execute_code",
      arguments: {
        language: "python",
        code: 'text = await filesystem.read_text_file(path="todo.txt")\nlen(text.splitlines())',
      },
    });
    assert.deepEqual(valueOf(python.structuredContent), 2);

    if (name === "launcher") {
      const clock = await client.callTool({ name: "execute_code", arguments: { code: "await clock.now()" } });
      assert.match(String(valueOf(clock.structuredContent)), /^\d{4}-\d\d-\d\dT/);
    }
  } finally {
    await client.close();
  }
}
console.log("ok");

function valueOf(structured: unknown): unknown {
  return typeof structured === "object" && structured !== null && "value" in structured ? structured.value : undefined;
}
