import { deserializeMessage, InMemoryTransport } from "@modelcontextprotocol/client";
import { expect, test } from "vitest";
import { ExactWire } from "../../../base/exact-wire.ts";
import { readLine } from "./read-line.ts";
import { WatchedTransport } from "./watched-transport.ts";

function context() {
  const wire = new ExactWire();
  const [inner] = InMemoryTransport.createLinkedPair();
  return { wire, watched: new WatchedTransport(inner, wire), deserialize: deserializeMessage, held: new Set() };
}

test.each(["Content-Length: 17", "content-length:17", "  Content-Type: application/json", "\uFEFFContent-Length: 2"])(
  "a header that frames messages is no message and no noise: %j",
  (line) => {
    const read = context();
    expect([readLine(line, read), readLine(line, read)]).toEqual([[], []]);
    expect(read.watched.oddities.sentences()).toEqual([
      "It frames its messages with headers, as language servers do (2 times).",
    ]);
  },
);

test.each([
  "",
  "listening on 8080",
  "null",
  "17",
  '"text"',
  "[]",
  "Content-Length: much",
  "Content",
  "\u001b[31mred",
  ">",
])("a line without an object is noise: %j", (line) => {
  const read = context();
  expect(() => readLine(line, read)).toThrow("The line holds no message.");
  expect(read.watched.oddities.sentences()).toEqual([]);
});

test.each([
  '{"level":30,"time":1764383573000,"pid":17,"msg":"listening"}',
  '{"jsonrpc":"2.0","id":3}',
  '{"name":"add","arguments":{"a":1}}',
  "started {pid: 17}",
  '[{"id":1},{"id":2}]',
  "{",
])("an object that is no message is noise: %j", (line) => {
  const read = context();
  expect(() => readLine(line, read)).toThrow("The line holds no message.");
  expect(read.watched.oddities.sentences()).toEqual([]);
});

test.each([
  ['{"\\u006dethod":"notifications/initialized","jsonrpc":"2.0"}', { method: "notifications/initialized" }],
  ['{"jsonrpc":"2.0","id":1,"result":{}}', { id: 1, result: {} }],
  ['{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"no"}}', { id: 1, error: { code: -1, message: "no" } }],
])("a message is read however its letters are written: %s", (line, message) => {
  expect(readLine(line, context())).toEqual([{ jsonrpc: "2.0", ...message }]);
});

test("a message is read whatever stands before it on its line", () => {
  const message = '{"jsonrpc":"2.0","method":"notifications/progress","params":{}}';
  for (const line of [message, `data: ${message}`, `> ${message}`, `\u001b[1m${message}`, `[${message}]`]) {
    expect(readLine(line, context())).toEqual([JSON.parse(message)]);
  }
});
