// Compiles src to dist and copies the guest text that runs inside the sandboxes. Writes nothing that did not change.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");
const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter(
  (name) => !name.includes("__fixtures__"),
);

execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
for (const file of sources.filter((name) => /\.(js|mjs|py|bin)$/.test(name))) {
  cpSync(join(root, "src", file), join(dist, file), { preserveTimestamps: true });
}
for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
  const origin = join(root, "src", file.replace(/\.d\.ts$/, ".ts"));
  const isStale = !existsSync(origin) && !existsSync(origin.replace(/\.js$/, ".ts"));
  if (/\.(js|mjs|py|bin|d\.ts)$/.test(file) && (isStale || file.includes("__fixtures__"))) {
    rmSync(join(dist, file));
  }
}
if (existsSync(join(dist, "cli.js"))) chmodSync(join(dist, "cli.js"), 0o755);
