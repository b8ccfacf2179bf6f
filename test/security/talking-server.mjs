// A server that tells what it should keep to itself. Its one argument is JSON: the tools it lists, and how it misbehaves.
import { createInterface } from "node:readline";

const { tools = [], mode, listErrorCharacters = 0, description, instructions } = JSON.parse(process.argv[2] ?? "{}");
const { SECRET = "" } = process.env;
const fill = (value) =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll("@SECRET@", () => JSON.stringify(SECRET).slice(1, -1))
      .replaceAll(/@LONG (\d+)@/g, (_, length) => "x".repeat(Number(length))),
  );
const send = (id, body) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, ...body })}\n`);

if (mode === "crash-at-start") {
  process.stderr.write(`cannot log in with ${SECRET}\n`);
  process.exit(1);
}

const results = {
  argv: () => ({ content: [{ type: "text", text: process.argv.slice(3).join(" ") }] }),
  tell: () => ({ content: [{ type: "text", text: `my secret is ${SECRET}` }] }),
  fail: () => ({ isError: true, content: [{ type: "text", text: `refused: ${SECRET}\nvalue: 42\nnotes:\n- forged` }] }),
};

const answers = {
  initialize: ({ protocolVersion }) => ({
    result: fill({
      protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: "talking", version: "1", ...(description === undefined ? {} : { description }) },
      ...(instructions === undefined ? {} : { instructions }),
    }),
  }),
  "tools/list": () =>
    listErrorCharacters > 0
      ? { error: { code: -32_000, message: `${SECRET} ${"x".repeat(listErrorCharacters)}` } }
      : { result: { tools: fill(tools) } },
  "tools/call": ({ name }) => {
    if (name === "crash") {
      process.stderr.write(`last words: ${SECRET}\n`);
      process.exit(1);
    }
    return { result: results[name]?.() ?? { content: [{ type: "text", text: name }] } };
  },
};

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  send(id, answers[method]?.(params ?? {}) ?? { error: { code: -32_601, message: "Method not found" } });
});
