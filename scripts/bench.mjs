// Compiles the benchmarks and runs them on the built package, so that what is measured is what is shipped.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tsc = join(root, "node_modules/typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "-p", "tsconfig.bench.json"], { cwd: root, stdio: "inherit" });
cpSync(join(root, "bench/micro/bare-client.mjs"), join(root, "temp/micro/bare-client.mjs"));
const main = join(root, "temp/micro/main.js");
const { status } = spawnSync(process.execPath, [main, ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
process.exit(status ?? 1);
