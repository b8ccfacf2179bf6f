import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ERROR_CODES } from "../src/errors/error-codes.ts";
import { createCodemode } from "../src/execution/create-codemode.ts";
import { parseConfiguration } from "../src/execution/configuration/parse-configuration.ts";
import { defaultLimits } from "../src/sandbox/limits.ts";
import { defineTool } from "../src/sources/functions/define-tool.ts";
import { codemodeTools } from "../src/tools/codemode-tools.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "temp", "docs");
const run = promisify(execFile);
const pages = [
  ...readdirSync(root).filter((file) => file.endsWith(".md")),
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file)),
];

function read(page: string): string {
  return readFileSync(join(root, page), "utf8");
}

/** Blocks of a page by the words after its fence. */
function blocks(page: string, words: string): string[] {
  return [...read(page).matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)]
    .filter((match) => match[1] === words)
    .map((match) => match[2] ?? "");
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

test("every example for a library in docs passes the type check of a strict project", async () => {
  const examples = pages.filter((page) => page.startsWith("docs/")).flatMap((page) => blocks(page, "ts"));
  for (const [index, text] of examples.entries()) writeFileSync(join(folder, `example-${index}.ts`), text);
  const compilerOptions = { noEmit: true, types: ["node"], target: "es2023", lib: ["es2023", "esnext.disposable"] };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { ...compilerOptions, module: "nodenext", strict: true, skipLibCheck: true },
      include: ["*.ts"],
    }),
  );
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = await run(process.execPath, [compiler, "-p", folder]).catch((error: { stdout: string }) => error);
  expect(examples.length).toBeGreaterThan(1);
  expect(stdout).toBe("");
}, 60_000);

test("the example with functions of one's own runs", async () => {
  const example = blocks("docs/sources.md", "ts").find((text) => text.includes("defineTool")) ?? "";
  writeFileSync(join(folder, "own.ts"), example);
  const { stdout } = await run(process.execPath, ["--import", "tsx", "own.ts"], { cwd: folder });
  expect(stdout).toBe("300\n");
});

test("the example that reads a stream prints what the page says", async () => {
  const [example = ""] = blocks("docs/events.md", "ts");
  const [printed = ""] = blocks("docs/events.md", "text");
  writeFileSync(join(folder, "stream.ts"), example);
  const { stdout } = await run(process.execPath, ["--import", "tsx", "stream.ts"], { cwd: folder });
  expect(stdout).toBe(printed);
});

test("the guest program runs in the sandbox, type check included", async () => {
  const listing = defineTool({
    name: "list_directory",
    description: "Lists a folder.",
    inputSchema: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
    execute: () => "[FILE] a.txt\n[DIR] b\n[FILE] c.txt",
  });
  await using codemode = createCodemode({ tools: { filesystem: [listing] } });
  const [program = ""] = blocks("docs/programs-typescript.md", "ts guest");
  expect(await codemode.executor.execute(program)).toMatchObject({ value: 2, error: null });
}, 60_000);

test("every configuration in docs is one that is accepted", () => {
  const examples = pages
    .filter((page) => page.startsWith("docs/"))
    .flatMap((page) => blocks(page, "json").map((text) => ({ page, text })));
  expect(examples.length).toBeGreaterThan(0);
  for (const { text } of examples) expect(() => parseConfiguration(JSON.parse(text))).not.toThrow();
});

test("every limit and every error code is described", () => {
  const [configuration, programs] = [read("docs/configuration.md"), read("docs/programs-typescript.md")];
  expect(Object.keys(defaultLimits("typescript")).filter((name) => !configuration.includes(`| \`${name}\``))).toEqual(
    [],
  );
  expect(ERROR_CODES.filter((code) => !programs.includes(`\`${code}\``))).toEqual([]);
});

test("every tool and every parameter is described, and no other", async () => {
  await using codemode = createCodemode({});
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
