import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../host/create-codemode.ts";
import { defineTool } from "../sources/functions/define-tool.ts";
import { codemodeTools } from "./codemode-tools.ts";
import { codemodePrompt, type CodemodePromptOptions } from "./codemode-prompt.ts";
import { executeCodeDescription } from "./runs/execute-code-description.ts";
import { showTools } from "./tool-list.ts";

const LANGUAGES = ["typescript", "python"] as const;

let folder: string;
let codemode: Codemode;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codemode-prompt-"));
  for (const [name, text] of Object.entries({ "a.txt": "one", "b.txt": "two", "c.md": "one, two" }))
    await writeFile(join(folder, name), text);
  // Listed like the others, and refused when it is read.
  await symlink("/etc/passwd", join(folder, "outside.txt"));
  await mkdir(join(folder, "skills"));
  await writeFile(
    join(folder, "skills", "name.ts"),
    "/** Seven. */\nexport function name(): number {\n  return 7;\n}\n",
  );
  const require = createRequire(import.meta.url);
  const manifest = require.resolve("@modelcontextprotocol/server-filesystem/package.json");
  const program = join(dirname(manifest), "dist", "index.js");
  codemode = createCodemode({
    mcpServers: { filesystem: { command: process.execPath, args: [program, folder] } },
    skills: { directories: [join(folder, "skills")] },
  });
  await codemode.registry.discoverAll();
  // The first start of Python makes its image.
  await codemode.executor.execute("1", { language: "python" });
}, 120_000);

afterAll(async () => {
  await codemode.close();
  await rm(folder, { recursive: true, force: true });
});

function prompt(options: CodemodePromptOptions): string {
  return codemodePrompt(codemode.executor, options);
}

/** Code between back quotes that stands for itself, as one program. */
function snippets(language: (typeof LANGUAGES)[number]): string {
  const found = [...prompt({ language, length: "long" }).matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");
  return [...new Set(found.filter((code) => /import|await/.test(code)))].join("\n");
}

test.each(LANGUAGES)("the program in the long prompt for %s runs on the real server", async (language) => {
  const [, example = ""] =
    new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(prompt({ language, length: "long" })) ?? [];
  expect(await codemode.executor.execute(example.replaceAll("/data", folder), { language })).toMatchObject({
    value: { files: 4, unread: 1, found: 2 },
    error: null,
    notes: [],
  });
});

test("the pieces of code in the text run too", async () => {
  const path = JSON.stringify(join(folder, "a.txt"));
  const typescript = `const path = ${path};\n${snippets("typescript").replace("…", "[]")}\n[text, typeof read_text_file, name()]`;
  expect(typescript.match(/import|await/g)).toHaveLength(4);
  expect(await codemode.executor.execute(typescript)).toMatchObject({ value: ["one", "function", 7], error: null });
  const python = `import asyncio\np = ${path}\n${snippets("python").replace("…", "")}\n[text, await name()]`;
  expect(python.match(/import|await/g)).toHaveLength(6);
  expect(await codemode.executor.execute(python, { language: "python" })).toMatchObject({
    value: ["one", 7],
    error: null,
  });
});

test("the helpers that are named exist in both languages", async () => {
  const named = (language: "typescript" | "python"): string[] => {
    const [, list = ""] = /"codemode" has (.*)\.$/m.exec(prompt({ language, length: "long" })) ?? [];
    return list.replaceAll(/ \([^)]*\)/g, "").split(", ");
  };
  expect(named("typescript")).toContain("callTool");
  expect(named("python")).toContain("call_tool");
  const typescript = `import { ${named("typescript").join(", ")} } from "codemode";\n[${named("typescript").join(", ")}].length`;
  const python = `from codemode import ${named("python").join(", ")}\nlen([${named("python").join(", ")}])`;
  expect(await codemode.executor.execute(typescript)).toMatchObject({ value: 8, error: null });
  expect(await codemode.executor.execute(python, { language: "python" })).toMatchObject({ value: 8, error: null });
});

test("the prompt takes few tokens", () => {
  const tokens = (options: CodemodePromptOptions): number => countTokens(prompt(options));
  for (const language of LANGUAGES) {
    expect(tokens({ language })).toBeLessThan(220);
    expect(tokens({ language, length: "long" })).toBeLessThan(600);
  }
  expect(tokens({})).toBeLessThan(240);
  expect(tokens({ length: "long" })).toBeLessThan(800);
});

test("the prompt speaks of one language when only that is wanted", () => {
  expect(prompt({ language: "typescript", length: "long" })).not.toMatch(/python|asyncio|call_tool/i);
  expect(prompt({ language: "python", length: "long" })).not.toMatch(/typescript|Promise|callTool/i);
  expect(prompt({ length: "long" })).toMatch(/```typescript[\s\S]*```python/);
});

test("limits and skills are told where they are known", () => {
  expect(prompt({ length: "long" })).toContain(
    "A program may take 30 s and 64 MB (Python: 512 MB), and make 500 calls, 16 at a time.",
  );
  expect(prompt({ length: "long" })).toContain("Saved skills:");
  const ofRegistry = codemodePrompt(codemode.registry, { length: "long" });
  expect(ofRegistry).not.toMatch(/A program may take|Saved skills/);
  expect(prompt({ length: "long" })).toContain(ofRegistry.split("\n\n")[0]);
});

test("with the catalogue the tools follow, in the language of the programs", () => {
  expect(prompt({ language: "typescript", catalog: true })).toMatch(
    /Tools: COMPLETE[\s\S]*read_text_file\(.*path: string/,
  );
  expect(prompt({ language: "python", catalog: true })).toMatch(/Tools: COMPLETE[\s\S]*read_text_file\(.*path: str/);
  expect(prompt({ catalog: true })).toContain("If the list of tools below is COMPLETE");
  expect(prompt({ catalog: true })).toBe(prompt({ catalog: true }));
});

test("a list of tools that cannot be whole stays short, and takes what room it is given", async () => {
  const tool = (at: number) =>
    defineTool({
      name: `tool_${at}`,
      description: "Reads one of the many files that are there, by its path, and returns its text.",
      inputSchema: { type: "object", properties: { path: { type: "string" } } },
      execute: () => "",
    });
  const some = Array.from({ length: 40 }, (_, at) => tool(at));
  const many = Array.from({ length: 200 }, (_, at) => tool(at));
  await using few = createCodemode({ tools: { first: some } });
  await using lots = createCodemode({ tools: { first: many, second: some } });
  const list = (registry: Codemode["registry"], catalogTokens?: number): string =>
    executeCodeDescription(registry, catalogTokens === undefined ? {} : { catalogTokens }).split("\n\nTools: ")[1] ??
    "";
  const shown = (text: string): number => text.split("\ntool_").length - 1;
  expect([shown(list(few.registry)), countTokens(list(few.registry)) <= 2_000]).toEqual([40, true]);
  const partial = list(lots.registry);
  expect(partial).toMatch(/^PARTIAL \d+ of 240 tools; search for the others\.[\s\S]*## first [\s\S]*## second /);
  expect(partial.length).toBeLessThanOrEqual(4 * 300);
  expect(shown(list(lots.registry, 1_000))).toBeGreaterThan(shown(partial));
  expect(shown(list(lots.registry, 20_000))).toBe(240);
  const without = executeCodeDescription(lots.registry, { catalogTokens: 0 });
  expect(without).not.toMatch(/Tools: |COMPLETE/);
  expect(without).toContain("search_tools once for what the program needs");
});

test.each([
  ["quotes", 'x: "a" | "b"', { type: "string", enum: ['"', "\\", "ü", "日本"] }],
  ["another alphabet", "данные", { type: "string" }],
  ["plain words", "words", { type: "string" }],
] as const)(
  "parameters with the list of tools take no more bytes than their reader keeps, with %s",
  async (_what, name, property) => {
    const tools = Array.from({ length: 90 }, (_, at) =>
      defineTool({
        name: `tool_${at}`,
        description: "Does one of many things.",
        inputSchema: { type: "object", properties: { [name]: property }, required: [name] },
        execute: () => "",
      }),
    );
    await using some = createCodemode({ tools: { some: tools.slice(0, 30) } });
    await using lots = createCodemode({ tools: { some: tools } });
    for (const { executor } of [some, lots]) {
      const tool = codemodeTools(executor, { set: "minimal" }).find(({ name: each }) => each === "execute_code");
      for (const parameters of [1_000, 2_000, 4_900, 20_000]) {
        const { description, inputSchema } = tool?.present?.({ description: 700, parameters }) ?? {};
        const listed = JSON.stringify(inputSchema);
        expect(Buffer.byteLength(listed)).toBeLessThanOrEqual(parameters);
        expect(listed.includes("COMPLETE: all")).toBe(
          listed.includes(executor === some.executor ? "tool_29(" : "tool_89("),
        );
        expect(description).toContain("the list of tools at its parameter code");
        expect(description).not.toContain("Tools: ");
      }
      expect(tool?.present?.({ description: 700 }).inputSchema).toBe(tool?.inputSchema);
    }
  },
);

test("where only the room is too small for all tools, their signatures alone are listed if those fit", async () => {
  const tools = Array.from({ length: 20 }, (_, at) =>
    defineTool({
      name: `tool_${at}`,
      description: "A description that is as long as it is.",
      inputSchema: { type: "object" },
      execute: () => "",
    }),
  );
  await using some = createCodemode({ tools: { some: tools } });
  const list = (characters: number): string =>
    showTools(some.registry.catalog(), { connecting: [], characters }).replaceAll(/tool_\d+\(/g, "tool(");
  expect(list(3_000)).toMatch(/COMPLETE: all 20 tools[\s\S]*\/\/ A description/);
  expect(list(1_000)).toMatch(/COMPLETE: all 20 tools/);
  expect(list(1_000)).not.toContain("A description");
  expect(list(400)).toMatch(/PARTIAL \d+ of 20 tools[\s\S]*\/\/ A description/);
});

test("a description for a reader that keeps little names itself often, and both languages", () => {
  const little = executeCodeDescription(codemode.registry, { characters: 700 });
  expect(little.split("execute_code").length - 1).toBe(3);
  expect(little).toContain('language: "python"');
  expect(little.length).toBeLessThanOrEqual(900);
  expect(executeCodeDescription(codemode.registry)).not.toContain("execute_code takes");
});

test("of many servers whose tools are still unknown as many are named as a line has room for", () => {
  const connecting = Array.from({ length: 70 }, (_, at) => `a-server-${at}`);
  const list = showTools(codemode.registry.catalog(), { connecting });
  const [, names = ""] = /Still connecting: ([^\n]*?) more/.exec(list) ?? [];
  expect(names).toMatch(/^a-server-0, a-server-1, .*, \d+$/);
  expect(names.length).toBeLessThan(200);
  expect(Number(names.split(", ").at(-1))).toBe(70 - (names.split(", ").length - 1));
});

test("the rules of the prompt are those of the tool's description", () => {
  const description = executeCodeDescription(codemode.registry);
  const long = prompt({ length: "long" });
  const shared =
    description
      .split("\n\n")[0]
      ?.split(/(?<=\.) |\n/)
      .filter((sentence) => long.includes(sentence)) ?? [];
  expect(shared.length).toBeGreaterThanOrEqual(10);
});
