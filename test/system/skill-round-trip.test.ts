import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CLI, documentOf, runCli } from "../../src/cli/__fixtures__/run-cli.ts";
import { openCodemode } from "../../src/host/create-codemode.ts";

/** One way to skills; all of them do the same. */
interface Door {
  saveCode(name: string, code: string, language: "typescript" | "python"): Promise<unknown>;
  saveFolder(name: string, files: Readonly<Record<string, string>>): Promise<unknown>;
  names(): Promise<readonly string[]>;
  /** The code, or the instructions. */
  load(name: string): Promise<string>;
  run(name: string, args: object): Promise<unknown>;
  script(name: string, script: string, args: readonly string[]): Promise<unknown>;
  program(code: string, language: "typescript" | "python"): Promise<unknown>;
  delete(name: string): Promise<unknown>;
  close(): Promise<void>;
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

async function libraryDoor(directory: string): Promise<Door> {
  const codemode = openCodemode({ directory });
  const { executor } = codemode;
  const skills = executor.skills;
  return {
    saveCode: (name, code, language) => skills.create({ name, code, language }),
    saveFolder: (name, files) =>
      skills.create({ name, files: Object.entries(files).map(([path, text]) => ({ path, text })) }),
    names: async () => (await skills.list()).skills.map(({ name }) => name),
    load: async (name) => {
      const skill = await skills.get(name);
      return skill.kind === "code" ? skill.code : skill.instructions;
    },
    run: async (name, values) => (await executor.runSkill(name, { arguments: { ...values } })).value,
    script: async (name, scriptName, args) => (await executor.runSkill(name, { scriptName, args })).value,
    program: async (code, language) => (await executor.execute(code, { language })).value,
    delete: (name) => skills.delete(name),
    close: () => codemode.close(),
  };
}

async function commandDoor(directory: string): Promise<Door> {
  const drafts = await mkdtemp(join(tmpdir(), "codemode-drafts-"));
  const cli = async (...args: string[]): Promise<Record<string, unknown>> => {
    const run = await runCli([...args, "--json"], { cwd: directory });
    expect([run.status, run.stderr]).toEqual([0, expect.any(String)]);
    return documentOf(run);
  };
  return {
    saveCode: async (name, code, language) => {
      const file = join(drafts, `${name}.${language === "python" ? "py" : "ts"}`);
      await writeFile(file, code);
      return cli("skills", "save", name, "--file", file);
    },
    saveFolder: async (name, files) => {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(drafts, name, path)), { recursive: true });
        await writeFile(join(drafts, name, path), text);
      }
      return cli("skills", "save", name, "--file", join(drafts, name));
    },
    names: async () => {
      const { skills } = await cli("skills", "list");
      return Array.isArray(skills) ? skills.map((skill) => String(field(skill, "name"))) : [];
    },
    load: async (name) => (await runCli(["skills", "show", name], { cwd: directory })).stdout,
    run: async (name, args) => (await cli("skills", "run", name, JSON.stringify(args)))["value"],
    script: async (name, script, args) => {
      const run = await runCli(["skills", "run", name, "--script", script, "--json", "--", ...args], {
        cwd: directory,
      });
      return documentOf(run)["value"];
    },
    program: async (code, language) => (await cli("exec", "-e", code, "--language", language))["value"],
    delete: (name) => cli("skills", "delete", name),
    close: () => rm(drafts, { recursive: true, force: true }),
  };
}

async function protocolDoor(directory: string): Promise<Door> {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [CLI, "serve"], cwd: directory, stderr: "pipe" }),
  );
  const call = async (name: string, args: Record<string, unknown>): Promise<unknown> => {
    const result = await client.callTool({ name, arguments: args });
    expect(field(result.structuredContent, "error") ?? null).toBeNull();
    return result.structuredContent;
  };
  return {
    saveCode: (name, code, language) => call("save_skill", { name, code, language }),
    saveFolder: (name, files) =>
      call("save_skill", { name, files: Object.entries(files).map(([path, text]) => ({ path, text })) }),
    names: async () => {
      const skills = field(await call("list_skills", {}), "skills");
      return Array.isArray(skills) ? skills.map((skill) => String(field(skill, "name"))) : [];
    },
    load: async (name) => {
      const skill = await call("load_skill", { skill_name: name });
      return String(field(skill, "code") ?? field(skill, "instructions"));
    },
    run: async (name, args) => field(await call("run_skill", { name, arguments: args }), "value"),
    script: async (name, script, args) => field(await call("run_skill", { name, script_name: script, args }), "value"),
    program: async (code, language) => field(await call("execute_code", { code, language }), "value"),
    delete: (name) => call("delete_skill", { name }),
    close: () => client.close(),
  };
}

const CODE = {
  typescript: `/** Adds one. */\nexport async function plus_one(n: number): Promise<number> {\n  return n + 1;\n}\n`,
  python: `"""Doubles what plus_one makes."""\nfrom skills.plus_one import plus_one\n\nasync def twice(n: int) -> int:\n    return 2 * await plus_one(n)\n`,
};

const FOLDERS = {
  "tell-ts": {
    "SKILL.md": "---\nname: tell-ts\ndescription: Tells in TypeScript.\n---\n\n# Tell\n\nRun the script.\n",
    "scripts/tell.ts": `import { read_skill_resource, run_skill } from "generated/skills";
const words = await read_skill_resource("resources/words.txt");
console.log(words.trim(), argv[1], await run_skill("twice", { n: 1 }));\n`,
    "resources/words.txt": "hello\n",
  },
  "tell-py": {
    "SKILL.md": "---\nname: tell-py\ndescription: Tells in Python.\n---\n\n# Tell\n\nRun the script.\n",
    "scripts/tell.py": `import sys
from skills.plus_one import plus_one
with open("resources/words.txt") as words:
    print(words.read().strip(), sys.argv[1], await plus_one(3))
sys.exit(2)\n`,
    "resources/words.txt": "hello\n",
  },
};

/** The first program of Python on a machine makes its start-up image, which takes longer than a program may. */
beforeAll(async () => {
  await runCli(["exec", "--language", "python", "-e", "1"]);
}, 120_000);

describe.each([
  ["the library", libraryDoor],
  ["the command line", commandDoor],
  ["MCP over stdio", protocolDoor],
])("through %s", (_name, open) => {
  let directory: string;
  let door: Door;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "codemode-round-trip-"));
    await writeFile(join(directory, "codemode.json"), "{}");
    door = await open(directory);
  });

  afterAll(async () => {
    await door.close();
    await rm(directory, { recursive: true, force: true });
  });

  test(
    "skills of both kinds and languages are saved where none were, run by each other, and deleted",
    { timeout: 180_000 },
    async () => {
      expect(await door.names()).toEqual([]);
      expect(existsSync(join(directory, ".codemode/skills"))).toBe(false);
      await door.saveCode("plus_one", CODE.typescript, "typescript");
      await door.saveCode("twice", CODE.python, "python");
      for (const [name, files] of Object.entries(FOLDERS)) await door.saveFolder(name, files);
      expect(existsSync(join(directory, ".codemode/skills/plus_one.ts"))).toBe(true);
      expect(await door.names()).toEqual(["plus_one", "tell-py", "tell-ts", "twice"]);
      expect(await door.load("twice")).toContain(CODE.python.trim());
      expect(await door.load("tell-py")).toMatch(/^# Tell\n\nRun the script\./);
      expect(await door.run("plus_one", { n: 1 })).toBe(2);
      expect(await door.run("twice", { n: 1 })).toBe(4);
      expect(await door.script("tell-ts", "tell", ["you"])).toMatchObject({ success: true, output: "hello you 4\n" });
      expect(await door.script("tell-py", "tell.py", ["you"])).toMatchObject({
        success: false,
        exit_code: 2,
        stdout: "hello you 4\n",
        script_name: "tell.py",
      });
      expect(await door.program('import { twice } from "skills/twice";\nawait twice(4)', "typescript")).toBe(10);
      expect(await door.program("from skills.plus_one import plus_one\nawait plus_one(n=4)", "python")).toBe(5);
      for (const name of await door.names()) await door.delete(name);
      expect(await door.names()).toEqual([]);
    },
  );
});
