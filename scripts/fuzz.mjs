// Throws random inputs at everything that reads what others wrote: npm run fuzz -- [--seconds 60] [--seed N]. Runs the
// built package. A found case is written to test/fuzz/found.json, which every run tries first; keep it there.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { asyncProperty, check as checkProperty } from "fast-check";
import { assertCanaryIsFound, assertClean, CANARY } from "../test/fuzz/canary.mjs";

const foundFile = fileURLToPath(new URL("../test/fuzz/found.json", import.meta.url));
const { values } = parseArgs({ options: { seconds: { type: "string" }, seed: { type: "string" } } });
const seconds = Number(values.seconds ?? 60);
const seed = Number(values.seed ?? Math.trunc(Math.random() * 2 ** 31));
if (!(seconds > 0) || !Number.isInteger(seed)) throw new Error("--seconds takes a number above 0, --seed an integer.");

/** A step that takes longer hangs, whatever its limits. */
const HANG_MS = 20_000;
/** Inputs in one round; a program costs as much as hundreds of texts. */
const RUNS = 300;
const PROGRAMS = 4;

assertCanaryIsFound();
process.env["CODEMODE_FUZZ_SECRET"] = CANARY;
const folder = mkdtempSync(join(tmpdir(), "codemode-fuzz-"));
writeFileSync(join(folder, "secret.txt"), CANARY);
process.chdir(folder);
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const { closeTargets, targets } = await import("../test/fuzz/targets.mjs");

// A step that never gives the event loop back is ended from another thread, which knows its input.
const watcher = new Worker(
  `const { parentPort } = require("node:worker_threads");
  let timer;
  parentPort.on("message", (step) => {
    clearTimeout(timer);
    if (step === null) return;
    timer = setTimeout(() => {
      require("node:fs").writeSync(1, "\\nthe event loop is blocked by " + step + "\\n");
      process.kill(process.pid, "SIGKILL");
    }, ${2 * HANG_MS});
  });`,
  { eval: true },
);

const watchStep = (step) => watcher.postMessage(step, []);

/** Ends with an error when the step hangs, throws what is not a refusal, or lets something out. */
async function guarded(name, input) {
  watchStep(JSON.stringify({ target: name, input }));
  let timer;
  const hang = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${HANG_MS} ms`)), HANG_MS);
  });
  try {
    const [, check] = targets[name];
    assertClean(await Promise.race([check(input), hang]));
  } finally {
    clearTimeout(timer);
    watchStep(null);
  }
}

const readFound = () => JSON.parse(readFileSync(foundFile, "utf8"));
const counts = new Map();
const faults = [];
const isBroken = (name) => faults.some((fault) => fault.target === name);

function noteFault(fault, error, origin) {
  faults.push(fault);
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stdout.write(`\n${fault.target}, ${origin}, input ${JSON.stringify(fault.input)}\n${reason}\n`);
}

async function tryFound() {
  for (const { target, input } of readFound()) {
    try {
      await guarded(target, input);
    } catch (error) {
      noteFault({ target, input }, error, "found before");
    }
  }
}

async function tryRandom(name, round) {
  const property = asyncProperty(targets[name][0], (input) => guarded(name, input));
  const report = await checkProperty(property, {
    seed: (seed + round) | 0,
    numRuns: name.endsWith("programs") ? PROGRAMS : RUNS,
    interruptAfterTimeLimit: 3_000,
  });
  counts.set(name, (counts.get(name) ?? 0) + report.numRuns);
  if (report.failed && report.counterexample !== null)
    noteFault({ target: name, input: report.counterexample[0] }, report.errorInstance, `seed ${report.seed}`);
}

process.stdout.write(`fuzz: seed ${seed}, ${seconds} s\n`);
await tryFound();
const again = faults.length;
const end = performance.now() + seconds * 1_000;
for (let round = 0; performance.now() < end; round += 1) {
  for (const name of Object.keys(targets)) if (performance.now() < end && !isBroken(name)) await tryRandom(name, round);
}
for (const [name, count] of counts) process.stdout.write(`${String(count).padStart(8)} ${name}\n`);
if (faults.length > again)
  writeFileSync(foundFile, `${JSON.stringify([...readFound(), ...faults.slice(again)], null, 2)}\n`);
process.stdout.write(`fuzz: ${faults.length} faults\n`);
await closeTargets();
process.exit(faults.length === 0 ? 0 : 1);
