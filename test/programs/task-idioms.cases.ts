import { type ProgramCase, titled } from "./program-case.ts";

const ROWS: readonly Omit<ProgramCase, "id">[] = [
  {
    program:
      "Sure, here's the code:\n\n```ts\nconst { orders } = await shop.list_orders({});\nreturn orders.length;\n```\n\nThis returns the number of orders.",
    value: 3,
  },
  {
    program: "```javascript\n(async () => {\n  const r = await shop.count({});\n  console.log(r);\n})();\n```",
    value: null,
    stdout: "14\n",
    mustNotSay: ["returned no value"],
  },
  {
    program:
      '// Step 1: list\nconst list = await shop.list_orders({});\n// Step 2: details\nconst details = [];\nfor (const o of list.orders) {\n  details.push(await shop.get_order({ id: o.id }));\n}\n// Step 3: summarize\nreturn { count: details.length, names: details.map(d => d.customer).join(", ") };',
    value: { count: 3, names: "Ada, Bo, Cy" },
  },
  {
    program:
      'const results = await Promise.allSettled(["o1", "zz"].map(async (id) => { const o = await shop.get_order({ id }); return o.total; }));\nreturn results.map((r) => (r.status === "fulfilled" ? r.value : `ERR ${r.reason}`));',
    value: [12.5, "ERR ToolError: There is no order zz."],
  },
  {
    program:
      'const queue = [..."abc"]; const seen: string[] = [];\nconst worker = async (id: number) => { let item; while ((item = queue.shift())) { await shop.slow({ ms: 1 }); seen.push(`${id}${item}`); } };\nawait Promise.all([worker(1), worker(2)]);\nreturn seen.map(s => s[1]).sort();',
    value: ["a", "b", "c"],
  },
  {
    program:
      'let attempts = 0;\nasync function flaky() { attempts++; if (attempts < 3) throw new Error("503"); return "up"; }\nconst retry = async (fn: () => Promise<string>, n = 5): Promise<string> => { try { return await fn(); } catch (e) { if (n <= 1) throw e; await new Promise(r => setTimeout(r, 2 ** (5 - n))); return retry(fn, n - 1); } };\nreturn [await retry(flaky), attempts];',
    value: ["up", 3],
  },
  {
    program:
      'import { retry, parallel, sleep } from "codemode";\nlet n = 0;\nconst v = await retry(async () => { if (++n < 2) throw new Error("x"); return n; }, { maxAttempts: 3 });\nconst all = await parallel([1, 2].map((x) => async () => { await sleep(1); return x * v; }), { limit: 1 });\nreturn all;',
    value: [2, 4],
  },
  {
    program:
      "const gen = (function* () { const x: number = yield 1; return x * 2; })();\ngen.next();\nreturn gen.next(21).value;",
    value: 42,
  },
  {
    program: "const proxy = new Proxy({}, { get: (_, k) => `prop:${String(k)}` });\nreturn (proxy as any).hello;",
    value: "prop:hello",
  },
  {
    program:
      'const o = Object.freeze({ a: 1 });\ntry { (o as any).a = 2; } catch (e) { return (e as Error).name; }\nreturn "silently ignored";',
    value: "TypeError",
  },
  {
    program:
      "abstract class Shape { abstract area(): number; describe() { return `${this.constructor.name}: ${this.area()}`; } }\nclass Sq extends Shape { constructor(private s: number) { super(); } area() { return this.s ** 2; } }\nreturn new Sq(3).describe();",
    value: "Sq: 9",
  },
  {
    program:
      'type Ev = { kind: "a"; n: number } | { kind: "b"; s: string };\nconst handle = (e: Ev) => { switch (e.kind) { case "a": return e.n; case "b": return e.s.length; default: { const _: never = e; return _; } } };\nreturn [handle({ kind: "a", n: 1 }), handle({ kind: "b", s: "xy" })];',
    value: [1, 2],
  },
  { program: "const enum Level { Low = 1, High }\nreturn Level.High;", value: 2 },
  { program: "declare const shop2: any;\nreturn typeof shop2;", value: "undefined" },
  { program: "const x = <any>{ a: 1 };\nreturn x.a;", value: 1 },
  {
    program: "const fn = function named(n: number): number { return n <= 1 ? 1 : n * named(n - 1); };\nreturn fn(20);",
    value: 2432902008176640000,
  },
  { program: "return 2n ** 64n;", value: "18446744073709551616", says: ["Big integers became text."] },
  { program: "return (0.1 + 0.2).toFixed(2);", value: "0.30" },
  { program: 'return parseInt("08") + parseFloat("1.5e2") + Number("0x10");', value: 174 },
  { program: "return [10, 9, 1].sort();", value: [1, 10, 9] },
  { program: 'return [..."héllo😀"].length + "héllo😀".length;', value: 13 },
  { program: 'return "a-b_c d".replace(/[-_\\s](\\w)/g, (_, c) => c.toUpperCase());', value: "aBCD" },
  { program: "return new Date(2025, 0, 31, 12).toISOString();", value: "2025-01-31T12:00:00.000Z" },
  { program: 'return new Date("not a date");', value: null, says: ["Dates that are not valid became null."] },
  { program: "return new Date().getTimezoneOffset();", value: 0 },
  { program: "return Intl.DateTimeFormat().resolvedOptions().timeZone;", value: "UTC" },
  {
    program: 'const f = new Intl.RelativeTimeFormat("en", { numeric: "auto" });\nreturn f.format(-1, "day");',
    value: "yesterday",
  },
  {
    program: 'return new Intl.ListFormat("en", { type: "conjunction" }).format(["a", "b", "c"]);',
    value: "a, b, and c",
  },
  { program: "return crypto.randomUUID().length;", value: 36 },
  {
    program: 'const h = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("abc"));\nreturn h.byteLength;',
    value: 32,
  },
  {
    program:
      'const { orders } = await shop.list_orders({});\nreturn orders.map(({ id }) => ({ id, link: new URL(`/orders/${id}`, "https://shop.example").href }));',
    value: [
      { id: "o1", link: "https://shop.example/orders/o1" },
      { id: "o2", link: "https://shop.example/orders/o2" },
      { id: "o3", link: "https://shop.example/orders/o3" },
    ],
  },
  { program: 'const p = new URLSearchParams({ q: "a b", n: "1" });\nreturn p.toString();', value: "q=a+b&n=1" },
  {
    program: "return await Promise.all([1, 2, 3].map(shop.slow));",
    fails: ["invalid_arguments", 1],
    says: [
      "shop__slow takes one object, not 1.",
      "Name the parameter: slow({ parameter: value }); as a callback (item) => slow({ parameter: item }).",
    ],
  },
  {
    program: 'return await Promise.all(["o1", "o2"].map(shop.get_order));',
    fails: ["invalid_arguments", 1],
    says: [
      'shop__get_order takes one object, not "o1".',
      "Name the parameter: get_order({ parameter: value }); as a callback (item) => get_order({ parameter: item }).",
    ],
  },
  {
    program: 'return await Promise.all(["o1", "o2"].map((id) => shop.get_order({ id })));',
    value: [
      { id: "o1", customer: "Ada", total: 12.5, placed: "2025-03-01T23:30:00Z" },
      { id: "o2", customer: "Bo", total: 1234567.891, placed: "2025-03-09T07:30:00Z" },
    ],
  },
  {
    program:
      'const ids = ["o1", "o2"];\nfor await (const o of ids.map((id) => shop.get_order({ id }))) console.log((o as any).customer);',
    value: null,
    stdout: "Ada\nBo\n",
    mustNotSay: ["returned no value"],
  },
  {
    program:
      "const { orders: [{ id: firstId, ...rest }] } = await shop.list_orders({ limit: 1 });\nreturn { firstId, rest };",
    value: { firstId: "o1", rest: { customer: "Ada", total: 12.5, placed: "2025-03-01T23:30:00Z" } },
  },
  {
    program:
      "const acc = {};\nfor (const o of (await shop.list_orders({})).orders) (acc[o.customer[0]] ??= []).push(o.id);\nreturn acc;",
    value: { A: ["o1"], B: ["o2"], C: ["o3"] },
  },
  {
    program:
      'const r = await shop.list_orders({}).then(({ orders }) => orders.length).catch(() => -1).finally(() => console.log("fin"));\nreturn r;',
    value: 3,
    stdout: "fin\n",
  },
  {
    program: "shop.list_orders({}).then(r => console.log(r.orders.length));",
    value: null,
    stdout: "3\n",
    mustNotSay: ["returned no value"],
  },
  {
    program: "const r = await shop.list_orders({ limit: 1.5 });\nreturn r;",
    fails: ["invalid_arguments", 1],
    says: [
      "shop__list_orders cannot take these arguments: /limit must be an integer, not the number 1",
      'Change /limit to an integer. Signature: list_orders(args?: { status?: "open" | "closed"; limit?: number }): Promis',
    ],
  },
  { program: "const r = await shop.rows({ n: 1e3 });\nreturn r.rows.length;", value: 1000 },
  {
    program: 'const r = await shop.rows({ n: "5" });\nreturn r;',
    fails: ["type_error", 1],
    says: [
      'shop__rows cannot take these arguments: /n must be an integer, not the string "5".',
      "Change /n to an integer. Signature: rows(args: { n: number }): Promise<{ rows: { id: number; name: string }[] }>",
    ],
  },
  { program: 'const limit = "2";\nreturn (await shop.list_orders({ limit: +limit })).orders.length;', value: 2 },
  {
    program: 'const opts = { limit: 2, sort: "asc" };\nreturn (await shop.list_orders(opts)).orders.length;',
    fails: ["type_error", 2],
    says: [
      "shop__list_orders cannot take these arguments: /sort is not a known property. Allowed: sta",
      'Remove "sort". Signature: list_orders(args?: { status?: "open" | "closed"; limit?: number }): Promise<{ orders: {',
    ],
  },
  {
    program: 'const base = { limit: 2 };\nreturn (await shop.list_orders({ ...base, status: "open" })).orders.length;',
    value: 2,
  },
  {
    program:
      'const make = (status: "open" | "closed") => ({ status, limit: 1 });\nreturn (await shop.list_orders(make("open"))).orders.length;',
    value: 1,
  },
  {
    program:
      "async function* stream() { for (const { id } of (await shop.list_orders({})).orders) yield await shop.get_order({ id }); }\nlet total = 0;\nfor await (const o of stream()) total += (o as any).total;\nreturn Math.round(total);",
    value: 1234587,
  },
  {
    program:
      'try {\n  await shop.fail({ message: "E42: quota" });\n} catch (error) {\n  const [, code] = /^(E\\d+):/.exec(error.message) ?? [];\n  return { code, tool: error.tool, isTool: error instanceof ToolError, str: String(error) };\n}',
    value: { code: "E42", tool: "shop__fail", isTool: true, str: "ToolError: E42: quota" },
  },
  { program: "try { await shop.fail({}); } catch ({ message }) { return message; }", value: "It failed." },
  { program: 'await shop.fail({ message: "stop" }).catch(() => {});\nreturn "went on";', value: "went on" },
  {
    program: 'const err = await shop.fail({ message: "x" }).catch((e) => e);\nreturn err;',
    value: { name: "ToolError", message: "x", code: "tool_error", tool: "shop__fail" },
    says: ["Errors became objects with name and message."],
  },
  { program: 'throw "plain text";', fails: ["runtime_error", 1], says: ["Thrown: plain text"] },
  { program: 'await Promise.reject(new Error("rejected"));', fails: ["runtime_error", 1], says: ["rejected"] },
  {
    program: 'Promise.reject(new Error("nobody listens"));\nreturn 1;',
    fails: ["runtime_error", 1],
    says: ["nobody listens", "Nothing waits for what line 1 starts: write `await` there to see and handle its error."],
  },
  {
    program: 'const e = new Error("a"); e.name = "Custom"; throw e;',
    fails: ["runtime_error", 1],
    says: ["Custom: a"],
  },
  {
    program: 'console.log(new Error("shown").message); console.log(new Error("whole").stack.split("\\n")[0]);',
    value: null,
    stdout: "shown\nError: whole\n",
    mustNotSay: ["returned no value"],
  },
  {
    program: 'return JSON.stringify(await shop.list_orders({ limit: 1 }), ["orders", "id"]);',
    value: '{"orders":[{"id":"o1"}]}',
  },
  {
    program: 'return JSON.parse(\'{"a":[1,2,{"b":null}]}\', (k, v) => (typeof v === "number" ? v * 2 : v));',
    value: { a: [2, 4, { b: null }] },
    honest: true,
  },
  {
    program: "exports.handler = async (event) => ({ statusCode: 200 });",
    fails: ["type_error", 1],
    says: [
      "`exports` is not defined.",
      "The program is not a CommonJS module: use `return` or `export default` for its value.",
    ],
  },
  { program: 'return await eval("1 + 1");', value: 2 },
  { program: 'return new Function("a", "return a * 2")(4);', value: 8 },
  { program: "return globalThis.shop === shop;", value: true },
  { program: 'return Object.keys(shop).includes("motd");', value: true },
  {
    program: "return await shop.motd({}, { timeout: 5 });",
    fails: ["type_error", 1],
    says: [
      "shop__motd: there is no option `timeout`. It takes: timeoutMs, raw, signal.",
      "Did you mean `timeoutMs`? Signature: motd(): Promise<unknown>",
    ],
  },
  { program: "return shop.list_orders.toString().length > 0;", value: true },
  { program: 'const s = await codemode.search("orders");\nreturn s.tools[0].name;', value: "shop__list_orders" },
  {
    program: 'const d = await codemode.describe("shop__get_order");\nreturn d.name ?? Object.keys(d);',
    value: "shop__get_order",
  },
  { program: 'return await codemode.callTool("shop__count", {});', value: "14" },
  { program: "return await skills.list();", value: [] },
  { program: "return this === undefined;", value: true },
  {
    program: "return arguments.length;",
    fails: ["syntax_error", 1],
    says: [
      "Line 1: `arguments` does not exist outside a function.",
      "Write the values into the program, or use the parameters of a function.",
    ],
  },
  {
    program: "return import.meta.url;",
    fails: ["syntax_error", 1],
    says: [
      "Line 1: `import.meta` does not exist in this program.",
      "The program is not a file and is never imported: leave the condition out, and reach files through tools.",
    ],
  },
  {
    program: "with (Math) { return max(1, 2); }",
    fails: ["syntax_error", 1],
    says: ["Line 1: Unexpected token.", "Correct this line and send the whole program again."],
  },
  {
    program: "return 010 + 1;",
    fails: ["syntax_error", 1],
    says: ["Line 1: Invalid number.", "Correct this line and send the whole program again."],
  },
  { program: "let let1 = 1; const async = 2; const of = 3; return let1 + async + of;", value: 6 },
  {
    program: "const a = 1\nconst b = 2\n[a, b].forEach(x => console.log(x))",
    fails: ["runtime_error", 3],
    says: [
      "TypeError: `2 [a, b]` is undefined, so 'forEach' cannot be read of it.",
      "A `;` is missing at the end of the line before: the `[` is read as part of it.",
    ],
  },
  { program: "return\n  5;", value: null, says: ["The program returned no value, so it is null."] },
  { program: "const x = { a: 1, a: 2 }; return x;", value: { a: 2 } },
  { program: 'delete globalThis.nothing; return void 0 ?? "v";', value: "v" },
  { program: "#!/usr/bin/env node\nreturn 5;", value: 5 },
  { program: "'use strict';\nreturn 7;", value: 7 },
];

/** Idioms of the language and of the platform, right and wrong. */
export const TASK_IDIOM_CASES: readonly ProgramCase[] = titled(ROWS);
