import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defineTool } from "../../sources/functions/define-tool.ts";
import { ToolRegistry } from "../../sources/tool-registry.ts";
import { CodeModeExecutor } from "../../host/executor.ts";

let folder: string;
let registry: ToolRegistry;
let executor: CodeModeExecutor;

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codemode-skills-"));
  registry = new ToolRegistry();
  registry.addTools("math", [
    defineTool({
      name: "add",
      description: "Adds.",
      inputSchema: {
        type: "object",
        properties: { a: { type: "number" }, b: { type: "number" } },
        required: ["a", "b"],
      },
      outputSchema: { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] },
      execute: ({ a, b }) => ({ sum: Number(a) + Number(b) }),
    }),
    defineTool({ name: "wipe", description: "Deletes.", inputSchema: { type: "object" }, execute: () => "gone" }),
  ]);
  executor = new CodeModeExecutor(registry, { skills: { directories: [folder] }, limits: { toolCalls: 6 } });
  await put(
    "sum_all.ts",
    `/** Adds up a list with the tool. */
import { add } from "generated/servers/math";

export async function sum_all({ values }: { values: number[] }): Promise<number> {
  let total: number = 0;
  for (const value of values) total = (await add({ a: total, b: value })).sum;
  return total;
}
`,
  );
  await put(
    "mean.ts",
    `/** The mean. */\nimport { sum_all } from "skills/sum_all";\nexport async function mean(values: number[], digits = 2): Promise<string> {\n  return ((await sum_all({ values })) / values.length).toFixed(digits);\n}\n`,
  );
  await put(
    "describe_list.py",
    `"""Describes a list."""\nfrom generated.servers.math import add\n\nasync def describe_list(values: list[int], *, label: str = "list") -> dict:\n    """Describes."""\n    print("describing", label)\n    total = 0\n    for value in values:\n        total = (await add(a=total, b=value))["sum"]\n    return {"label": label, "total": total, "count": len(values)}\n`,
  );
  await put("broken.py", "def broken(:\n");
  await put("faulty.ts", "/** Fails. */\nexport function faulty(): never {\n  throw new RangeError('too far');\n}\n");
  await put(
    "ping.ts",
    '/** Ping. */\nimport { pong } from "skills/pong";\nexport function ping(): unknown {\n  return pong;\n}\n',
  );
  await put(
    "pong.ts",
    '/** Pong. */\nimport { ping } from "skills/ping";\nexport function pong(): unknown {\n  return ping;\n}\n',
  );
  await put(
    "again.ts",
    '/** Runs itself. */\nimport { run_skill } from "generated/skills";\nconst own = "again";\nexport function again(): Promise<unknown> {\n  return run_skill(own);\n}\n',
  );
  await put("mirror.ts", "/** Mirrors. */\nexport function mirror({ n }: { n: number }): number {\n  return n;\n}\n");
  await put("endless.ts", "/** Never ends. */\nexport function endless(): void {\n  for (;;);\n}\n");
  await put(
    "wipe_all.ts",
    '/** Wipes. */\nimport { wipe } from "generated/servers/math";\nexport async function wipe_all(): Promise<unknown> {\n  return wipe({});\n}\n',
  );
  await put("careful/SKILL.md", "---\nname: careful\ndescription: Takes care.\ndenied-tools: math__wipe\n---\nTry.\n");
  await put(
    "careful/scripts/try.ts",
    `import { read_skill_resource, run_skill } from "generated/skills";
const codes: string[] = [];
for (const attempt of [
  () => math.wipe({}),
  () => run_skill("wipe_all"),
  () => read_skill_resource("report", "resources/names.csv"),
]) {
  try {
    await attempt();
  } catch (error) {
    codes.push(error.code);
  }
}
codes`,
  );
  await put(
    "report/SKILL.md",
    "---\nname: report\ndescription: Writes a report.\nallowed-tools: math__add\n---\n\nRun the script.\n",
  );
  await put("report/resources/names.csv", "name\nAda\nBob\n");
  await put(
    "report/scripts/report.py",
    `import sys, csv
from generated.servers.math import add, wipe
if __name__ == "__main__":
    with open("resources/names.csv") as source:
        rows = list(csv.DictReader(source))
    print(len(rows), sys.argv)
    print((await add(a=1, b=2))["sum"])
    try:
        await wipe()
    except Exception as error:
        print(error.code)
    sys.exit(3)
`,
  );
  await put(
    "report/scripts/loop.py",
    `import argparse, asyncio, sys
from generated.servers.math import add

async def total(numbers):
    sums = await asyncio.gather(*[add(a=each, b=1) for each in numbers])
    return sum(each["sum"] for each in sums)

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("numbers", type=int, nargs="+")
    args = parser.parse_args()
    print(asyncio.run(total(args.numbers)))
    return 4

if __name__ == "__main__":
    sys.exit(main())
`,
  );
  await put(
    "report/scripts/report.ts",
    `import { read_skill_resource } from "generated/skills";\nconsole.log(argv.join(" "));\nawait read_skill_resource("resources/names.csv")`,
  );
});

afterAll(async () => {
  await executor.close();
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

test("a TypeScript program imports a skill that imports another and calls tools", async () => {
  const run = await executor.execute('import { mean } from "skills/mean";\nawait mean([1, 2, 4], 1)');
  expect(run.error).toBeNull();
  expect(run.value).toBe("2.3");
  expect(run.toolCalls.map(({ tool }) => tool)).toEqual(["math__add", "math__add", "math__add"]);
});

test("a Python program imports a skill that calls tools", async () => {
  const run = await executor.execute(
    "from skills.describe_list import describe_list\nawait describe_list([1, 2], label='x')",
    { language: "python" },
  );
  expect(run.error).toBeNull();
  expect(run.value).toEqual({ label: "x", total: 3, count: 2 });
  expect(run.toolCalls).toHaveLength(2);
});

test("a TypeScript program runs a Python skill, by name and by import, and what it prints is the program's output", async () => {
  const run = await executor.execute(`import { run_skill } from "generated/skills";
import { describe_list } from "skills/describe_list";
[await run_skill({ name: "describe_list", arguments: { values: [1], label: "a" } }), await describe_list([2, 3])]`);
  expect(run.error).toBeNull();
  expect(run.value).toEqual([
    { label: "a", total: 1, count: 1 },
    { label: "list", total: 5, count: 2 },
  ]);
  expect(run.stdout).toBe("describing a\ndescribing list\n");
  expect(run.toolCalls).toHaveLength(3);
});

test("a Python program runs a TypeScript skill, by name and by import", async () => {
  const run = await executor.execute(
    `from generated.skills import run_skill, list_skills
from skills.mean import mean
[await run_skill("sum_all", {"values": [1, 2]}), await mean([3], digits=0), (await list_skills({"query": "mean"}))[0]["name"]]`,
    { language: "python" },
  );
  expect(run.error).toBeNull();
  expect(run.value).toEqual([3, "3", "mean"]);
});

test("calls of a skill count in the budget of the program that runs it", async () => {
  const run = await executor.execute(`import { run_skill } from "generated/skills";
await run_skill("sum_all", { values: [1, 2, 3, 4] });
await run_skill("sum_all", { values: [1, 2, 3, 4] });`);
  expect(run.error?.code).toBe("call_limit");
  expect(run.toolCalls.filter(({ status }) => status === "ok")).toHaveLength(6);
});

test("a script of a folder reads its own files, has arguments and an exit code, and is refused tools it does not list", async () => {
  const run = await executor.execute(`import { run_skill } from "generated/skills";
await run_skill({ name: "report", script_name: "report.py", args: ["--all"] })`);
  expect(run.error).toBeNull();
  expect(run.value).toMatchObject({
    success: false,
    exit_code: 3,
    stdout: "2 ['scripts/report.py', '--all']\n3\npolicy_denied\n",
    stderr: "",
  });
  expect(run.toolCalls.map(({ tool, status }) => [tool, status])).toEqual([
    ["math__add", "ok"],
    ["math__wipe", "denied"],
  ]);
});

test("a script of a folder that starts its own event loop under __main__ runs as it does elsewhere", async () => {
  const run = await executor.execute(`import { run_skill } from "generated/skills";
await run_skill({ name: "report", script_name: "loop.py", args: ["1", "2"] })`);
  expect(run.error).toBeNull();
  expect(run.value).toMatchObject({ success: false, exit_code: 4, stdout: "5\n", stderr: "" });
});

test("a TypeScript script of a folder has its arguments and reads its own files", async () => {
  const run = await executor.execute(`import { runSkill } from "generated/skills";
await runSkill({ name: "report", script_name: "report.ts", args: ["a"] })`);
  expect(run.error).toBeNull();
  expect(run.value).toMatchObject({ exit_code: 0, stdout: "scripts/report.ts a\n", value: "name\nAda\nBob\n" });
});

test("a skill that fails says which line of it failed", async () => {
  const run = await executor.execute(`import { run_skill } from "generated/skills";\nawait run_skill("faulty")`);
  expect(run.error).toMatchObject({ code: "runtime_error", tool: "skills__faulty" });
  expect(run.error?.message).toContain('The skill "faulty" failed at line 3 of skills/faulty: RangeError: too far');
});

test("a skill that is run by itself and fails names its own line, and none of a program nobody wrote", async () => {
  const { error } = await executor.runSkill("faulty");
  expect(error?.message).toBe('The skill "faulty" failed at line 3 of skills/faulty: RangeError: too far');
  expect(error).not.toHaveProperty("line");
  expect(error).not.toHaveProperty("column");
});

test("wrong arguments, unknown skills and unknown exports are refused with what there is", async () => {
  const wrong = await executor.execute(`import { run_skill } from "generated/skills";\nawait run_skill("sum_all", {})`);
  expect(wrong.error).toMatchObject({ code: "invalid_arguments", line: 2 });
  const unknown = await executor.execute(`import { x } from "skills/sum_al";\nx()`);
  expect(unknown.error).toMatchObject({ code: "unknown_tool", line: 1 });
  expect(unknown.error?.message).toContain('There is no skill "sum_al". Did you mean sum_all?');
  const name = await executor.execute(`import { sumAll } from "skills/sum_all";\nsumAll()`);
  expect(name.error?.message).toContain("Did you mean sum_all?");
});

test("a skill that does not parse is set aside with its reason and hides nobody", async () => {
  const directory = executor.skills;
  const { skills, problems } = await directory.list();
  expect(skills.map(({ name }) => name)).toEqual([
    "again",
    "careful",
    "describe_list",
    "endless",
    "faulty",
    "mean",
    "mirror",
    "ping",
    "pong",
    "report",
    "sum_all",
    "wipe_all",
  ]);
  expect(problems.map(({ path }) => path)).toEqual([join(folder, "broken.py")]);
});

test("an import of a skill that was set aside says why in both languages", async () => {
  const typescript = await executor.execute('import { broken } from "skills/broken";\nbroken()');
  expect(typescript.error).toMatchObject({ code: "unknown_tool", line: 1 });
  expect(typescript.error?.message).toContain("was set aside: ");
  const python = await executor.execute("from skills.broken import broken", { language: "python" });
  expect(python.error?.message).toContain("The skill broken was set aside: ");
});

test("an import of a folder says how its instructions and scripts are reached in both languages", async () => {
  for (const [code, language] of [
    ['import { make } from "skills/report";\nmake()', "typescript"],
    ["from skills.report import make\nmake()", "python"],
  ] as const) {
    const { error } = await executor.execute(code, { language });
    expect(error).toMatchObject({ code: "unknown_tool", line: 1 });
    expect(error?.message).toBe("The skill report is a folder of instructions and files, which is not imported.");
    expect(error?.hint).toContain('`await load_skill("report")`');
    expect(error?.hint).toContain('`await run_skill("report", "');
  }
});

test("skills that import one another in a circle are refused, and a skill that runs itself ends at the allowed depth", async () => {
  const circle = await executor.execute('import { ping } from "skills/ping";\nping()');
  expect(circle.error).toMatchObject({ code: "invalid_arguments" });
  expect(circle.error?.message).toContain("ping → pong → ping");
  const endless = await executor.execute('import { run_skill } from "generated/skills";\nawait run_skill("again")');
  expect(endless.error?.message).toContain("Skills run one another more than 8 deep");
});

test("the same skill run many times at once gives every answer", async () => {
  const run = await executor.execute(`import { run_skill } from "generated/skills";
await Promise.all([1, 2, 3, 4, 5, 6].map((n) => run_skill("mirror", { n })))`);
  expect(run.value).toEqual([1, 2, 3, 4, 5, 6]);
});

test("a skill ends when the program that runs it is out of time", async () => {
  const run = await executor.execute('import { run_skill } from "generated/skills";\nawait run_skill("endless")', {
    timeoutMs: 500,
  });
  expect(run.error?.code).toBe("time_limit");
  expect(run.durationMs).toBeLessThan(5_000);
});

test("tools a folder denies itself are refused to its scripts, also in skills those run, and so are files of other skills", async () => {
  const run = await executor.execute(`import { run_skill } from "generated/skills";
await run_skill({ skill_name: "careful", script_name: "try.ts" })`);
  expect(run.error).toBeNull();
  expect(run.value).toMatchObject({ value: ["policy_denied", "policy_denied", "policy_denied"] });
});

test("code that does not type-check is not saved", async () => {
  const directory = executor.skills;
  const code = "/** Counts. */\nexport function count(text: string): number {\n  return text.lengthh;\n}\n";
  await expect(directory.save({ name: "count", code, language: "typescript" })).rejects.toMatchObject({
    code: "type_error",
    details: { line: 3 },
  });
});

test("arguments of a skill are refused by name with what to do, given by name, in order or as one object", async () => {
  const refusalOf = async (call: string): Promise<object | null> => {
    const run = await executor.execute(
      `import { run_skill } from "generated/skills";\nimport { describe_list } from "skills/describe_list";\nawait ${call}`,
      { typeCheck: false },
    );
    return run.error;
  };
  expect(await refusalOf('run_skill("sum_all", { values: [1, "2"] })')).toMatchObject({
    code: "invalid_arguments",
    message: expect.stringContaining('/values/1 must be a number, not the string "2"'),
    line: 3,
  });
  expect(await refusalOf('run_skill("sum_all", { valuess: [1] })')).toMatchObject({
    message: expect.stringContaining("valuess"),
    hint: expect.stringContaining("values"),
  });
  expect(await refusalOf('describe_list({ values: [1], lable: "x" })')).toMatchObject({
    message: expect.stringContaining("lable"),
    hint: expect.stringContaining("It takes: values, label?."),
  });
  expect(await refusalOf('describe_list("x")')).toMatchObject({ message: expect.stringContaining("values") });
  expect(await refusalOf('describe_list([1], "x")')).toMatchObject({
    message: expect.stringContaining("it takes one argument in order, 2 were given"),
  });
});

test("a call of an imported skill that cannot fit its signature is refused before it runs, in both languages of the skill", async () => {
  const refusalOf = async (code: string): Promise<object | null> => {
    const run = await executor.execute(code);
    expect(run.toolCalls).toEqual([]);
    return run.error;
  };
  const imports =
    'import { mean } from "skills/mean";\nimport { sum_all } from "skills/sum_all";\nimport * as list from "skills/describe_list";\n';
  expect(await refusalOf(`${imports}await mean("x");`)).toMatchObject({
    code: "type_error",
    tool: "skills__mean",
    line: 4,
    message: expect.stringContaining("number[] is expected"),
    hint: expect.stringContaining("mean(values: number[], digits?: number): Promise<string>"),
  });
  expect(await refusalOf(`${imports}await sum_all({ valuess: [1] });`)).toMatchObject({
    code: "type_error",
    hint: expect.stringContaining("Did you mean `values`?"),
  });
  expect(await refusalOf(`${imports}await mean();`)).toMatchObject({ code: "type_error", tool: "skills__mean" });
  expect(await refusalOf(`${imports}await list.describe_list({ values: [1], label: 3 });`)).toMatchObject({
    code: "type_error",
    tool: "skills__describe_list",
    message: expect.stringContaining("string"),
  });
  const fits = await executor.execute(`${imports}const rows: unknown = [1, 2];\nawait mean(rows as number[]);`);
  expect(fits.error).toBeNull();
});
