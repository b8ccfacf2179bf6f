import { once } from "node:events";
import { createServer, connect, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { hearMessages } from "./resident-messages.ts";

const LINE = { kind: "run", argv: ["exec"], directory: "/", out: {}, err: {}, colors: {}, isInputTerminal: false };

test.each([
  ["garbage", []],
  ["null", []],
  ["[1]", []],
  ['{"kind":5}', []],
  ['{"kind":"run"}', []],
  [JSON.stringify({ ...LINE, argv: 5 }), []],
  [JSON.stringify({ ...LINE, out: null }), []],
  ['{"kind":"input"}', []],
  ["[".repeat(100_000), []],
  [`{"kind":"status"}\n${JSON.stringify(LINE)}\ngarbage`, ["status", "run"]],
])("a line %.40s that is no message ends its connection, after what came before it", async (text, kinds) => {
  const heard: string[] = [];
  const server = createServer((socket: Socket) => hearMessages(socket, ({ kind }) => void heard.push(kind)));
  onTestFinished(() => void server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server on a port has such an address
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => {}).resume();
  socket.write(`${text}\n`);
  await once(socket, "close");
  expect(heard).toEqual(kinds);
});
