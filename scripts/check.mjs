// The static gates; each prints its own findings and the first failure stops the run. The build comes first, because
// the benchmarks and the package gates read what it makes.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const gates = {
  build: "node scripts/build.mjs",
  types: "tsc --noEmit",
  lint: "oxlint --type-aware --deny-warnings",
  format: "oxfmt --check",
  unused: "knip",
  figures: "node scripts/figures.mjs --check",
  package: "publint --strict",
  "public API": "node scripts/public-api.mjs",
  reference: "node scripts/reference.mjs --check",
  "package types": "attw --pack . --profile esm-only",
};

for (const [title, line] of Object.entries(gates)) {
  const started = performance.now();
  const [command = "", ...args] = line.split(" ");
  const program = command === "node" ? process.execPath : join(root, "node_modules", ".bin", command);
  const { status } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) {
    console.error(`check failed at "${title}": ${line}`);
    process.exit(1);
  }
  console.error(`ok  ${title} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
