import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createProgram } from "../src/cli/create-program.ts";
import { processTerminal } from "../src/cli/terminal.ts";
import { CodemodeError } from "../src/base/codemode-error.ts";
import { ERROR_CODES } from "../src/base/error-codes.ts";
import { createCodemode } from "../src/host/create-codemode.ts";
import { parseConfiguration } from "../src/host/configuration/parse-configuration.ts";
import { parseServerConfig } from "../src/sources/mcp/server-config.ts";
import { defaultLimits } from "../src/engines/limits.ts";
import { codemodeTools } from "../src/tools/codemode-tools.ts";
import { blocksOf, docPages, readPage as read, root } from "./docs-pages.ts";

const folder = join(root, "temp", "docs");
const run = promisify(execFile);
const pages = [
  ...readdirSync(root).filter((file) => file.endsWith(".md")),
  ...["docs", "examples"].flatMap((path) =>
    readdirSync(join(root, path), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".md"))
      .map((file) => join(path, file)),
  ),
];

/** Blocks of a page by the words after its fence, the name of a file aside. */
function blocks(page: string, words: string): string[] {
  return blocksOf(page)
    .filter((block) => block.words.filter((word) => word !== block.file).join(" ") === words)
    .map(({ text }) => text);
}

function anchors(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? "")
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

beforeAll(() => mkdirSync(folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("every relative link leads to a page and a heading that exist", () => {
  const links = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map((match) => ({ page, link: match[1] ?? "" })),
  );
  const broken = links.filter(({ page, link }) => {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : join(dirname(page), path);
    return !existsSync(join(root, target)) || (anchor !== undefined && !anchors(target).includes(anchor));
  });
  expect(links.length).toBeGreaterThan(10);
  expect(broken).toEqual([]);
});

/** What a reader of the examples has written or generated. */
const OTHERS = `declare module "my-engine";
declare module "*/generated/servers/filesystem.ts" {
  export function read_text_file(args: { path: string }): Promise<string>;
}
declare module "*/generated/skills/index.ts" {
  export function runSkill(name: string, args: object): Promise<unknown>;
}
declare module "*/generated/skills/count_lines.ts" {
  export function count_lines(paths: string[]): Promise<number>;
}`;

test("every example for a library in docs passes the type check of a strict project", async () => {
  const examples = pages.filter((page) => page.startsWith("docs/")).flatMap((page) => blocks(page, "ts"));
  for (const [index, text] of examples.entries()) writeFileSync(join(folder, `example-${index}.ts`), text);
  writeFileSync(join(folder, "others.d.ts"), OTHERS);
  const compilerOptions = {
    noEmit: true,
    allowImportingTsExtensions: true,
    types: ["node"],
    target: "es2023",
    lib: ["es2023", "esnext.disposable"],
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { ...compilerOptions, module: "nodenext", strict: true, skipLibCheck: true },
      include: ["*.ts"],
    }),
  );
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = await run(process.execPath, [compiler, "-p", folder]).catch((error: { stdout: string }) => error);
  expect(examples.length).toBeGreaterThan(10);
  expect(stdout).toBe("");
}, 60_000);

const printing = docPages().flatMap((page) =>
  blocksOf(page).filter(
    ({ words, file, output }) => words.join() === "ts" && file === undefined && output !== undefined,
  ),
);

test.each(printing)(
  "the program at $place prints what the page says",
  async ({ text, output }) => {
    const cwd = mkdtempSync(join(folder, "program-"));
    writeFileSync(join(cwd, "todo.txt"), "buy tea\ncall the bank\n");
    writeFileSync(join(cwd, "program.ts"), text);
    const { stdout } = await run(process.execPath, ["--import", "tsx", "program.ts"], { cwd });
    expect(stdout).toBe(output);
  },
  60_000,
);

test("every configuration in docs is one that is accepted", () => {
  const examples = pages
    .filter((page) => page.startsWith("docs/"))
    .flatMap((page) => blocks(page, "json").map((text) => ({ page, text })));
  expect(examples.length).toBeGreaterThan(0);
  for (const { text } of examples) expect(() => parseConfiguration(JSON.parse(text))).not.toThrow();
});

test.each([
  ["the file", () => parseConfiguration({ zzz: 1 })],
  ["a server", () => parseServerConfig("a", { comand: "x" })],
  ["server", () => parseConfiguration({ server: { zzz: 1 } })],
  ["skills", () => parseConfiguration({ skills: { zzz: 1 } })],
  ["policy", () => parseConfiguration({ policy: { zzz: 1 } })],
])("every setting of %s is described", (_, parse) => {
  const known = /Known (?:here|settings): (.*)\.$/.exec(hintOf(parse))?.[1] ?? "";
  const page = read("docs/configuration.md");
  expect(known).not.toBe("");
  expect(known.split(", ").filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

function hintOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (CodemodeError.is(error)) return error.details.hint ?? "";
  }
  return "";
}

test("every limit and every error code is described", () => {
  const [configuration, programs] = [read("docs/configuration.md"), read("docs/programs-typescript.md")];
  expect(Object.keys(defaultLimits("typescript")).filter((name) => !configuration.includes(`| \`${name}\``))).toEqual(
    [],
  );
  expect(ERROR_CODES.filter((code) => !programs.includes(`\`${code}\``))).toEqual([]);
});

test("every tool and every parameter is described, and no other", async () => {
  await using codemode = createCodemode({ skills: { directories: [join(folder, "skills")] } });
  const tools = codemodeTools(codemode.executor, { set: "full", allowCallTool: true, allowAddServer: true });
  const described = read("docs/tools.md").split(/^## /m).slice(1);
  const inDocs = described.map((section) => ({
    name: section.split("\n", 1)[0],
    parameters: [...section.matchAll(/^\| `(\w+)`/gm)].map((match) => match[1] ?? "").toSorted(),
  }));
  const inCode = tools.map(({ name, inputSchema }) => ({
    name,
    parameters: Object.keys(inputSchema["properties"] ?? {}).toSorted(),
  }));
  const byName = (list: readonly { readonly name: string | undefined; readonly parameters: unknown }[]): object =>
    Object.fromEntries(list.map(({ name, parameters }) => [name, parameters]));
  expect(byName(inDocs)).toEqual(byName(inCode));
});

test("every command and every option is described", () => {
  const program = createProgram(
    {
      terminal: processTerminal(),
      input: { isTerminal: false, text: async () => "" },
      directory: root,
      signal: AbortSignal.abort(),
      wordsPassedOn: 0,
      finish: () => {},
      runLine: async () => 0,
    },
    () => {},
  );
  const commands = program.commands.flatMap((command) => [command, ...command.commands]);
  const options = commands.flatMap((command) => command.options.map(({ long }) => long ?? ""));
  const described = docPages().map(read).join("\n");
  const table = read("docs/command-line.md");
  const names = program.commands.map((command) => command.name());
  expect(names.filter((name) => !table.includes(`| \`${name}`))).toEqual([]);
  expect(options.filter((name) => !described.includes(name))).toEqual([]);
});

test("the index names every page, those of the reference included", () => {
  const index = read("docs/README.md");
  const reference = readdirSync(join(root, "docs/reference")).map((file) => `reference/${file}`);
  const written = docPages().map((page) => page.replace("docs/", ""));
  expect([...written, ...reference].filter((page) => page !== "README.md" && !index.includes(`](${page})`))).toEqual(
    [],
  );
});
