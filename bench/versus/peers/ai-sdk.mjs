// Code mode of the AI SDK (QuickJS in worker threads), with its own MCP client.
import { experimental_runCodeMode as runCodeMode } from "@ai-sdk/code-mode";
import { createMCPClient } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport as StdioTransport } from "@ai-sdk/mcp/mcp-stdio";
import { tool } from "ai";
import * as z from "zod";
import { twice } from "./clients.mjs";

export async function open({ servers }) {
  const clients = await Promise.all(
    Object.entries(servers).map(async ([name, server]) => {
      const client = await createMCPClient({ transport: new StdioTransport({ ...server, stderr: "ignore" }) });
      return { name, client, tools: await client.tools() };
    }),
  );
  const tools = Object.fromEntries(
    clients.flatMap(({ name, tools: own }) => Object.entries(own).map(([key, each]) => [`${name}_${key}`, each])),
  );
  tools["host_twice"] = tool({
    description: "Twice a number.",
    inputSchema: z.object({ n: z.number() }),
    execute: twice,
  });
  // Its defaults refuse the works with many calls.
  const executionPolicy = {
    maxBridgeRequests: 5_000,
    maxInFlightBridgeRequests: 5_000,
    maxToolOutputBytes: 16 * 1024 * 1024,
  };
  return {
    write: (server, name, args) => `tools["${server}_${name}"](${args})`,
    execute: (js) => runCodeMode({ js, tools, options: { executionPolicy } }),
    close: () => Promise.all(clients.map(({ client }) => client.close())),
  };
}
