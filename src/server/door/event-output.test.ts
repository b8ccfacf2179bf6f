import { once } from "node:events";
import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { EventOutput } from "./event-output.ts";

const EVENT = `data: ${"x".repeat(12_000_000)}\n\n`;

test("of many that read none of their large answers some lose their connection, and one that reads gets all", async () => {
  const open = new Set<object>();
  const server = createServer((_request, response) => {
    open.add(response);
    response.once("close", () => open.delete(response));
    new EventOutput(response, { "content-type": "text/event-stream" }).end(EVENT);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server on a port has such an address
  const { port } = server.address() as AddressInfo;
  const ask = async (): Promise<IncomingMessage> => {
    const request = get({ port, host: "127.0.0.1", agent: false });
    request.on("error", () => {});
    const [response]: IncomingMessage[] = await once(request, "response");
    if (response === undefined) throw new Error("There was no response.");
    return response.on("error", () => {});
  };
  const first = (await text(await ask())).length;
  const asked: IncomingMessage[] = [];
  for (let count = 0; count < 30; count += 1) asked.push((await ask()).pause());
  await new Promise(setImmediate);
  expect(open.size).toBeGreaterThan(5);
  expect(open.size).toBeLessThan(20);
  expect([first, (await text(await ask())).length]).toEqual([EVENT.length, EVENT.length]);
});
