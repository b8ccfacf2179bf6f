import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CLI, runCli, testFolder } from "../__fixtures__/run-cli.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));
const tool = (path: string): string => join(root, "node_modules", path);

const FILES: Readonly<Record<string, string>> = {
  "package.json": '{ "type": "module" }',
  "kept/mean.ts": `/** The mean of some numbers. */
export async function mean(values: number[], digits = 2): Promise<{ text: string }> {
  console.log("counting", values.length);
  return { text: (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(digits) };
}
/** Says hello. */
export function greet({ name, loud = false }: { name: string; loud?: boolean }): string {
  return loud ? name.toUpperCase() : name;
}
`,
  "kept/count_words.py": `"""Counts words."""

def count_words(text: str, *, least: int = 1) -> dict[str, int]:
    """Counts the words of a text."""
    words = text.split()
    return {word: words.count(word) for word in words if words.count(word) >= least}
`,
  "kept/report/SKILL.md": "---\nname: report\ndescription: Writes reports.\n---\nRun it.\n",
  "kept/report/resources/long.txt": "x".repeat(50_000),
  "kept/report/scripts/echo.ts": '/** Echoes. */\nconsole.log(argv.slice(1).join("+"));\n',
  "program.ts": `
import { listSkills, loadSkill, readSkillResource, runSkill } from "./generated/skills/index.ts";
import { mean, greet } from "./generated/skills/mean.ts";
import { count_words } from "./generated/skills/count_words.ts";
const words: { [word: string]: number } = await count_words("a b a");
const script = await runSkill("report", "echo", { path: "x", all: true });
let refusal = "";
await count_words({ text: "a", most: 2 } as never).catch((error: Error) => { refusal = error.message; });
const answers = {
  names: (await listSkills()).map(({ name }) => name),
  code: (await loadSkill("mean")).split("\\n")[0],
  length: (await readSkillResource("report", "resources/long.txt")).length,
  mean: (await mean([1, 2], 1)).text,
  greet: await greet({ name: "ada", loud: true }),
  words,
  named: await count_words({ text: "a b a", least: 2 }),
  script: [script.success, script.output, script.exit_code, script.error],
  byName: await runSkill("mean", { values: [4] }),
  refusal,
};
console.log(JSON.stringify(answers));
`,
  "program.py": `
import asyncio, json, sys
from generated import ToolError
from generated.skills import list_skills, load_skill, read_skill_resource, run_skill
from generated.skills.mean import mean, greet
from generated.skills.count_words import count_words

async def main() -> None:
    script = await run_skill("report", "echo", {"path": "x", "all": True})
    refusal = ""
    try:
        await run_skill("count_words", {"text": "a", "most": 2})
    except ToolError as error:
        refusal = str(error)
    answers = {
        "names": [skill["name"] for skill in await list_skills()],
        "code": (await load_skill("mean")).split("\\n")[0],
        "length": len(await read_skill_resource("report", "resources/long.txt")),
        "mean": (await mean([1, 2], digits=1))["text"],
        "greet": await greet(name="ada", loud=True),
        "words": await count_words("a b a"),
        "named": await count_words("a b a", least=2),
        "script": [script["success"], script["output"], script["exit_code"], script["error"]],
        "byName": await run_skill("mean", {"values": [4]}),
        "refusal": refusal,
    }
    print(json.dumps(answers))

asyncio.run(main())
`,
};

const ANSWERS = {
  names: ["count_words", "mean", "report"],
  code: "/** The mean of some numbers. */",
  length: 50_000,
  mean: "1.5",
  greet: "ADA",
  words: { a: 2, b: 1 },
  named: { a: 2 },
  script: [true, "--path+x+--all\n", 0, null],
  byName: { text: "4.00" },
  refusal: expect.stringContaining("most"),
};

let folder: Awaited<ReturnType<typeof testFolder>>;

beforeAll(async () => {
  folder = await testFolder({ skills: { directories: ["kept"] } });
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true });
    await writeFile(join(folder.path, path), text);
  }
  await mkdir(join(folder.path, "node_modules"));
  await symlink(root, join(folder.path, "node_modules/codemode"));
  const config = join(folder.path, "codemode.json");
  const generated = await runCli(["generate", "--language", "all", "--config", config], { cwd: folder.path });
  if (generated.status !== 0) throw new Error(generated.stderr);
  // The first program of Python on a machine makes its start-up image, which takes longer than a skill may.
  await runCli(["exec", "--language", "python", "-e", "1"], { cwd: folder.path });
}, 120_000);

afterAll(async () => folder[Symbol.asyncDispose]());

test(
  "a program of node finds and runs skills of both languages through generated modules",
  { timeout: 90_000 },
  async () => {
    const { stdout } = await run(process.execPath, [tool("tsx/dist/cli.mjs"), "program.ts"], { cwd: folder.path });
    const lines = stdout.trim().split("\n");
    expect(JSON.parse(lines.at(-1) ?? "")).toEqual(ANSWERS);
    expect(lines).toContain("counting 2");
  },
);

test("a program of CPython does the same through a child process", { timeout: 90_000 }, async () => {
  const config = join(folder.path, "codemode.json");
  const CODEMODE_COMMAND = `${process.execPath} ${CLI} serve --tools full --config ${config}`;
  const { stdout } = await run("python3", ["program.py"], {
    cwd: folder.path,
    env: { ...process.env, CODEMODE_COMMAND },
  });
  const lines = stdout.trim().split("\n");
  expect(JSON.parse(lines.at(-1) ?? "")).toEqual(ANSWERS);
  expect(lines).toContain("counting 2");
});

test("the generated modules are typed: the program checks, and one that misuses a skill does not", async () => {
  await writeFile(
    join(folder.path, "wrong.ts"),
    `import { mean } from "./generated/skills/mean.ts";\nimport { count_words } from "./generated/skills/count_words.ts";
mean("x");\ncount_words({ text: 3 });\nmean([1]).then(({ texxt }) => texxt);\n`,
  );
  const check = (file: string): Promise<string> =>
    run(
      process.execPath,
      [
        tool("typescript/bin/tsc"),
        "--noEmit",
        "--strict",
        "--skipLibCheck",
        "--allowImportingTsExtensions",
        "--module",
        "esnext",
        "--moduleResolution",
        "bundler",
        "--target",
        "es2024",
        "--types",
        "",
        file,
      ],
      { cwd: folder.path },
    ).then(
      ({ stdout }) => stdout,
      (error: { stdout: string }) => error.stdout,
    );
  expect(await check("program.ts")).not.toMatch(/^(?:program|generated).*error/m);
  const wrong = await check("wrong.ts");
  expect(wrong.match(/^wrong\.ts\((\d+)/gm)).toEqual(["wrong.ts(3", "wrong.ts(4", "wrong.ts(5"]);
});
