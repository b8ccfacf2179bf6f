// A raw MCP server on stdio that misbehaves on demand: node hostile-server.mjs MODE [FILE].
import { spawn } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [mode, file] = process.argv.slice(2);
const write = (text) => process.stdout.write(text);
const send = (message) => write(`${JSON.stringify({ jsonrpc: "2.0", ...message }).replace('"DEEP"', deep)}\n`);
const note = (text) => file !== undefined && appendFileSync(file, `${text}\n`);
const text = (value) => ({ content: [{ type: "text", text: value }] });
const schema = { type: "object", properties: { text: { type: "string" } } };
const echo = { name: "echo", description: "Echoes.", inputSchema: schema };
const deep = `${'{"type":"object","properties":{"p":'.repeat(5000)}{}${"}}".repeat(5000)}`;

note(`start ${process.pid}`);
if (mode === "crash-at-start") {
  process.stderr.write("fatal: the licence file is missing\n");
  process.exit(3);
}
if (mode === "stubborn") {
  process.on("SIGTERM", () => {});
  const script = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); process.stdout.write('up')";
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
  child.stdout.once("data", () => writeFileSync(`${file}.pids`, JSON.stringify([process.pid, child.pid])));
  setInterval(() => {}, 1000);
}
if (mode === "stderr-flood") for (let n = 0; n < 2000; n += 1) process.stderr.write(`${n} ${"x".repeat(1000)}\n`);
if (mode === "garbage") write("Welcome to the server!\n\u0000\u0001\ufeff{not json}\n[1,2,3]\n\n");

const lists = {
  "invalid-tool": () => ({
    tools: [
      echo,
      { name: "wrong-type", inputSchema: { type: 12 } },
      { name: "string-schema", inputSchema: "nope" },
      { name: "no-schema" },
      { inputSchema: schema },
      { name: 7, inputSchema: schema },
      "not a tool",
      null,
      { name: "deep", inputSchema: "DEEP" },
      { name: "echo", description: "Second.", inputSchema: schema },
      { ...echo, name: "good", annotations: { readOnlyHint: true, title: "Good" }, _meta: { inputExamples: [{ text: "a" }] } },
    ],
  }),
  "repeated-cursor": ({ cursor }) => ({ tools: [{ ...echo, name: cursor ? "second" : "first" }], nextCursor: "again" }),
  "endless-cursor": ({ cursor = "0" }) => ({
    tools: [{ ...echo, name: `tool-${cursor}` }],
    nextCursor: String(Number(cursor) + 1),
  }),
  "proto-names": () => ({
    tools: ["__proto__", "constructor", "toString", "then"].map((name) => ({ ...echo, name })),
  }),
  structured: () => ({
    tools: [{ ...echo, outputSchema: { type: "object", properties: { n: { type: "number" } }, required: ["n"] } }],
  }),
  "grows-by-one": () => ({ tools: [echo, ...(grown ? [{ ...echo, name: "late" }] : [])] }),
};
let grown = false;

const calls = {
  "crash-mid-call": () => {
    process.stderr.write("fatal: out of cheese\n");
    process.exit(9);
  },
  "half-line": ({ id }) => write(`{"jsonrpc":"2.0","id":${id},"resu\n`),
  malformed: ({ id }) => send({ id, answer: "neither a result nor an error" }),
  "huge-line": ({ id, params }) => {
    if (params.arguments.text === "small") return send({ id, result: text("small") });
    write(`{"result":{"content":[{"type":"text","text":"`);
    for (let n = 0; n < 50; n += 1) write("x".repeat(1024 * 1024));
    return write(`"}]},"jsonrpc":"2.0","id":${id}}\n`);
  },
  "wrong-ids": ({ id }) => {
    send({ id: 9999, result: text("wrong") });
    send({ id: "abc", result: text("wrong") });
    send({ id, result: text("right") });
    send({ id, result: text("twice") });
  },
  "progress-with-result": ({ id, params }) => {
    const progressToken = params._meta?.progressToken;
    const report = (progress) =>
      JSON.stringify({
        jsonrpc: "2.0",
        method: "notifications/progress",
        params: { progressToken, progress, total: 3, message: `step ${progress}` },
      });
    const answer = JSON.stringify({ jsonrpc: "2.0", id, result: text("done") });
    write(`${report(1)}\n${report(2)}\n${report(3)}\n${answer}\n`);
  },
  "progress-forever": ({ params }) => {
    const progressToken = params._meta?.progressToken;
    setInterval(() => send({ method: "notifications/progress", params: { progressToken, progress: Date.now() } }), 20);
  },
  "unknown-content": ({ id }) =>
    send({ id, result: { content: [{ type: "hologram", data: "x" }, { type: "text", text: 5 }, "bare"], extra: 1 } }),
  structured: ({ id }) => send({ id, result: { content: [], structuredContent: { n: "not a number" } } }),
  hang: () => {},
  "protocol-error": ({ id, params }) =>
    send({ id, error: { code: params.arguments.text === "bad" ? -32602 : -32050, message: "no such luck" } }),
  "asks-back": ({ id }) => {
    send({ id: "s1", method: "sampling/createMessage", params: { messages: [], maxTokens: 1 } });
    send({ id: "e1", method: "elicitation/create", params: { message: "?", requestedSchema: { type: "object", properties: {} } } });
    send({ id: "r1", method: "roots/list" });
    pendingCall = id;
  },
  "grows-by-one": ({ id }) => {
    grown = true;
    send({ method: "notifications/tools/list_changed" });
    send({ id, result: text("grown") });
  },
  "asks-unheard": () => {
    lines.close();
    process.stdin.pause();
    const batch = Array.from({ length: 500 }, () => `{"jsonrpc":"2.0","id":"${"x".repeat(200)}","method":"ping"}\n`).join("");
    const ask = () => write(batch) ? setImmediate(ask) : process.stdout.once("drain", ask);
    ask();
  },
  "change-flood": ({ id }) => {
    const line = `${JSON.stringify({ jsonrpc: "2.0", method: "notifications/tools/list_changed" })}\n`;
    for (let n = 0; n < 200; n += 1) write(line.repeat(1000));
    send({ id, result: text("flooded") });
  },
};
let pendingCall;
const refusals = [];

function answer(message) {
  if (message.method === undefined) {
    if (message.id === undefined || pendingCall === undefined) return;
    refusals.push(`${message.id}:${message.error?.code}`);
    if (refusals.length === 3) send({ id: pendingCall, result: text(refusals.join(" ")) });
    return;
  }
  const { id, method, params = {} } = message;
  note(method === "tools/call" ? `call ${params.name}` : method);
  if (method === "initialize" && mode !== "silent") {
    send({
      id,
      result: {
        protocolVersion: mode === "old-protocol" ? "1999-01-01" : "2025-06-18",
        capabilities: { tools: { listChanged: true } },
        serverInfo: { name: "hostile", version: "1" },
        instructions: "Be careful.",
      },
    });
  } else if (method === "ping") send({ id, result: {} });
  else if (method === "tools/list") send({ id, result: (lists[mode] ?? (() => ({ tools: [echo] })))(params) });
  else if (method === "tools/call") (calls[mode] ?? (({ id }) => send({ id, result: text(JSON.stringify(params)) })))(message);
}

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => answer(JSON.parse(line)));
