import { createServer, type ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { firstText, listenLocally, openSource } from "./__fixtures__/hostile-source.ts";

const scripted = fileURLToPath(new URL("__fixtures__/scripted-server.mjs", import.meta.url));

const done = '"content":[{"type":"text","text":"done"}]';
const handshake = (members: string): string =>
  `{"jsonrpc":"2.0","id":$ID,"result":{"protocolVersion":"2025-06-18",${members}}}`;
const echoTool = '{"name":"echo","inputSchema":{"type":"object"}}';
const info = '"capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}';

/** Answers to one method as servers send them that do not keep quite to the protocol, and what is said about it. */
const cases: readonly (readonly [what: string, method: string, answer: string, note: string])[] = [
  ["_meta: null", "tools/call", `{"jsonrpc":"2.0","id":$ID,"result":{"_meta":null,${done}}}`, "as _meta"],
  ["_meta: []", "tools/call", `{"jsonrpc":"2.0","id":$ID,"result":{"_meta":[],${done}}}`, "as _meta"],
  ["error: null", "tools/call", `{"jsonrpc":"2.0","id":$ID,"result":{${done}},"error":null}`, "null as error"],
  ["unknown members", "tools/call", `{"jsonrpc":"2.0","id":$ID,"took":3,"result":{${done}}}`, '"took"'],
  ["no jsonrpc", "tools/call", `{"id":$ID,"result":{${done}}}`, '"jsonrpc": "2.0"'],
  ["jsonrpc 1.0", "tools/call", `{"jsonrpc":"1.0","id":$ID,"result":{${done}}}`, '"jsonrpc": "2.0"'],
  ["the id as text", "tools/call", `{"jsonrpc":2,"id":"$ID","result":{${done}}}`, "text of an id"],
  ["id: null", "tools/call", `{"jsonrpc":"2.0","id":null,"result":{${done}}}`, "without an id"],
  ["no id", "tools/call", `{"jsonrpc":"2.0","result":{${done}}}`, "without an id"],
  [
    "structuredContent: null",
    "tools/call",
    `{"jsonrpc":"2.0","id":$ID,"result":{"structuredContent":null,${done}}}`,
    "",
  ],
  ["isError: null", "tools/call", `{"jsonrpc":"2.0","id":$ID,"result":{"isError":null,${done}}}`, ""],
  [
    "one item for content",
    "tools/call",
    '{"jsonrpc":"2.0","id":$ID,"result":{"content":{"type":"text","text":"done"}}}',
    "",
  ],
  ["a text for content", "tools/call", '{"jsonrpc":"2.0","id":$ID,"result":{"content":"done"}}', ""],
  ["a text for an item", "tools/call", '{"jsonrpc":"2.0","id":$ID,"result":{"content":["done"]}}', ""],
  ["an item without a type", "tools/call", '{"jsonrpc":"2.0","id":$ID,"result":{"content":[{"text":"done"}]}}', ""],
  ["a byte order mark", "tools/call", `\uFEFF{"jsonrpc":"2.0","id":$ID,"result":{${done}}}`, ""],
  ["a batch", "tools/call", `[{"jsonrpc":"2.0","id":$ID,"result":{${done}}}]`, "one batch"],
  [
    "a batch with others",
    "tools/call",
    `[{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}},{"jsonrpc":"2.0","id":$ID,"result":{${done}}}]`,
    "one batch",
  ],
  ["NaN", "tools/call", `{"jsonrpc":"2.0","id":$ID,"result":{"took":NaN,${done}}}`, "such as NaN"],
  ["an infinity", "tools/call", `{"jsonrpc":"2.0","id":$ID,"result":{"took":-Infinity,${done}}}`, "such as NaN"],
  ["a comma too many", "tools/call", `{"jsonrpc":"2.0","id":$ID,"result":{${done},},}`, "a comma too many"],
  ["error: false", "tools/call", `{"jsonrpc":"2.0","id":$ID,"error":false,"result":{${done}}}`, "says nothing"],
  ["an empty text as error", "tools/call", `{"jsonrpc":"2.0","id":$ID,"error":"","result":{${done}}}`, "says nothing"],
  ["an empty error", "tools/call", `{"jsonrpc":"2.0","id":$ID,"error":{},"result":{${done}}}`, "says nothing"],
  [
    "an error of code 0",
    "tools/call",
    `{"jsonrpc":"2.0","id":$ID,"error":{"code":0,"message":""},"result":{${done}}}`,
    "says nothing",
  ],
  [
    "its method",
    "tools/call",
    `{"jsonrpc":"2.0","id":$ID,"method":"tools/call","result":{${done}}}`,
    "names the method",
  ],
  [
    "a list of content for the result",
    "tools/call",
    '{"jsonrpc":"2.0","id":$ID,"result":[{"type":"text","text":"done"}]}',
    "not an object",
  ],
  ["a text for the result", "tools/call", '{"jsonrpc":"2.0","id":$ID,"result":"done"}', "not an object"],
  [
    "a list in the content",
    "tools/call",
    `{"jsonrpc":"2.0","id":$ID,"result":{"content":[[{"type":"text","text":"done"}]]}}`,
    "",
  ],
  ["null in the content", "tools/call", '{"jsonrpc":"2.0","id":$ID,"result":{"content":[null,"done"]}}', ""],
  [
    "Text in capitals",
    "tools/call",
    '{"jsonrpc":"2.0","id":$ID,"result":{"content":[{"type":"Text","text":"done"}]}}',
    "",
  ],
  ["no revision", "initialize", `{"jsonrpc":"2.0","id":$ID,"result":{${info}}}`, "names no revision"],
  ["1.0 as revision", "initialize", `{"jsonrpc":"2.0","id":$ID,"result":{"protocolVersion":"1.0",${info}}}`, '"1.0"'],
  ["2 as revision", "initialize", `{"jsonrpc":"2.0","id":$ID,"result":{"protocolVersion":2,${info}}}`, "names 2"],
  ["a bare list", "tools/list", `{"jsonrpc":"2.0","id":$ID,"result":[${echoTool}]}`, "not an object"],
  ["a map by names", "tools/list", '{"jsonrpc":"2.0","id":$ID,"result":{"tools":{"echo":{"inputSchema":{}}}}}', ""],
  ["the cursor 0", "tools/list", `{"jsonrpc":"2.0","id":$ID,"result":{"tools":[${echoTool}],"nextCursor":0}}`, ""],
  [
    "a function as models know it",
    "tools/list",
    '{"jsonrpc":"2.0","id":$ID,"result":{"tools":[{"type":"function","function":{"name":"echo","parameters":{"type":"object"}}}]}}',
    "",
  ],
  ["instructions: null", "initialize", handshake(`"instructions":null,${info}`), "handshake"],
  [
    "title: null",
    "initialize",
    handshake('"capabilities":{},"serverInfo":{"name":"s","version":"1","title":null,"websiteUrl":null}'),
    "handshake",
  ],
  [
    "capabilities: null",
    "initialize",
    handshake('"capabilities":null,"serverInfo":{"name":"s","version":"1"}'),
    "handshake",
  ],
  [
    "capabilities of null and true",
    "initialize",
    handshake('"capabilities":{"tools":true,"prompts":null,"logging":false},"serverInfo":{"name":"s","version":"1"}'),
    "handshake",
  ],
  [
    "listChanged: null",
    "initialize",
    handshake('"capabilities":{"tools":{"listChanged":null}},"serverInfo":{"name":"s","version":"1"}'),
    "handshake",
  ],
  ["no serverInfo", "initialize", handshake('"capabilities":{"tools":{}}'), "handshake"],
  [
    "a version that is a number",
    "initialize",
    handshake('"capabilities":{"tools":{}},"serverInfo":{"name":"s","version":2}'),
    "handshake",
  ],
  [
    "nextCursor: null",
    "tools/list",
    '{"jsonrpc":"2.0","id":$ID,"result":{"tools":[{"name":"echo","inputSchema":{"type":"object"}}],"nextCursor":null,"_meta":null}}',
    "as _meta",
  ],
];

test.each(cases)(
  "%s in the answer to %s costs nothing over stdio, and is noted",
  async (...[, method, answer, note]) => {
    const source = openSource({ command: process.execPath, args: [scripted, JSON.stringify({ [method]: [answer] })] });
    const { status, error } = await source.settled();
    expect([status, error]).toEqual(["ready", undefined]);
    expect(firstText(await source.call("echo", {}))).toBe("done");
    expect(source.snapshot().warnings.join("\n")).toContain(note);
  },
);

test.each<readonly [what: string, result: string, envelope: object]>([
  ["the bare value of a tool", '{"items":[1],"total":1}', { structuredContent: { items: [1], total: 1 } }],
  ["nothing but what any result may have", '{"_meta":{"a":1},"resultType":"complete"}', { content: [] }],
  ["a failure flagged by text", `{${done},"isError":"true"}`, { isError: true }],
  ["a failure flagged by a number", `{${done},"isError":1}`, { isError: true }],
  ["a number", "5", { toolResult: 5 }],
  ["a list of values", "[1,2]", { toolResult: [1, 2] }],
  ["a text that is a number", '{"content":[{"type":"text","text":5}]}', { content: [{ type: "text", text: "5" }] }],
  ["a text that is an object", '{"content":[{"type":"text","text":{"a":1}}]}', { content: [{ text: '{"a":1}' }] }],
  ["a text that is null", '{"content":[{"type":"text","text":null}]}', { content: [{ text: "" }] }],
  ["a failure in another spelling", `{${done},"is_error":true}`, { isError: true }],
  ["structure in another spelling", `{${done},"structured_content":{"a":1}}`, { structuredContent: { a: 1 } }],
  ["success flagged by text", `{${done},"isError":"false"}`, { isError: false }],
])("%s as a result loses nothing", async (...[, result, envelope]) => {
  const answer = `{"jsonrpc":"2.0","id":$ID,"result":${result}}`;
  const source = openSource({
    command: process.execPath,
    args: [scripted, JSON.stringify({ "tools/call": [answer] })],
  });
  await source.settled();
  expect(await source.call("echo", {})).toMatchObject(envelope);
});

type Sending = (response: ServerResponse, text: string) => void;

const results: Readonly<Record<string, unknown>> = {
  initialize: { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } },
  "tools/list": { tools: [{ name: "echo", inputSchema: { type: "object" } }] },
  "tools/call": { content: [{ type: "text", text: "done" }] },
};

const asJson: Sending = (response, text) => {
  response.writeHead(200, { "content-type": "application/json", "mcp-session-id": "s1" }).end(text);
};

/** A server over HTTP whose answers to one method are sent as `sending` says. */
async function listen(method: string, answer: string | undefined, sending: Sending): Promise<string> {
  const server = createServer(async (request, response) => {
    if (request.method !== "POST") return response.writeHead(405).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const rpc: { readonly id?: number; readonly method: string } = JSON.parse(Buffer.concat(chunks).toString());
    if (rpc.id === undefined) return response.writeHead(202).end();
    const plain = JSON.stringify({ jsonrpc: "2.0", id: rpc.id, result: results[rpc.method] ?? {} });
    if (rpc.method !== method) return asJson(response, plain);
    return sending(response, answer?.replaceAll("$ID", String(rpc.id)) ?? plain);
  });
  const port = await listenLocally(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${port}/mcp`;
}

const asStream: Sending = (response, text) => {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  response.end(`: hello\n\nevent: message\ndata: ${text}\n\n`);
};

test.each(cases.flatMap((each) => [["JSON", asJson, ...each] as const, ["a stream", asStream, ...each] as const]))(
  "over HTTP as %s (%o) %s in the answer to %s costs nothing, and is noted",
  async (...[, sending, , method, answer, note]) => {
    const source = openSource({ url: await listen(method, answer, sending), transport: "http" });
    const { status, error } = await source.settled();
    expect([status, error]).toEqual(["ready", undefined]);
    expect(firstText(await source.call("echo", {}))).toBe("done");
    expect(source.snapshot().warnings.join("\n")).toContain(note);
  },
);

test.each<readonly [string, Sending]>([
  ["without a content type", (response, text) => response.writeHead(200).end(text)],
  ["as text/plain", (response, text) => response.writeHead(200, { "content-type": "text/plain" }).end(text)],
  ["as text/html", (response, text) => response.writeHead(200, { "content-type": "text/html" }).end(text)],
  [
    "as application/vnd.api+json",
    (response, text) => response.writeHead(200, { "content-type": "application/vnd.api+json" }).end(text),
  ],
  [
    "as a stream that ends with its event",
    (response, text) => response.writeHead(200, { "content-type": "text/event-stream" }).end(`data: ${text}`),
  ],
  [
    "as a stream with the wrong type",
    (response, text) => response.writeHead(200, { "content-type": "text/plain" }).end(`data: ${text}\n\n`),
  ],
  [
    "as a stream in single bytes and with \\r\\n",
    (response, text) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const byte of Buffer.from(`data: ${text}\r\n\r\n`)) response.write(Buffer.of(byte));
      response.end();
    },
  ],
  ["with status 201", (response, text) => response.writeHead(201, { "content-type": "application/json" }).end(text)],
])("an answer sent %s is read", async (_how, sending) => {
  const source = openSource({ url: await listen("tools/call", undefined, sending), transport: "http" });
  await source.settled();
  expect(firstText(await source.call("echo", {}))).toBe("done");
});

const plainly =
  (status: number, body: string, type = "text/plain"): Sending =>
  (response) =>
    void response.writeHead(status, { "content-type": type }).end(body);

test.each<readonly [string, Sending, RegExp]>([
  ["401 and nothing", plainly(401, ""), /HTTP 401 Unauthorized, a login is needed[\s\S]*Log in: put a token/],
  [
    "401 and JSON",
    plainly(401, '{"error":"invalid_token","error_description":"expired"}', "application/json"),
    /a login is needed: expired/,
  ],
  ["403", plainly(403, "no"), /HTTP 403 Forbidden, access is forbidden: no[\s\S]*account/],
  [
    "404 and a page",
    plainly(404, "<html><head><title>Not here</title></head><body>x</body></html>", "text/html"),
    /HTTP 404 Not Found, there is no MCP server at this address: Not here[\s\S]*path of the url/,
  ],
  ["405", plainly(405, ""), /HTTP 405 Method Not Allowed/],
  ["410", plainly(410, "gone"), /HTTP 410 Gone[\s\S]*gone/],
  ["429", plainly(429, "slow down"), /too many requests: slow down[\s\S]*Wait a while/],
  ["500 and nothing", plainly(500, ""), /HTTP 500 Internal Server Error\.[\s\S]*The server has a problem/],
  [
    "500 and a JSON-RPC error",
    plainly(500, '{"jsonrpc":"2.0","error":{"code":1,"message":"no disk"},"id":null}'),
    /500 Internal Server Error: no disk/,
  ],
  ["503", plainly(503, "starting"), /the server is not ready: starting/],
  [
    "200 and a page",
    plainly(200, "<html><body><h1>Welcome</h1></body></html>", "text/html"),
    /text\/html instead of an answer: Welcome/,
  ],
  ["200 and nothing", plainly(200, ""), /empty body instead of an answer/],
  ["202 and nothing", plainly(202, ""), /accepted the handshake and sent no answer/],
])(
  "a handshake refused with %s fails with the status, the server's words and what to do",
  async (_what, sending, words) => {
    const url = await listen("initialize", undefined, sending);
    const { status, error } = await openSource({ url, transport: "http", connectTimeoutMs: 5_000 }).settled();
    expect(status).toBe("failed");
    expect(error).toMatch(words);
  },
);

test("a call that is accepted without an answer fails at once where no stream could bring one", async () => {
  const source = openSource({ url: await listen("tools/call", undefined, plainly(202, "")), transport: "http" });
  await source.settled();
  await expect(source.call("echo", {})).rejects.toMatchObject({
    code: "tool_error",
    message: expect.stringContaining("sent no answer"),
  });
});

test("an answer with the id of another is left alone, and the time-out quotes it", async () => {
  const script = { "tools/call": [`{"jsonrpc":"2.0","id":99999,"result":{${done}}}`] };
  const source = openSource({ command: process.execPath, args: [scripted, JSON.stringify(script)], timeoutMs: 300 });
  await source.settled();
  await expect(source.call("echo", {})).rejects.toMatchObject({
    code: "tool_timeout",
    message: expect.stringContaining("Ignored 1 answer to no request"),
  });
});

test.each([
  [{ jsonrpc: "2.0", id: null, error: { code: -32_602, message: "bad argument" } }, "bad argument"],
  [{ jsonrpc: "2.0", id: null, error: "plain words" }, "plain words"],
  [{ jsonrpc: "2.0", id: null, result: null, error: { code: "-32000", message: "as text" } }, "as text"],
  [{ jsonrpc: "2.0", id: null, error: { code: 1.5, data: "only data" } }, "only data"],
])("the error %j reaches the one call that waits", async (answer, words) => {
  const script = { "tools/call": [JSON.stringify(answer)] };
  const source = openSource({ command: process.execPath, args: [scripted, JSON.stringify(script)], timeoutMs: 5_000 });
  await source.settled();
  await expect(source.call("echo", {})).rejects.toMatchObject({ message: expect.stringContaining(words) });
});

test("a server that answers that it knows no ping is there", async () => {
  const refusal = '{"jsonrpc":"2.0","id":$ID,"error":{"code":-32601,"message":"Method not found"}}';
  const script = JSON.stringify({ ping: [refusal] });
  const source = openSource({ command: process.execPath, args: [scripted, script] });
  await expect(source.ping?.()).resolves.toBeUndefined();
});
