import type { Price } from "./price.ts";
import { type Arm, ARMS, type PricedArm } from "./suite.ts";

/** A task in one arm. */
export interface TaskRow extends Price {
  readonly id: string;
  readonly template: string;
  readonly arm: PricedArm;
  readonly passed: boolean;
  readonly seconds: number;
  /** Calls of tools that the task takes; the same in every arm. */
  readonly calls: number;
  /** Tokens of the definitions of the whole catalogue. */
  readonly definitions: number;
}

/** Sums of an arm. */
export interface ArmSum {
  readonly tasks: number;
  readonly passed: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly turns: number;
  readonly seconds: number;
}

/** A task in which an arm costs more than one without programs. */
export interface Loss {
  readonly id: string;
  readonly arm: PricedArm;
  readonly against: PricedArm;
  /** Tokens more, input and output. */
  readonly by: number;
}

/** Input and output together. */
export function tokensOf({ inputTokens, outputTokens }: Price): number {
  return inputTokens + outputTokens;
}

/** Sums of every arm. */
export function sumArms(rows: readonly TaskRow[]): Readonly<Partial<Record<Arm, ArmSum>>> {
  const sums = ARMS.map((arm) => [arm, rows.filter((row) => row.arm === arm)] as const)
    .filter(([, own]) => own.length > 0)
    .map(([arm, own]) => [arm, sumRows(own)]);
  return Object.fromEntries(sums) as Partial<Record<Arm, ArmSum>>;
}

/** Sums of rows. */
export function sumRows(rows: readonly TaskRow[]): ArmSum {
  const total = (field: "inputTokens" | "outputTokens" | "cachedTokens" | "turns" | "seconds"): number =>
    rows.reduce((sum, row) => sum + row[field], 0);
  return {
    tasks: rows.length,
    passed: rows.filter(({ passed }) => passed).length,
    inputTokens: total("inputTokens"),
    outputTokens: total("outputTokens"),
    cachedTokens: total("cachedTokens"),
    turns: total("turns"),
    seconds: Math.round(total("seconds") * 1_000) / 1_000,
  };
}

/** Arms that must not cost more than the simpler ones. */
const JUDGED: ReadonlySet<PricedArm> = new Set(["code-typescript", "code-python", "auto"]);
/** What they are measured against. */
const SIMPLE: ReadonlySet<PricedArm> = new Set(["direct", "direct-parallel", "search"]);

/** Every task in which an arm costs more than the cheapest of the simpler ones, the largest loss first. */
export function findLosses(rows: readonly TaskRow[]): readonly Loss[] {
  return [...rowsByTask(rows).values()]
    .flatMap((own) => {
      const best = cheapest(own.filter(({ arm }) => SIMPLE.has(arm)));
      if (best === undefined) return [];
      return own
        .filter((row) => JUDGED.has(row.arm) && tokensOf(row) > tokensOf(best))
        .map(({ id, arm, ...price }) => ({ id, arm, against: best.arm, by: tokensOf(price) - tokensOf(best) }));
    })
    .toSorted((a, b) => b.by - a.by || a.id.localeCompare(b.id) || a.arm.localeCompare(b.arm));
}

/** Rows of each task, by its id. */
export function rowsByTask(rows: readonly TaskRow[]): ReadonlyMap<string, readonly TaskRow[]> {
  const groups = new Map<string, TaskRow[]>();
  for (const row of rows) groups.set(row.id, [...(groups.get(row.id) ?? []), row]);
  return groups;
}

/** The row that costs the fewest tokens. */
export function cheapest(rows: readonly TaskRow[]): TaskRow | undefined {
  return rows.toSorted((a, b) => tokensOf(a) - tokensOf(b))[0];
}
