import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { SIZES } from "./harness/catalogue.ts";
import { RecordStore } from "./harness/record-store.ts";
import { showMarkdown } from "./harness/show-markdown.ts";
import { runSuite, type SuiteReport } from "./harness/run-suite.ts";
import { ARMS, type Suite } from "./harness/suite.ts";
import { loadBfcl } from "./suites/bfcl/bfcl-suite.ts";
import { loadWorkbench } from "./suites/workbench/workbench-suite.ts";
import { OWN_SUITE } from "./suites/own/own-suite.ts";

const USAGE = `npm run evals -- --suite own|workbench|bfcl [--data DIR] [--size ${SIZES.join("|")}|all] [--arm ARM]… [--tasks N] [--json FILE] [--markdown FILE] [--fresh]`;

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

/** Suites by name, over the folder of their data where they need one. */
const SUITES: Readonly<Record<string, (data: string) => Suite>> = {
  own: () => OWN_SUITE,
  workbench: loadWorkbench,
  bfcl: loadBfcl,
};

process.exitCode = await main();

async function main(): Promise<number> {
  const open = SUITES[values.suite];
  if (open === undefined)
    return refuse(`There is no suite "${values.suite}". Suites: ${Object.keys(SUITES).join(", ")}.`);
  const { data = "" } = values;
  if (values.suite !== "own" && data === "")
    return refuse(`The suite ${values.suite} needs --data with the folder of its data.`);
  if (values.model !== "scripted") return refuse(`There is no model "${values.model}". Models: scripted.`);
  const sizes = values.size === "all" ? SIZES : [Number(values.size)];
  const tasks = Number(values.tasks ?? Number.MAX_SAFE_INTEGER);
  const wrong = [...sizes, tasks].find((number) => !Number.isInteger(number) || number < 1);
  if (wrong !== undefined) return refuse("--size and --tasks take whole numbers from 1.");
  const arms = ARMS.filter((arm) => values.arm === undefined || values.arm.includes(arm));
  const unknown = values.arm?.find((name) => !arms.some((arm) => arm === name));
  if (unknown !== undefined) return refuse(`There is no arm "${unknown}". Arms: ${ARMS.join(", ")}.`);
  return report(await runSuite({ suite: open(data), sizes, arms, tasks, store: openStore(), log }));
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
  return reports.every(({ isRight }) => isRight) ? 0 : 1;
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

function refuse(reason: string): number {
  process.stderr.write(`${reason}\n${USAGE}\n`);
  return 2;
}
