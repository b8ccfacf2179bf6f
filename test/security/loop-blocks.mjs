/**
 * Runs the built package on hostile inputs of one kind in this process, and prints as JSON the longest time that each kept
 * the event loop: in milliseconds of processor time where the system counts it, so that a busy machine changes little. An
 * input that takes more than is allowed is tried again, and its shortest time counts: what the machine adds comes and goes.
 *
 * `node loop-blocks.mjs KIND MOST_MS`
 */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { createCodemode, defineTool } from "../../dist/index.js";

const [, , kind, mostMs] = process.argv;
const MOST_TRIES = 4;
const MB = 1_000_000;
const textItem = (text) => ({ type: "text", text });
const rows = (bytes) =>
  Array.from({ length: bytes / 62 }, (_, id) => ({ id, name: `name ${id}`, tags: ["a", `b${id}`] }));
const guestRows = (bytes) =>
  `Array.from({ length: ${bytes / 62} }, (_, id) => ({ id, name: "name " + id, tags: ["a", "b" + id] }))`;
const item = {
  type: "object",
  properties: { id: { type: "number" }, tags: { type: "array", items: { type: "string" } } },
};

/** Results near the limit of 10 MB. */
const RESULTS = {
  text: "x".repeat(9 * MB),
  lines: "line\n".repeat(1.6 * MB),
  quotes: '"\\'.repeat(2 * MB),
  brackets: "[".repeat(4 * MB) + "]".repeat(4 * MB),
  "rows as text": JSON.stringify(rows(7 * MB)),
  rows: { rows: rows(7 * MB) },
  numbers: { n: Array.from({ length: MB / 2 }, (_, at) => at + 0.5) },
  keys: Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`key ${at}`, at])),
  "different objects": { u: Array.from({ length: 100_000 }, (_, at) => ({ [`k${at % 5_000}`]: at % 3 ? at : "x" })) },
};

/** Results that only servers give; a text is a line as it is. */
const veryMany = (at, length = 400_000) => Object.fromEntries(Array.from({ length }, (_, key) => [`key ${key}`, at]));
const ONLY_OF_SERVERS = {
  deep: (id) => `{"jsonrpc":"2.0","id":${id},"result":{"a":${"[".repeat(4 * MB)}`,
  "not closed": (id) => `{"id":${id},"result":${'{"a":'.repeat(MB)}`,
  "an error of 9 MB": () => ({ isError: true, content: [textItem("e".repeat(9 * MB))] }),
  "a list of texts": () => ({ content: Array.from({ length: 100_000 }, (_, at) => textItem(`text ${at}`)) }),
  "very many keys": () => ({ content: [], structuredContent: veryMany(1) }),
  "very many keys as text": () => ({ content: [textItem(JSON.stringify(veryMany(1)))] }),
  "very many keys of an error": () => ({ isError: true, content: [], structuredContent: veryMany("no") }),
};

/** Results that only functions of the host give: objects whose names the engine lists in one step. */
const wide = kind === "results" ? veryMany(1, 200_000) : {};
const ONLY_OF_FUNCTIONS = {
  "very many keys": wide,
  "very many keys within": { a: wide },
  "very many keys in a list": [wide],
};

/** Programs near their limit of 256 KB that are one sign over and over, for patterns that try each place to the end. */
const ofSigns = (signs) =>
  Object.fromEntries(signs.map((sign) => [JSON.stringify(sign), `${sign.repeat(250_000 / sign.length)}1`]));
const SIGNS = [
  "\n",
  " ",
  "\t\n",
  "x",
  "_",
  "0",
  "(",
  "[",
  "{",
  "'",
  '"',
  "\\",
  ":",
  "=",
  "#",
  "```\n",
  "async ",
  "} ",
  "=>",
  "a b\n",
];

const call = (args) => `await host.take(${args}); 1`;
const PROGRAMS = {
  arguments: {
    "a text of 9 MB": call('{ text: "x".repeat(9e6) }'),
    "rows of 5 MB": call(`{ rows: ${guestRows(5 * MB)} }`),
    "rows of 5 MB that do not fit": call(`{ rows: ${guestRows(5 * MB)}.map((row) => ({ ...row, id: "x" })) }`),
    "nulls to be left out": call("{ rows: Array.from({ length: 2e5 }, () => ({ id: null, tags: null })) }"),
    "unique rows of 1 MB": call(`{ unique: ${guestRows(MB)} }`),
    "many keys": call('Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => ["key " + at, at]))'),
    "400 texts of 100 KB at once":
      'await Promise.all(Array.from({ length: 400 }, () => host.take({ text: "x".repeat(1e5) }))); 1',
    "a name of 6 MB": 'await codemode.callTool("u".repeat(6e6), {})',
  },
  results: Object.fromEntries(
    [...Object.keys(RESULTS), ...Object.keys(ONLY_OF_FUNCTIONS)].map((name) => [
      name,
      `await host.give({ name: "${name}" }); 1`,
    ]),
  ),
  servers: Object.fromEntries(
    [...Object.keys(RESULTS), ...Object.keys(ONLY_OF_SERVERS)].map((name) => [
      name,
      `await talker.give({ name: "${name}" }); 1`,
    ]),
  ),
  "programs in typescript": ofSigns([...SIGNS, "/", ";", "import ", "host.", "return\n"]),
  "programs in python": ofSigns([...SIGNS, '"""', "f'{", "def f(): 1\n", "host.take(", "lambda:", "@"]),
  others: {
    "a value of 1 MB": guestRows(MB / 2),
    "a value of many keys": 'Object.fromEntries(Array.from({ length: 3e4 }, (_, at) => ["key " + at, at]))',
    "logs to the limit": 'for (let at = 0; at < 1e4; at++) console.log("a line of a log, number " + at); 1',
    "rows of 5 MB saved": `(await codemode.artifacts.save(${guestRows(5 * MB)})).bytes`,
    "rows of 5 MB saved and read": `const { id } = await codemode.artifacts.save(${guestRows(5 * MB)}); await codemode.artifacts.read(id); 1`,
    "searches in texts of megabytes":
      'for (let at = 0; at < 4; at++) await codemode.artifacts.save("some words ".repeat(5e5)); await codemode.artifacts.search("no such words here"); 1',
    "5 MB handed on": 'codemode.emit({ type: "text", text: "x".repeat(5e6) }); 1',
    "50,000 tools in pages": async ({ executor: { registry } }) => {
      registry.addServer({ name: "many", ...serverOf("many") });
      await registry.discoverServer("many");
      await registry.removeServer("many");
      return { status: "completed" };
    },
    "an error of 6 MB": 'throw Object.assign(new ToolError("no"), { content: ["x".repeat(6e6)] })',
  },
};

/** A part of the list of 50,000 tools. */
const page = (from) => ({
  tools: Array.from({ length: 1_000 }, (_, at) => ({
    name: `tool_${from + at}`,
    description: `Tool number ${from + at}, which does something with the things of a user.`,
    inputSchema: { type: "object", properties: { id: { type: "string", description: "Id of a thing." } } },
  })),
  ...(from < 49_000 ? { nextCursor: String(from + 1_000) } : {}),
});

const serverOf = (which) => ({
  transport: "stdio",
  command: process.execPath,
  args: [fileURLToPath(import.meta.url), "server", which],
});

const tools = [
  defineTool({
    name: "take",
    description: "Takes anything.",
    inputSchema: {
      type: "object",
      properties: {
        rows: { type: "array", items: item },
        unique: { type: "array", uniqueItems: true, items: { anyOf: [{ type: "string" }, item] } },
      },
    },
    execute: () => 1,
  }),
  defineTool({
    name: "give",
    description: "Gives what is asked for.",
    inputSchema: { type: "object", properties: { name: { type: "string" } } },
    execute: ({ name }) => RESULTS[name] ?? ONLY_OF_FUNCTIONS[name],
  }),
];

/** Bodies near a limit of 12 MB, as a client of the HTTP server sends them: `node loop-blocks.mjs post URL NAME`. */
const BODIES = {
  "a text of 10 MB": { code: "1", text: "x".repeat(10 * MB) },
  "a program of 10 MB": { code: `// ${"x".repeat(10 * MB)}` },
  "rows of 8 MB": { code: "1", rows: rows(8 * MB) },
  "numbers of 8 MB": { code: "1", n: Array.from({ length: MB / 2 }, (_, at) => at + 0.123_456_789) },
  "many keys": { code: "1", keys: RESULTS.keys },
  "many arguments": RESULTS.keys,
  "quotes of 8 MB": { code: "1", text: '"\\'.repeat(2 * MB) },
  "brackets of 10 MB": { code: "1", text: RESULTS.brackets },
};

async function post(url, name) {
  const send = (message, session = {}) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...session },
      body: JSON.stringify({ jsonrpc: "2.0", ...message }),
    });
  const clientInfo = { name: "large", version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  const begun = await send({ id: 1, method: "initialize", params });
  await begun.text();
  const session = { "mcp-session-id": begun.headers.get("mcp-session-id") };
  const wanted = { name: "execute_code", arguments: BODIES[name] };
  const answer = await send({ id: 2, method: "tools/call", params: wanted }, session);
  process.stdout.write(JSON.stringify({ status: answer.status, text: (await answer.text()).slice(0, 200) }));
}

/** This file is also the server that gives them: `node loop-blocks.mjs server`. */
async function serve() {
  const { createInterface } = await import("node:readline");
  const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const give = (id, name) => {
    const own = ONLY_OF_SERVERS[name]?.(id);
    if (typeof own === "string") process.stdout.write(`${own}\n`);
    else if (own !== undefined) say({ id, result: own });
    else if (typeof RESULTS[name] === "string") say({ id, result: { content: [textItem(RESULTS[name])] } });
    else say({ id, result: { content: [], structuredContent: RESULTS[name] } });
  };
  createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, method, params } = JSON.parse(line);
    const capabilities = { tools: {} };
    const serverInfo = { name: "talker", version: "1" };
    if (method === "tools/call") give(id, params.arguments.name);
    else if (method === "initialize")
      say({ id, result: { protocolVersion: params.protocolVersion, capabilities, serverInfo } });
    else if (method === "tools/list" && process.argv[3] === "many")
      say({ id, result: page(Number(params?.cursor ?? 0)) });
    else if (method === "tools/list")
      say({ id, result: { tools: [{ name: "give", description: "Gives.", inputSchema: { type: "object" } }] } });
    else if (id !== undefined) say({ id, result: {} });
  });
}

const COUNTER = `/proc/self/task/${process.pid}/schedstat`;
const usedMs = existsSync(COUNTER)
  ? () => Number(readFileSync(COUNTER, "latin1").split(" ")[0]) / 1e6
  : () => performance.now();

async function measure() {
  const talker = {
    command: process.execPath,
    args: [fileURLToPath(import.meta.url), "server"],
    env: { KEY: "a secret of some length" },
  };
  const codemode = createCodemode({ tools: { host: tools }, mcpServers: { talker } });
  const { executor } = codemode;
  await executor.setup();
  const [, language] = /^programs in (.*)/.exec(kind) ?? [];
  const options = { typeCheck: language !== undefined, reader: "model" };
  for (let warm = 0; warm < 3; warm++) await executor.execute("await host.take({}); await talker.give({}); 1", options);
  const { serveHttp } = await import("../../dist/server.js");
  const http = await serveHttp(codemode, { port: 0, log: () => {}, maxBodyBytes: 12 * MB });
  const runFile = promisify(execFile);
  const perform =
    kind === "bodies"
      ? async (name) => {
          const { stdout } = await runFile(process.execPath, [fileURLToPath(import.meta.url), "post", http.url, name]);
          return JSON.parse(stdout);
        }
      : (name) => {
          const program = PROGRAMS[kind][name];
          if (typeof program !== "string") return program(codemode);
          return executor.execute(program, { ...options, ...(language && { language, sessionId: "one" }) });
        };
  if (kind === "bodies") await perform("a text of 10 MB");
  const blocks = {};
  const isLong = ({ longestMs, next }) => next === 2 && longestMs > Number(mostMs);
  const block = async (name) => {
    let last = usedMs();
    let longestMs = 0;
    const timer = setInterval(() => {
      const now = usedMs();
      longestMs = Math.max(longestMs, now - last);
      last = now;
    }, 1);
    const run = await perform(name);
    await new Promise((resolve) => setTimeout(resolve, 20));
    clearInterval(timer);
    const next = await executor.execute("1 + 1", options);
    return { longestMs: Math.round(longestMs), status: run.status, next: next.value, code: run.error?.code };
  };
  for (const name of Object.keys(kind === "bodies" ? BODIES : PROGRAMS[kind])) {
    blocks[name] = await block(name);
    for (let tries = 1; tries < MOST_TRIES && isLong(blocks[name]); tries += 1) {
      const again = await block(name);
      blocks[name] = { ...again, longestMs: Math.min(again.longestMs, blocks[name].longestMs) };
    }
  }
  await http.close();
  await codemode.close();
  process.stdout.write(JSON.stringify(blocks));
}

if (kind === "server") await serve();
else if (kind === "post") await post(process.argv[3], process.argv[4]);
else await measure();
