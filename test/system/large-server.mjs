// An MCP server whose tools return and take texts of any size, written by hand so that it holds up nothing itself.
import { createHash } from "node:crypto";

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
  "of a failure": (rows) => `"result":{"isError":true,"content":[],"structuredContent":${rows}}}`,
};

const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

function writeForm(id, { form, bytes }) {
  const begin = form === "in a batch of two" ? '[{"jsonrpc":"2.0","method":"notifications/none"},' : "";
  const line = `${begin}{"jsonrpc":"2.0","id":${id},${FORMS[form](JSON.stringify(largeRows(bytes)))}\n`;
  if (form !== "of a server that dies") process.stdout.write(line);
  else process.stdout.write(line.slice(0, -1), () => process.exit(3));
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

let parts = [];
process.stdin.setEncoding("utf8").on("data", (chunk) => {
  const pieces = chunk.split("\n");
  for (const [place, piece] of pieces.entries()) {
    parts.push(piece);
    if (place === pieces.length - 1) break;
    const line = parts.join("");
    parts = [];
    const message = JSON.parse(line);
    const { name, arguments: args } = message.params ?? {};
    if (name === "form") writeForm(message.id, args);
    else if (message.id !== undefined)
      process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id: message.id, result: answer(message) })}\n`);
  }
});
process.stdin.on("end", () => process.exit(0));
