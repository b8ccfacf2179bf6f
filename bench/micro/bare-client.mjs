// What any client must do: start the configured servers, list their tools, end. The measure for our own start.
import { readFileSync } from "node:fs";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const { mcpServers } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const clients = await Promise.all(
  Object.values(mcpServers).map(async (server) => {
    const client = new Client({ name: "bare", version: "1" });
    await client.connect(new StdioClientTransport({ ...server, stderr: "ignore" }));
    await client.listTools();
    return client;
  }),
);
console.log(clients.length);
await Promise.all(clients.map((client) => client.close()));
