import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { expect, onTestFinished, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { createMcpServer } from "../../src/server/create-mcp-server.ts";

const script = fileURLToPath(new URL("../../src/sources/mcp/__fixtures__/watched-server.mjs", import.meta.url));
const uri = `codemode://up/${encodeURIComponent("note://one")}`;

/** A client of ours with what it heard of. */
async function connect(codemode: Codemode): Promise<{ readonly client: Client; readonly heard: string[] }> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: "test", version: "1" });
  const heard: string[] = [];
  client.setNotificationHandler("notifications/resources/updated", ({ params }) => void heard.push(params.uri));
  await Promise.all([createMcpServer(codemode).connect(far), client.connect(near)]);
  return { client, heard };
}

test.each(["modern", "auto"] as const)(
  "of a server whose protocol is %s a change of a resource is announced to the clients that still watch it",
  async (protocol) => {
    const codemode = createCodemode({
      mcpServers: { up: { command: process.execPath, args: [script, protocol], protocol } },
    });
    onTestFinished(() => codemode.close());
    await codemode.registry.ready();
    const [first, second] = await Promise.all([connect(codemode), connect(codemode)]);
    await Promise.all([first, second].map(({ client }) => client.subscribeResource({ uri })));
    await second.client.subscribeResource({ uri });
    await codemode.executor.callTool("up__touch", {});
    await expect.poll(() => [first.heard, second.heard]).toEqual([[uri], [uri]]);
    await first.client.unsubscribeResource({ uri });
    await codemode.executor.callTool("up__touch", {});
    await expect.poll(() => second.heard).toEqual([uri, uri]);
    expect(first.heard).toEqual([uri]);
    await second.client.close();
    await expect.poll(() => codemode.executor.callTool("up__watchers", {})).toBe("0");
  },
);
