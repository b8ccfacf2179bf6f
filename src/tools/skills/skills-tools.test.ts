import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../host/create-codemode.ts";
import type { AgentToolResult } from "../agent-tool.ts";
import { codemodeTools } from "../codemode-tools.ts";

let folder: string;
let codemode: Codemode;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codemode-skill-tools-"));
  codemode = createCodemode({ skills: { directories: [folder] } });
});

afterAll(async () => {
  await codemode.close();
  await rm(folder, { recursive: true, force: true });
});

async function call(name: string, args: object): Promise<AgentToolResult> {
  const tool = codemodeTools(codemode.executor, { set: "full" }).find((each) => each.name === name);
  if (tool === undefined) throw new Error(`no ${name}`);
  return tool.execute(args);
}

const DOUBLE = "/** Doubles a number. */\nexport function double(n: number): number {\n  return n * 2;\n}\n";

test("a TypeScript skill is saved, listed, found beside tools, loaded, run, imported and deleted", async () => {
  expect((await call("save_skill", { name: "double", code: DOUBLE, tags: ["math"] })).isError).toBe(false);
  expect((await call("list_skills", {})).structured).toMatchObject({ total: 1, skills: [{ name: "double" }] });
  expect((await call("search_tools", { query: "double a number" })).structured).toMatchObject({
    tools: [
      {
        name: "skills__double",
        kind: "skill",
        import: 'import { double } from "skills/double";',
        signature: "double(n: number): Promise<number>",
      },
    ],
  });
  expect((await call("load_skill", { skill_name: "double" })).text).toContain("return n * 2;");
  expect((await call("run_skill", { name: "double", arguments: { n: 21 } })).structured).toMatchObject({ value: 42 });
  const imported = await call("execute_code", { code: 'import { double } from "skills/double";\ndouble(4)' });
  expect(imported.structured).toMatchObject({ value: 8, status: "completed" });
  expect((await call("delete_skill", { name: "double" })).isError).toBe(false);
  const gone = await call("run_skill", { name: "double", arguments: { n: 1 } });
  expect(gone.structured).toMatchObject({ error: { code: "unknown_tool" } });
});

test("what a search shows of a skill can be pasted and run, in both languages, and get_tool_details describes it", async () => {
  const python = '"""Adds."""\n\nasync def plus(a: int, *, b: int = 2) -> int:\n    return a + b\n';
  await call("save_skill", { name: "twice", code: DOUBLE.replace("double", "twice") });
  await call("save_skill", { name: "plus", code: python, language: "python" });
  const details = async (language: string): Promise<unknown> => {
    const { structured } = await call("get_tool_details", { tool_names: ["skills__twice", "skills.plus"], language });
    return structured["tools"];
  };
  expect(await details("typescript")).toMatchObject([
    {
      import: 'import { twice } from "skills/twice";',
      declaration: expect.stringContaining("twice(n: number): Promise<number>"),
    },
    {
      import: 'import { plus } from "skills/plus";',
      declaration: expect.stringContaining("plus(args: { a: number; b?: number /* = 2 */ })"),
    },
  ]);
  expect(await details("python")).toMatchObject([
    {
      import: "from skills.twice import twice",
      declaration: expect.stringContaining("async def twice(n: float) -> float:"),
    },
    {
      import: "from skills.plus import plus",
      declaration: expect.stringContaining("async def plus(a: int, *, b: int = 2) -> int:"),
    },
  ]);
  const typescript = `import { twice } from "skills/twice";
import { plus } from "skills/plus";
[await twice(4), await plus({ a: 1, b: 5 }), await codemode.callTool("skills__plus", { a: 3 })]`;
  expect((await call("execute_code", { code: typescript })).structured).toMatchObject({ value: [8, 6, 5] });
  const code = "from skills.twice import twice\nfrom skills.plus import plus\n[await twice(4), await plus(1, b=5)]";
  expect((await call("execute_code", { code, language: "python" })).structured).toMatchObject({ value: [8, 6] });
});

test("a Python skill is saved and run", async () => {
  const code = '"""Greets."""\n\ndef greet(name: str = "you") -> str:\n    return f"Hello {name}"\n';
  expect((await call("save_skill", { name: "greet", code, language: "python" })).text).toContain("(python)");
  expect((await call("run_skill", { name: "greet", arguments: { name: "Ada" } })).structured).toMatchObject({
    value: "Hello Ada",
  });
});

test("the code of a finished run becomes a skill that records the run", async () => {
  const run = await call("execute_code", { code: "const parts: number[] = [1, 2];\nparts.length" });
  const runId = JSON.stringify(run.structured["runId"]).slice(1, -1);
  expect((await call("save_skill", { name: "count_parts", run_id: runId })).isError).toBe(false);
  expect((await call("load_skill", { name: "count_parts" })).structured).toMatchObject({
    provenance: { kind: "run", runId },
  });
  expect((await call("run_skill", { name: "count_parts" })).structured).toMatchObject({ value: 2 });
});

test("a skill that is run by itself is in history as the call of it, and is not saved as a program", async () => {
  await call("save_skill", { name: "half", code: DOUBLE.replace("double", "half").replace("* 2", "/ 2") });
  const run = await call("run_skill", { name: "half", arguments: { n: 8 } });
  const runId = JSON.stringify(run.structured["runId"]).slice(1, -1);
  const history = await call("get_execution_history", { limit: 1 });
  expect(history.text).toContain('run_skill("half", {"n":8})');
  expect(history.structured).toMatchObject({ runs: [{ runId, skill: { name: "half", arguments: { n: 8 } } }] });
  const saved = await call("save_skill", { name: "other", run_id: runId });
  expect(saved.structured).toMatchObject({
    error: { code: "invalid_arguments", message: `The run "${runId}" ran the skill "half", which is saved.` },
  });
});

test("execute_code names the skills there are, and follows when some are saved, deleted or put there by hand", async () => {
  const place = await mkdtemp(join(tmpdir(), "codemode-skill-list-"));
  await using listed = createCodemode({ skills: { directories: [place] } });
  const tools = codemodeTools(listed.executor);
  const described = (): string => tools.find(({ name }) => name === "execute_code")?.description ?? "";
  const use = async (name: string, args: object): Promise<unknown> =>
    tools.find((tool) => tool.name === name)?.execute(args);
  expect(described()).toContain("Saved skills:");
  expect(described()).not.toContain("\nSkills: ");
  await use("save_skill", { name: "double", code: DOUBLE });
  expect(described()).toMatch(/\nSkills: COMPLETE: all 1 skill\.\ndouble: Doubles a number\.$/);
  const changes: string[] = [];
  const stop = listed.executor.skills.onChange(() => changes.push(described()));
  await listed.executor.skills.look();
  await writeFile(join(place, "halve.ts"), DOUBLE.replace("double", "halve"));
  await expect.poll(() => changes.at(-1) ?? "", { timeout: 5_000 }).toContain("all 2 skills");
  stop();
  await use("delete_skill", { name: "double" });
  await use("delete_skill", { name: "halve" });
  expect(described()).not.toContain("\nSkills: ");
  await rm(place, { recursive: true, force: true });
});

test("a list of hundreds of skills stays short and says how many it leaves out", async () => {
  const place = await mkdtemp(join(tmpdir(), "codemode-many-skills-"));
  const fields = Array.from({ length: 40 }, (_, index) => `field${index}: string`).join("; ");
  for (let index = 0; index < 300; index++) {
    const about = `Does thing ${index}. ${"And says much about it. ".repeat(40)}`;
    await writeFile(
      join(place, `do_${index}.ts`),
      `/** ${about} */\nexport function do_${index}(args: { ${fields} }): void {}\n`,
    );
  }
  await using many = createCodemode({ skills: { directories: [place] } });
  const list = codemodeTools(many.executor).find(({ name }) => name === "list_skills");
  const result = await list?.execute({});
  expect(result?.text).toMatch(/^50 of 300 skills \(250 more: pass a query, or a higher limit\):/);
  expect(result?.text.length).toBeLessThan(25_000);
  expect(JSON.stringify(result?.structured).length).toBeLessThan(35_000);
  await rm(place, { recursive: true, force: true });
});

test("code that does not parse is refused with its line, and so is a run that is not known", async () => {
  const broken = await call("save_skill", {
    name: "broken",
    code: "export function broken( {\n",
    language: "typescript",
  });
  expect(broken.structured).toMatchObject({ error: { code: "syntax_error" } });
  expect((await call("save_skill", { name: "x", run_id: "run_none" })).structured).toMatchObject({
    error: { code: "invalid_arguments" },
  });
});

test("where skills are read-only nothing saves or deletes them, and without directories there are no skill tools", async () => {
  const names = (each: Codemode): string[] => codemodeTools(each.executor).map(({ name }) => name);
  await using locked = createCodemode({ skills: { directories: [folder], readOnly: true } });
  expect(names(locked).filter((name) => name.includes("skill"))).toEqual([
    "list_skills",
    "load_skill",
    "read_skill_resource",
    "run_skill",
  ]);
  await using without = createCodemode();
  expect(names(without).filter((name) => name.includes("skill"))).toEqual([]);
});
