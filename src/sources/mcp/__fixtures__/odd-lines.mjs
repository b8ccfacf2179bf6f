// An MCP server whose lines are odd: `node odd-lines.mjs MODE`.
import { createInterface } from "node:readline";

const [mode] = process.argv.slice(2);
const echo = { name: "echo", inputSchema: { type: "object" } };
let pages = 0;

const write = {
  crlf: (message) => process.stdout.write(`${JSON.stringify(message)}\r\n\r\n`),
  pretty: (message) => process.stdout.write(`${JSON.stringify(message, null, 2)}\n`),
  headers: (message) => {
    const text = JSON.stringify(message);
    process.stdout.write(`Content-Length: ${Buffer.byteLength(text)}\r\nContent-Type: application/vscode-jsonrpc\r\n\r\n${text}`);
  },
  ansi: (message) => process.stdout.write(`\u001b[32m${JSON.stringify(message)}\u001b[0m\n`),
  cut: async (message) => {
    for (const byte of Buffer.from(`${JSON.stringify(message)}\n`)) {
      process.stdout.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
};
write["half-pretty"] = (message) => process.stdout.write(`{\n  "starting": true,\nup\n${JSON.stringify(message)}\n`);
const framed = {
  unended: (text) => text,
  "end-of-mac": (text) => `${text}\r`,
  prompt: (text) => `> ${text}\n`,
  "bar-of-progress": (text) => `Loading 50%\rLoading 100%\r${text}\n`,
  "events": (text) => `data: ${text}\n\n`,
  "cursor-moves": (text) => `\u001b[?25l\u001b[2K\u001b[1G${text}\u001b[?25h\n`,
  "record-marks": (text) => `\u001e${text}\n`,
  nulls: (text) => `\0\0${text}\0\n`,
  "words-after": (text) => `${text} sent\n`,
  "words-before": (text) => `working... ${text}\n`,
  "two-a-line": (text) => `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"}{"}}${text}\n`,
};
framed["writes-about-answers"] = (text) => `sending ${text.replace('"done"', '"not done"')}\n${text}\n`;
for (const [name, frame] of Object.entries(framed)) write[name] = (message) => process.stdout.write(frame(JSON.stringify(message)));
const send = (message) => (write[mode] ?? ((each) => process.stdout.write(`${JSON.stringify(each)}\n`)))({ jsonrpc: "2.0", ...message });

const results = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: { listChanged: true } }, serverInfo: { name: "odd", version: "1" } }),
  "tools/list": () => {
    if (mode !== "changes-while-paged") return { tools: [echo] };
    pages += 1;
    if (pages < 40) send({ method: "notifications/tools/list_changed" });
    return pages % 2 === 1 ? { tools: [echo], nextCursor: `c${pages}` } : { tools: [{ ...echo, name: `late-${pages > 40}` }] };
  },
  "tools/call": () => {
    const line = `${JSON.stringify({ jsonrpc: "2.0", method: "notifications/message", params: { level: "info", data: "x".repeat(200) } })}\n`;
    if (mode === "storm") for (let n = 0; n < 100; n += 1) process.stdout.write(line.repeat(1_000));
    return { content: [{ type: "text", text: mode === "cut" ? "añ→😀b" : "done" }] };
  },
};

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params = {} } = JSON.parse(line);
  const result = results[method];
  if (id === undefined) return;
  if (result === undefined && method !== "ping") send({ id, error: { code: -32601, message: "Method not found" } });
  else send({ id, result: result?.(params) ?? {} });
});
