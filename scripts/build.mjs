// Compiles src to dist, copies the guest text that runs inside the sandboxes, and bundles the entries. Writes nothing that
// did not change.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");
const chunks = join(dist, "chunks");
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
  if (file.startsWith("chunks")) continue;
  if (/\.(js|mjs|py|bin|d\.ts)$/.test(file) && (isStale || file.includes("__fixtures__"))) {
    rmSync(join(dist, file));
  }
}
await bundleEntries();
chmodSync(join(dist, "cli.js"), 0o755);

/**
 * The command and the library start from a few files and not from hundreds, each of which Node would look up and read by
 * itself. Packages stay packages but for zod, which is a hundred files of which few are needed.
 */
async function bundleEntries() {
  const entries = sources.filter((name) => /^[\w-]+\.ts$/.test(name));
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: entries.map((name) => `src/${name}`),
    outdir: "dist",
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    legalComments: "inline",
    logLevel: "warning",
    write: false,
    plugins: [{ name: "places", setup: keepPlaces }],
  });
  mkdirSync(chunks, { recursive: true });
  for (const { path, contents } of outputFiles) {
    if (!existsSync(path) || !readFileSync(path).equals(contents)) writeFileSync(path, contents);
  }
  const made = new Set(outputFiles.map(({ path }) => basename(path)));
  for (const file of readdirSync(chunks)) if (!made.has(file)) rmSync(join(chunks, file));
}

/** Modules that find files beside them go on to look where they would be unbundled. */
function keepPlaces({ onLoad, onResolve }) {
  const zod = join(root, "node_modules/zod");
  onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
    if (kind === "entry-point") return undefined;
    return path === "zod" ? { path: join(zod, "index.js"), sideEffects: false } : { path, external: true };
  });
  onLoad({ filter: /node_modules\/zod\/index\.js$/ }, ({ path }) => {
    const license = readFileSync(join(zod, "LICENSE"), "utf8");
    return { contents: `/*! zod\n${license}*/\n${readFileSync(path, "utf8")}` };
  });
  onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
    const text = readFileSync(path, "utf8");
    if (!text.includes("import.meta.url")) return undefined;
    const own = relative(join(root, "src"), path).replaceAll("\\", "/").replace(/\.ts$/, ".js");
    // What one entry alone needs stands in the entry itself, the rest in chunks.
    const place =
      `new URL((/\\/chunks\\/[^/]*$/.test(import.meta.url) ? "../" : "./") + ` +
      `${JSON.stringify(own)}, import.meta.url).href`;
    return { contents: text.replaceAll("import.meta.url", place), loader: "ts" };
  });
}
