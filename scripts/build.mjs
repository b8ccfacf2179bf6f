// Compiles src to dist, copies the guest text that runs inside the sandboxes, and bundles the entries. Writes nothing that
// did not change.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { mergeChunks } from "./merge-chunks.mjs";

/** Packages that go into the bundles: a start reads them, and of most it needs a few of many files and little of the text. */
const BUNDLED = new Set([
  "@jridgewell/resolve-uri",
  "@jridgewell/sourcemap-codec",
  "@jridgewell/trace-mapping",
  "@modelcontextprotocol/client",
  "@modelcontextprotocol/core",
  "@modelcontextprotocol/server",
  "@sveltejs/acorn-typescript",
  "acorn",
  "eventsource",
  "eventsource-parser",
  "fastest-levenshtein",
  "jsonc-parser",
  "pkce-challenge",
  "stemmer",
  "zod",
]);
/** The validator that client and server bring along is a megabyte that nothing asks for: values are checked by our own. */
const SHIMS = `export { default as process } from "node:process";
export const CORS_IS_POSSIBLE = false;
export class DefaultJsonSchemaValidator {
  getValidator() {
    throw new Error("There is no validator.");
  }
}`;

/** What starts from one file, each time anew: threads and a process, and the sources of their programs. */
const STARTED = new Map([
  ["engines/quickjs/thread.js", "engines/quickjs/worker.ts"],
  ["languages/typescript/program/reader/process.js", "languages/typescript/program/reader/reader-process.ts"],
  ["runs/artifacts/thread.js", "runs/artifacts/reading-thread.ts"],
]);
/** Files that are made here and have no source of their name. */
const MADE = new Set(["engines/quickjs/boot-image.bin", ...STARTED.keys()]);

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const SETTINGS = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  legalComments: "none",
  logLevel: "warning",
  write: false,
};
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
  if (file.startsWith("chunks") || MADE.has(file)) continue;
  if (/\.(js|mjs|py|bin|d\.ts)$/.test(file) && (isStale || file.includes("__fixtures__"))) {
    rmSync(join(dist, file));
  }
}
keepPublicTypes();
await bundleEntries();
for (const [file, source] of STARTED) await bundleStarted(file, source);
await bootSandbox();
chmodSync(join(dist, "cli.js"), 0o755);

/** Declarations stay where an entry leads to them. */
function keepPublicTypes() {
  const kept = new Set();
  const keep = (file) => {
    if (kept.has(file) || !existsSync(file)) return;
    kept.add(file);
    for (const [, path] of readFileSync(file, "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)\.[jt]s"/g))
      keep(join(dirname(file), `${path}.d.ts`));
  };
  for (const name of readdirSync(dist)) if (name.endsWith(".d.ts")) keep(join(dist, name));
  for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" }))
    if (file.endsWith(".d.ts") && !kept.has(join(dist, file))) rmSync(join(dist, file));
}

/**
 * The command and the library start from a few files and not from hundreds, each of which Node would look up and read by
 * itself.
 */
async function bundleEntries() {
  const entries = sources.filter((name) => /^[\w-]+\.ts$/.test(name));
  const { outputFiles, metafile } = await build({
    ...SETTINGS,
    entryPoints: entries.map((name) => `src/${name}`),
    outdir: "dist",
    chunkNames: "chunks/[name]-[hash]",
    splitting: true,
    mainFields: ["module", "main"],
    metafile: true,
    plugins: [
      { name: "packages", setup: choosePackages },
      { name: "places", setup: keepPlaces },
    ],
  });
  mkdirSync(chunks, { recursive: true });
  const texts = new Map(outputFiles.map(({ path, text }) => [relative(root, path), text]));
  const files = await mergeChunks(texts, metafile.outputs, { settings: SETTINGS, entry: "dist/index.js" });
  for (const [path, text] of files) write(join(root, path), Buffer.from(text));
  write(join(dist, "LICENSES.txt"), Buffer.from(licenses(Object.keys(metafile.inputs))));
  const made = new Set([...files.keys()].map((path) => basename(path)));
  for (const file of readdirSync(chunks)) if (!made.has(file)) rmSync(join(chunks, file));
}

async function bundleStarted(file, source) {
  const { outputFiles } = await build({
    ...SETTINGS,
    entryPoints: [`src/${source}`],
    outfile: `dist/${file}`,
    plugins: [{ name: "packages", setup: choosePackages }],
  });
  for (const { path, contents } of outputFiles) write(path, contents);
}

/** The sandbox as it is after booting, so that no process has to boot it. */
async function bootSandbox() {
  const { makeBootImage } = await import(join(dist, "engines/quickjs/boot-image.js"));
  const { readGuestModules } = await import(join(dist, "engines/javascript/guest-modules.js"));
  const engine = readFileSync(
    join(root, "node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm"),
  );
  const image = await makeBootImage({ engine, guestModules: readGuestModules() });
  write(join(dist, "engines/quickjs/boot-image.bin"), image);
}

function write(path, contents) {
  if (!existsSync(path) || !readFileSync(path).equals(contents)) writeFileSync(path, contents);
}

/** The licences of the packages whose files are bundled. */
function licenses(files) {
  const packages = new Set(files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []));
  return [...packages]
    .toSorted((one, other) => one.localeCompare(other, "en"))
    .map((name) => {
      const folder = join(root, "node_modules", name);
      const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
      const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}

function choosePackages({ onLoad, onResolve, resolve }) {
  onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, importer, pluginData }) => {
    if (kind === "entry-point" || pluginData === choosePackages) return undefined;
    if (/^@modelcontextprotocol\/(?:client|server)\/_shims$/.test(path)) return { path, namespace: "shims" };
    const [name] = /^(?:@[^/]+\/)?[^/]+/.exec(path) ?? [];
    if (!BUNDLED.has(name)) return { path, external: true };
    const found = await resolve(path, { kind, resolveDir, importer, pluginData: choosePackages });
    return { ...found, sideEffects: false };
  });
  onLoad({ filter: /./, namespace: "shims" }, () => ({ contents: SHIMS }));
}

/** Modules that find files beside them go on to look where they would be unbundled. */
function keepPlaces({ onLoad }) {
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
