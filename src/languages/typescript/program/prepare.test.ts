import { createContext, Script } from "node:vm";
import { expect, test } from "vitest";
import { CodemodeError, type ErrorReport } from "../../../base/codemode-error.ts";
import { prepare } from "./prepare.ts";
import type { PreparedCell } from "./prepared-cell.ts";

const read = (text: string): PreparedCell => prepare(text, { language: "typescript" });

/** What an engine gives a cell, as far as these cells use it. */
const GIVEN = `const __floating = (value) => value;
  const __codemode__ = { renamed: (fn, name) => Object.defineProperty(fn, "name", { value: name }) };`;

/** A session as an engine provides it: cells are async function bodies, globals stay, imports are answered by name. */
function openSession(modules: Record<string, object> = {}): (text: string) => Promise<unknown> {
  const context = createContext({});
  const importModule = async (specifier: string): Promise<object> => {
    const found = modules[specifier];
    if (found === undefined) throw new Error(`no module ${specifier}`);
    return found;
  };
  Object.assign(context, { __import: importModule });
  return async (text) => {
    const { source, globals } = read(text);
    for (const name of globals) if (!(name in context)) Object.assign(context, { [name]: undefined });
    const body = source.replaceAll("await import(", "await __import(");
    const run = new Script(`(async function () { "use strict"; ${GIVEN} ${body}\n})`).runInContext(context);
    return structuredClone(await run());
  };
}

const run = async (text: string): Promise<unknown> => openSession()(text);

function problemOf(text: string): ErrorReport {
  try {
    read(text);
  } catch (error) {
    if (CodemodeError.is(error)) return error.toReport();
    throw error;
  }
  throw new Error("The text was accepted.");
}

function outcomeOf(text: string): string {
  try {
    read(text);
    return "accepted";
  } catch (error) {
    return CodemodeError.is(error) ? error.code : String(error);
  }
}

const values: readonly (readonly [title: string, text: string, value: unknown])[] = [
  ["the last expression", "const a = 1; a + 1", 2],
  ["the last expression with a comment after it", "1 + 1 // two", 2],
  ["a comment before the semicolon", "1 + 1 // two\n;", 2],
  ["an object in parentheses", "({ a: 1 })", { a: 1 }],
  ["a lone string", "'hello'", "hello"],
  ["a directive before the value", '"use strict"; 3', 3],
  ["nothing", "", undefined],
  ["nothing after a declaration", "const a = 1", undefined],
  ["nothing for a loop", "for (const a of [1]) { a }", undefined],
  ["a top-level return", "return 5", 5],
  ["a return inside a loop", "for (const a of [1, 2, 3]) { if (a === 2) return a }\n9", 2],
  ["the default export", "export default 1 + 2", 3],
  ["a default export in parentheses", "export /* default */ default (1, 4);", 4],
  ["a default function, called", "export default async function () { return 7 }", 7],
  ["a named default function, called", "export default function go() { return 8 }", 8],
  ["a default export before other code", "export default 1;\nconst b = 2; b", 1],
  ["a default arrow", "export default async () => 6", 6],
  ["a name exported as default", "const v = 4; export { v as default }", 4],
  ["a lone arrow, called", "async () => { return 4 }", 4],
  ["a lone arrow in parentheses", "(async () => { return 4 })", 4],
  ["a lone function without a name", "async function () { return 4 }", 4],
  ["a called wrapper", "(async () => { return 4 })()", 4],
  ["main that nothing calls", "async function main() { return 4 }", 4],
  ["main as an arrow", "const main = async () => 5;", 5],
  ["main that is called", "async function main() { return 4 }\nmain()", 4],
  ["main that is called before it stands there", "await main()\nasync function main() { return 4 }", 4],
  ["main that only mentions itself", "function main(n = 2) { return n > 0 ? main(n - 1) : 'end' }", "end"],
  ["await anywhere", "const x = await Promise.resolve(2); x * (await 3)", 6],
  ["a function before its definition", "const v = twice(2); function twice(n) { return 2 * n } v", 4],
  ["an exported function and constant", "export const a = 1; export function f() { return a } f()", 1],
  ["a class", "class A { static n = 3; m() { return A.n } }\nnew A().m()", 3],
  ["classes side by side", "class A{}class B extends A{}new B() instanceof A", true],
  ["a function directly before the value", "function f(){return 1}f()", 1],
  ["destructuring", "const {a, b: [c], ...rest} = {a: 1, b: [2], z: 3}, d = 4; [a, c, d, rest]", [1, 2, 4, { z: 3 }]],
  ["destructuring without semicolons", "const o = {a: 1}\nconst {a} = o\nconst [b] = [2]\n;[a, b]", [1, 2]],
  ["let without a value", "let a, b = 1; [a, b]", [undefined, 1]],
  ["var in a nested block", "if (true) { var a = 1 } a", 1],
  ["var as the body of if and else", "if (false) var a = 1; else var b = 2\n;[typeof a, b]", ["undefined", 2]],
  ["var as the body of do", "let i = 0; do var a = i; while (i++ < 2)\na", 2],
  [
    "var in loop heads",
    "for (var i = 0, n = 3; i < n; i++); for (var k in {x: 1}); for (var [v] of [[5]]); [i, k, v]",
    [3, "x", 5],
  ],
  ["a loop variable called async", "for (var async of [1, 2]);\nasync", 2],
  [
    "let in a loop head, one for each round",
    "const fs = []; for (let i = 0; i < 2; i++) fs.push(() => i); fs.map((f) => f())",
    [0, 1],
  ],
  ["names of functions", "const f = () => 1; function g() {} class C {} [f.name, g.name, C.name]", ["f", "g", "C"]],
  ["generators", "function* g() { yield 1; yield 2 }\n[...g()]", [1, 2]],
  ["private fields", "class A { #x = 4; static of(a) { return a.#x } }\nA.of(new A())", 4],
  ["labels", "let n = 0; outer: for (;;) { for (;;) { n++; break outer } }\nn", 1],
  ["a comparison that looks like a comment", "let b = 1; 5<!--b", false],
  ["a hash-bang line", "#!/usr/bin/env node\nconst a = 1\na", 1],
  ["CRLF", "const a = 1\r\nconst b = 2\r\na + b\r\n", 3],
  ["line separators in strings", "'a\u2028b'.length", 3],
  ["escapes in names", "const \\u0061b = 1; ab", 1],
  ["this at the top", "this", undefined],
  ["a removed function between two lines", "let a = 1\nlet b = a\nfunction f() {}\n(a)", 1],
  ["a statement in a shadowed scope", "const a = 1; { const a = 2 } a", 1],
  ["enums", "enum Color { Red, Green = 5, Blue }\n[Color.Red, Color.Blue, Color[5]]", [0, 6, "Green"]],
  ["parameter properties", "class P { constructor(private x: number) {} get() { return this.x } }\nnew P(3).get()", 3],
  [
    "types of all kinds",
    "type T<A> = A[]; interface I { a: string }\nconst x: T<number> = [1] as const satisfies readonly number[]; x![0]",
    1,
  ],
  ["a generic call", "function id<T>(x: T) { return x }\nid<number>(3)", 3],
  ["a generic call without other types", "const f = (x) => x, a = 1;\nf<string>(4)", 4],
  ["two comparisons", "const a = 1, b = 2, c = 3; [a < b, c > a]", [true, true]],
  ["overloads", "function f(a: string): string; function f(a: any) { return a }\nf('x')", "x"],
  ["the v flag", "/[\\p{L}--[a-z]]/v.test('A')", true],
];

test.each(values)("the value of a program is %s", async (_title, text, value) => {
  expect(await run(text)).toEqual(value);
});

test.each([
  ["a fence", "```ts\nconst a: number = 1;\na\n```", 1],
  ["a fence of another kind", "~~~\n2\n~~~\n", 2],
  ["prose around a fence", "Here's the code:\n\n```typescript\nreturn 3\n```\nIt's done.", 3],
  ["prose that is a name", "Sure\n```js\nreturn 4\n```", 4],
  ["a fence that is not closed", "```\n5", 5],
  ["a byte order mark", "\uFEFF6", 6],
])("%s around a program is taken off", async (_title, text, value) => {
  expect(await run(text)).toBe(value);
});

test("a fence inside a string or comment stays", async () => {
  expect(await run("const a = `\n\\`\\`\\`ts\nx\n\\`\\`\\``; a.length")).toBe(12);
  expect(await run("/*\n```ts\n1\n```\n*/\n2")).toBe(2);
});

test("names of one cell are there in the next, and can be declared again", async () => {
  const cell = openSession();
  await cell("const a = 1; let b = 2; var c = 3; function f() { return a } class K { n = 9 }");
  expect(await cell("[a, b, c, f(), new K().n]")).toEqual([1, 2, 3, 1, 9]);
  await cell("const a = 10; let b; var c;");
  expect(await cell("[a, b, c, f()]")).toEqual([10, undefined, 3, 10]);
});

test("older closures see a later redefinition of a function", async () => {
  const cell = openSession();
  await cell(
    "function f() { return 'old' }\nfunction g() { return f() }\nfunction count(n) { return n === 0 ? 'old' : count(n - 1) }\nconst kept = count",
  );
  await cell("function f() { return 'new' }\nfunction count() { return 'new' }");
  expect(await cell("[g(), kept(1)]")).toEqual(["new", "new"]);
});

test("imports of all kinds bind session names", async () => {
  const files = { read_file: () => "text", default: "d", "odd name": 3 };
  const cell = openSession({ "generated/servers/filesystem": files, codemode: { retry: 1 } });
  await cell(
    `console?.log;
import main, { read_file as rf, type X, "odd name" as odd } from "./generated/mcp/filesystem.ts";
import type { Y } from "generated/servers/none";
import d, * as all from 'generated/servers/filesystem.js'
import "codemode";
const console = 1;`.replace("console?.log;\n", ""),
  );
  expect(await cell("[rf(), main, odd, d, all.read_file()]")).toEqual(["text", "d", 3, "d", "text"]);
});

test("imports are reported with what they are used for", () => {
  const {
    mentions: { imports },
  } = read(
    `import { a, b as c, T } from "./generated/mcp/fs.ts";\nimport * as ns from "codemode";\nconst x: T = a(c);`,
  );
  expect(imports).toMatchObject([
    {
      specifier: "./generated/mcp/fs.ts",
      normalized: "generated/servers/fs",
      names: [
        { imported: "a", local: "a", usedAsValue: true },
        { imported: "b", local: "c", usedAsValue: true },
        { imported: "T", local: "T", usedAsValue: false },
      ],
    },
    { normalized: "codemode", names: [{ imported: "*", local: "ns", usedAsValue: false }] },
  ]);
  expect(imports[0]?.names.map((name) => name.at())).toEqual([
    { line: 1, column: 10 },
    { line: 1, column: 13 },
    { line: 1, column: 21 },
  ]);
});

test("free names say how they are used", () => {
  const {
    mentions: { freeNames },
  } = read(
    "if (typeof fetch === 'undefined') fs.read(); servers.github['a-b'](servers['x']); q = 1; const f = (z) => z + w; log(servers)",
  );
  const byName = Object.fromEntries(freeNames.map((name) => [name.name, name]));
  expect(Object.keys(byName)).toEqual(["fetch", "fs", "servers", "q", "w", "log"]);
  expect(byName["fetch"]).toMatchObject({ onlyTypeof: true, underTypeof: true });
  expect(byName["fs"]).toMatchObject({ members: ["read"], otherUses: false });
  expect(byName["servers"]).toMatchObject({ members: ["github", "x"], otherUses: true });
  expect(byName["q"]).toMatchObject({ written: true });
});

test("tool calls are found with the ranges of their parts", () => {
  const text = `import { read_file as rf } from "generated/servers/fs";
import * as gh from "generated/servers/gh";
import { callTool } from "codemode";
const a: string = await rf({ path: p(1) });
gh.create_issue(a); fs.write({ b: 1 }); servers["my-x"].run(); callTool("a__b", {});
function g(rf) { rf({}) }`;
  const cell = read(text);
  const { code } = cell;
  const calls = cell.toolCalls();
  expect(calls.map(({ server, tool }) => `${server}.${tool}`)).toEqual([
    "fs.read_file",
    "gh.create_issue",
    "fs.write",
    "my-x.run",
    ".a__b",
  ]);
  const shown = calls.map(
    (call) => code.slice(call.callee.start, call.callee.end) + code.slice(call.arguments.start, call.arguments.end),
  );
  expect(shown[0]).toBe("rf({ path: p(1) })");
  expect(shown[2]).toBe("fs.write({ b: 1 })");
  expect(calls[0]?.details().foreign.map(({ start, end }) => code.slice(start, end))).toEqual(["(1)"]);
});

test.each([
  ["a missing bracket", "const a = 1;\nfoo(;\n", 2, 5],
  ["an error after types", "const a: number = 1;\nconst b: string = );\n", 2, 19],
  ["an error in a fence", "```ts\nconst a = 1;\n\nfoo(;\n```", 4, 5],
  ["assignment to a constant", "const limit: number = 1;\nfunction f(x: string) { limit = 2 }", 2, 25],
  ["assignment to an import", 'import { a } from "codemode";\na++', 2, 1],
  ["a name declared twice", "let a = 1;\nlet a = 2;", 2, 5],
  ["using", "{ using x = open(); }", 1, 3],
  ["import.meta", "1;\nimport.meta.url", 2, 1],
  ["new.target", "new.target", 1, 1],
  ["arguments at the top", "1;\nconst f = () => arguments;", 2, 17],
  ["export from", 'export { a } from "codemode"', 1, 1],
  ["decorators", "1;\n@dec class A {}", 2, 1],
  ["JSX", "const a = 1;\nreturn <div>hi</div>", 2, 17],
  ["a declared undefined", "const undefined = 1", 1, 1],
])("%s is a syntax error at its place", (...[, text, line, column]) => {
  const problem = problemOf(text);
  expect(problem).toMatchObject({ code: "syntax_error", line, column, hint: expect.any(String) });
  const [, quoted, caret] = problem.message.split("\n");
  expect(quoted).toBe(`${line} | ${text.split("\n")[line - 1]}`);
  expect(caret?.length).toBe(`${line} | `.length + column);
});

test.each([
  ["nested parentheses", `${"(".repeat(100_000)}1${")".repeat(100_000)}`],
  ["a long sum", `1${"+1".repeat(100_000)}`],
  ["nested generic arrows", `${"<T>(".repeat(60)}b${")".repeat(60)}`],
  ["nested default arrows", `let x: number = ${"(a=".repeat(60)}1${")=>1".repeat(60)}`],
  ["a quarter of a megabyte of declarations", Array.from({ length: 21_000 }, (_, i) => `let a${i};`).join("\n")],
  ["many functions", Array.from({ length: 11_000 }, (_, i) => `function f${i}(){}`).join("\n")],
  ["a giant string", JSON.stringify("x".repeat(256_000))],
  ["a giant array", `[${"1,".repeat(120_000)}]`],
  ["an unending template", "`${".repeat(20_000)],
  ["fences without end", "```\n".repeat(60_000)],
])("%s is accepted or refused in bounded time", (_title, text) => {
  const start = performance.now();
  expect(["accepted", "syntax_error"]).toContain(outcomeOf(text));
  expect(performance.now() - start).toBeLessThan(5000);
});
