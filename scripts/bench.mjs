// Bundles the benchmarks and runs them on the built package, so that what is measured is what is shipped.
import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "temp/micro");
buildSync({
  absWorkingDir: root,
  entryPoints: ["main", "concurrent-child", "parked-child"].map((name) => `bench/micro/${name}.ts`),
  outdir: folder,
  bundle: true,
  // The package itself is one of them.
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20",
});
cpSync(join(root, "bench/micro/bare-client.mjs"), join(folder, "bare-client.mjs"));
const main = join(folder, "main.js");
const { status } = spawnSync(process.execPath, [main, ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
process.exit(status ?? 1);
