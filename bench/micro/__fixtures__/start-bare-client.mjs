import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const servers = JSON.parse(process.argv[2]);
const clients = await Promise.all(
  servers.map(async (args) => {
    const client = new Client({ name: "bench", version: "1" });
    await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: "ignore" }));
    const { tools } = await client.listTools();
    if (tools.length === 0) process.exit(1);
    return client;
  }),
);
process.stdout.write(String(performance.timeOrigin + performance.now()));
await Promise.all(clients.map((client) => client.close()));
