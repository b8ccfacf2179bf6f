import { afterAll, beforeAll, expect, test } from "vitest";
import { checkText, IMPORT, modules } from "./__fixtures__/sample-tools.ts";
import { createTypeChecker } from "./type-checker.ts";

const checker = createTypeChecker();
beforeAll(async () => checker.warm({ modules, version: "1", sessionNames: [] }));
afterAll(() => checker.close());

test.each([
  ["nothing", ""],
  ["implicit any", "function f(a, b) { return a + b }\nf(1, 2)"],
  ["parameters left out", "function f(a, b) { return a }\nf(1)"],
  ["too many arguments to an own function", "const f = (a) => a; f(1, 2)"],
  ["properties added to an object", "const acc = {}; acc.total = 1; acc['x'] = 2; acc"],
  ["pushes to an untyped list", "const out = []; for (const i of [1, 2]) out.push({ i, s: 'x' }); out"],
  ["a variable of changing type", "let x = 1; x = 'two'; x"],
  ["null and undefined", "let x: string = null; const y: number = undefined; [x, y]"],
  ["a result used as if it were parsed", `${IMPORT}const r = await list({}); r.items.map((item) => item.name)`],
  ["unknown properties of a declared result", `${IMPORT}const i = await stat({ path: 'a' }); i.modified`],
  ["a string result used as an object", `${IMPORT}const i = await read_file({ path: 'a' }); i.length + i.trim().foo`],
  ["a top-level return", "if (1 > 0) return 1\nreturn 2"],
  ["a top-level await", "await Promise.resolve(1)"],
  ["a Markdown fence", "```ts\nconst a: number = 1;\na\n```"],
  ["a wrapping arrow", `async () => { return await files.read_file({ path: 'x' }) }`],
  ["a lone function", "async function () { return 1 }"],
  ["main that nothing calls", "async function main() { return 1 }"],
  [
    "every spelling of a specifier",
    'import * as a from "generated/servers/files";\nimport * as b from "./generated/servers/files.ts";\nimport * as c from "./generated/servers/files.js";\nimport * as d from "generated/mcp/files";\nimport * as e from "./generated/mcp/files.ts";\nimport * as f from "./generated/mcp/files.js";\nimport * as g from "generated/servers/files.js";\n[a, b, c, d, e, f, g].map((m) => m.read_file({ path: "x" }))',
  ],
  [
    "types imported from a module",
    'import { read_file, type ReadInput, FileInfo } from "generated/servers/files";\nconst a: ReadInput = { path: "x" }; const b: FileInfo = null; await read_file(a)',
  ],
  ["types imported from nowhere", 'import type { Thing } from "./types";\nlet a: Thing; a'],
  ["an unknown type", "let a: Thing = 1; a as Other"],
  [
    "an unused import that does not exist",
    'import { ReadOutput } from "generated/servers/files";\nlet a: ReadOutput; a',
  ],
  [
    "globals of servers",
    "await files.read_file({ path: 'a' }); await servers.files.stat({ path: 'b' }); await my_hub.create_issue({ title: 'x' })",
  ],
  [
    "original names",
    "await my_hub['create-issue']({ title: 'x' }); await servers['my-hub'].create_issue({ title: 'x' })",
  ],
  ["callTool", 'import { callTool } from "codemode";\nawait callTool("files__nope", { a: 1 })'],
  [
    "options of a call",
    `${IMPORT}await read_file({ path: 'a' }, { timeoutMs: 5 }); await read_file({ path: 'a' }, { raw: true })`,
  ],
  [
    "helpers",
    `${IMPORT}import { retry, parallel } from "./codemode";\nawait retry(() => read_file({ path: 'a' }), { maxAttempts: 2 }); await parallel(['a'].map((path) => read_file({ path })), { limit: 2 })`,
  ],
  ["a wide string where words are expected", `${IMPORT}let mode = 'text'; await read_file({ path: 'a', mode })`],
  ["an options object in a variable", `${IMPORT}const o = { path: 'a', mode: 'text' }; await read_file(o)`],
  ["an object that grows before it is passed", `${IMPORT}const o = {}; o.path = 'a'; await read_file(o)`],
  ["a spread of unknown content", `${IMPORT}const o = {}; await read_file({ ...o, head: 1 })`],
  ["a spread that may hold what is required", `${IMPORT}const o: any = {}; await read_file({ ...o })`],
  ["JSON of any shape", `${IMPORT}await edit_file(JSON.parse('{}')); await read_file({ path: JSON.parse('1') })`],
  ["a date where text is expected", `${IMPORT}await read_file({ path: new Date() })`],
  [
    "a union that fits in part",
    `${IMPORT}const p: string | number = Math.random() > 1 ? 1 : 'a'; await read_file({ path: p as string | number })`,
  ],
  ["a class instance", `${IMPORT}class P { path = 'a' }\nawait read_file(new P())`],
  ["an object with an unknown element type", `${IMPORT}const edits = []; await edit_file({ path: 'a', edits })`],
  ["a record", `${IMPORT}const o: Record<string, any> = { path: 'a' }; await read_file(o)`],
  [
    "a wrong type inside a function in the arguments",
    `${IMPORT}await read_file({ path: (() => { const n: number = 'x'; return 'a' })() })`,
  ],
  [
    "a wrong argument of another call in the arguments",
    `${IMPORT}const f = (s: string) => s; await read_file({ path: f(1) })`,
  ],
  ["typeof guards", "const has = typeof fetch !== 'undefined'; has ? fetch('x') : null"],
  ["typeof process", "typeof process === 'object' ? process.env.X : 1"],
  ["globalThis", "globalThis.anything?.(1)"],
  ["optional calls of missing tools", "await files.nope?.({})"],
  ["a tool that is asked for before it is called", "if (files.nope) await files.nope({})"],
  ["errors of unknown type", "try { throw 1 } catch (e) { e.message }"],
  ["a dynamic import of nothing", "await import('nope').catch(() => null)"],
  [
    "new language features",
    "[3, 1].toSorted(); Object.groupBy([1], (x) => x); new Set([1]).union(new Set([2])); 'a'.at(-1)",
  ],
  ["unused and unreachable code", "function f() { return 1; const x = 2 }\nf()"],
  ["names used before they are declared", "console.log(later); const later = 1; later"],
  ["a class used loosely", "class A { constructor(o) { this.x = o } }\nnew A().x"],
  ["JSON methods on results", `${IMPORT}const t = await read_file({ path: 'a' }); const d = JSON.parse(t); d.a.b.c`],
  ["enums and generics", "enum E { A }\nfunction id<T>(x: T): T { return x }\nid<number>(E.A)"],
  ["sorting mixed things", "[1, 'a'].sort((a, b) => a - b)"],
  ["a hash-bang and CRLF", "#!/usr/bin/env node\r\nconst a: number = 1\r\na"],
  ["this and arguments", "function f() { return this ?? arguments.length }\nf()"],
])("%s is accepted", async (_title, text) => {
  expect(await checkText(checker, text)).toMatchObject({ available: true, fatal: null });
});
