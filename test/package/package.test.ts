import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** A project beside nothing of ours: only the packed files, and the packages that package.json promises. */
const project = mkdtempSync(join(tmpdir(), "codemode-package-"));
const installed = join(project, "node_modules", "codemode");
let files: readonly string[] = [];

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

interface LockedPackage {
  readonly dev?: boolean;
}

/** Entries whose types are those of packages that a project installs beside ours. */
const OF_PEERS: ReadonlySet<string> = new Set([
  "./ai",
  "./mastra",
  "./testing",
  "./openai-agents",
  "./langchain",
  "./tanstack",
]);

const manifest: Manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Packages that a production install would bring, by path below the root; nested ones come along with their parents. */
function productionPackages(): string[] {
  const { packages }: { readonly packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
    readFileSync(join(root, "package-lock.json"), "utf8"),
  );
  return Object.entries(packages)
    .filter(([path, { dev }]) => dev !== true && /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path))
    .map(([path]) => path)
    .filter((path) => existsSync(join(root, path)));
}

beforeAll(async () => {
  const packed = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", project], { cwd: root });
  const [{ filename }]: [{ readonly filename: string }] = JSON.parse(packed.stdout);
  mkdirSync(installed, { recursive: true });
  await run("tar", ["-xzf", join(project, filename), "-C", installed, "--strip-components=1"]);
  for (const path of productionPackages()) {
    mkdirSync(join(project, path, ".."), { recursive: true });
    symlinkSync(join(root, path), join(project, path));
  }
  files = readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1));
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(project, "codemode.json"), "{}");
}, 120_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

test("the package holds every file that its exports and its command name", () => {
  const targets = Object.values(manifest.exports).flatMap((target) =>
    typeof target === "string" ? [target] : [target.types, target.default],
  );
  const named = [...targets, ...Object.values(manifest.bin)].map((path) => path.replace(/^\.\//, ""));
  expect(named.filter((path) => !files.includes(path))).toEqual([]);
});

test("the package holds everything that runs inside the sandboxes", () => {
  const guests = readdirSync(join(root, "src", "guest"), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(js|mjs|py)$/.test(file) && !file.includes("__fixtures__"))
    .map((file) => `dist/guest/${file}`);
  expect(guests.length).toBeGreaterThan(20);
  expect(guests.filter((file) => !files.includes(file))).toEqual([]);
});

test("the package holds no tests, no fixtures, no sources and nothing else", () => {
  const documents = /^(package\.json|README\.md|LICENSE|NOTICE\.md|CHANGELOG\.md|THREAT_MODEL\.md)$/;
  const built = /^dist\/.*(\.js|\.d\.ts|\.mjs|\.py|\/word-vectors\.bin|\/boot-image\.bin|LICENSES\.txt)$/;
  expect(files.filter((file) => file.endsWith(".bin")).toSorted()).toEqual([
    "dist/catalog/search/meaning/word-vectors.bin",
    "dist/engines/quickjs/boot-image.bin",
  ]);
  expect(files.filter((file) => !documents.test(file) && !built.test(file))).toEqual([]);
  expect(files.filter((file) => /\.test\.|__fixtures__|test-kit|corpora/.test(file))).toEqual([]);
});

test("no file but the entries and what they read is packed, and all that it needs of others is promised", async () => {
  // The loop of `codemode agent` is asked for by name, with the command that installs it.
  const promised = ["ai-six", ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })];
  const scripts = files.filter((file) => /^dist\/(?!guest\/).*\.js$/.test(file));
  const { metafile } = await build({
    absWorkingDir: installed,
    entryPoints: scripts,
    outdir: "nowhere",
    write: false,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    metafile: true,
  });
  const needed = Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
    imports.flatMap(({ path, kind, external }) =>
      external === true && kind === "import-statement" && !path.startsWith("node:") ? [`${file}: ${path}`] : [],
    ),
  );
  expect(needed.length).toBeGreaterThan(10);
  expect(needed.filter((each) => !promised.some((name) => `${each}/`.includes(`: ${name}/`)))).toEqual([]);
  const beside = scripts.filter((file) => file.includes("/", "dist/".length) && !file.startsWith("dist/chunks/"));
  expect(beside.toSorted()).toEqual([
    "dist/engines/quickjs/thread.js",
    "dist/languages/typescript/program/reader/process.js",
    "dist/runs/artifacts/thread.js",
  ]);
});

test("the package takes at most 90 MB with all that it brings along", () => {
  const folders = [installed, ...productionPackages().map((path) => join(root, path))];
  const sizes = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => statSync(join(folder, file)).size),
  );
  expect(sizes.length).toBeGreaterThan(1_000);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(90_000_000);
});

test("the types of every entry hold for a project that checks the libraries it uses", async () => {
  const entries = Object.entries(manifest.exports).flatMap(([path, target]) =>
    typeof target === "string" || OF_PEERS.has(path) ? [] : [`codemode${path.slice(1)}`],
  );
  expect(entries.length).toBeGreaterThan(8);
  const lines = entries.map((entry, index) => `export * as e${index} from ${JSON.stringify(entry)};`);
  const use = `import { createMcpServer } from "codemode/server";
import { createCodemode } from "codemode";
const codemode = createCodemode({});
export const server: { connect(transport: never): Promise<void>; close(): Promise<void> } = createMcpServer(codemode);
`;
  writeFileSync(join(project, "types.ts"), `${lines.join("\n")}\n${use}`);
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2023", "--types", "node"];
  const roots = ["--typeRoots", join(root, "node_modules/@types")];
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const compile = run(process.execPath, [compiler, ...options, ...roots, "types.ts"], { cwd: project });
  expect(
    await compile.then(
      () => "",
      ({ stdout }: { readonly stdout: string }) => stdout,
    ),
  ).toBe("");
});

test("a program of one's own runs with the packed files alone", async () => {
  const program = `
import { createCodemode, defineTool } from "codemode";
import { createToolCatalog } from "codemode/catalog";
import { emitTree } from "codemode/bindings";
import { createQuickJsEngine } from "codemode/sandbox";
import { serveHttp } from "codemode/server";

const price = defineTool({
  name: "price", description: "A price.", inputSchema: { type: "object", properties: { article: { type: "string" } } },
  execute: ({ article }) => String(article).length * 100,
});
const codemode = createCodemode({ tools: { shop: [price] } });
const { value, error } = await codemode.executor.execute('await shop.price({ article: "tea" })');
console.log(JSON.stringify([value, error, typeof createToolCatalog, typeof emitTree, typeof createQuickJsEngine, typeof serveHttp]));
await codemode.close();
`;
  writeFileSync(join(project, "program.js"), program);
  const { stdout } = await run(process.execPath, ["program.js"], { cwd: project });
  expect(JSON.parse(stdout)).toEqual([300, null, "function", "function", "function", "function"]);
});

test("programs and artifacts that are read beside the host are read with the packed files alone", async () => {
  const program = `
import { createCodemode } from "codemode";

const codemode = createCodemode({});
const long = Array.from({ length: 10_000 }, (_, i) => "x += " + i + ";").join("\\n");
const rows = "Array.from({ length: 20_000 }, (_, id) => ({ id }))";
const programs = [
  "let x = 0;\\n" + long + "\\nx",
  "const { id } = await artifacts.save(" + rows + "); await artifacts.read(id, { path: '$[19999].id' })",
];
for (const each of programs) console.log(JSON.stringify((await codemode.executor.execute(each)).value));
await codemode.close();
`;
  writeFileSync(join(project, "beside.js"), program);
  const { stdout } = await run(process.execPath, ["beside.js"], { cwd: project });
  expect(stdout).toBe("49995000\n19999\n");
}, 60_000);

test.each([
  ["typescript", "[1, 2, 3].reduce((a, b) => a + b)"],
  ["python", "sum([1, 2, 3])"],
])(
  "the installed command runs a program in %s",
  async (language, code) => {
    const args = [join(installed, "dist/cli.js"), "exec", "--language", language, "--json", "-e", code];
    const { stdout } = await run(process.execPath, args, { cwd: project });
    expect(JSON.parse(stdout)).toMatchObject({ status: "completed", value: 6, error: null });
  },
  60_000,
);

test("the installed command answers an MCP client", async () => {
  const client = new Client({ name: "package-test", version: "1" });
  const args = [join(installed, "dist/cli.js"), "serve"];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, cwd: project }));
  try {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain("execute_code");
    const result = await client.callTool({ name: "execute_code", arguments: { code: "6 * 7" } });
    expect(result.structuredContent).toMatchObject({ status: "completed", value: 42 });
  } finally {
    await client.close();
  }
});
