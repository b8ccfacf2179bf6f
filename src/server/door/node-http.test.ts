import { once } from "node:events";
import { createServer, request as httpRequest, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { ExactWire } from "../../base/exact-wire.ts";
import { answerOverNode } from "./node-http.ts";

const FIRST = "id: 1\ndata: \n\n";
const ANSWER = 'event: message\nid: 2\ndata: {"id":1}\n\n';
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

interface Served {
  /** The stream that the server answers with. */
  readonly stream: ReadableStreamDefaultController<Uint8Array>;
  /** What it has written so far, piece by piece. */
  readonly written: readonly string[];
  /** The status of what the client has begun to read. */
  readonly status: number | undefined;
  readonly next: () => Promise<string>;
  readonly rest: () => Promise<string>;
}

/** A request to a server that answers with an event stream, whose parts are there before the client is heard of. */
async function ask(method: string, parts: readonly string[], isOver: boolean): Promise<Served> {
  const written: string[] = [];
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({ start: (controller) => void (stream = controller) });
  const response = new Response(body, { headers: { "content-type": "text/event-stream" } });
  const answer = answerOverNode({
    maxBodyBytes: 1_000,
    wire: new ExactWire(),
    log: () => {},
    answer: (exchange) => exchange.send(response),
  });
  const server = createServer((incoming, outgoing) => answer(incoming, recorded(outgoing, written)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  for (const part of parts) stream?.enqueue(Buffer.from(part));
  if (isOver) stream?.close();
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const sent = httpRequest({ host: "127.0.0.1", port, method });
  sent.end();
  const [incoming] = await once(sent, "response");
  const chunks = incoming[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await chunks.next()).value ?? "");
  const rest = async (): Promise<string> => {
    let text = "";
    for (let part = await next(); part !== ""; part = await next()) text += part;
    return text;
  };
  if (stream === undefined) throw new Error("there is no stream");
  return { stream, written, status: incoming.statusCode, next, rest };
}

function recorded(outgoing: ServerResponse, written: string[]): ServerResponse {
  const write = outgoing.write.bind(outgoing);
  return Object.assign(outgoing, {
    write: (text: string): boolean => {
      written.push(text);
      return write(text);
    },
  });
}

test("an answer that comes soon goes out in one piece with the empty event before it", async () => {
  const { written, rest } = await ask("POST", [FIRST, ANSWER], true);
  expect(await rest()).toBe(FIRST + ANSWER);
  expect(written).toEqual([FIRST + ANSWER]);
});

test("what follows the first answer is not held back", async () => {
  const { stream, written, next, rest } = await ask("POST", [FIRST, ANSWER], false);
  expect(await next()).toBe(FIRST + ANSWER);
  stream.enqueue(Buffer.from(FIRST));
  expect(await next()).toBe(FIRST);
  stream.close();
  expect([await rest(), written]).toEqual(["", [FIRST + ANSWER, FIRST]]);
});

test.each([
  ["a request with an empty event", "POST", [FIRST]],
  ["a request with an empty event that says when to come again", "POST", ["id: 7\nretry: 500\ndata: \n\n"]],
  ["a stream for notifications with an empty event", "GET", [FIRST]],
])("a stream without an answer shows that it is there: %s", async (_, method, parts) => {
  const { stream, status, next, rest } = await ask(method, parts, false);
  expect([status, await next()]).toEqual([200, parts.join("")]);
  stream.enqueue(Buffer.from(ANSWER));
  stream.close();
  expect(await rest()).toBe(ANSWER);
});

test.each(["POST", "GET"])("a stream that has nothing at all to say yet has its headers: %s", async (method) => {
  const { stream, status, rest } = await ask(method, [], false);
  expect(status).toBe(200);
  stream.close();
  expect(await rest()).toBe("");
});

test("a stream that ends without an answer keeps its empty event", async () => {
  const { rest } = await ask("POST", [FIRST], true);
  expect(await rest()).toBe(FIRST);
});

test("requests that come on one connection without pause are answered in their order, few in a turn of the event loop", async () => {
  const COUNT = 500;
  const begun: number[] = [];
  let inTurn = 0;
  const turns: number[] = [];
  const answer = answerOverNode({
    maxBodyBytes: 1_000,
    wire: new ExactWire(),
    log: () => {},
    answer: (exchange, text) => {
      if (inTurn === 0) setImmediate(() => (turns.push(inTurn), (inTurn = 0)));
      inTurn += 1;
      begun.push(Number(text));
      exchange.acknowledge(202);
    },
  });
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const socket = connect(typeof address === "object" ? (address?.port ?? 0) : 0, "127.0.0.1");
  const bodies = Array.from({ length: COUNT }, (_, at) => String(at));
  const lines = bodies.map((body) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  socket.write(lines.join(""));
  let read = "";
  while (read.split("HTTP/1.1 202").length <= COUNT) read += String((await once(socket, "data"))[0]);
  socket.destroy();
  expect(begun).toEqual(bodies.map(Number));
  expect(Math.max(...turns)).toBeLessThanOrEqual(32);
});
