import type { LoadedModel } from "../../src/agent/model/load-model.ts";
import { costOf, type TokenPrices } from "../../src/agent/model/token-prices.ts";
import { addUsage, NO_USAGE } from "../../src/agent/model/token-usage.ts";
import { catalogueOf, fullName, loadFillers } from "./catalogue.ts";
import { type Way, WAYS } from "./perform.ts";
import { definitionTokens } from "./price.ts";
import { type RealPerformance, RealStage } from "./real-model.ts";
import type { RecordStore } from "./record-store.ts";
import type { TaskRow } from "./results.ts";
import { spread, type SuiteReport, type SuiteRun, toResult } from "./run-suite.ts";
import type { Task } from "./suite.ts";

/** A run with a model that decides by itself. */
export interface ModelRun extends Omit<SuiteRun, "store" | "variant"> {
  readonly model: LoadedModel;
  /** Without them the cost is unknown. */
  readonly prices: TokenPrices | undefined;
  readonly store: RecordStore<RealPerformance>;
}

/**
 * Has a model do the tasks of a suite in every arm, at each size; what was done in an earlier run is not done again. `auto`
 * is left out: it chooses among what the other arms cost.
 */
export async function runModel(run: ModelRun): Promise<readonly SuiteReport[]> {
  const { suite, model, sizes } = run;
  await using stage = await RealStage.open(suite, model);
  const tasks = spread(suite.tasks, run.tasks);
  const reports: SuiteReport[] = [];
  for (const size of sizes) {
    const { rows, usage } = await performTasks(run, { stage, tasks, size });
    const cost = costOf(usage, run.prices);
    const report = toResult(run, { size, tasks, rows, model: model.label });
    reports.push({
      ...report,
      ...(cost === undefined ? {} : { cost }),
      leftOut: suite.leftOut,
      failed: [],
      isRight: true,
    });
  }
  return reports;
}

async function performTasks(
  { arms, store, model, suite, log, prices }: ModelRun,
  { stage, tasks, size }: { readonly stage: RealStage; readonly tasks: readonly Task[]; readonly size: number },
): Promise<{ rows: readonly TaskRow[]; usage: typeof NO_USAGE }> {
  const fillers = loadFillers();
  const rows: TaskRow[] = [];
  let usage = NO_USAGE;
  for (const task of tasks) {
    // What a task needs is not known before: all tools of its servers are there at every size.
    const needs = new Set(stage.tools.filter(({ server }) => task.servers.includes(server)).map(fullName));
    const catalogue = catalogueOf(task, { needs, size, tools: [...stage.tools, ...fillers] });
    const definitions = catalogue.reduce((sum, tool) => sum + definitionTokens({ ...tool, name: fullName(tool) }), 0);
    for (const way of WAYS.filter((each) => arms.includes(each))) {
      const kind = `${model.label} ${way} ${size}`;
      const done = store.get(task, kind) ?? (await stage.perform(task, way, catalogue));
      store.add(task, kind, done);
      usage = addUsage(usage, done.usage);
      rows.push(toRow(task, way, { ...done, definitions }));
    }
    const spent = costOf(usage, prices);
    log(`${suite.name}: ${rows.length} runs with ${size} tools${spent === undefined ? "" : `, $${spent.toFixed(2)}`}`);
  }
  return { rows, usage };
}

function toRow(
  { id, template }: Task,
  arm: Way,
  { verdict, turns, calls, usage, seconds, definitions }: RealPerformance & Pick<TaskRow, "definitions">,
): TaskRow {
  const { inputTokens, outputTokens, cacheReadTokens: cachedTokens } = usage;
  const price = { turns, inputTokens, outputTokens, cachedTokens };
  return { ...price, id, template, arm, passed: verdict === undefined, seconds, calls, definitions };
}
