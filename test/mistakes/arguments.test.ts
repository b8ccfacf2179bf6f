import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { documentOf, runCli, testFolder } from "../../src/cli/__fixtures__/run-cli.ts";
import { stubbornServer } from "../../src/cli/__fixtures__/stdio-servers.ts";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";
import { codemodeTools } from "../../src/tools/codemode-tools.ts";

let codemode: Codemode;

beforeAll(async () => {
  const save = defineTool({
    name: "save-it",
    description: "Saves it.",
    inputSchema: {
      type: "object",
      properties: {
        path: { type: "string" },
        count: { type: "integer" },
        mode: { enum: ["text", "binary"] },
        tags: {
          type: "array",
          items: {
            type: "object",
            properties: { name: { type: "string" } },
            required: ["name"],
            additionalProperties: false,
          },
        },
      },
      required: ["path"],
      additionalProperties: false,
    },
    execute: () => "saved",
  });
  codemode = createCodemode({ tools: { "my-hub": [save] } });
  await codemode.executor.setup();
});

afterAll(async () => codemode.close());

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

const REFUSED = z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string() }) });

const programs = [
  ["TypeScript with types", { language: "typescript" }, "type_error"],
  ["TypeScript without", { language: "typescript", typeCheck: false }, "invalid_arguments"],
  ["Python", { language: "python" }, "type_error"],
  ["Python without a check", { language: "python", typeCheck: false }, "invalid_arguments"],
] as const;

interface WrongArguments {
  readonly typescript: string;
  readonly python: string;
  readonly call: Readonly<Record<string, unknown>>;
  /** What the message says after the name of the tool. */
  readonly problems: string;
  readonly hint: string;
  /** Where the check sees it in `await my_hub.save_it(…)`: in TypeScript, and in Python. */
  readonly columns: readonly [number, number];
}

const mistakes: Readonly<Record<string, WrongArguments>> = {
  "a misspelt argument": {
    typescript: '{ pathh: "a" }',
    python: 'pathh="a"',
    call: { pathh: "a" },
    problems:
      '/path is missing; it must be a string. You gave "pathh". /pathh is not a known property. Allowed: path, count, mode, tags. Did you mean "path"?',
    hint: 'Rename "pathh" to "path".',
    columns: [24, 22],
  },
  "an argument under another name": {
    typescript: '{ filename: "a" }',
    python: 'filename="a"',
    call: { filename: "a" },
    problems:
      '/path is missing; it must be a string. You gave "filename". /filename is not a known property. Allowed: path, count, mode, tags.',
    hint: 'Rename "filename" to "path".',
    columns: [24, 22],
  },
  "arguments under longer names": {
    typescript: '{ file_path: "a", verbose: true }',
    python: 'file_path="a", verbose=True',
    call: { file_path: "a", verbose: true },
    problems:
      '/path is missing; it must be a string. You gave "file_path". /file_path is not a known property. Allowed: path, count, mode, tags. /verbose is not a known property.',
    hint: 'Rename "file_path" to "path". Remove "verbose".',
    columns: [24, 22],
  },
  "an argument of a wrong type": {
    typescript: "{ path: 1 }",
    python: "path=1",
    call: { path: 1 },
    problems: "/path must be a string, not the number 1.",
    hint: "Change /path to a string.",
    columns: [24, 22],
  },
  "a missing argument": {
    typescript: "{ count: 1 }",
    python: "count=1",
    call: { count: 1 },
    problems: "/path is missing; it must be a string.",
    hint: 'Add "path".',
    columns: [22, 14],
  },
  "arguments inside an argument": {
    typescript: '{ input: { path: "a", count: 1 } }',
    python: 'input={"path": "a", "count": 1}',
    call: { input: { path: "a", count: 1 } },
    problems: '"input" is not a known property; what it holds ("path", "count") belongs in the arguments directly.',
    hint: 'Leave "input" out and write what it holds in its place.',
    columns: [24, 22],
  },
  "no arguments at all": {
    typescript: "",
    python: "",
    call: {},
    problems: "/path is missing; it must be a string.",
    hint: 'Add "path".',
    columns: [14, 14],
  },
  "an argument too many": {
    typescript: '{ path: "a", verbose: true }',
    python: 'path="a", verbose=True',
    call: { path: "a", verbose: true },
    problems: "/verbose is not a known property. Allowed: path, count, mode, tags.",
    hint: 'Remove "verbose".',
    columns: [35, 32],
  },
  "a listed value nearly right": {
    typescript: '{ path: "a", mode: "txt" }',
    python: 'path="a", mode="txt"',
    call: { path: "a", mode: "txt" },
    problems: '/mode must be one of "text", "binary", not the string "txt". Did you mean "text"?',
    hint: 'Change /mode to "text".',
    columns: [35, 32],
  },
  "a mistake deep inside": {
    typescript: '{ path: "a", tags: [{ name: "x" }, { name: 1 }] }',
    python: 'path="a", tags=[{"name": "x"}, {"name": 1}]',
    call: { path: "a", tags: [{ name: "x" }, { name: 1 }] },
    problems: "/tags/1/name must be a string, not the number 1.",
    hint: "Change /tags/1/name to a string.",
    columns: [59, 54],
  },
  "two mistakes at once": {
    typescript: '{ path: 1, mode: "txt" }',
    python: 'path=1, mode="txt"',
    call: { path: 1, mode: "txt" },
    problems:
      '/path must be a string, not the number 1. /mode must be one of "text", "binary", not the string "txt". Did you mean "text"?',
    hint: 'Change /path to a string. Change /mode to "text".',
    columns: [24, 22],
  },
};

/** Words of the compiler, of the engines and of the machine that no answer may hold. */
const INSIDES = /__codemode|\$\w|\/(?:work|tmp|home|usr)\/|assignable|Expected \d|parameter of type|undefined/;
const rows = Object.entries(mistakes);

describe.each(programs)("%s", (_title, options, code) => {
  test.each(rows)("%s is refused by the words of the schema, with the signature", async (_row, mistake) => {
    const text = `await my_hub.save_it(${mistake[options.language]})`;
    const { error } = await codemode.executor.execute(text, options);
    expect(error).toMatchObject({ code, message: `my-hub__save-it cannot take these arguments: ${mistake.problems}` });
    expect(error?.hint?.startsWith(`${mistake.hint} Signature: save_it(`)).toBe(true);
    expect(`${error?.message} ${error?.hint}`).not.toMatch(INSIDES);
  });
});

test.each(rows)("%s is found at its place before the run", async (_row, mistake) => {
  for (const [index, language] of (["typescript", "python"] as const).entries()) {
    const text = `await my_hub.save_it(${mistake[language]})`;
    const { error, toolCalls } = await codemode.executor.execute(text, { language });
    const place = { line: 1, column: mistake.columns[index], toolCalls: [] };
    expect({ line: error?.line, column: error?.column, toolCalls }).toEqual(place);
  }
});

test.each(rows)("call_tool: %s is refused in the same words", async (_row, { call, problems, hint }) => {
  const offered = codemodeTools(codemode.executor, { allowCallTool: true }).find(({ name }) => name === "call_tool");
  const result = await offered?.execute({ tool_name: "my-hub__save-it", arguments: call });
  const { error } = REFUSED.parse(result?.structured);
  expect(error).toEqual({
    code: "invalid_arguments",
    message: `my-hub__save-it cannot take these arguments: ${problems}`,
    hint: expect.stringContaining(`${hint} Signature: save_it(`),
  });
});

test("codemode call refuses arguments in the same words", async () => {
  await using configured = await testFolder({ mcpServers: { "my-hub": stubbornServer() } });
  const call = async (args: string): Promise<Refusal> =>
    documentOf(await runCli(["call", "my-hub__echo", args, "--json"], { cwd: configured.path }), REFUSED).error;
  const words = "my-hub__echo cannot take these arguments:";
  expect(await Promise.all(['{"txt":"a"}', '{"text":1}', "{}"].map(call))).toEqual([
    {
      code: "invalid_arguments",
      message: `${words} /text is missing; it must be a string. You gave "txt".`,
      hint: expect.stringMatching(/^Rename "txt" to "text"\. Signature: echo\(/),
    },
    {
      code: "invalid_arguments",
      message: `${words} /text must be a string, not the number 1.`,
      hint: expect.stringMatching(/^Change \/text to a string\. Signature: echo\(/),
    },
    {
      code: "invalid_arguments",
      message: `${words} /text is missing; it must be a string.`,
      hint: expect.stringMatching(/^Add "text"\. Signature: echo\(/),
    },
  ]);
});

test.each([
  [
    "a variable",
    "const n: number = 1;\nawait my_hub.save_it({ path: n })",
    "/path must be a string, not the number 1.",
    "Change /path",
  ],
  [
    "a promise",
    'await my_hub.save_it({ path: my_hub.save_it({ path: "a" }) })',
    "/path must be a string.",
    "Write `await`",
  ],
])("%s of a wrong type is refused by what is wanted in its place", async (...[, code, problem, hint]) => {
  const { error } = await codemode.executor.execute(code);
  expect(error).toMatchObject({
    code: "type_error",
    message: `my-hub__save-it cannot take these arguments: ${problem}`,
    hint: expect.stringContaining(hint),
  });
});

test("of an object with more in it than is written, only what is written is refused", async () => {
  const code = 'const more: any = { path: "a" };\nawait my_hub.save_it({ ...more, mode: "txt" })';
  const { error } = await codemode.executor.execute(code);
  expect(error?.message).not.toContain("missing");
  expect(error?.message).toContain('/mode must be one of "text", "binary", not the string "txt".');
});
