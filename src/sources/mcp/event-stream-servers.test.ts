import { createServer, type ServerResponse } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import type { ToolSource } from "../source.ts";
import { listenLocally, openSource } from "./__fixtures__/hostile-source.ts";
import { done, JSON_TYPE, outcome, results, STREAM_TYPE } from "./__fixtures__/odd-server.ts";

// Servers of the older event stream, each with one odd habit.

interface Habits {
  /** Answers to a call. @default over the stream */
  readonly call?: (exchange: {
    readonly id: number;
    readonly response: ServerResponse;
    readonly calls: number;
  }) => boolean;
  /** Answers to the request for the stream. @default the stream */
  readonly stream?: (response: ServerResponse) => void;
  readonly endpoint?: string;
}

async function open({ call, stream, endpoint = "/messages" }: Habits): Promise<ToolSource> {
  let events: ServerResponse | undefined;
  let calls = 0;
  const server = createServer(async (request, response) => {
    if (request.method === "GET") {
      if (stream !== undefined) return stream(response);
      events = response.writeHead(200, STREAM_TYPE);
      return events.write(`event: endpoint\ndata: ${endpoint}\n\n`);
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { id, method }: { id: number; method: string } = JSON.parse(Buffer.concat(chunks).toString());
    if (method === "tools/call") calls += 1;
    if (method === "tools/call" && call?.({ id, response, calls }) === true) return undefined;
    response.writeHead(202).end("Accepted");
    const text =
      method === "tools/call" ? done(id) : JSON.stringify({ jsonrpc: "2.0", id, result: results[method] ?? {} });
    return id === undefined ? undefined : events?.write(`event: message\ndata: ${text}\n\n`);
  });
  const port = await listenLocally(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return openSource({ url: `http://127.0.0.1:${port}/sse`, transport: "sse", connectTimeoutMs: 20_000 }, {}, "odd");
}

test("an answer that comes with its request instead of the stream is taken", async () => {
  const source = await open({
    call: ({ id, response }) => {
      response.writeHead(200, JSON_TYPE).end(done(id));
      return true;
    },
  });
  expect((await source.settled()).error).toBe(undefined);
  expect(await outcome(source)).toBe("done");
  expect(source.snapshot().warnings.join()).toContain("belongs on the stream");
});

/** A habit of the first call only. */
const once =
  (status: number, words: string): NonNullable<Habits["call"]> =>
  ({ response, calls }) => {
    if (calls > 1) return false;
    response.writeHead(status).end(words);
    return true;
  };

test.each([500, 403, 429])("a call that is refused with %i says so and costs no connection", async (status) => {
  const source = await open({ call: once(status, "boom") });
  await source.settled();
  const words = expect.stringMatching(`HTTP ${status}[\\s\\S]*boom`);
  expect(await outcome(source)).toEqual(["server_unavailable", words]);
  expect(source.snapshot().status).toBe("ready");
  expect(await outcome(source)).toBe("done");
});

test.each([404, 410])("a session that is gone with %i is renewed for the call", async (status) => {
  const source = await open({ call: once(status, "Could not find session") });
  await source.settled();
  expect(await outcome(source)).toBe("done");
});

test.each<readonly [string, (response: ServerResponse) => void, string]>([
  [
    "403 and words",
    (response) => response.writeHead(403, JSON_TYPE).end('{"error":"not you"}'),
    "HTTP 403 Forbidden, access is forbidden: not you",
  ],
  ["503", (response) => response.writeHead(503).end("starting"), "the server is not ready: starting"],
])("a stream that is refused with %s says so", async (_what, stream, words) => {
  const source = await open({ stream });
  expect((await source.settled()).error).toContain(words);
});

test.each(["/messages?s=1", "messages", "?s=1"])(
  "messages are sent to the address %j that the stream names",
  async (endpoint) => {
    const source = await open({ endpoint });
    expect((await source.settled()).error).toBe(undefined);
    expect(await outcome(source)).toBe("done");
  },
);

test("an address of another origin is not used", async () => {
  const source = await open({ endpoint: "http://127.0.0.1:1/messages" });
  expect((await source.settled()).error).toContain("origin");
});
