import { once } from "node:events";
import { createServer } from "node:http";
import { expect, test } from "vitest";
import { createLongFetch } from "../../http/long-fetch.ts";
import { createReadingFetch } from "./reading-fetch.ts";

test.each([
  ["resources/read", 2],
  ["tools/list", 2],
  ["tools/call", 1],
])("over a connection that the server closes %s is sent %d times at most", async (method, most) => {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    if (requests === 1) request.socket.destroy();
    else response.setHeader("content-type", "application/json").end('{"jsonrpc":"2.0","id":1,"result":{}}');
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening");
  const { fetch, close } = await createLongFetch(undefined);
  const events = { note: () => {}, onUnanswered: () => {} };
  // What a call is given may look like a request that only reads.
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, params: { method: "tools/list" }, method });
  const answer = await createReadingFetch(fetch, events)(`http://127.0.0.1:${address.port}/`, {
    method: "POST",
    body,
  }).then(
    (response) => response.status,
    () => "failed",
  );
  expect([answer, requests]).toEqual([most === 2 ? 200 : "failed", most]);
  await close();
  server.close();
});
