// Runs programs in both languages while their servers are killed, stopped and restarted at random:
// `npm run chaos -- --programs 1000 --seed 1`. A wrong result, a failure that does not name its server, a process or a
// handle left over, or memory that grows is reported, and the status is 1 then. A program that ran out of time and says
// what it was waiting for is named too, and counted as late: on a busy machine sandboxes take long to start. More than one
// in a hundred of those is a fault, since then something holds them up.
import { readdirSync, readFileSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { alive, randomNumbers, startMonkey } from "../test/chaos/monkey.mjs";

const { createCodemode } = await import("../dist/index.js");
const { values } = parseArgs({
  options: { programs: { type: "string", default: "1000" }, seed: { type: "string", default: "1" } },
});
const total = Number(values.programs);
const random = randomNumbers(Number(values.seed));
const local = ["ada", "bo", "cy"];
const remote = { far: await freePort(), off: await freePort() };
const servers = [...local, ...Object.keys(remote)];
const folder = mkdtempSync(join(tmpdir(), "codemode-chaos-"));
const serverFile = fileURLToPath(new URL("../test/chaos/server.mjs", import.meta.url));
const limits = { timeoutMs: 2_000, connectTimeoutMs: 4_000 };
const handlesBefore = handles();

const codemode = createCodemode({
  mcpServers: Object.fromEntries([
    ...local.map((name) => [name, { command: process.execPath, args: [serverFile, name, folder], ...limits }]),
    ...Object.entries(remote).map(([name, port]) => [name, { url: `http://127.0.0.1:${port}/mcp`, ...limits }]),
  ]),
});
const monkey = startMonkey({ folder, remote, random });
const WORKERS = 4;
const CODES = new Set(["server_unavailable", "tool_timeout"]);
const PROGRAMS = {
  typescript: (plan) => `const calls = ${JSON.stringify(plan)};
await Promise.all(calls.map(async ({ server, tool, token }) => {
  try {
    return ["ok", (await callTool(server + "__" + tool, { token })).answer];
  } catch (error) {
    return ["error", error.message, error.code];
  }
}))`,
  python: (plan) => `import asyncio
from codemode import ToolError, call_tool
async def call(each):
    try:
        return ["ok", (await call_tool(each["server"] + "__" + each["tool"], {"token": each["token"]}))["answer"]]
    except ToolError as error:
        return ["error", str(error), error.code]
await asyncio.gather(*map(call, ${JSON.stringify(plan)}))`,
};
const counts = { right: 0, failed: 0, refused: 0, late: 0 };
const TIME_MS = 120_000;
const faults = [];
const memory = [];

// Every server has answered once before, so that its tools are known by name.
await codemode.registry.discoverAll();
const begun = performance.now();
let next = 0;
await Promise.all(
  Array.from({ length: WORKERS }, () => ["typescript", "python"])
    .flat()
    .map(work),
);
monkey.stop();
await codemode.close();
const seconds = Math.round((performance.now() - begun) / 100) / 10;

// What watches over processes leaves when it has heard that all are over.
for (let tries = 0; tries < 100 && childrenOf(process.pid).length > 0; tries += 1) await delay(20);
if (counts.late > next / 100) faults.push(`${counts.late} of ${next} programs ran out of time`);
const left = alive(folder);
if (left.length > 0) faults.push(`${left.length} processes of servers are left`);
const children = childrenOf(process.pid);
if (children.length > 0) faults.push(`processes are left: ${children.join("; ")}`);
const handlesLeft = handles().filter((kind) => !handlesBefore.includes(kind));
if (handlesLeft.length > 0) faults.push(`handles are left: ${handlesLeft.join(", ")}`);
const [first = 0, last = 0] = [memory[Math.floor(memory.length / 3)], memory.at(-1)];
if (last - first > 30) faults.push(`memory grew from ${first} to ${last} MB`);
rmSync(folder, { recursive: true, force: true });
const heapMegabytes = memory.filter((_, at) => at % Math.ceil(memory.length / 8) === 0);
process.stdout.write(
  `${JSON.stringify({ programs: next, seconds, ...counts, ...monkey.counts, heapMegabytes, faults: faults.slice(0, 20) }, null, 2)}\n`,
);
process.exitCode = faults.length === 0 ? 0 : 1;

/** Runs programs of one language, a worker's share of them. */
async function work(language) {
  for (let done = 0; done < total / WORKERS; done += 1) {
    next += 1;
    const number = next;
    if (number % Math.ceil(total / 20) === 0) memory.push(heapAfterCollection());
    const plan = Array.from({ length: 3 }, (_, at) => ({
      server: servers[Math.floor(random() * servers.length)],
      tool: random() < 0.5 ? "echo" : "slow",
      token: `${number}-${at}`,
    }));
    judge(plan, await codemode.executor.execute(PROGRAMS[language](plan), { language, timeoutMs: TIME_MS }));
  }
}

function judge(plan, run) {
  if (run.error !== null) return judgeError(plan, run.error);
  for (const [at, { server, tool, token }] of plan.entries()) {
    const [kind, value, code] = run.value[at];
    if (kind === "ok" && value === `${server} ${tool} ${token}`) counts.right += 1;
    else if (kind === "error" && CODES.has(code) && value.includes(server)) counts.failed += 1;
    else faults.push(`${server} ${tool} ${token}: ${JSON.stringify(run.value[at])}`);
  }
}

function judgeError(plan, { code, message }) {
  if (code === "time_limit" && /It was waiting for \S/.test(message)) {
    counts.late += 1;
    return;
  }
  counts.refused += 1;
  const isNamed = plan.some(({ server }) => message.includes(server));
  if (code !== "server_unavailable" || !isNamed) faults.push(`${code}: ${message}`);
}

function heapAfterCollection() {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return Math.round(process.memoryUsage().heapUsed / 1e6);
}

/** Kinds of what keeps this process alive, other than its own output. */
function handles() {
  return process.getActiveResourcesInfo().filter((kind) => !/^(?:PipeWrap|TTYWrap|FSReqPromise|Immediate)$/.test(kind));
}

/** Command lines of the processes that are children of one, where the system tells. */
function childrenOf(parent) {
  try {
    return readdirSync("/proc").flatMap((pid) => {
      const status = /^\d+$/.test(pid) ? readStatus(pid) : "";
      return status.includes(`PPid:\t${parent}\n`) && !status.includes("State:\tZ") ? [`${pid} ${nameOf(status)}`] : [];
    });
  } catch {
    return [];
  }
}

function readStatus(pid) {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}

function nameOf(status) {
  return /^Name:\s*(.*)$/m.exec(status)?.[1] ?? "";
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
