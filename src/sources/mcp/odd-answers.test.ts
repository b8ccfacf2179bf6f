import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { type Answer, done, JSON_TYPE, odd, outcome, STREAM_TYPE } from "./__fixtures__/odd-server.ts";

// Servers that are odd rather than hostile: each answers in a way that somebody's server does. What a call of theirs ends
// with, and in which words, is the point; that it ends soon goes without saying.

const cut = async (response: ServerResponse, text: string, at: readonly number[]): Promise<void> => {
  const bytes = Buffer.from(text);
  let from = 0;
  for (const to of [...at, bytes.length]) {
    response.write(bytes.subarray(from, to));
    from = to;
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
};

test.each<readonly [what: string, answer: Answer, ends: unknown]>([
  [
    "the answer in a body of status 202",
    ({ rpc, response }) => response.writeHead(202, JSON_TYPE).end(done(rpc.id)),
    "done",
  ],
  [
    "a body cut in the middle of a character",
    ({ rpc, response }) => {
      response.writeHead(200, JSON_TYPE);
      const text = done(rpc.id, "añ→😀b");
      const at = [...Buffer.from(text).keys()].slice(1);
      return cut(response, text, at);
    },
    "añ→😀b",
  ],
  [
    "a stream cut in the middle of characters and of line ends",
    ({ rpc, response }) => {
      response.writeHead(200, STREAM_TYPE);
      const text = `: hello\r\n\r\nevent: message\r\nid: 1\r\ndata: ${done(rpc.id, "añ→😀b")}\r\n\r\n`;
      return cut(response, text, [...Buffer.from(text).keys()].slice(1));
    },
    "añ→😀b",
  ],
  [
    "a hundred thousand comments before the answer",
    ({ rpc, response }) => {
      response.writeHead(200, STREAM_TYPE);
      for (let n = 0; n < 100; n += 1) response.write(": still here\n\n".repeat(1_000));
      response.end(`data: ${done(rpc.id)}\n\n`);
    },
    "done",
  ],
  [
    "one comment of a megabyte",
    ({ rpc, response }) => {
      response.writeHead(200, STREAM_TYPE).end(`: ${"x".repeat(1_000_000)}\n\ndata: ${done(rpc.id)}\n\n`);
    },
    "done",
  ],
  [
    "a compressed body",
    ({ rpc, response }) =>
      response.writeHead(200, { ...JSON_TYPE, "content-encoding": "gzip" }).end(gzipSync(done(rpc.id))),
    "done",
  ],
  [
    "a compressed stream",
    ({ rpc, response }) =>
      response
        .writeHead(200, { ...STREAM_TYPE, "content-encoding": "gzip" })
        .end(gzipSync(`data: ${done(rpc.id)}\n\n`)),
    "done",
  ],
  [
    "a body that is said to be compressed and is not",
    ({ rpc, response }) => response.writeHead(200, { ...JSON_TYPE, "content-encoding": "gzip" }).end(done(rpc.id)),
    ["server_unavailable", expect.stringMatching(/connection to "odd" was lost[\s\S]*incorrect header check/)],
  ],
  [
    "events that are named by what they hold",
    ({ rpc, response }) => response.writeHead(200, STREAM_TYPE).end(`event: response\ndata: ${done(rpc.id)}\n\n`),
    "done",
  ],
  [
    "events that end with one line end",
    ({ rpc, response }) =>
      response
        .writeHead(200, STREAM_TYPE)
        .end(
          `data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}\ndata: ${done(rpc.id)}\n\n`,
        ),
    "done",
  ],
  [
    "the result without its envelope",
    ({ response }) => response.writeHead(200, JSON_TYPE).end('{"content":[{"type":"text","text":"done"}]}'),
    "done",
  ],
  [
    "another encoding of characters",
    ({ rpc, response }) =>
      response
        .writeHead(200, { "content-type": "application/json; charset=ISO-8859-1" })
        .end(Buffer.from(done(rpc.id, "café"), "latin1")),
    "café",
  ],
  [
    "the encoding of characters of another system",
    ({ rpc, response }) =>
      response
        .writeHead(200, { "content-type": 'application/json;charset="utf-16le"' })
        .end(Buffer.from(done(rpc.id, "日本"), "utf16le")),
    "日本",
  ],
  [
    "an encoding of characters that nobody knows",
    ({ rpc, response }) =>
      response.writeHead(200, { "content-type": "application/json; charset=utf8mb4" }).end(done(rpc.id, "日本")),
    "日本",
  ],
  [
    "the wish to be asked again at once",
    ({ rpc, response, calls }) =>
      calls < 3
        ? response.writeHead(calls === 1 ? 429 : 503, { "retry-after": "0" }).end()
        : response.writeHead(200, JSON_TYPE).end(done(rpc.id)),
    "done",
  ],
  [
    "the wish to be asked again in an hour",
    ({ response }) => response.writeHead(429, { "retry-after": "3600" }).end("slow down"),
    ["server_unavailable", expect.stringMatching(/429[\s\S]* again in 3600 s[\s\S]*slow down/)],
  ],
  [
    "faults that a framework lists",
    ({ response }) =>
      response
        .writeHead(422, JSON_TYPE)
        .end('{"detail":[{"loc":["body","x"],"msg":"field required","type":"missing"}]}'),
    ["server_unavailable", expect.stringContaining("body.x: field required")],
  ],
  [
    "the answer of another request",
    ({ response }) => response.writeHead(200, JSON_TYPE).end(done(99_999)),
    ["server_unavailable", expect.stringMatching(/no answer to the request: .*99999/)],
  ],
  [
    "an answer with neither a result nor an error",
    ({ rpc, response }) => response.writeHead(200, JSON_TYPE).end(JSON.stringify({ jsonrpc: "2.0", id: rpc.id })),
    ["server_unavailable", expect.stringContaining("HTTP 200 with JSON that is no answer to the request")],
  ],
  [
    "an object that is no message",
    ({ response }) => response.writeHead(200, JSON_TYPE).end('{"detail":"who are you?"}'),
    ["server_unavailable", expect.stringContaining("no answer to the request: who are you?")],
  ],
  [
    "JSON that is cut short",
    ({ rpc, response }) => response.writeHead(200, JSON_TYPE).end(done(rpc.id).slice(0, -3)),
    ["server_unavailable", expect.stringMatching(/no answer to the request: .*done/)],
  ],
  [
    "two messages on two lines of one body",
    ({ rpc, response }) =>
      response
        .writeHead(200, JSON_TYPE)
        .end(
          `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}\n${done(rpc.id)}\n`,
        ),
    "done",
  ],
  [
    "a stream that ends without an answer",
    ({ response }) => response.writeHead(200, STREAM_TYPE).end("event: ping\ndata: {}\n\n"),
    ["server_unavailable", expect.stringContaining("odd")],
  ],
  [
    "a stream of events that are no messages, and then the answer",
    ({ rpc, response }) =>
      response
        .writeHead(200, STREAM_TYPE)
        .end(`event: ping\ndata: now\n\nevent: heartbeat\ndata: {}\n\ndata: [DONE]\n\ndata: ${done(rpc.id)}\n\n`),
    "done",
  ],
  [
    "the answer over several data lines",
    ({ rpc, response }) => {
      const text = JSON.stringify(JSON.parse(done(rpc.id)), null, 1);
      response.writeHead(200, STREAM_TYPE).end(`${text.replaceAll(/^/gm, "data: ")}\n\n`);
    },
    "done",
  ],
  [
    "the answer twice",
    ({ rpc, response }) =>
      response.writeHead(200, STREAM_TYPE).end(`data: ${done(rpc.id)}\n\ndata: ${done(rpc.id, "again")}\n\n`),
    "done",
  ],
  [
    "an error that is a text",
    ({ rpc, response }) =>
      response.writeHead(200, JSON_TYPE).end(JSON.stringify({ jsonrpc: "2.0", id: rpc.id, error: "no such luck" })),
    ["tool_error", "no such luck"],
  ],
  [
    "an error of the protocol with status 500",
    ({ rpc, response }) =>
      response
        .writeHead(500, JSON_TYPE)
        .end(JSON.stringify({ jsonrpc: "2.0", id: rpc.id, error: { code: -32603, message: "no such luck" } })),
    [expect.any(String), expect.stringContaining("no such luck")],
  ],
  [
    "a page of a login of the office",
    ({ response }) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<html><title>Sign in</title><body>x</body></html>"),
    ["server_unavailable", expect.stringContaining("Sign in")],
  ],
  [
    "progress without a token, with a wrong one, and in words",
    ({ rpc, response }) => {
      const report = (params: object): string =>
        `data: ${JSON.stringify({ jsonrpc: "2.0", method: "notifications/progress", params })}\n\n`;
      response
        .writeHead(200, STREAM_TYPE)
        .end(
          `${report({ progress: 1 })}${report({ progressToken: "else", progress: 2 })}${report({ progressToken: 0, progress: "50%" })}data: ${done(rpc.id)}\n\n`,
        );
    },
    "done",
  ],
  [
    "notifications of no known kind",
    ({ rpc, response }) =>
      response
        .writeHead(200, STREAM_TYPE)
        .end(
          `data: {"jsonrpc":"2.0","method":"notifications/surprise"}\n\ndata: {"jsonrpc":"2.0","id":"x","method":"please/answer"}\n\ndata: ${done(rpc.id)}\n\n`,
        ),
    "done",
  ],
  [
    "a value nested ten thousand levels deep",
    ({ rpc, response }) => {
      const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
      response
        .writeHead(200, JSON_TYPE)
        .end(`{"jsonrpc":"2.0","id":${rpc.id},"result":{"content":[{"type":"text","text":"done"}],"other":${deep}}}`);
    },
    "done",
  ],
])("a call that is answered with %s ends as it should", async (_what, answer, ends) => {
  const source = await odd({ "tools/call": answer });
  expect(await outcome(source)).toEqual(ends);
});
