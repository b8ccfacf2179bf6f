import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { generateBindings } from "../../src/host/generate-bindings.ts";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";

const SERVERS = [
  "brave-search",
  "Google Maps",
  "class",
  "console",
  "then",
  "close",
  "callTool",
  "call_tool",
  "ToolResult",
  "CallOptions",
  "skills",
  "constructor",
  "import",
  "2fast",
];
const TOOLS = ["web", "geo-code", "then", "globalThis", ""];

let codemode: Codemode;
beforeAll(async () => {
  const toolsOf = (server: string) =>
    TOOLS.map((name) =>
      defineTool({ name, description: "", inputSchema: { type: "object" }, execute: () => `${server} ran ${name}` }),
    );
  codemode = createCodemode({ tools: Object.fromEntries(SERVERS.map((server) => [server, toolsOf(server)])) });
  await codemode.executor.setup();
});
afterAll(() => codemode.close());

async function run(program: string, language: "typescript" | "python"): Promise<unknown> {
  const { value, error, notes } = await codemode.executor.execute(program, { language });
  const others = notes.filter((note) => !note.includes("bubblewrap"));
  return error === null ? [value, ...others] : `${error.message} ${error.hint ?? ""}`;
}

const each = SERVERS.map((server) => [server, JSON.stringify(server)] as const);

test.each(each)("server %s is there under its own name in TypeScript", async (server, quoted) => {
  expect(await run(`await servers[${quoted}].web()`, "typescript")).toEqual([`${server} ran web`]);
  expect(await run(`await servers[${quoted}]["geo-code"]({})`, "typescript")).toEqual([`${server} ran geo-code`]);
  expect(await run(`const name = ${quoted};\nawait servers[name].web()`, "typescript")).toEqual([`${server} ran web`]);
});

test.each(each)("server %s is imported by its own name in TypeScript", async (server, quoted) => {
  const specifier = JSON.stringify(`generated/servers/${server}`);
  const calls = 'await all["geo-code"](), await all.globalThis(), await all[""]()';
  expect(await run(`import { web } from ${specifier};\nawait web()`, "typescript")).toEqual([`${server} ran web`]);
  expect(await run(`import * as all from ${specifier};\n[${calls}]`, "typescript")).toMatchObject([
    [`${server} ran geo-code`, `${server} ran globalThis`, `${server} ran `],
  ]);
  expect(await run(`(await import("generated/mcp/" + ${quoted})).web()`, "typescript")).toEqual([`${server} ran web`]);
});

test("every server is there under its own name in Python", async () => {
  const called = each.map(([, quoted]) => `await servers[${quoted}].web(), await servers[${quoted}]["geo-code"]({})`);
  expect(await run(`[${called.join(", ")}]`, "python")).toEqual([
    SERVERS.flatMap((server) => [`${server} ran web`, `${server} ran geo-code`]),
  ]);
  const program = `import importlib
found = []
for name in ${JSON.stringify(SERVERS)}:
    module = importlib.import_module("generated.servers." + name)
    found += [await servers[name][""](), await servers[name]["then"](), await module.web()]
found`;
  expect(await run(program, "python")).toEqual([
    SERVERS.flatMap((server) => [`${server} ran `, `${server} ran then`, `${server} ran web`]),
  ]);
}, 120_000);

test.each(["typescript", "python"] as const)(
  "a wrong name in brackets is met with the nearest, in %s",
  async (language) => {
    expect(await run('await servers["brave-serch"].web()', language)).toContain("Did you mean brave_search?");
    expect(await run('await servers["brave-search"].wep()', language)).toContain(
      "Did you mean brave-search__web (in code brave_search.web)?",
    );
  },
);

test("a server that hides a global keeps the global for programs that do not name it", async () => {
  expect(await run("console.log(1);\nawait console_.web()", "typescript")).toEqual(["console ran web"]);
  expect(await run('import { callTool as call } from "codemode";\nawait call("callTool__web")', "typescript")).toEqual([
    "callTool ran web",
  ]);
  expect(await run("typeof (await servers).then", "typescript")).toEqual(["object"]);
});

test("the generated index exports every server once, and imports from it work", async () => {
  const { files } = generateBindings(codemode.registry.catalog(), { languages: ["typescript"] });
  const folder = mkdtempSync(join(tmpdir(), "codemode-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const index: Record<string, Record<string, unknown>> = await import(join(folder, "index.ts"));
  const names = codemode.registry.catalog().servers.map(({ identifier }) => identifier);
  for (const name of names)
    expect(Object.values(index).filter((module) => module === index[name]).length).toBeLessThan(2);
  expect(Object.values(index).filter((module) => typeof module === "object" && "web" in module)).toHaveLength(
    SERVERS.length,
  );
});
