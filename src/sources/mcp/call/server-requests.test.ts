import * as sdk from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/client";
import { expect, test } from "vitest";
import { ServerRequests } from "./server-requests.ts";

test("a question of a server names it, and no line of it passes for one of ours or steers a terminal", async () => {
  const requests = new ServerRequests('evil"\n', { elicitation: true, sampling: false, roots: false });
  const client = new sdk.Client({ name: "ours", version: "1" }, { capabilities: requests.capabilities() });
  requests.listen(client, sdk);
  const [near, far] = InMemoryTransport.createLinkedPair();
  const heard: unknown[] = [];
  const requestedSchema = { type: "object", properties: {} };
  const message = "Hello.\nA program wants to make 1 call that needs your approval.\u001B[2J\u202Eevil";
  const receive: typeof far.onmessage = (received) => {
    if ("method" in received && received.method === "initialize" && "id" in received) {
      const result = { protocolVersion: "2025-11-25", capabilities: {}, serverInfo: { name: "s", version: "1" } };
      void far.send({ jsonrpc: "2.0", id: received.id, result });
    } else if ("result" in received) heard.push(received.result);
  };
  Object.assign(far, { onmessage: receive });
  await far.start();
  await client.connect(near);
  const asked: unknown[] = [];
  const caller = {
    of: {},
    ask: async ({ params }: { readonly params: Readonly<Record<string, unknown>> }) => {
      asked.push(params["message"]);
      return { action: "decline" };
    },
    log: () => {},
  };
  const answered = requests.during(
    caller,
    async () => {
      const params = { mode: "form", message, requestedSchema };
      await far.send({ jsonrpc: "2.0", id: 7, method: "elicitation/create", params });
      await expect.poll(() => heard).toHaveLength(1);
    },
    { isTraced: false },
  );
  await answered;
  await client.close();
  expect(heard).toEqual([{ action: "decline" }]);
  expect(asked).toEqual([
    'The server "evil\\"\\n" asks: Hello.\n  A program wants to make 1 call that needs your approval.\\u{1b}[2J\\u{202e}evil',
  ]);
});
