import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

export interface StdioServer {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The real file server, for one folder. */
export function filesystemServer(folder: string): StdioServer {
  const manifest = require.resolve("@modelcontextprotocol/server-filesystem/package.json");
  return { command: process.execPath, args: [join(dirname(manifest), "dist/index.js"), folder] };
}

/** A small server with two tools. It stays when it is asked to go: neither SIGTERM nor the end of its input ends it. */
export function stubbornServer(): StdioServer {
  return { command: process.execPath, args: ["-e", STUBBORN] };
}

/** A server that starts and never says a word. */
export function silentServer(): StdioServer {
  return { command: process.execPath, args: ["-e", "process.stdin.resume(); setInterval(() => {}, 1000);"] };
}

/** A program that ends before it has said anything. */
export function brokenServer(): StdioServer {
  return { command: process.execPath, args: ["-e", "console.error('no licence found'); process.exit(7);"] };
}

const STUBBORN = `
process.on("SIGTERM", () => {});
setInterval(() => {}, 1000);
const inputSchema = { type: "object", properties: { text: { type: "string" } }, required: ["text"] };
const tools = [
  { name: "echo", description: "Gives the text back.", inputSchema },
  { name: "refuse", description: "Always fails.", inputSchema: { type: "object" } },
];
const answers = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "stubborn", version: "1" } }),
  ping: () => ({}),
  "tools/list": () => ({ tools }),
  "tools/call": ({ name, arguments: { text } }) =>
    name === "echo" ? { content: [{ type: "text", text }] } : { isError: true, content: [{ type: "text", text: "the paper is out" }] },
};
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const answer = answers[method];
  const outcome = answer === undefined ? { error: { code: -32601, message: "unknown method" } } : { result: answer(params ?? {}) };
  process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, ...outcome }) + "\\n");
});
`;
