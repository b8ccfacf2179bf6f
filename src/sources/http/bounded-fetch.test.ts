import { expect, test } from "vitest";
import { ExactWire } from "../../base/exact-wire.ts";
import { createBoundedFetch } from "./bounded-fetch.ts";

/** The text that arrives when a server sends some chunks. */
async function received(type: string, chunks: readonly string[]): Promise<string> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  const send = async (): Promise<Response> => new Response(body, { headers: { "content-type": type } });
  const bounds = { wire: new ExactWire(), messageBytes: 10_000, onTooLarge: () => {} };
  return (await createBoundedFetch(bounds, send)("http://h/")).text();
}

const ADDRESS = "/message?sessionId=5d9e4d6f-d9da-4df1-94ab-9e9131248749-99999999999999999999";

test.each([
  ["an address in an event stream", "text/event-stream", ["event: endpoint\n", `data: ${ADDRESS}\n`, "\n"]],
  ["the same in one piece", "text/event-stream", [`event: endpoint\r\ndata: ${ADDRESS}\r\n\r\n`]],
  ["a page", "text/html", [`<a href="x">${ADDRESS}</a>`]],
])("%s is handed on untouched, whatever its digits look like", async (_what, type, chunks) => {
  expect(await received(type, chunks)).toBe(chunks.join(""));
});

test.each([
  ["without a name", ['data: {"id":12345678901234567890}\n\n']],
  ["after an address", [`event: endpoint\ndata: ${ADDRESS}\n`, '\ndata: {"id":12345678901234567890}\n\n']],
  ["named message", ["event: message\n", 'data: {"id":12345678901234567890}\n\n']],
])("an integer beyond 2^53 in a message %s is marked for the library", async (_what, chunks) => {
  expect(await received("text/event-stream", chunks)).toMatch(/\{"id":"[^"]+12345678901234567890"\}/);
});
