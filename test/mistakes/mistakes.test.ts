import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { documentOf, runCli, testFolder } from "../../src/cli/__fixtures__/run-cli.ts";
import { silentServer, stubbornServer } from "../../src/cli/__fixtures__/stdio-servers.ts";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";
import { codemodeTools } from "../../src/tools/codemode-tools.ts";

const tool = (name: string) =>
  defineTool({
    name,
    description: "Does it.",
    inputSchema: {
      type: "object",
      properties: { path: { type: "string" }, count: { type: "integer" } },
      required: ["path"],
      additionalProperties: false,
    },
    execute: () => "done",
  });

let codemode: Codemode;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mistakes-"));
  mkdirSync(join(folder, "skills"));
  writeFileSync(
    join(folder, "skills", "sum_all.ts"),
    "/** Sums. */\nexport async function sumAll(): Promise<number> { return 1; }\n",
  );
  codemode = createCodemode({
    tools: { "my-hub": [tool("do-it"), tool("list_all")], files: [tool("read_file")] },
    mcpServers: {
      down: { command: "a-program-that-does-not-exist" },
      off: { command: "a-program-that-does-not-exist", disabled: true },
    },
    skills: { directories: [join(folder, "skills")] },
  });
  await codemode.executor.setup();
});

afterAll(async () => {
  await codemode.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What everything that notices a mistake says of it. */
interface Told {
  readonly code: string;
  readonly message: string;
  /** Line and column in the text of the program; absent where there is no program. */
  readonly place?: string;
}

const programs = [
  ["TypeScript with types", { language: "typescript" }],
  ["TypeScript without", { language: "typescript", typeCheck: false }],
  ["Python", { language: "python" }],
] as const;

async function runProgram(code: string, options: (typeof programs)[number][1]): Promise<Told> {
  const { error } = await codemode.executor.execute(code, options);
  if (error === null) throw new Error(`The program succeeded: ${code}`);
  return { code: error.code, message: error.message, place: `${error.line}:${error.column}` };
}

async function callTool(name: string, args: Record<string, unknown>): Promise<Told> {
  const offered = codemodeTools(codemode.executor, { allowCallTool: true });
  const { structured } = await (offered.find((each) => each.name === "call_tool") ?? missing()).execute({
    tool_name: name,
    arguments: args,
  });
  return FAILURE.parse(structured).error;
}

const FAILURE = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

function missing(): never {
  throw new Error("call_tool is missing");
}

const NO_TOOL = 'Server "my-hub" has no tool "do_itt". Did you mean my-hub__do-it (in code my_hub.do_it)?';
const ELSEWHERE = 'Server "my-hub" has no tool "read_file". Did you mean files__read_file?';
const NO_SERVER = 'There is no server "my_hubb". Did you mean my_hub?';
const IS_DOWN = /^Server "down" is not available, so it has no tool "go": .*a-program-that-does-not-exist/;
const IS_OFF = 'Server "off" is not available, so it has no tool "go": it is disabled in the configuration.';

interface Mistake {
  readonly typescript?: string;
  readonly python?: string;
  /** Full name for `call_tool`, where the mistake can be made there. */
  readonly call?: string;
  readonly code?: string;
  readonly message: string | RegExp;
  /** Places in the TypeScript and in the Python program. */
  readonly at: readonly [typescript: string, python: string];
}

const mistakes: Readonly<Record<string, Mistake>> = {
  "a wrong tool of a global": {
    typescript: "const a = 1;\nawait my_hub.do_itt({})",
    python: "a = 1\nawait my_hub.do_itt()",
    call: "my-hub__do_itt",
    message: NO_TOOL,
    at: ["2:14", "2:14"],
  },
  "a wrong tool in an import": {
    typescript: 'import { do_itt } from "generated/servers/my_hub";\nawait do_itt({})',
    python: "from generated.servers.my_hub import do_itt\nawait do_itt()",
    message: NO_TOOL,
    at: ["1:10", "1:38"],
  },
  "a wrong tool of servers": {
    typescript: "await servers.my_hub.do_itt({})",
    python: "await servers.my_hub.do_itt()",
    message: NO_TOOL,
    at: ["1:22", "1:22"],
  },
  "a wrong tool in brackets": {
    typescript: 'await servers["my_hub"]["do_itt"]({})',
    python: 'await servers["my_hub"]["do_itt"]()',
    message: NO_TOOL,
    at: ["1:25", "1:25"],
  },
  "a wrong tool of an imported server": {
    typescript: 'import * as hub from "generated/servers/my_hub";\nawait hub.do_itt({})',
    python: "from generated.servers import my_hub as hub\nawait hub.do_itt()",
    message: NO_TOOL,
    at: ["2:11", "2:11"],
  },
  "a tool in other case": {
    typescript: "await my_hub.Do_It({})",
    python: "await my_hub.Do_It()",
    call: "my-hub__Do_It",
    message: 'Server "my-hub" has no tool "Do_It". Did you mean my-hub__do-it (in code my_hub.do_it)?',
    at: ["1:14", "1:14"],
  },
  "a tool of another server": {
    typescript: "await my_hub.read_file({})",
    python: "await my_hub.read_file()",
    call: "my-hub__read_file",
    message: ELSEWHERE,
    at: ["1:14", "1:14"],
  },
  "a tool of another server in an import": {
    typescript: 'import { read_file } from "generated/servers/my_hub";\nread_file({})',
    python: "from generated.servers.my_hub import read_file",
    message: ELSEWHERE,
    at: ["1:10", "1:38"],
  },
  "a wrong server": {
    typescript: "await my_hubb.do_it({})",
    python: "await my_hubb.do_it()",
    call: "my_hubb__do_it",
    message: NO_SERVER,
    at: ["1:7", "1:7"],
  },
  "a wrong server in an import": {
    typescript: 'import { do_it } from "generated/servers/my_hubb";\nawait do_it({})',
    python: "from generated.servers.my_hubb import do_it",
    message: NO_SERVER,
    at: ["1:23", "1:6"],
  },
  "a wrong server of servers": {
    typescript: 'await servers["my_hubb"]["do_it"]({})',
    python: 'await servers["my_hubb"]["do_it"]()',
    message: NO_SERVER,
    at: ["1:15", "1:15"],
  },
  "a server in other case": {
    typescript: "await My_Hub.do_it({})",
    python: "await My_Hub.do_it()",
    call: "My_Hub__do_it",
    message: 'There is no server "My_Hub". Did you mean my_hub?',
    at: ["1:7", "1:7"],
  },
  "a server far from all, for a tool that exists": {
    typescript: "await servers.qqqqqqqq.read_file({})",
    python: "await servers.qqqqqqqq.read_file()",
    call: "qqqqqqqq__read_file",
    message: 'There is no server "qqqqqqqq". Did you mean files__read_file?',
    at: ["1:15", "1:15"],
  },
  "a wrong module": {
    typescript: 'import x from "node:fs";\nx',
    message: 'There is no module "node:fs".',
    at: ["1:15", ""],
  },
  "a file as a module": {
    typescript: 'import x from "/etc/hostname";\nx',
    message: 'There is no module "/etc/hostname".',
    at: ["1:15", ""],
  },
  "a wrong module of ours in TypeScript": {
    typescript: 'import { run_skill } from "generated/skils";\nrun_skill("x")',
    message: 'There is no module "generated/skils". Did you mean generated/skills?',
    at: ["1:27", ""],
  },
  "a wrong module of ours in Python": {
    python: "from generated.skils import run_skill",
    message: 'There is no module "generated.skils". Did you mean generated.skills?',
    at: ["", "1:6"],
  },
  "a wrong export of the skills in TypeScript": {
    typescript: 'import { run_skil } from "generated/skills";\nrun_skil("x")',
    message: 'Module "generated/skills" has no export "run_skil". Did you mean run_skill?',
    at: ["1:10", ""],
  },
  "a wrong export of the skills in Python": {
    python: "from generated.skills import run_skil",
    message: 'Module "generated.skills" has no export "run_skil". Did you mean run_skill?',
    at: ["", "1:30"],
  },
  "a wrong helper": {
    typescript: 'import { retri } from "codemode";\nretri()',
    python: "from codemode import retri",
    message: 'Module "codemode" has no export "retri". Did you mean retry?',
    at: ["1:10", "1:22"],
  },
  "a wrong skill": {
    typescript: 'import { sumAll } from "skills/sum_al";\nawait sumAll()',
    python: "from skills.sum_al import sumAll",
    message: 'There is no skill "sum_al". Did you mean sum_all?',
    at: ["1:24", "1:6"],
  },
  "a wrong skill in a list": {
    python: "from skills import sum_al",
    message: 'There is no skill "sum_al". Did you mean sum_all?',
    at: ["", "1:20"],
  },
  "a wrong function of a skill in TypeScript": {
    typescript: 'import { sumal } from "skills/sum_all";\nawait sumal()',
    message: 'Module "skills/sum_all" has no export "sumal". Did you mean sumAll?',
    at: ["1:10", ""],
  },
  "a server that is down": {
    typescript: "await down.go({})",
    python: "await down.go()",
    call: "down__go",
    code: "server_unavailable",
    message: IS_DOWN,
    at: ["1:12", "1:12"],
  },
  "an import from a server that is down": {
    typescript: 'import { go } from "generated/servers/down";\nawait go({})',
    python: "from generated.servers.down import go",
    code: "server_unavailable",
    message: IS_DOWN,
    at: ["1:10", "1:36"],
  },
  "a server that is switched off": {
    typescript: "await off.go({})",
    python: "await off.go()",
    call: "off__go",
    code: "server_unavailable",
    message: IS_OFF,
    at: ["1:11", "1:11"],
  },
};

const rows = Object.entries(mistakes);

describe.each(programs)("%s", (_language, options) => {
  const written = rows.filter(([, mistake]) => mistake[options.language] !== undefined);
  test.each(written)("%s is refused in the same words, at its place", async (_title, mistake) => {
    const told = await runProgram(mistake[options.language] ?? "", options);
    const place = mistake.at[options.language === "python" ? 1 : 0];
    expect(told).toEqual({ code: mistake.code ?? "unknown_tool", message: matching(mistake.message), place });
  });
});

const called = rows.flatMap(([title, mistake]) =>
  mistake.call === undefined ? [] : [[title, mistake.call, mistake] as const],
);

test.each(called)("call_tool: %s is refused in the same words", async (_title, name, { code, message }) => {
  expect(await callTool(name, {})).toEqual({ code: code ?? "unknown_tool", message: matching(message) });
});

test("codemode call refuses names in the same words", async () => {
  await using configured = await testFolder({ mcpServers: { "my-hub": stubbornServer() } });
  const call = async (name: string): Promise<Told> =>
    documentOf(await runCli(["call", name, "--json"], { cwd: configured.path }), FAILURE).error;
  expect(await Promise.all(["my-hub__ecko", "my_hubb__echo", "my-hub.Echo"].map(call))).toEqual([
    {
      code: "unknown_tool",
      message: 'Server "my-hub" has no tool "ecko". Did you mean my-hub__echo (in code my_hub.echo)?',
    },
    { code: "unknown_tool", message: 'There is no server "my_hubb". Did you mean my_hub?' },
    {
      code: "unknown_tool",
      message: 'Server "my-hub" has no tool "Echo". Did you mean my-hub__echo (in code my_hub.echo)?',
    },
  ]);
});

const matching = (message: string | RegExp) => (typeof message === "string" ? message : expect.stringMatching(message));

test.each(programs)(
  "a program waits for no server that it does not name as a whole word: %s",
  async (_language, options) => {
    await using own = createCodemode({ tools: { github: [tool("do_it")] }, mcpServers: { git: silentServer() } });
    const text =
      options.language === "python"
        ? 'await github.do_it(path="git") # git'
        : 'await github.do_it({ path: "git" }) // git';
    const { value, error } = await own.executor.execute(text, options);
    expect({ value, error }).toEqual({ value: "done", error: null });
    expect(own.registry.listServers().find(({ name }) => name === "git")).toMatchObject({ status: "connecting" });
  },
);

test("a search among the tools of a server that does not exist is refused in the same words", async () => {
  for (const name of ["search_tools", "list_tool_names"]) {
    const found = codemodeTools(codemode.executor, { set: "full" }).find((each) => each.name === name) ?? missing();
    const { structured } = await found.execute({
      server: "my_hubb",
      ...(name === "search_tools" ? { query: "x" } : {}),
    });
    expect(structured).toMatchObject({ error: { code: "unknown_tool", message: NO_SERVER } });
  }
});

const accepted: Readonly<Record<string, readonly [typescript: string, python?: string]>> = {
  "the ending of a module": [
    'import { do_it } from "./generated/servers/my_hub.mts";\nreturn await do_it({ path: "a" })',
  ],
  "another ending of a module": [
    'import { do_it } from "generated/servers/my_hub.js";\nreturn await do_it({ path: "a" })',
  ],
  "the older folder": [
    'import { do_it } from "./generated/mcp/my_hub.ts";\nreturn await do_it({ path: "a" })',
    'from generated.mcp.my_hub import do_it\nawait do_it(path="a")',
  ],
  "a server as the default of its module": [
    'import hub from "generated/servers/my_hub";\nreturn await hub.do_it({ path: "a" })',
  ],
  "a server by its name in the configuration": [
    'return await servers["my-hub"].do_it({ path: "a" })',
    'await servers["my-hub"].do_it(path="a")',
  ],
  "the original name in brackets": [
    'return await servers["my_hub"]["do-it"]({ path: "a" })',
    'await servers["my_hub"]["do-it"](path="a")',
  ],
  "a member that is asked for first": [
    'return my_hub.nope ? await my_hub.nope({}) : "done"',
    'await my_hub.nope() if hasattr(my_hub, "nope") else "done"',
  ],
  "a name of its own": [
    'const my_hubb = { do_it: async () => "done" };\nreturn await my_hubb.do_it()',
    'class my_hubb:\n    async def do_it(): return "done"\nawait my_hubb.do_it()',
  ],
  "a failure that is caught": [
    'return await callTool("my-hub__nope", {}).catch(() => "done")'.replace("callTool", "codemode.callTool"),
    'try:\n    from generated.servers import nope\nexcept ImportError:\n    nope = "done"\nnope',
  ],
};

describe.each(programs)("%s", (_language, options) => {
  const written = Object.entries(accepted).filter(
    ([, [, python]]) => options.language === "typescript" || python !== undefined,
  );
  test.each(written)("%s is no mistake", async (_title, [typescript, python = ""]) => {
    const result = await codemode.executor.execute(options.language === "python" ? python : typescript, options);
    expect({ value: result.value, error: result.error }).toEqual({ value: "done", error: null });
  });
});
