import assert from "node:assert/strict";
import { Bench } from "tinybench";
import type { Measurement } from "./report.ts";

/** A piece of work and the answer it must give; the answer is checked before anything is timed. */
export interface Workload {
  readonly name: string;
  readonly run: () => Promise<unknown>;
  readonly answer: unknown;
  readonly rounds: number;
  readonly promise?: number;
}

/** Checks and times workloads, one after the other in every round, so that they share what the machine does meanwhile. */
export async function measureTogether(workloads: readonly Workload[]): Promise<Measurement[]> {
  for (const { name, run, answer } of workloads) assert.deepEqual(await run(), answer, `wrong answer: ${name}`);
  const times = workloads.map((): number[] => []);
  const rounds = Math.max(...workloads.map((workload) => workload.rounds));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, workload] of workloads.entries()) {
      const started = performance.now();
      await workload.run();
      times[index]?.push(performance.now() - started);
    }
  }
  return workloads.map((workload, index) => summarize(workload, times[index] ?? []));
}

/** Checks and times one workload with tinybench: warm-up first, then at least `rounds` samples. */
export async function measureAlone(workload: Workload): Promise<Measurement> {
  const { name, run, answer, rounds } = workload;
  assert.deepEqual(await run(), answer, `wrong answer: ${name}`);
  const bench = new Bench({
    iterations: rounds,
    time: 0,
    warmupIterations: Math.ceil(rounds / 5),
    warmupTime: 0,
    retainSamples: true,
  });
  bench.add(name, async () => {
    await run();
  });
  await bench.run();
  const result = bench.tasks[0]?.result;
  if (result === undefined || result.state !== "completed")
    throw new Error(`${name} did not run: ${JSON.stringify(result)}`);
  return summarize(workload, [...(result.latency.samples ?? [])]);
}

/** Times that were taken already, as a measurement. */
export function measureTimes(name: string, times: readonly number[], promise?: number): Measurement {
  return summarize({ name, ...(promise === undefined ? {} : { promise }) }, times);
}

/** Median of `measured` over the median of `baseline`, as a promise about a ratio. */
export function compare(measured: Measurement, baseline: Measurement, promise: number): Measurement {
  return { ...measured, ratio: measured.median / baseline.median, promise };
}

function summarize({ name, promise }: Pick<Workload, "name" | "promise">, samples: readonly number[]): Measurement {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return {
    name,
    median: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    least: at(0),
    samples: sorted.length,
    ...(promise === undefined ? {} : { promise }),
  };
}
