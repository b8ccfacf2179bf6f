import { autoRows, type AutoRule, fitAutoRule } from "./auto-rule.ts";
import { catalogueOf, fullName, loadFillers } from "./catalogue.ts";
import { Stage, type TaskRecord, type Way, WAYS } from "./perform.ts";
import { PlainClient, type ToolListing } from "./plain-client.ts";
import { type Price, priceOf } from "./price.ts";
import type { Variant } from "./perturb.ts";
import type { RecordStore } from "./record-store.ts";
import { findLosses, sumArms, type ArmSum, type Loss, type TaskRow } from "./results.ts";
import { type Arm, ARMS, type Suite, type Task } from "./suite.ts";
import { Surroundings } from "./surroundings.ts";
import { type AutoJudgement, judgeAuto, judgeThresholds, type ThresholdReport } from "./thresholds.ts";

/** Result of a suite at one size, as it is written to a file. */
interface SuiteResult {
  readonly suite: string;
  /** Absent for a model that does not err. */
  readonly variant?: Variant;
  readonly size: number;
  readonly model: string;
  readonly lowerBound: boolean;
  readonly thresholds: ThresholdReport;
  readonly arms: Readonly<Partial<Record<Arm, ArmSum>>>;
  readonly tasks: readonly Pick<
    TaskRow,
    "id" | "template" | "arm" | "passed" | "turns" | "inputTokens" | "outputTokens"
  >[];
  readonly losses: readonly Loss[];
}

/** A result with what the report shows beside it. */
export interface SuiteReport {
  readonly result: SuiteResult;
  readonly rows: readonly TaskRow[];
  /** Absent where `auto` was not an arm. */
  readonly rule?: AutoRule;
  /** Absent where `auto` was not an arm. */
  readonly auto?: AutoJudgement;
  /** Dollars that it took, where that is known. */
  readonly cost?: number;
  readonly leftOut: Suite["leftOut"];
  /** Tasks whose program does not give the wanted end, in any arm. */
  readonly failed: Suite["leftOut"];
  /** No template was rejected, and no task of ours failed. */
  readonly isRight: boolean;
}

/** Settings of a run. */
export interface SuiteRun {
  readonly suite: Suite;
  readonly sizes: readonly number[];
  readonly arms: readonly Arm[];
  /** Maximum number of tasks. */
  readonly tasks: number;
  readonly store: RecordStore<TaskRecord>;
  /** How the model errs before it does the right thing. */
  readonly variant: Variant;
  /** Hears a line about the progress. */
  readonly log: (line: string) => void;
}

/** Goes through the tasks of a suite once, and prices them for each size of the catalogue. */
export async function runSuite(run: SuiteRun): Promise<readonly SuiteReport[]> {
  const tasks = spread(run.suite.tasks, run.tasks);
  const { records, tools } = await recordTasks(run, tasks);
  const rejected = tasks.flatMap(({ id, template }) => {
    const reason = records.get(id)?.rejected;
    return reason === undefined ? [] : [{ id, template, reason }];
  });
  const refused = new Set(rejected.map(({ template }) => template));
  const compared = tasks.filter(({ template }) => !refused.has(template));
  const failed = compared.flatMap(({ id }) => {
    const reason = records.get(id)?.ways.direct.verdict;
    return reason === undefined ? [] : [{ id, reason }];
  });
  const isRight = rejected.length === 0 && (run.suite.isForeign || failed.length === 0);
  const leftOut = [...run.suite.leftOut, ...rejected];
  const reports: SuiteReport[] = [];
  for (const size of run.sizes) {
    const rows = await priceTasks({ tasks: compared, records, tools, size, isCut: run.variant === "cut" });
    const rule = fitAutoRule(compared, rows);
    const all = [...rows, ...autoRows(rows, rule)];
    reports.push({ ...toResult(run, { size, tasks: compared, rows: all }), rule, leftOut, failed, isRight });
    run.log(`${run.suite.name}: priced ${compared.length} tasks with ${size} tools`);
  }
  return reports;
}

/** So many tasks, taken evenly from the whole list. */
export function spread(tasks: readonly Task[], most: number): readonly Task[] {
  if (tasks.length <= most) return tasks;
  return Array.from({ length: most }, (_, at) => tasks[Math.floor((at * tasks.length) / most)]).flatMap(
    (task) => task ?? [],
  );
}

async function recordTasks(
  { suite, store, variant, log }: SuiteRun,
  tasks: readonly Task[],
): Promise<{ records: ReadonlyMap<string, TaskRecord>; tools: readonly ToolListing[] }> {
  const records = new Map<string, TaskRecord>();
  // What a client cuts and defers changes how tools are found, not what is done with them.
  const performed = variant === "cut" ? "none" : variant;
  for (const task of tasks) {
    const record = store.get(task, performed);
    if (record !== undefined) records.set(task.id, record);
  }
  if (records.size === tasks.length) return { records, tools: await listTools(suite) };
  await using stage = await Stage.open(suite);
  for (const task of tasks.filter(({ id }) => !records.has(id))) {
    const record = await stage.record(task, performed);
    // What differs may come from a fault of the moment: the next run tries again.
    if (record.rejected === undefined) store.add(task, performed, record);
    records.set(task.id, record);
    if (records.size % 20 === 0) log(`${suite.name}: ${records.size} of ${tasks.length} tasks`);
  }
  return { records, tools: stage.plain.tools };
}

async function listTools(suite: Suite): Promise<readonly ToolListing[]> {
  await using world = await suite.open();
  await using plain = await PlainClient.open(world.servers);
  return plain.tools;
}

async function priceTasks({
  tasks,
  records,
  tools,
  size,
  isCut,
}: {
  readonly tasks: readonly Task[];
  readonly records: ReadonlyMap<string, TaskRecord>;
  readonly tools: readonly ToolListing[];
  readonly size: number;
  readonly isCut: boolean;
}): Promise<readonly TaskRow[]> {
  const all = [...tools, ...loadFillers()];
  const opened = new Map<string, Surroundings>();
  const rows: TaskRow[] = [];
  try {
    for (const task of tasks) {
      const record = records.get(task.id);
      if (record === undefined) continue;
      const needs = new Set(Object.values(record.ways).flatMap(({ exchanges }) => exchanges.flatMap((e) => e.needs)));
      const catalogue = catalogueOf(task, { needs, size, tools: all });
      const key = catalogue.map(fullName).join();
      const surroundings = opened.get(key) ?? (await Surroundings.open(catalogue, { isCut }));
      opened.set(key, surroundings);
      rows.push(...(await priceTask(task, record, surroundings)));
    }
  } finally {
    await Promise.all([...opened.values()].map((each) => each[Symbol.asyncDispose]()));
  }
  return rows;
}

async function priceTask(task: Task, record: TaskRecord, surroundings: Surroundings): Promise<readonly TaskRow[]> {
  const { id, template } = task;
  const calls = record.calls.typescript.reduce((sum, each) => sum + each.length, 0);
  const definitions = surroundings.definitionTokens();
  const toRow = (arm: TaskRow["arm"], way: Way, price: Price): TaskRow => {
    const { verdict, seconds } = record.ways[way];
    return { ...price, id, template, arm, passed: verdict === undefined, seconds, calls, definitions };
  };
  const { surface, exchanges } = await surroundings.fitted(record.ways["code-typescript"].exchanges);
  const rows = WAYS.map(async (way) => {
    const found = await surroundings.withDiscovery(way, record.ways[way].exchanges);
    return toRow(way, way, priceOf(surroundings.surface(way), found));
  });
  return [...(await Promise.all(rows)), toRow("code-by-request", "code-typescript", priceOf(surface, exchanges))];
}

function pick({ id, template, arm, passed, turns, inputTokens, outputTokens }: TaskRow): SuiteResult["tasks"][number] {
  return { id, template, arm, passed, turns, inputTokens, outputTokens };
}

/** The rows of the arms that were asked for, and what they amount to. */
export function toResult(
  { suite, arms, variant = "none" }: Pick<SuiteRun, "suite" | "arms"> & Partial<Pick<SuiteRun, "variant">>,
  {
    size,
    tasks,
    rows,
    model = "scripted",
  }: {
    readonly size: number;
    readonly tasks: readonly Task[];
    readonly rows: readonly TaskRow[];
    readonly model?: string;
  },
): Pick<SuiteReport, "result" | "rows" | "auto"> {
  const ordered = ARMS.filter((arm) => arms.includes(arm)).flatMap((arm) => rows.filter((row) => row.arm === arm));
  const result: SuiteResult = {
    suite: suite.name,
    ...(variant === "none" ? {} : { variant }),
    size,
    model,
    lowerBound: model === "scripted",
    thresholds: judgeThresholds(tasks, ordered),
    arms: sumArms(ordered),
    tasks: ordered.map((row) => pick(row)),
    losses: findLosses(ordered),
  };
  const auto = judgeAuto(tasks, ordered);
  return { result, rows: ordered, ...(auto === undefined ? {} : { auto }) };
}
