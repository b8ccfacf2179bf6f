import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { expect, test } from "vitest";
import { endReason, RequestEnd } from "./watched-transport.ts";
import { OwnRequests, plainAnswer } from "./own-requests.ts";

const REQUEST = { method: "tools/call", params: { name: "echo", arguments: {} } };
const PATIENT = { timeoutMs: 10_000, signal: undefined };

function requests(): { readonly own: OwnRequests; readonly sent: JSONRPCMessage[]; readonly lastId: () => number } {
  const sent: JSONRPCMessage[] = [];
  const own = new OwnRequests(async (message) => void sent.push(message));
  const lastId = (): number => sent.reduce((id, message) => ("id" in message ? Number(message.id) : id), -1);
  return { own, sent, lastId };
}

test("each request is answered by its own answer, whatever the order", async () => {
  const { own, sent, lastId } = requests();
  const first = own.make(REQUEST, PATIENT);
  const firstId = lastId();
  const second = own.make(REQUEST, PATIENT);
  expect(sent).toMatchObject([
    { id: firstId, ...REQUEST },
    { id: lastId(), ...REQUEST },
  ]);
  expect(own.settle({ jsonrpc: "2.0", id: lastId(), result: { content: [], which: 2, resultType: "complete" } })).toBe(
    true,
  );
  expect(own.settle({ jsonrpc: "2.0", id: firstId, result: { content: [], which: 1 } })).toBe(true);
  expect([await first, await second]).toEqual([
    { content: [], which: 1 },
    { content: [], which: 2 },
  ]);
  expect(own.isEmpty).toBe(true);
});

test("an error of the server keeps its code, words and data", async () => {
  const { own, lastId } = requests();
  const asked = own.make(REQUEST, PATIENT);
  own.settle({ jsonrpc: "2.0", id: lastId(), error: { code: -32_602, message: "no such", data: { field: "a" } } });
  await expect(asked).rejects.toMatchObject({ code: -32_602, message: "no such", data: { field: "a" } });
});

test("what we end ourselves says why", async () => {
  const { own, lastId } = requests();
  const asked = own.make(REQUEST, PATIENT);
  const data = new RequestEnd("too_large");
  own.settle({ jsonrpc: "2.0", id: lastId(), error: { code: -32_099, message: "too_large", data } });
  expect(await asked.catch(endReason)).toBe("too_large");
});

test("a request that takes too long, or is taken back, is cancelled at the server", async () => {
  const { own, sent, lastId } = requests();
  await expect(own.make(REQUEST, { timeoutMs: 1, signal: undefined })).rejects.toMatchObject({
    code: "REQUEST_TIMEOUT",
  });
  const lateId = lastId();
  const controller = new AbortController();
  const asked = own.make(REQUEST, { timeoutMs: 10_000, signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(asked).rejects.toMatchObject({ code: "REQUEST_TIMEOUT" });
  const cancelled = sent.flatMap((message) =>
    "method" in message && message.method === "notifications/cancelled" ? [message.params?.["requestId"]] : [],
  );
  expect(cancelled).toEqual([lateId, lastId()]);
  expect(own.settle({ jsonrpc: "2.0", id: lateId, result: {} })).toBe(false);
});

test("the end of the connection ends every request", async () => {
  const { own } = requests();
  const asked = [own.make(REQUEST, PATIENT), own.make(REQUEST, PATIENT)];
  own.lose();
  const codes = await Promise.all(
    asked.map((each) => each.catch((error: unknown) => Reflect.get(Object(error), "code"))),
  );
  expect(codes).toEqual(["CONNECTION_CLOSED", "CONNECTION_CLOSED"]);
});

test("only a plain answer to a request of ours is read past the library", () => {
  const { own, lastId } = requests();
  own.make(REQUEST, PATIENT).catch(() => {});
  const id = lastId();
  const plain = { jsonrpc: "2.0", id, result: { content: [] } };
  expect(plainAnswer(plain, own)).toEqual(plain);
  const unusual = [
    { ...plain, id: 1 },
    { ...plain, id: String(id) },
    { ...plain, extra: 1 },
    { ...plain, jsonrpc: "1.0" },
    { ...plain, result: [] },
    { ...plain, result: { content: [], _meta: null } },
    { jsonrpc: "2.0", id, error: { code: 1, message: "" } },
    null,
    "text",
  ];
  expect(unusual.map((value) => plainAnswer(value, own))).toEqual(unusual.map(() => undefined));
  own.lose();
});

test("nothing is asked for a caller who has gone before", async () => {
  const { own, sent } = requests();
  const asked = own.make(REQUEST, { timeoutMs: 10_000, signal: AbortSignal.abort("gone") });
  await expect(asked).rejects.toMatchObject({ message: "gone" });
  expect({ sent, isEmpty: own.isEmpty }).toEqual({ sent: [], isEmpty: true });
});
