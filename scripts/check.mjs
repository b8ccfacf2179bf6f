// The static gates, cheapest first; each prints its own findings and the first failure stops the run.
import { spawnSync } from "node:child_process";
import { readFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const gates = [
  ["build", process.execPath, [join(root, "scripts", "build.mjs")]],
  ["types", "tsc", ["--noEmit"]],
  ["lint", "oxlint", ["--type-aware", "--deny-warnings"]],
  ["format", "oxfmt", ["--check"]],
  ["unused", "knip", []],
  ["package", "publint", ["--strict"]],
  ["public API", "api-extractor", ["run", "--local"]],
  ["package types", "attw", ["--pack", ".", "--profile", "esm-only"]],
];

mkdirSync(join(root, "temp"), { recursive: true });
for (const [title, command, args] of gates) {
  const started = performance.now();
  const program = command === process.execPath ? command : join(root, "node_modules", ".bin", command);
  const { status } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) {
    console.error(`check failed at "${title}": ${command} ${args.join(" ")}`);
    process.exit(1);
  }
  console.error(`ok  ${title} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
const undocumented = readFileSync(join(root, "temp", "codemode.api.md"), "utf8")
  .split("\n")
  .filter((line) => line.includes("(undocumented)"));
if (undocumented.length > 0) {
  console.error(`check failed: ${undocumented.length} public names without a docstring:\n${undocumented.join("\n")}`);
  process.exit(1);
}
console.error("ok  every public name is documented");
