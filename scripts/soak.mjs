// Runs the built package for a while as many clients at once would, and prints what it costs: npm run soak -- [--short].
// Ends with status 1 when a run, a session or a client got a wrong answer, or something is left over.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { short: { type: "boolean" } } });
const SIZES = values.short
  ? { typescript: 200, python: 30, sessions: 40, clients: 20, seconds: 8 }
  : { typescript: 2_000, python: 2_000, sessions: 200, clients: 50, seconds: 60 };
const AT_ONCE = 8;

const { createCodemode, defineTool } = await import(join(root, "dist/index.js"));
const { serveHttp } = await import(join(root, "dist/server.js"));

const script = join(root, "src/sources/mcp/__fixtures__/hostile-server.mjs");
const server = { command: process.execPath, args: [script, "ok"] };
const add = defineTool({
  name: "add",
  description: "Adds.",
  inputSchema: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } } },
  execute: ({ a, b }) => a + b,
});
const codemode = createCodemode({ tools: { host: [add] }, mcpServers: { one: server, two: server, three: server } });
const { executor } = codemode;
await executor.setup();

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const errors = new Map();
const note = (what) => errors.set(what, (errors.get(what) ?? 0) + 1);

/** Does `count` pieces of work, some at once. */
async function many(count, work) {
  let next = 0;
  const line = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, line));
}

async function expectValue(what, run, expected) {
  const { value, error } = await run;
  if (value !== expected) note(`${what}: ${error?.code ?? `value ${JSON.stringify(value)}`}`);
}

/** Child processes of this one, with their parents' ids; only on Linux. */
function children() {
  try {
    return readdirSync("/proc").filter((pid) => {
      try {
        return new RegExp(`^${pid} \\(.*\\) \\S ${process.pid} `, "s").test(readFileSync(`/proc/${pid}/stat`, "utf8"));
      } catch {
        return false;
      }
    });
  } catch {
    return [];
  }
}

function threads() {
  return Number(/^Threads:\s*(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0);
}

function report(title, begunMs, count) {
  const tookMs = performance.now() - begunMs;
  globalThis.gc?.();
  const mb = Math.round(process.memoryUsage().rss / 2 ** 20);
  const heap = Math.round(process.memoryUsage().heapUsed / 2 ** 20);
  const handles = process.getActiveResourcesInfo().length;
  const lag = `p99 ${(delay.percentile(99) / 1e6).toFixed(0)} max ${(delay.max / 1e6).toFixed(0)} ms`;
  process.stdout.write(
    `${title.padEnd(34)} ${String(count).padStart(6)} in ${(tookMs / 1_000).toFixed(1).padStart(6)} s · ${mb} MB (heap ${heap}) · ` +
      `${threads()} threads · ${children().length} processes · ${handles} handles · loop ${lag}\n`,
  );
  delay.reset();
}

async function stage(name, count, work) {
  const begun = performance.now();
  const done = await work();
  report(name, begun, done ?? count);
}

report("start", performance.now(), 0);

await stage("TypeScript runs", SIZES.typescript, () =>
  many(SIZES.typescript, (n) =>
    expectValue("TypeScript", executor.execute(`await host.add({ a: ${n}, b: 1 })`, { typeCheck: false }), n + 1),
  ),
);
await stage("Python runs", SIZES.python, () =>
  many(SIZES.python, (n) =>
    expectValue(
      "Python",
      executor.execute(`await host.add(a=${n}, b=1)`, { language: "python", timeoutMs: 60_000 }),
      n + 1,
    ),
  ),
);
await stage("sessions", SIZES.sessions, () =>
  many(SIZES.sessions, async (n) => {
    const options = { sessionId: `s${n}`, typeCheck: false };
    await expectValue("session", executor.execute(`globalThis.kept = ${n}`, options), n);
    await expectValue("session", executor.execute("globalThis.kept", options), n);
  }),
);
await executor.clearState();

const http = await serveHttp(codemode, { port: 0, log: () => {} });
await stage("HTTP clients", SIZES.clients, async () => {
  const end = performance.now() + SIZES.seconds * 1_000;
  let calls = 0;
  const client = async (n) => {
    const own = new Client({ name: `client-${n}`, version: "1" });
    await own.connect(new StreamableHTTPClientTransport(new URL(http.url)));
    const run = (code) => own.callTool({ name: "execute_code", arguments: { code, session: "mine" } });
    await run(`globalThis.kept = ${n}; globalThis.kept`);
    while (performance.now() < end) {
      const answer = await run("globalThis.kept");
      calls += 1;
      if (answer.structuredContent?.value !== n)
        note(`client: ${JSON.stringify(answer.structuredContent?.error?.code)}`);
    }
    await own.close();
  };
  await Promise.all(
    Array.from({ length: SIZES.clients }, async (_, n) => client(n).catch((error) => note(`client: ${error}`))),
  );
  return calls;
});
await http.close();

/** The group of one of the servers, at random. */
function anyServer() {
  const pids = children().filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("hostile-server"));
  return Number(pids[Math.floor(Math.random() * pids.length)] ?? 0);
}

await stage("calls while servers die and stop", 0, async () => {
  const end = performance.now() + SIZES.seconds * 1_000;
  let calls = 0;
  const caller = async (name) => {
    while (performance.now() < end) {
      const run = await executor.execute(`await ${name}.echo({ text: "x" })`, { typeCheck: false, timeoutMs: 5_000 });
      calls += 1;
      // A call to a server that is gone or stopped fails in words; anything else is an error.
      const isExpected = run.error === null || /^(server_|tool_timeout|time_limit|unknown_)/.test(run.error.code);
      if (!isExpected) note(`call: ${run.error.code}`);
    }
  };
  const trouble = async () => {
    while (performance.now() < end) {
      const pid = anyServer();
      if (pid > 0) {
        const isStop = Math.random() < 0.5;
        const signal = (name) => {
          try {
            process.kill(pid, name);
          } catch {
            // It has gone by itself.
          }
        };
        signal(isStop ? "SIGSTOP" : "SIGKILL");
        await new Promise((resolve) => setTimeout(resolve, 300));
        if (isStop) signal("SIGCONT");
      }
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
  };
  await Promise.all([trouble(), caller("one"), caller("two"), caller("three")]);
  return calls;
});

await codemode.close();
await new Promise((resolve) => setTimeout(resolve, 3_000));
const left = children();
if (left.length > 0) note(`${left.length} processes are left`);
report("closed", performance.now(), 0);
for (const [what, count] of errors) process.stdout.write(`${String(count).padStart(6)} ${what}\n`);
process.stdout.write(errors.size === 0 ? "soak: no errors\n" : "soak: errors\n");
process.exit(errors.size === 0 ? 0 : 1);
