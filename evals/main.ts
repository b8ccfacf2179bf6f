import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { SIZES } from "./harness/catalogue.ts";
import { RecordStore } from "./harness/record-store.ts";
import { showMarkdown } from "./harness/show-markdown.ts";
import { runSuite, type SuiteReport } from "./harness/run-suite.ts";
import { ARMS, type Suite } from "./harness/suite.ts";
import { OWN_SUITE } from "./suites/own/own-suite.ts";

const USAGE = `npm run evals -- --suite own [--size ${SIZES.join("|")}|all] [--arm ARM]… [--tasks N] [--json FILE] [--markdown FILE] [--fresh]`;

const { values } = parseArgs({
  options: {
    suite: { type: "string", default: "own" },
    data: { type: "string" },
    size: { type: "string", default: "100" },
    arm: { type: "string", multiple: true },
    tasks: { type: "string" },
    model: { type: "string", default: "scripted" },
    json: { type: "string" },
    markdown: { type: "string" },
    fresh: { type: "boolean", default: false },
  },
});

const SUITES: Readonly<Record<string, () => Suite>> = {
  own: () => OWN_SUITE,
};

process.exitCode = await main();

async function main(): Promise<number> {
  const open = SUITES[values.suite];
  if (open === undefined)
    return refuse(`There is no suite "${values.suite}". Suites: ${Object.keys(SUITES).join(", ")}.`);
  const sizes = values.size === "all" ? SIZES : [Number(values.size)];
  if (!sizes.every((size) => Number.isInteger(size) && size > 0)) return refuse(`Not a size: ${values.size}.`);
  const arms = ARMS.filter((arm) => values.arm === undefined || values.arm.includes(arm));
  const unknown = values.arm?.find((name) => !arms.some((arm) => arm === name));
  if (unknown !== undefined) return refuse(`There is no arm "${unknown}". Arms: ${ARMS.join(", ")}.`);
  const tasks = Number(values.tasks ?? Number.MAX_SAFE_INTEGER);
  if (!Number.isInteger(tasks) || tasks < 1) return refuse(`Not a number of tasks: ${values.tasks}.`);
  if (values.model !== "scripted") return refuse(`There is no model "${values.model}". Models: scripted.`);
  const reports = await runSuite({ suite: open(), sizes, arms, tasks, store: openStore(), log });
  return report(reports);
}

function openStore(): RecordStore {
  const folder = fileURLToPath(new URL("../temp/evals", import.meta.url));
  return new RecordStore(join(folder, `${values.suite}.jsonl`), { fresh: values.fresh });
}

/** Writes what was asked for; the exit status is 1 when a task failed or could not be compared. */
function report(reports: readonly SuiteReport[]): number {
  const results = reports.map(({ result }) => result);
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify(results.length === 1 ? results[0] : results, null, 2)}\n`);
  }
  const text = reports.map(showMarkdown).join("\n");
  if (values.markdown !== undefined) writeFileSync(values.markdown, text);
  process.stdout.write(text);
  const isRight = reports.every(({ rows, leftOut }) => leftOut.length === 0 && rows.every(({ passed }) => passed));
  return isRight ? 0 : 1;
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

function refuse(reason: string): number {
  process.stderr.write(`${reason}\n${USAGE}\n`);
  return 2;
}
