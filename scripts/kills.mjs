// Kills the command line with SIGKILL at random points of programs in both languages, and has other processes go on with
// them until they end: `npm run kills -- --kills 300 --seed 1`. The judge is a file to which a real server appends each call:
// a call repeated although it was completed, a result lost, or a value or output other than that of an unharmed run is
// reported, and the status is 1 then.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import Database from "libsql";
import { randomNumbers } from "../test/chaos/monkey.mjs";
import { EARLIER, PROGRAMS, SKILLS } from "../test/kills/programs.mjs";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "300" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
  },
});
const wanted = Number(values.kills);
const random = randomNumbers(Number(values.seed));
const folder = mkdtempSync(join(tmpdir(), "codemode-kills-"));
const CLI = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const SERVER = fileURLToPath(new URL("../test/kills/server.mjs", import.meta.url));
/** A run that was killed more often than this goes on in peace. */
const MOST_KILLS = 3;
/** A process that takes longer than this is ended and reported. */
const MOST_MS = 180_000;
const names = Object.keys(PROGRAMS).filter((name) => name.includes(values.only));
const faults = [];
const restarts = [];
/** The same, with the time that the run was still held for the process that was killed. */
const takeovers = [];
let kills = 0;
let runs = 0;

try {
  const unharmed = new Map();
  for (let index = 0; kills < wanted; index += 1) {
    const name = names[index % names.length];
    if (!unharmed.has(name)) unharmed.set(name, await outcomeOf(name, 0));
    const { value, stdout } = unharmed.get(name);
    const harmed = await outcomeOf(name, MOST_KILLS);
    runs += 1;
    const same = JSON.stringify([harmed.value, harmed.stdout]) === JSON.stringify([value, stdout]);
    if (!same) faults.push(`${name}: gave ${JSON.stringify(harmed).slice(0, 600)}, not ${JSON.stringify(value)}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const spread = (times) => {
  const sorted = times.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? null, most: sorted.at(-1) ?? null };
};
const [restartMs, takeoverMs] = [spread(restarts), spread(takeovers)];
console.log(JSON.stringify({ kills, runs, programs: names.length, restartMs, takeoverMs, faults }));
process.exitCode = faults.length === 0 ? 0 : 1;

/** Runs a program to its end, killed up to so many times on the way; the document of its result. */
async function outcomeOf(name, mostKills) {
  const place = mkdtempSync(join(folder, "run-"));
  const judge = join(place, "judge.jsonl");
  mkdirSync(join(place, "skills"));
  for (const [file, code] of Object.entries(SKILLS)) writeFileSync(join(place, "skills", file), code);
  writeFileSync(join(place, name), PROGRAMS[name]);
  const configuration = {
    mcpServers: { judge: { command: process.execPath, args: [SERVER, judge] } },
    skills: { directories: ["skills"] },
    policy: { inDoubt: "retry" },
  };
  writeFileSync(join(place, "codemode.json"), JSON.stringify(configuration));
  const earlier = EARLIER[name];
  const session = earlier === undefined ? [] : ["--session", "work"];
  if (earlier !== undefined) {
    const file = `earlier-${name}`;
    writeFileSync(join(place, file), earlier);
    const { status, stderr } = spawnSync(process.execPath, [CLI, "exec", file, "--no-check", ...session], {
      cwd: place,
      encoding: "utf8",
    });
    if (status !== 0) faults.push(`${file}: ${stderr.slice(0, 600)}`);
  }
  let command = ["exec", name, "--no-check", "--json", ...session];
  for (let killed = 0; ; killed += 1) {
    const before = linesOf(judge).length;
    const completed = completedCalls(place);
    const mayKill = killed < mostKills && kills < wanted;
    const { document, text, firstMs, waitedMs } = await attempt(command, { place, judge, before, mayKill });
    const repeated = linesOf(judge)
      .slice(before)
      .filter(({ key }) => completed.has(key));
    for (const { key } of repeated) faults.push(`${name}: the completed call ${key} was made again`);
    if (killed > 0 && firstMs !== undefined) {
      restarts.push(Math.round(firstMs));
      takeovers.push(Math.round(firstMs + waitedMs));
    }
    if (document !== undefined) return document;
    if (text !== undefined) return { value: text };
    kills += 1;
    command = ["runs", "resume", runOf(place), "--json"];
  }
}

/** One process: its document when it came to an end, nothing when it was killed. */
async function attempt(command, { place, judge, before, mayKill }) {
  const first = performance.now();
  for (;;) {
    const began = performance.now();
    const waitedMs = began - first;
    const child = spawn(process.execPath, [CLI, ...command], { cwd: place, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    child.stdout.on("data", (data) => (text += data));
    child.stderr.on("data", (data) => (text += data));
    const ended = new Promise((resolve) => child.once("close", resolve));
    let firstMs;
    let isKilled = false;
    const at = before + 1 + Math.floor(random() * 12);
    const lateMs = random() * 30;
    const watch = setInterval(() => {
      const { length } = linesOf(judge);
      if (length > before) firstMs ??= performance.now() - began;
      if (!mayKill || isKilled || length < at || !canResume(place)) return;
      isKilled = true;
      setTimeout(() => child.kill("SIGKILL"), lateMs);
    }, 2);
    const late = setTimeout(() => child.kill("SIGTERM"), MOST_MS);
    await ended;
    clearTimeout(late);
    clearInterval(watch);
    if (child.signalCode === "SIGTERM") faults.push(`${command.join(" ")} took more than ${MOST_MS} ms`);
    if (child.signalCode === "SIGKILL") return { firstMs, waitedMs };
    const document = parsed(text);
    // It was killed when all was done, and only its answer was lost.
    if (command[1] === "resume" && text.includes("has ended (completed)")) {
      command = ["runs", "show", command[2], "--json"];
      continue;
    }
    // The process that was killed holds its run for two seconds.
    if (document?.error?.code === "busy" || text.includes('"busy"')) {
      await sleep(100);
      continue;
    }
    return document?.status === undefined ? { text } : { document, firstMs, waitedMs };
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function linesOf(judge) {
  if (!existsSync(judge)) return [];
  return readFileSync(judge, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

function canResume(place) {
  return existsSync(join(place, ".codemode", "state.db"));
}

function query(place, sql) {
  if (!canResume(place)) return [];
  const database = new Database(join(place, ".codemode", "state.db"));
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

/** The run of a place: each has one. */
function runOf(place) {
  return query(place, "SELECT run_id FROM runs ORDER BY started_at DESC LIMIT 1")[0]?.run_id ?? "";
}

/** Keys of the calls whose results are in the journal. */
function completedCalls(place) {
  const rows = query(place, "SELECT run_id, call_id FROM events WHERE type = 'result'");
  return new Set(rows.map((row) => `${row.run_id}:${row.call_id}`));
}
