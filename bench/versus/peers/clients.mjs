// Official MCP clients, for the peers that bring none of their own.
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

/** Connects to all servers. `call` gives the structured content of a result, or else its text. */
export async function connect(servers) {
  const clients = new Map(
    await Promise.all(
      Object.entries(servers).map(async ([name, server]) => {
        const client = new Client({ name: "bench", version: "1" });
        await client.connect(new StdioClientTransport({ ...server, stderr: "ignore" }));
        const { tools } = await client.listTools();
        return [name, { client, tools: tools.map((tool) => tool.name) }];
      }),
    ),
  );
  const call = async (server, name, args) => {
    const { structuredContent, content } = await clients.get(server).client.callTool({ name, arguments: args });
    return structuredContent ?? content[0].text;
  };
  return {
    call,
    /** Functions by server and name of tool, which take the arguments. */
    functions: (rename = (name) => name) =>
      Object.fromEntries(
        [...clients].map(([server, { tools }]) => [
          server,
          Object.fromEntries(tools.map((tool) => [rename(tool), (args) => call(server, tool, args)])),
        ]),
      ),
    close: () => Promise.all([...clients.values()].map(({ client }) => client.close())),
  };
}

/** The function of the host that programs call. */
export const twice = ({ n }) => n * 2;
