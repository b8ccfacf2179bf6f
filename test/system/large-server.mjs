// An MCP server whose tools return and take texts of any size, written by hand so that it holds up nothing itself. With an
// argument it serves over HTTP, at /mcp with bodies of JSON, at /stream with event streams, and at /sse as older servers do, and
// prints its port.
import { createHash } from "node:crypto";
import { createServer } from "node:http";

/** Its letters beyond ASCII are bytes that are no UTF-8. */
const IN_LATIN_1 = "as a text in Latin-1";

/** The line of an answer with some rows as structured content, as servers may write it. */
const FORMS = {
  "before the content": (rows) => `"result":{"structuredContent":${rows},"content":[]}}`,
  "beside itself as a text": (rows) =>
    `"result":{"content":[{"type":"text","text":${JSON.stringify(rows)}}],"structuredContent":${rows}}}`,
  "with blanks and escapes": (rows) =>
    `"result": {"content": [], "structuredContent": ${rows.replaceAll(",", " , ").replaceAll(/[^ -~]/g, escaped)} } }`,
  "in a batch of two": (rows) => `"result":{"content":[],"structuredContent":${rows}}}]`,
  "that ends too early": (rows) => `"result":{"content":[],"structuredContent":${rows.slice(0, -2)}}}`,
  "with a comma too many": (rows) => `"result":{"content":[],"structuredContent":${rows.slice(0, -2)},]}}}`,
  "of a server that dies": (rows) => `"result":{"content":[],"structuredContent":${rows.slice(0, -1000)}`,
  "announced and not sent": (rows) => `"result":{"content":[],"structuredContent":${rows}}}`,
  "with NaN": (rows) => `"result":{"content":[],"structuredContent":${rows.replace(/\d+/, "NaN")}}}`,
  "in a text that is no JSON": (rows) =>
    `"result":{"content":[{"type":"text","text":"${rows.replaceAll('"', "\\q")}"}]}}`,
  "nested deeply": (rows) =>
    `"result":{"content":[],"structuredContent":${"[".repeat(30_000)}${rows}${"]".repeat(30_000)}}}`,
  "with a text between its lines": (rows) =>
    `"result":{"content":[{"type":"text","text":${JSON.stringify(rows)}},{"type":"text","text":"between"},{"type":"text","text":${JSON.stringify(rows)}}]}}`,
  "in many texts": (rows) =>
    `"result":{"content":[${partsOf(rows)
      .map((text) => JSON.stringify({ type: "text", text }))
      .join(",")}]}}`,
  "in many texts and an image": (rows) =>
    `"result":{"content":[${partsOf(rows)
      .map((text) => JSON.stringify({ type: "text", text }))
      .join(",")},{"type":"image","mimeType":"image/png","data":"AAAA"}]}}`,
  [IN_LATIN_1]: (rows) =>
    `"result":{"content":[{"type":"text","text":${JSON.stringify(rows.replaceAll("row", "é"))}}]}}`,
  "as an image": (rows) =>
    `"result":{"content":[{"type":"image","mimeType":"image/png","data":"${Buffer.from(rows).toString("base64")}"}]}}`,
  "of a failure": (rows) => `"result":{"isError":true,"content":[],"structuredContent":${rows}}}`,
};

/** Small parts of a text, none of which begins with half a character. */
export function partsOf(text) {
  return text.match(/.{1,200}/gsu) ?? [];
}

const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

function formOf(id, { form, bytes }) {
  const begin = form === "in a batch of two" ? '[{"jsonrpc":"2.0","method":"notifications/none"},' : "";
  return `${begin}{"jsonrpc":"2.0","id":${id},${FORMS[form](JSON.stringify(largeRows(bytes)))}`;
}

const object = (properties, required) => ({ type: "object", properties, required });
const TOOLS = [
  {
    name: "text",
    description: "Numbered lines.",
    inputSchema: object({ bytes: { type: "integer" } }, ["bytes"]),
    annotations: { readOnlyHint: true },
  },
  {
    name: "rows",
    description: "Numbered rows.",
    inputSchema: object({ bytes: { type: "integer" } }, ["bytes"]),
    annotations: { readOnlyHint: true },
  },
  {
    name: "form",
    description: "Numbered rows, written in some way.",
    inputSchema: object({ form: { type: "string" }, bytes: { type: "integer" } }, ["form", "bytes"]),
    annotations: { readOnlyHint: true },
  },
  {
    name: "digest",
    description: "Hash of a text.",
    inputSchema: object({ text: { type: "string" } }, ["text"]),
    annotations: { readOnlyHint: true },
  },
  {
    name: "count",
    description: "Number of rows.",
    inputSchema: object({ rows: { type: "object" } }, ["rows"]),
    annotations: { readOnlyHint: true },
  },
];

/** Lines with characters of several lengths, cut to the size. */
export function largeText(bytes) {
  const lines = [];
  for (let number = 0, size = 0; size < bytes; number += 1) {
    const line = `line ${number} Größe “€” ${"x".repeat(number % 90)}`;
    size += Buffer.byteLength(line) + 1;
    lines.push(line);
  }
  return lines.join("\n");
}

/** Numbered rows of about so many bytes. */
export function largeRows(bytes) {
  return {
    items: Array.from({ length: Math.ceil(bytes / 100) }, (_, id) => ({ id, name: `row ${id}`, note: "y".repeat(60) })),
  };
}

function call({ name, arguments: args }) {
  if (name === "text") return { content: [{ type: "text", text: largeText(args.bytes) }] };
  if (name === "rows") return { content: [], structuredContent: largeRows(args.bytes) };
  if (name === "count") return { content: [{ type: "text", text: JSON.stringify({ rows: args.rows.items.length }) }] };
  const sha256 = createHash("sha256").update(args.text).digest("hex");
  return { content: [{ type: "text", text: JSON.stringify({ sha256, bytes: Buffer.byteLength(args.text) }) }] };
}

function answer({ method, params }) {
  if (method === "initialize")
    return {
      protocolVersion: params.protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: "large", version: "1" },
    };
  if (method === "tools/list") return { tools: TOOLS };
  if (method === "tools/call") return call(params);
  return {};
}

/** The line that answers a message; undefined for a notification. */
function lineFor(message) {
  if (message.id === undefined) return undefined;
  const { name, arguments: args } = message.params ?? {};
  if (name === "form") return formOf(message.id, args);
  if (message.method === "server/discover")
    return `{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},"error":{"code":-32601,"message":"Method not found"}}`;
  return JSON.stringify({ jsonrpc: "2.0", id: message.id, result: answer(message) });
}

function serveStdio() {
  let parts = [];
  process.stdin.setEncoding("utf8").on("data", (chunk) => {
    const pieces = chunk.split("\n");
    for (const [place, piece] of pieces.entries()) {
      parts.push(piece);
      if (place === pieces.length - 1) break;
      const message = JSON.parse(parts.join(""));
      parts = [];
      const line = lineFor(message);
      if (message.params?.arguments?.form === "of a server that dies")
        process.stdout.write(line, () => process.exit(3));
      else if (line !== undefined) process.stdout.write(`${line}\n`);
    }
  });
  process.stdin.on("end", () => process.exit(0));
}

const EVENTS = { "content-type": "text/event-stream" };

const JSON_TYPE = { "content-type": "application/json" };

/** Streams of the older kind, by their sessions. */
const streams = new Map();

function openStream(response) {
  const id = String(streams.size);
  streams.set(id, response);
  response.writeHead(200, EVENTS).write(`event: endpoint\ndata: /messages?session=${id}\n\n`);
}

/** Ways to answer by the path of the request; a message on a stream has no end while the server dies. */
const WAYS = {
  "/messages": (response, line, { encoding, session }) => {
    response.writeHead(202).end();
    if (line !== undefined) streams.get(session).write(`data: ${line}\n\n`, encoding);
  },
  "/stream": (response, line, { encoding }) =>
    response.writeHead(200, EVENTS).end(`event: message\ndata: ${line}\n\n`, encoding),
  "/mcp": (response, line, { encoding }) => response.writeHead(200, JSON_TYPE).end(line, encoding),
};

/** Ways not to answer. */
const UNANSWERED = {
  "announced and not sent": (response, line) =>
    response.writeHead(200, { ...JSON_TYPE, "content-length": 2 ** 30 }).write(line.slice(0, 9_000)),
  "of a server that dies": (response, line) => response.writeHead(200, JSON_TYPE).write(line, () => process.exit(3)),
};

async function receive(request, response, { pathname, searchParams }) {
  const body = [];
  for await (const chunk of request) body.push(chunk);
  const message = JSON.parse(Buffer.concat(body));
  const line = lineFor(message);
  const form = message.params?.arguments?.form;
  const unanswered = UNANSWERED[form];
  if (unanswered !== undefined) unanswered(response, line);
  else if (line === undefined) response.writeHead(202).end();
  else {
    const encoding = form === IN_LATIN_1 ? "latin1" : "utf8";
    WAYS[pathname](response, line, { encoding, session: searchParams.get("session") });
  }
}

function serveHttp() {
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://localhost");
    if (request.method === "POST") void receive(request, response, url);
    else if (url.pathname === "/sse") openStream(response);
    else response.writeHead(405).end();
  });
  server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
  process.stdin.resume().on("end", () => process.exit(0));
}

if (import.meta.url === `file://${process.argv[1]}`) (process.argv[2] === undefined ? serveStdio : serveHttp)();
