import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { dirname } from "node:path";

/** One line of the report. Times in ms. */
export interface Measurement {
  readonly name: string;
  readonly median: number;
  readonly p95: number;
  readonly p99?: number;
  readonly least: number;
  readonly samples: number;
  /** What was promised, where something was; same unit as `median` unless `ratio`. */
  readonly promise?: number;
  /** Median divided by the median of what it is compared with, for promises that are ratios. */
  readonly ratio?: number;
  readonly unit?: string;
}

/** Where and when the figures were taken. */
export function describeMachine(): Readonly<Record<string, string | number>> {
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const [load = 0] = loadavg();
  return {
    date: new Date().toISOString(),
    node: process.version,
    commit,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    load: Number(load.toFixed(2)),
  };
}

/** Prints the measurements as an aligned table and says which promises hold. */
export function printTable(measurements: readonly Measurement[]): void {
  const rows = measurements.map((each) => [
    each.name,
    `${format(each.median)} ${each.unit ?? "ms"}`,
    format(each.p95),
    format(each.least),
    String(each.samples),
    promiseText(each),
  ]);
  const table = [["work", "median", "p95", "least", "n", "promise"], ...rows];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => (row[column] ?? "").length)));
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
}

/** Writes the measurements with the machine they were taken on, as JSON. */
export function writeReport(path: string, measurements: readonly Measurement[]): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ machine: describeMachine(), measurements }, null, 2)}\n`);
}

function promiseText({ promise, ratio, median }: Measurement): string {
  if (promise === undefined) return ratio === undefined ? "" : `${ratio.toFixed(2)} x`;
  const reached = ratio ?? median;
  const figures = ratio === undefined ? `<= ${promise}` : `${ratio.toFixed(2)} x, <= ${promise} x`;
  return `${figures}: ${reached <= promise ? "held" : "MISSED"}`;
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);
}
