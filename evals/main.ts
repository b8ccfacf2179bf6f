import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { SIZES } from "./harness/catalogue.ts";
import { drawPage } from "./harness/draw-page.ts";
import { VARIANTS } from "./harness/perturb.ts";
import { chooseModel } from "../src/agent/model/model-choice.ts";
import { loadModel } from "../src/agent/model/load-model.ts";
import { readPrices } from "../src/agent/model/token-prices.ts";
import { runModel } from "./harness/run-model.ts";
import { RecordStore } from "./harness/record-store.ts";
import { showAuto, showMarkdown } from "./harness/show-markdown.ts";
import { runSuite, type SuiteReport, type SuiteRun } from "./harness/run-suite.ts";
import { ARMS, type Suite } from "./harness/suite.ts";
import { loadBfcl } from "./suites/bfcl/bfcl-suite.ts";
import { loadWorkbench } from "./suites/workbench/workbench-suite.ts";
import { OWN_SUITE } from "./suites/own/own-suite.ts";

const USAGE = `npm run evals -- --suite own|workbench|bfcl|all [--data DIR] [--size ${SIZES.join("|")}|all] [--arm ARM]… [--tasks N] [--json FILE] [--markdown FILE] [--html FILE] [--variant ${VARIANTS.join("|")}] [--model MODEL] [--fresh]`;

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
    html: { type: "string" },
    variant: { type: "string", default: "none" },
    fresh: { type: "boolean", default: false },
  },
});

/** Suites by name, over the folder of their data where they need one. */
const SUITES: Readonly<Record<string, (data: string) => Suite>> = {
  own: () => OWN_SUITE,
  workbench: loadWorkbench,
  bfcl: loadBfcl,
};

try {
  process.exitCode = await main();
} catch (thrown) {
  // Most of all a folder without the data of the suite.
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const names = values.suite === "all" ? Object.keys(SUITES) : [values.suite];
  const variant = VARIANTS.find((each) => each === values.variant);
  const sizes = values.size === "all" ? SIZES : [Number(values.size)];
  const tasks = Number(values.tasks ?? Number.MAX_SAFE_INTEGER);
  const arms = ARMS.filter((arm) => values.arm === undefined || values.arm.includes(arm));
  const wrong = findMistake({ names, sizes, tasks, arms });
  if (variant === undefined || wrong !== undefined) {
    process.stderr.write(`${wrong}\n${USAGE}\n`);
    return 2;
  }
  const reports: SuiteReport[] = [];
  for (const name of names) {
    const suite = SUITES[name]?.(names.length === 1 ? (values.data ?? "") : join(values.data ?? "", name));
    if (suite === undefined) continue;
    reports.push(...(await runOne({ suite, sizes, arms, tasks, log, variant })));
  }
  return report(reports);
}

/** Runs one suite with the scripted model, or with the one that was asked for. */
async function runOne({ variant, ...run }: Omit<SuiteRun, "store">): Promise<readonly SuiteReport[]> {
  const { name } = run.suite;
  if (values.model === "scripted") return runSuite({ ...run, variant, store: openStore(name) });
  const model = await loadModel(chooseModel(values.model, process.env));
  return runModel({ ...run, model, prices: readPrices(undefined, process.env), store: openStore(`${name}-real`) });
}

/** What is wrong with the options, if anything. */
function findMistake({
  names,
  sizes,
  tasks,
  arms,
}: Pick<SuiteRun, "sizes" | "tasks" | "arms"> & { readonly names: readonly string[] }): string | undefined {
  const unknown = values.arm?.find((name) => !arms.some((arm) => arm === name));
  const mistakes = {
    [`There is no suite "${values.suite}". Suites: ${Object.keys(SUITES).join(", ")}, all.`]: names.some(
      (name) => SUITES[name] === undefined,
    ),
    [`The suite ${values.suite} needs --data with the folder of its data.`]:
      values.suite !== "own" && values.data === undefined,
    ["A real model errs by itself: --variant is for the scripted one."]:
      values.model !== "scripted" && values.variant !== "none",
    [`There is no variant "${values.variant}". Variants: ${VARIANTS.join(", ")}.`]: !VARIANTS.some(
      (each) => each === values.variant,
    ),
    [`There is no arm "${unknown}". Arms: ${ARMS.join(", ")}.`]: unknown !== undefined,
    "--size and --tasks take whole numbers from 1.": [...sizes, tasks].some(
      (each) => !Number.isInteger(each) || each < 1,
    ),
  };
  return Object.entries(mistakes).find(([, isWrong]) => isWrong)?.[0];
}

function openStore<Kept>(name: string): RecordStore<Kept> {
  const folder = fileURLToPath(new URL("../temp/evals", import.meta.url));
  return new RecordStore(join(folder, `${name}.jsonl`), { fresh: values.fresh });
}

/** Writes what was asked for; the exit status is 1 when a task failed or could not be compared. */
function report(reports: readonly SuiteReport[]): number {
  const results = reports.map(({ result }) => result);
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify(results.length === 1 ? results[0] : results, null, 2)}\n`);
  }
  const text = [...reports.map(showMarkdown), showAuto(reports)].join("\n");
  if (values.html !== undefined) writeFileSync(values.html, drawPage(reports));
  if (values.markdown !== undefined) writeFileSync(values.markdown, text);
  process.stdout.write(text);
  return reports.every(({ isRight }) => isRight) ? 0 : 1;
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
