import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defineTool } from "../../sources/functions/define-tool.ts";
import type { SkillLanguage } from "../../languages/function.ts";
import { ToolRegistry } from "../../sources/tool-registry.ts";
import { CodeModeExecutor } from "../../host/executor.ts";

let folder: string;
let registry: ToolRegistry;
let executor: CodeModeExecutor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codemode-skill-check-"));
  registry = new ToolRegistry();
  const properties = { a: { type: "number" }, b: { type: "number" } } as const;
  const inputSchema = { type: "object", properties, required: ["a"] } as const;
  registry.addTools("math", [defineTool({ name: "add", description: "Adds.", inputSchema, execute: () => 1 })]);
  registry.addServer({ name: "down", transport: "stdio", command: "/nowhere/to/be/found" });
  executor = new CodeModeExecutor(registry, { skills: { directories: [folder] } });
  await save("typescript", "known", "/** Known. */\nexport function known(): number {\n  return 1;\n}\n");
});

afterAll(async () => {
  await executor.close();
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

async function save(language: SkillLanguage, name: string, code: string): Promise<string> {
  const skill = await executor.skills.save({ name, code, language });
  return skill.name;
}

const python = (line: string, imports: string): string =>
  `"""Does."""\n${imports}\n\nasync def main():\n    return ${line}\n`;
const typescript = (line: string, imports: string): string =>
  `/** Does. */\n${imports}\n\nexport async function main(): Promise<unknown> {\n  return ${line};\n}\n`;

test.each([
  [
    "a tool its server does not have",
    python("await ad(a=1)", "from generated.servers.math import ad"),
    { line: 2, column: 36 },
    'no tool "ad". Did you mean math__add?',
  ],
  [
    "a member that is no tool",
    python("await math.ad(a=1)", "from generated.servers import math"),
    { line: 5, column: 18 },
    'no tool "ad"',
  ],
  [
    "a tool by a wrong name",
    python('await call_tool("math__ad", {})', "from codemode import call_tool"),
    { line: 5, column: 29 },
    'no tool "ad"',
  ],
  [
    "a skill that does not exist",
    python("await know()", "from skills.know import know"),
    { line: 2, column: 13 },
    'no skill "know". Did you mean known?',
  ],
  [
    "a skill that is run and does not exist",
    python('await run_skill("no-such")', "from generated.skills import run_skill"),
    { line: 5, column: 29 },
    'no skill "no_such"',
  ],
  [
    "a parameter a tool does not have",
    python("await add(a=1, c=2)", "from generated.servers.math import add"),
    { line: 5, column: 27 },
    "there is no parameter `c`. It takes: a, b.",
  ],
  [
    "a parameter of a tool under another name",
    python("await plus(a=1, c=2)", "from generated.servers.math import add as plus"),
    { line: 5, column: 28 },
    "no parameter `c`",
  ],
  [
    "an argument of a wrong type",
    python('await add({"a": "one"})', "from generated.servers.math import add"),
    { line: 5, column: 23 },
    '/a must be a number, not the string "one".',
  ],
])("Python code with %s is not saved", async (...[, code, place, message]) => {
  await expect(save("python", "refused", code)).rejects.toMatchObject({
    details: place,
    message: expect.stringContaining(message),
  });
});

test.each([
  [
    "a tool its server does not have",
    typescript("ad({ a: 1 })", 'import { ad } from "generated/servers/math";'),
    'no tool "ad"',
  ],
  ["a skill that does not exist", typescript("know()", 'import { know } from "skills/know";'), 'no skill "know"'],
  ["a wrong argument of a skill", typescript("known(1)", 'import { known } from "skills/known";'), "0 arguments"],
])("TypeScript code with %s is not saved", async (_what, code, message) => {
  await expect(save("typescript", "refused", code)).rejects.toThrow(message);
});

test.each([
  [
    "tools with arguments by name or as one dict",
    python(
      "[await add(a=1), await add({'a': 1, 'b': 2}), await add(**{'a': 1})]",
      "from generated.servers.math import add",
    ),
  ],
  ["a tool of a server that is down", python("await anything(x=1)", "from generated.servers.down import anything")],
  ["a server that is not configured here", python("await other(x=1)", "from generated.servers.elsewhere import other")],
  [
    "a function of its own that hides a tool",
    python("add(c=1)", "from generated.servers.math import add\ndef add(c): return c"),
  ],
  ["a skill of the other language", python("await known()", "from skills.known import known")],
])("Python code with %s is saved", async (_what, code) => {
  expect(await save("python", "kept", code)).toBe("kept");
});
