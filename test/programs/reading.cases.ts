import type { ProgramCase } from "./program-case.ts";

const REFUSED_AFTER_NOTE = (line: string, say: string): Omit<ProgramCase, "id"> => ({
  program: `await shop.note({ text: "x" });\n${line}`,
  fails: ["type_error", 2],
  says: [say],
});

/** TypeScript programs whose mistakes are found before anything runs. */
export const CHECK_CASES: readonly ProgramCase[] = [
  {
    id: "return of a wrong argument",
    ...REFUSED_AFTER_NOTE('return await shop.get_order({ orderId: "o1" });', "orderId"),
  },
  { id: "return of an unknown name", ...REFUSED_AFTER_NOTE("return totl;", "`totl`") },
  {
    id: "return inside if",
    ...REFUSED_AFTER_NOTE('if (1 > 0) { return await shop.get_order({ orderId: "o1" }); }', "orderId"),
  },
  {
    id: "return of an object with a wrong call",
    ...REFUSED_AFTER_NOTE('return { a: await shop.get_order({ orderId: "o1" }), b: 1 };', "orderId"),
  },
  {
    id: "a function inside a return",
    program: "return [1].map((n) => { const x: any = missingName; return x; });",
    fails: ["type_error", 1],
    says: ["`missingName`"],
  },
  {
    id: "return inside try",
    ...REFUSED_AFTER_NOTE("try { return shop.motdd({}); } finally {}", "motdd"),
    fails: ["unknown_tool", 2],
  },
  {
    id: "return inside a loop",
    ...REFUSED_AFTER_NOTE("for (const n of [1]) { return await shop.rows({ count: n }); }", "/n is missing"),
  },
  { id: "return with types", ...REFUSED_AFTER_NOTE("const n: number = 1; return nn as number;", "`nn`") },
  {
    id: "export default of a wrong call",
    ...REFUSED_AFTER_NOTE('export default { a: await shop.get_order({ orderId: "o1" }) };', "orderId"),
  },
  { id: "a bare return among others", program: "if (1 > 2) return;\nreturn { ok: true };", value: { ok: true } },
  {
    id: "return that narrows",
    program:
      'const v: string | number = Math.random() > 2 ? 1 : "a";\nif (typeof v === "number") return v;\nreturn v.length;',
    value: 1,
  },
  {
    id: "return of a promise as text",
    ...REFUSED_AFTER_NOTE("return `Message: ${shop.motd({})}`;", "`await` is missing"),
  },
  {
    id: "a promise in template text through a constant",
    program: "const m = shop.motd({});\nreturn `Message: ${m}`;",
    fails: ["type_error", 2],
    says: ["is not text", "`await`"],
  },
  {
    id: "filter with an async callback",
    program:
      'const ids = await Promise.all(["o1", "zz"].filter(async (id) => {\n  try { await shop.get_order({ id }); return true; } catch { return false; }\n}));\nreturn ids;',
    fails: ["type_error", 1],
    says: ["always true", "Promise.all"],
  },
  {
    id: "JSON.stringify of a promise",
    program: "return JSON.stringify(shop.list_orders({}));",
    fails: ["type_error", 1],
    says: ["{}", "`await`"],
  },
  {
    id: "a promise as a condition",
    ...REFUSED_AFTER_NOTE('if (shop.count({})) { await shop.note({ text: "y" }); }', "always true as a condition"),
  },
  { id: "a promise with a fallback", ...REFUSED_AFTER_NOTE('return shop.motd({}) || "none";', "always true") },
  { id: "not of a promise", ...REFUSED_AFTER_NOTE("return !shop.count({});", "`await`") },
  { id: "a comparison with a promise", ...REFUSED_AFTER_NOTE('return shop.count({}) === "14";', "`===`") },
  { id: "a sum with a promise", ...REFUSED_AFTER_NOTE("return shop.count({}) + 1;", "`+`") },
  { id: "Number of a promise", ...REFUSED_AFTER_NOTE("return Number(shop.count({}));", "`await`") },
  {
    id: "a property of a promise",
    ...REFUSED_AFTER_NOTE("return shop.list_orders({}).orders;", "no property `orders`"),
  },
  { id: "a promise taken apart", ...REFUSED_AFTER_NOTE("const { orders } = shop.list_orders({});", "taken apart") },
  {
    id: "a promise looped over",
    ...REFUSED_AFTER_NOTE("for (const o of shop.list_orders({})) console.log(o);", "looped over"),
  },
  {
    id: "an async function of the program in a condition",
    program: 'async function ok() { return false; }\nif (ok()) {\n  await shop.note({ text: "never" });\n}',
    fails: ["type_error", 2],
    says: ["always true"],
  },
  {
    id: "an imported tool in text",
    program: 'import { motd } from "generated/servers/shop";\n"m: " + motd({})',
    fails: ["type_error", 2],
    says: ["`await`"],
  },
  {
    id: "callTool in a condition",
    program: 'if (codemode.callTool("shop__count", {})) 1;',
    fails: ["type_error", 1],
    says: ["always true"],
  },
  {
    id: "a promise asked by then",
    program: "const p = shop.count({});\nreturn await p.then((n: any) => `${n}`);",
    value: "14",
  },
  {
    id: "a promise kept in a variable that changes",
    program: "let p: any = shop.count({});\np = await p;\nif (p) p",
    value: "14",
  },
  {
    id: "a call without await as an argument",
    program: "return await shop.note({ text: shop.motd({}) });",
    fails: ["type_error", 1],
    says: ["await"],
  },
  {
    id: "use before the declaration, in a function that runs early",
    program: "const f = () => rate;\nconst early = f();\nconst rate = 2;\nearly",
    fails: ["runtime_error", 1],
    says: ["ReferenceError", "rate"],
  },
  {
    id: "use before the declaration, through a moved function",
    program: "const total = sum();\nconst rates = [1, 2];\nfunction sum() {\n  return rates.length;\n}\ntotal",
    fails: ["runtime_error", 4],
    says: ["rates"],
  },
  {
    id: "use after the declaration, in a function above",
    program: "const f = () => rate;\nconst rate = 2;\nf()",
    value: 2,
  },
  {
    id: "a class used in a function above it",
    program: "const make = () => new Box(3);\nclass Box { constructor(public n: number) {} }\nmake().n",
    value: 3,
  },
  {
    id: "a constant declared again in the session",
    program: ["const a = 1;\nconst get = () => a;\nget()", "const show = () => a;\nconst a = 5;\nshow()"],
    value: 5,
  },
];

/** TypeScript programs that leave a function to be called, or have no value. */
export const ENTRY_CASES: readonly ProgramCase[] = [
  ...["countOrders", "execute", "run", "handler", "main"].map((name) => ({
    id: `a lone function ${name}`,
    program: `async function ${name}() {\n  return (await shop.list_orders({})).orders.length;\n}`,
    value: 3,
  })),
  {
    id: "an exported function",
    program: "export async function run() {\n  return (await shop.list_orders({})).orders.length;\n}",
    value: 3,
    says: ["`run`"],
  },
  {
    id: "a lone arrow function in a constant",
    program: "const work = async () => (await shop.rows({ n: 2 })).rows.length;",
    value: 2,
  },
  {
    id: "main that takes an object apart",
    program: "async function main({ limit = 2 }: { limit?: number }) {\n  return limit;\n}",
    value: 2,
  },
  { id: "main with a default", program: 'async function main(name = "Ada") {\n  return name;\n}', value: "Ada" },
  {
    id: "a default export that takes the servers apart",
    program: "export default async function ({ shop: s }) {\n  return (await s.list_orders({})).orders.length;\n}",
    value: 3,
  },
  { id: "an arrow that is given the tools", program: "async (tools) => (await tools.shop.count({}))", value: "14" },
  {
    id: "a handler that asks for its context",
    program: "export const handler = async (ctx) => ctx.shop.count({});",
    value: "14",
  },
  {
    id: "a helper and run",
    program: "const double = (n: number) => n * 2;\nasync function run() {\n  return double(4);\n}",
    value: 8,
    says: ["`run`"],
  },
  {
    id: "two functions that nothing calls",
    program: "function a() { return 1; }\nfunction b() { return 2; }",
    value: null,
    says: ["Nothing calls `a`, `b`"],
  },
  {
    id: "a lone function that needs a value",
    program: "function double(n: number) { return n * 2; }",
    value: null,
    says: ["Nothing calls `double`"],
  },
  {
    id: "imports and a function",
    program: 'import { count } from "generated/servers/shop";\nasync function total() {\n  return count({});\n}',
    value: "14",
  },
  { id: "a function and a call of it", program: "function a() { return 1; }\na()", value: 1 },
  {
    id: "an object in braces at the end",
    program: 'const n = 3;\n{ total: n, names: ["a"] }',
    value: { total: 3, names: ["a"] },
  },
  {
    id: "an object with quoted keys at the end",
    program: 'const n = 3;\n{\n  "total": n,\n  "next": n + 1\n};',
    value: { total: 3, next: 4 },
  },
  {
    id: "an object of short names at the end",
    program: "const a = 1;\nconst b: number = 2;\n{ a, b }",
    value: { a: 1, b: 2 },
  },
  { id: "an object behind a line without semicolon", program: "const a = 1\n{ a }", value: { a: 1 } },
  {
    id: "an error inside the object at the end",
    program: "const a: any = {};\n{ x: a.b.c, y: 1 }",
    fails: ["runtime_error", 2],
  },
  {
    id: "an unknown name inside the object at the end",
    program: "const a = 1;\n{ x: aa, y: a }",
    fails: ["type_error", 2],
    says: ["`aa`"],
  },
  {
    id: "a block at the end stays a block",
    program: "let a = 1;\n{\n  const b = 2;\n  a = b;\n  console.log(a);\n}",
    stdout: "2\n",
  },
  { id: "a constant at the end", program: "const total = 5;", value: null, says: ["`total`"] },
];

/** TypeScript that is more than types, and the rest of the language. */
export const LANGUAGE_CASES: readonly ProgramCase[] = [
  {
    id: "a namespace with code",
    program: "namespace Util {\n  export const twice = (n: number) => n * 2;\n}\nreturn Util.twice(4);",
    fails: ["syntax_error", 1],
    says: ["Namespaces", "object"],
  },
  {
    id: "an exported namespace",
    program: "const a = 1;\nexport namespace X { export const y = 1; }\nX.y",
    fails: ["syntax_error", 2],
    says: ["Namespaces"],
  },
  { id: "a namespace in a text", program: 'const t: string = "namespace X {";\nt', value: "namespace X {" },
  {
    id: "import equals require",
    program: 'import fs = require("fs");\nfs.readFileSync("a")',
    fails: ["syntax_error", 1],
    says: ["import"],
  },
  {
    id: "import equals a name",
    program: "const a: number = 1;\nimport b = a.c;\nb",
    fails: ["syntax_error", 2],
    says: ["import … ="],
  },
  {
    id: "export equals",
    program: "const a: number = 1;\nexport = { a };",
    fails: ["syntax_error", 2],
    says: ["export default"],
  },
  {
    id: "a decorator",
    program: "const log = (v: any, c: any) => v;\n@log\nclass A {}\nnew A()",
    fails: ["syntax_error", 2],
    says: ["Decorators"],
  },
  {
    id: "declared types alone",
    program:
      "declare namespace T { type A = number }\ndeclare const later: T.A | undefined;\ntype B = string;\n1 as number",
    value: 1,
  },
  { id: "an enum", program: "enum Color { Red = 3 }\nColor.Red", value: 3 },
  { id: "a constant enum", program: "const enum Size { S = 1, M }\n[Size.S, Size.M]", value: [1, 2] },
  {
    id: "type-only imports",
    program:
      'import type { Foo } from "./types";\nimport { type Bar } from "somewhere-else";\nconst x: Foo | Bar | null = null;\nreturn x ?? "ok";',
    value: "ok",
  },
  {
    id: "console methods",
    program:
      'console.groupCollapsed("g");\nconsole.log("in");\nconsole.groupEnd();\nconsole.dirxml({ a: 1 });\nconsole.time("t"); console.timeLog("t"); console.countReset();\nreturn 1;',
    value: 1,
    mustNotSay: ["does not exist"],
  },
  {
    id: "console counts",
    program: 'console.count("a"); console.count("a"); console.countReset("a"); console.count("a");',
    stdout: "a: 1\na: 2\na: 1\n",
  },
  {
    id: "a typed array on the console",
    program: "console.log(new Uint8Array([1, 2, 3]));",
    stdout: "Uint8Array(3) [ 1, 2, 3 ]\n",
  },
  {
    id: "Array.fromAsync of promises",
    program: "return await Array.fromAsync([1, 2].map(async (x) => x * 2));",
    value: [2, 4],
  },
  {
    id: "Array.fromAsync of an async generator",
    program: "async function* f() { yield 1; yield 2; }\nawait Array.fromAsync(f(), (n: number) => n + 1)",
    value: [2, 3],
  },
  {
    id: "a tool as a callback of ids",
    program: '["o1"].map(shop.get_order)',
    fails: ["invalid_arguments", 1],
    says: ["takes one object", "(item) =>"],
  },
  {
    id: "a tool as a callback of objects",
    program:
      'const all = await Promise.all([{ id: "o1" }, { id: "o2" }].map(shop.get_order));\nall.map((o: any) => o.customer)',
    value: ["Ada", "Bo"],
  },
  {
    id: "a tool as a callback of then",
    program: "shop.motd({}).then((text: any) => ({ text })).then(shop.note)",
    value: "noted",
    writes: ["Welcome to the shop"],
  },
  {
    id: "JSX",
    program: 'const el = <div className="a">hi</div>;\nreturn el;',
    fails: ["syntax_error", 1],
    says: ["JSX"],
  },
];
