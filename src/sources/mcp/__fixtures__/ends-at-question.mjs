// A server of the older protocol that does not answer which it speaks: `ends-at-question.mjs silent|ends FILE`. It adds a
// line to the file each time it is started.
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [manner, file] = process.argv.slice(2);
appendFileSync(file, "started\n");
const results = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "old", version: "1" } }),
  "tools/list": () => ({ tools: [{ name: "era", inputSchema: { type: "object" } }] }),
  "tools/call": () => ({ content: [{ type: "text", text: "legacy" }] }),
};

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === "server/discover" && manner === "ends") process.exit(1);
  const result = results[method]?.(params);
  if (result !== undefined) process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result })}\n`);
});
