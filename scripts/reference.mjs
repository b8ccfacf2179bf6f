// Writes docs/reference: one page for each entry point of the package, made of the types and docstrings of the build.
// `--check` writes nothing, takes the models scripts/public-api.mjs has left behind, and fails when a page would change.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { emitReferencePage } from "./reference-page.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "docs", "reference");
const check = process.argv.includes("--check");

// What the second one finds missing stops the check, not this.
if (!check && run("build.mjs") !== 0) process.exit(1);
if (!check) run("public-api.mjs");

const pages = referencePages();
const present = existsSync(folder) ? readdirSync(folder) : [];
const stale = [...pages.keys()].filter((file) => read(join(folder, file)) !== pages.get(file));
const left = present.filter((file) => !pages.has(file));

if (check && stale.length + left.length > 0) {
  console.error(`docs/reference is not up to date: ${[...stale, ...left].join(", ")}`);
  console.error("Run node scripts/reference.mjs and commit what it writes.");
  process.exit(1);
}
if (!check) {
  mkdirSync(folder, { recursive: true });
  for (const file of stale) writeFileSync(join(folder, file), pages.get(file));
  for (const file of left) rmSync(join(folder, file));
}
console.error(`${pages.size} pages of reference, ${check ? "up to date" : `${stale.length} written`}.`);

function referencePages() {
  const { name, exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const written = new Map();
  /** Where each name is described: the first entry that exports it. */
  const places = new Map();
  for (const [path, { types }] of Object.entries(exports)) {
    if (types === undefined) continue;
    const entry = basename(types, ".d.ts");
    const model = JSON.parse(readFileSync(join(root, "temp", "api", `${entry}.api.json`), "utf8"));
    const title = path === "." ? name : `${name}/${path.slice(2)}`;
    const file = `${title.replaceAll("/", "-")}.md`;
    const declarations = readFileSync(join(root, types), "utf8");
    written.set(
      file,
      emitReferencePage({ title, file, declarations, places, package: name }, model.members[0].members),
    );
  }
  return written;
}

function run(script) {
  return spawnSync(process.execPath, [join(root, "scripts", script)], { stdio: "inherit" }).status;
}

function read(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
