import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SuiteReport } from "./run-suite.ts";

const MEGABYTES = 2 ** 20;

/** A page with the plots of the reports; installs what draws them when it is not there. Throws when it cannot be drawn. */
export function drawPage(reports: readonly SuiteReport[]): string {
  const folder = fileURLToPath(new URL("../plots", import.meta.url));
  if (!existsSync(join(folder, "node_modules", "@observablehq"))) {
    execFileSync("npm", ["ci", "--ignore-scripts", "--loglevel=error"], { cwd: folder, stdio: ["ignore", 2, 2] });
  }
  const input = JSON.stringify(reports.map(({ result, rows }) => ({ ...result, rows })));
  const options = { cwd: folder, input, encoding: "utf8" as const, maxBuffer: 256 * MEGABYTES };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "draw-plots.mjs")], options);
  if (status !== 0) throw new Error(`The plots cannot be drawn: ${stderr}`);
  return stdout;
}
