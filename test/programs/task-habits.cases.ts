import { type ProgramCase, titled } from "./program-case.ts";

const ROWS: readonly Omit<ProgramCase, "id">[] = [
  {
    program:
      'label: { if (true) break label; console.log("never"); }\nlet i = 0; do { i++; } while (i < 3);\nreturn i;',
    value: 3,
  },
  {
    program: 'const x = null; const y = undefined;\nreturn { a: x ?? "d", b: y?.z, c: x || "e", d: !!x };',
    value: { a: "d", c: "e", d: false },
  },
  { program: "var total = 0;\nfor (var k in { a: 1, b: 2 }) total += { a: 1, b: 2 }[k];\nreturn total;", value: 3 },
  {
    program:
      'return await (async () => { const o = await shop.get_order({ id: "o2" }) as any; return o.customer; })();',
    value: "Bo",
  },
  {
    program:
      "async function main(): Promise<number> { const { orders } = await shop.list_orders({}); return orders.length; }\nmain();",
    value: 3,
  },
  {
    program:
      "async function main() { const { orders } = await shop.list_orders({}); console.log(orders.length); }\nawait main();",
    value: null,
    stdout: "3\n",
    mustNotSay: ["returned no value"],
  },
  {
    program: "export async function run() { return (await shop.list_orders({})).orders.length; }",
    value: 3,
    says: ["The program only defines `run`, so it was called."],
  },
  {
    program:
      "const { orders } = await shop.list_orders({});\nconsole.log(JSON.stringify(orders.map(({ id, total }) => ({ id, total })), null, 2));",
    value: null,
    stdout:
      '[\n  {\n    "id": "o1",\n    "total": 12.5\n  },\n  {\n    "id": "o2",\n    "total": 1234567.891\n  },\n  {\n    "id": "o3",\n    "total": 7\n  }\n]\n',
    mustNotSay: ["returned no value"],
  },
  {
    program:
      'console.log("%s has %d orders", "shop", 3);\nconsole.error("warn: %o", { a: 1 });\nconsole.info([1, [2, [3, [4]]]]);',
    value: null,
    stdout: "shop has 3 orders\n[ 1, [ 2, [ 3, [ 4 ] ] ] ]\n",
    mustNotSay: ["returned no value"],
  },
  {
    program: 'console.table([{ id: 1, n: "a" }, { id: 2, n: "b" }], ["id"]);',
    value: null,
    stdout: "(index)  id\n0        1\n1        2\n",
    mustNotSay: ["returned no value"],
  },
  {
    program:
      'console.log(new Map([["a", { b: 1 }]]), new Set([1]), [undefined, null], -0, 10n, Symbol("s"), () => 1, class A {}, new Error("e").message);',
    value: null,
    stdout:
      "Map(1) { 'a' => { b: 1 } } Set(1) { 1 } [ undefined, null ] -0 10n Symbol(s) [Function (anonymous)] [class A] e\n",
    mustNotSay: ["returned no value"],
  },
  {
    program: 'await codemode.emit("the report");\nreturn;',
    value: null,
    honest: true,
    mustNotSay: ["returned no value"],
  },
  { program: 'console.log(""); return;', value: null, stdout: "\n", mustNotSay: ["returned no value"] },
  { program: "return undefined;", value: null, says: ["The program returned no value, so it is null."] },
  { program: "return NaN;", value: null, says: ["Numbers that are not finite became null."] },
  { program: "return [,1];", value: [null, 1], says: ["What was undefined in a list became null."] },
  {
    program: 'return { a: undefined, b: () => 1, c: Symbol("x"), d: NaN };',
    value: { d: null },
    says: ["Functions were left out.", "Symbols were left out.", "Numbers that are not finite became null."],
  },
  { program: 'return "line1\\nline2";', value: "line1\nline2" },
  { program: "return Array.from({ length: 3 }, (_, i) => i ** 2);", value: [0, 1, 4] },
  { program: "return new Uint8Array([1, 2, 3]);", value: [1, 2, 3], says: ["Typed arrays became lists of numbers."] },
  { program: 'return Buffer.from("hi").toString("base64");', value: "aGk=" },
  { program: 'return atob(btoa("hello"));', value: "hello" },
  { program: 'return encodeURIComponent("a b&c=d/é");', value: "a%20b%26c%3Dd%2F%C3%A9" },
  {
    program: 'return Object.entries(await shop.get_order({ id: "o1" }) as any).map(([k, v]) => `${k}=${v}`).join("&");',
    value: "id=o1&customer=Ada&total=12.5&placed=2025-03-01T23:30:00Z",
  },
  {
    program: "const [a, b] = await Promise.all([shop.motd({}), shop.count({})]);\nreturn { a, b };",
    value: { a: "Welcome to the shop", b: "14" },
  },
  {
    program: "const a = shop.motd({}), b = shop.count({});\nreturn { a: await a, b: await b };",
    value: { a: "Welcome to the shop", b: "14" },
  },
  {
    program: "return { a: shop.motd({}), list: [shop.count({})] };",
    value: { a: "Welcome to the shop", list: ["14"] },
    says: ["Not awaited in line 1: the run waited for it at its end. Write `await` where later lines need the re"],
  },
  { program: 'if (await shop.count({}) > 10) return "many"; else return "few";', value: "many" },
  {
    program:
      "let page = 0; const all = [];\nwhile (true) { const { rows } = await shop.rows({ n: 3 }); if (page >= 2) break; all.push(...rows); page++; }\nreturn all.length;",
    value: 6,
  },
  {
    program: "const msg = (await shop.motd({})).message;\nreturn msg;",
    value: null,
    says: ["The program returned no value, so it is null."],
  },
  { program: 'const msg = (await shop.motd({}))?.text ?? "no message";\nreturn msg;', value: "no message" },
  {
    program:
      'let status = "shipped";\nif (status) status = "open";\nreturn (await shop.list_orders({ status: status as any })).orders.length;',
    value: 3,
  },
  {
    program:
      'const args: any = { status: "shipped" };\nargs.status = "open";\nreturn (await shop.list_orders(args)).orders.length;',
    value: 3,
  },
  {
    program:
      'const args: any = { status: "shipped" };\nconst fix = (a: any) => { a.status = "open"; };\nfix(args);\nreturn (await callTool("shop__list_orders", args)).orders.length;',
    value: 3,
  },
  {
    program:
      'const args = { id: "o1" };\nconsole.log(args);\nreturn (await callTool("shop__get_order", args)).customer;',
    value: "Ada",
    stdout: "{ id: 'o1' }\n",
  },
  {
    program: 'const r: any = await shop.motd({});\nconst text = r?.content?.[0]?.text ?? "";\nreturn text.length;',
    value: 0,
    says: ['Line 2: `r` is the text itself, "Welcome to the shop", so use `r`.'],
  },
  {
    program: 'const r = await callTool("shop__list_orders", {});\nreturn r.structuredContent?.orders ?? "unknown";',
    value: "unknown",
    says: ["Line 2: `r` has no `structuredContent`; it is { orders: Array<{ id: string, customer: string, total:"],
  },
  {
    program:
      "const r: any = await shop.list_orders({});\nconst data = r.structuredContent ?? r;\nreturn data.orders.length;",
    value: 3,
  },
  {
    program: 'const r: any = await shop.motd({});\nreturn typeof r === "string" ? r : r.content[0].text;',
    value: "Welcome to the shop",
  },
  {
    program: "const n: any = await shop.count({});\nreturn n + 1;",
    value: "141",
    says: ['Line 2: `n` is the text "14", to which `+` appends: write `Number(n)` to calculate with it.'],
  },
  {
    program:
      "const { orders } = await shop.list_orders({});\nlet i = 0;\nfor (const _ of orders) i = i + 1;\nreturn i + 1;",
    value: 4,
  },
  { program: 'return typeof Temporal === "undefined" ? "no" : Temporal.Now;', value: "no" },
  {
    program: "return [1, 2, 3, 4, 5].values().filter((x) => x % 2).map((x) => x * x).take(2).toArray();",
    value: [1, 9],
  },
  {
    program:
      "for (const x of [1, 2, 3].values().map((n) => n)) if (x === 2) break;\nreturn [1, 2, 3].values().map((n) => n).find((n) => n === 2);",
    value: 2,
  },
  {
    program:
      "const it = new Set([1, 2]).values().map((n) => n);\nreturn [it.next().value, it.return?.(), it.next().done];",
    value: [1, { done: true }, true],
  },
  {
    program: 'try { (null as any).x; } catch (e: any) { return e.stack.split("\\n")[0]; }',
    value: "TypeError: cannot read property 'x' of null",
  },
  {
    program:
      "class Stack { stack: number[] = []; push(x: number) { this.stack.push(x); return this; } }\nconst s = new Stack().push(1);\ns.stack.push(2);\ns.stack = [...s.stack, 3];\nreturn s.stack;",
    value: [1, 2, 3],
  },
  {
    program:
      'const [r] = await Promise.allSettled([shop.fail({ message: "boom" })]);\nreturn (r as any).reason.stack.startsWith("ToolError: boom\\n    at ");',
    value: true,
  },
];

/** Guesses about values, results and the platform. */
export const TASK_HABIT_CASES: readonly ProgramCase[] = titled(ROWS);
