import { afterAll, beforeAll, expect, test } from "vitest";
import { prepare } from "../program/prepare.ts";
import { checkText, IMPORT, modules, NO_NAMES } from "./__fixtures__/sample-tools.ts";
import { type CheckOptions, type CheckResult, createTypeChecker } from "./type-checker.ts";

const checker = createTypeChecker();
beforeAll(async () => checker.warm({ modules, version: "1", sessionNames: [] }));
afterAll(() => checker.close());

async function check(
  text: string,
  options: CheckOptions & { sessionNames?: readonly string[] } = {},
): Promise<CheckResult> {
  return checkText(checker, text, options);
}

test.each([
  ["an unknown name", "const a = 1;\nconst b = a + misssing;", "type_error", [2, 15], "`misssing` is not defined."],
  ["a misspelt name", "const total = 1;\ntotl + 1", "type_error", [2, 1], "`totl` is not defined."],
  ["a name in short notation", "const o = { nothere };", "type_error", [1, 13], "`nothere` is not defined."],
  ["an assignment to an unknown name", "counter = 1", "type_error", [1, 1], "`counter` is not defined."],
  ["fetch", "const r = await fetch('http://x')", "type_error", [1, 17], "`fetch` is not defined."],
  ["process", "process.exit(0)", "type_error", [1, 1], "`process` is not defined."],
  ["require", "const a: any = 1; const fs = require('fs');", "type_error", [1, 30], "`require` is not defined."],
  [
    "a name in a fence",
    "```ts\nconst a: string = 'x';\nBuffer.from(a)\n```",
    "type_error",
    [3, 1],
    "`Buffer` is not defined.",
  ],
  ["a name after an emoji", "const s = '😀é'; window.x", "type_error", [1, 18], "`window` is not defined."],
  [
    "an unknown parameter",
    `${IMPORT}await read_file({ pth: 'a' })`,
    "type_error",
    [2, 19],
    "files__read_file: there is no parameter `pth`.",
  ],
  [
    "an unknown parameter beside a good one",
    `${IMPORT}await read_file({ path: 'a', foo: 1 })`,
    "type_error",
    [2, 30],
    "there is no parameter `foo`.",
  ],
  [
    "a missing parameter",
    `${IMPORT}await read_file({ head: 1 })`,
    "type_error",
    [2, 17],
    "files__read_file: `path` is required.",
  ],
  ["several missing parameters", `${IMPORT}await edit_file({})`, "type_error", [2, 17], "`path, edits` is required."],
  [
    "a missing parameter of a part",
    `${IMPORT}await edit_file({ path: 'a', edits: [{ oldText: 'x' }] })`,
    "type_error",
    [2, 38],
    "`newText` is required.",
  ],
  [
    "a wrong type",
    `${IMPORT}const a: number = 1; await read_file({ path: a })`,
    "type_error",
    [2, 40],
    "is number, but string is expected.",
  ],
  ["a wrong word", `${IMPORT}await read_file({ path: 'a', mode: 'txt' })`, "type_error", [2, 30], '"txt"'],
  [
    "a wrong type in a part",
    `${IMPORT}await edit_file({ path: 'a', edits: [{ oldText: 1, newText: 'b' }] })`,
    "type_error",
    [2, 40],
    "is number, but string is expected.",
  ],
  [
    "text where a list is expected",
    `${IMPORT}await edit_file({ path: 'a', edits: 'x' })`,
    "type_error",
    [2, 30],
    "is expected.",
  ],
  [
    "text instead of an object",
    `${IMPORT}await read_file('a.txt')`,
    "type_error",
    [2, 17],
    "is string, but ReadInput is expected.",
  ],
  [
    "no arguments",
    `${IMPORT}await read_file()`,
    "type_error",
    [2, 7],
    "files__read_file: expected 1-2 arguments, but got 0.",
  ],
  [
    "too many arguments",
    `${IMPORT}await read_file({ path: 'a' }, {}, 3)`,
    "type_error",
    [2, 36],
    "expected 1-2 arguments, but got 3.",
  ],
  [
    "a missing await",
    `${IMPORT}await stat({ path: read_file({ path: 'a' }) })`,
    "type_error",
    [2, 14],
    "is Promise<string>, but string is expected.",
  ],
  [
    "a wrong call inside a function",
    `${IMPORT}const f = (p: string) => read_file({ file: p });\nf('x')`,
    "type_error",
    [2, 38],
    "there is no parameter `file`.",
  ],
  [
    "a wrong call inside another call",
    `${IMPORT}await Promise.all(['a'].map((p) => read_file({ path: p, hed: 1 })))`,
    "type_error",
    [2, 57],
    "there is no parameter `hed`.",
  ],
  [
    "a wrong call of a global by its original name",
    "await my_hub['create-issue']({ titel: 'x' })",
    "type_error",
    [1, 32],
    "my-hub__create_issue: there is no parameter `titel`.",
  ],
  [
    "a wrong type for a list",
    "await my_hub.create_issue({ title: 'x', labels: 'bug' })",
    "type_error",
    [1, 41],
    "is string, but string[] is expected.",
  ],
  [
    "a wrong member of a union",
    "await my_hub.create_issue({ title: 'x', body: true })",
    "type_error",
    [1, 41],
    "is expected.",
  ],
  [
    "wrong options with two forms",
    `${IMPORT}await read_file({ path: 1 }, { timeoutMs: 5 })`,
    "type_error",
    [2, 19],
    "is number, but string is expected.",
  ],
] as const)("%s is found before the run", async (...[, text, code, [line, column], message]) => {
  const { available, fatal } = await check(text);
  expect(available).toBe(true);
  expect(fatal).toMatchObject({
    code,
    line,
    column,
    message: expect.stringContaining(message),
    hint: expect.any(String),
  });
});

test("hints say what to use instead", async () => {
  expect((await check("fetch('x')")).fatal?.hint).toContain("no network");
  expect((await check(`${IMPORT}read_file({ pth: 'a' })`)).fatal).toMatchObject({
    tool: "files__read_file",
    hint: "Did you mean `path`? Signature: files__read_file(…)",
  });
  expect((await check(`${IMPORT}stat({ path: read_file({ path: 'a' }) })`)).fatal?.hint).toContain("await");
});

test("several findings are told in order, the first five in full", async () => {
  const { fatal } = await check("a1;\na2;\na3;\na4;\na5;\na6;\na7");
  expect(fatal?.message.split("\n")).toHaveLength(6);
  expect(fatal?.message).toMatch(/^`a1` is not defined\.\nLine 2/);
  expect(fatal?.message).toContain("… and 2 more.");
});

test("what may fail is at most five notes", async () => {
  const { fatal, notes } = await check(
    `${IMPORT}const i = await stat({ path: 'a' });\n${"abcdefg"
      .split("")
      .map((name) => `i.${name};`)
      .join("\n")}`,
  );
  expect(fatal).toBeNull();
  expect(notes).toHaveLength(5);
  expect(notes[0]).toContain("Line 3, column 3: Property 'a' does not exist");
});

test("names of earlier cells may be anything", async () => {
  expect((await check("counter + 1")).fatal).not.toBeNull();
  expect((await check("counter + helper(1).x", { sessionNames: ["counter", "helper"] })).fatal).toBeNull();
  expect((await check("files.whatever({ any: 1 })", { sessionNames: ["files"] })).fatal).toBeNull();
  expect((await check("counter + 1")).fatal).not.toBeNull();
});

test("files of the machine are not read", async () => {
  const { fatal } = await check('/// <reference path="/etc/passwd" />\nimport x from "/etc/hostname";\nx');
  // Read as programs, both would be full of mistakes; that the module does not exist is for the check of names to say.
  expect(fatal).toBeNull();
});

const HOSTILE = `type Spread<S extends string, N extends any[] = []> = N["length"] extends 40 ? S : Spread<\`\${S}\${"a" | "b"}\`, [...N, 1]>;
type Deep<T, N extends any[] = []> = N["length"] extends 900 ? T : { [K in keyof T]: Deep<Deep<T, [...N, 1]>, [...N, 1, 1]> }[keyof T];
type Mix<A, B extends any[]> = B["length"] extends 45 ? A : Mix<A, [...B, 1]> | Mix<[A], [...B, 1]>;
const x: Mix<{ a: 1 }, []> = { a: 1 }; const y: Deep<{ a: 1; b: 2 }> = null; const z: Spread<""> = "";`;

test(
  "a program that keeps the compiler busy goes unchecked in time, and the next one is checked",
  { retry: 2 },
  async () => {
    const start = performance.now();
    let longestBlockMs = 0;
    let last = start;
    const beat = setInterval(() => {
      longestBlockMs = Math.max(longestBlockMs, performance.now() - last);
      last = performance.now();
    }, 5);
    const result = await check(HOSTILE, { timeoutMs: 400 });
    clearInterval(beat);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(longestBlockMs).toBeLessThan(200);
    expect(result).toMatchObject({
      available: false,
      fatal: null,
      notes: [expect.stringContaining("longer than 400 ms")],
    });
    expect((await check("nope1")).fatal).toMatchObject({ code: "type_error" });
  },
);

test("a cancelled check comes back at once", async () => {
  const result = await check("1", { signal: AbortSignal.abort() });
  expect(result).toMatchObject({ available: false, notes: [expect.stringContaining("cancelled")] });
});

test("checks side by side all get their own answer", async () => {
  const results = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => check(index % 2 === 0 ? `const a${index} = 1` : `missing${index}`)),
  );
  expect(results.map(({ fatal }) => fatal === null)).toEqual(results.map((_, index) => index % 2 === 0));
});

test("changed declarations are seen with their new version", async () => {
  const own = createTypeChecker();
  const ask = async (version: string, text: string): Promise<CheckResult> =>
    own.check({
      prepared: prepare('import { go } from "generated/servers/a";\ngo({ n: 1 })', { language: "typescript" }),
      modules: new Map([["generated/servers/a.ts", text]]),
      version,
      sessionNames: [],
      findTool: (server, tool) => ({ name: `${server}__${tool}`, signature: "" }),
      suggest: () => [],
      names: NO_NAMES,
    });
  expect((await ask("1", "export declare function go(a: { n: number }): void;")).fatal).toBeNull();
  expect((await ask("2", "export declare function go(a: { n: string }): void;")).fatal).toMatchObject({
    code: "type_error",
  });
  expect((await ask("3", "export declare function go(): void;")).fatal).toMatchObject({ code: "type_error" });
  expect((await ask("4", "export declare function go(a: { n: number }): void;")).fatal).toBeNull();
  own.close();
  expect(await ask("4", "")).toMatchObject({ available: false, fatal: null });
});
