// An MCP server over stdio whose tools note each call in a file; two of them answer when another file is there.
import { appendFileSync, existsSync, watch } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";

const [notes, gate] = process.argv.slice(2);
const inputSchema = { type: "object", properties: { text: { type: "string" } } };
const tools = [
  { name: "note", inputSchema },
  { name: "send", inputSchema },
  { name: "pass", inputSchema, annotations: { readOnlyHint: true } },
];

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const answer = (result) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result })}\n`);
  const say = (text) => answer({ content: [{ type: "text", text }] });
  if (method === "initialize") {
    const { protocolVersion } = params;
    answer({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "gated", version: "1" } });
  } else if (method === "tools/list") answer({ tools });
  else if (method !== "tools/call") answer({});
  else {
    const { name, arguments: { text } = {} } = params;
    appendFileSync(notes, `${name} ${text}\n`);
    if (name === "note") say(`noted ${text}`);
    else whenThere(gate, () => say("passed"));
  }
});

function whenThere(file, go) {
  const watcher = watch(dirname(file), () => {
    if (!existsSync(file)) return;
    watcher.close();
    go();
  });
  if (!existsSync(file)) return;
  watcher.close();
  go();
}
