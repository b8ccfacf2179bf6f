import { type ProgramCase, titled } from "./program-case.ts";

const ROWS: readonly Omit<ProgramCase, "id">[] = [
  {
    program:
      "type Order = { id: string; customer: string; total: number; placed: string };\nconst { orders } = await shop.list_orders({});\nconst byMonth = orders.reduce<Record<string, number>>((acc, o) => { const m = o.placed.slice(0, 7); acc[m] = (acc[m] ?? 0) + o.total; return acc; }, {});\nreturn byMonth;",
    value: { "2025-03": 1234580.391, "2025-11": 7 },
  },
  {
    program:
      'const { orders } = await shop.list_orders({});\nconst fmt = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });\nconst lines = orders.map(o => `${o.id.padEnd(4)}|${fmt.format(o.total).padStart(15)}`);\nreturn lines.join("\\n");',
    value: "o1  |         $12.50\no2  |  $1,234,567.89\no3  |          $7.00",
  },
  {
    program:
      'interface Result<T> { ok: boolean; value?: T; error?: string }\nasync function attempt<T>(fn: () => Promise<T>): Promise<Result<T>> { try { return { ok: true, value: await fn() }; } catch (e) { return { ok: false, error: e instanceof Error ? e.message : String(e) }; } }\nreturn await Promise.all([attempt(() => shop.get_order({ id: "o1" })), attempt(() => shop.get_order({ id: "o9" }))]);',
    value: [
      { ok: true, value: { id: "o1", customer: "Ada", total: 12.5, placed: "2025-03-01T23:30:00Z" } },
      { ok: false, error: "There is no order o9." },
    ],
  },
  {
    program:
      'const sleep = (ms: number) => new Promise(r => setTimeout(r, ms));\nfor (let i = 0; i < 3; i++) { console.log(`tick ${i}`); await sleep(1); }\nreturn "done";',
    value: "done",
    stdout: "tick 0\ntick 1\ntick 2\n",
  },
  {
    program:
      "function* chunks<T>(xs: T[], n: number) { for (let i = 0; i < xs.length; i += n) yield xs.slice(i, i + n); }\nconst { rows } = await shop.rows({ n: 7 });\nconst out: number[][] = [];\nfor (const c of chunks(rows, 3)) out.push(c.map(r => r.id));\nreturn out;",
    value: [[0, 1, 2], [3, 4, 5], [6]],
  },
  {
    program:
      'const { rows } = await shop.rows({ n: 5 });\nconst csv = ["id,name", ...rows.map(r => [r.id, JSON.stringify(r.name)].join(","))].join("\\n");\nreturn csv;',
    value: 'id,name\n0,"row 0"\n1,"row 1"\n2,"row 2"\n3,"row 3"\n4,"row 4"',
  },
  {
    program:
      "const map = new Map<string, number>();\nconst { orders } = await shop.list_orders({});\nfor (const { customer, total } of orders) map.set(customer, (map.get(customer) ?? 0) + total);\nreturn Object.fromEntries([...map].sort(([, a], [, b]) => b - a));",
    value: { Bo: 1234567.891, Ada: 12.5, Cy: 7 },
  },
  {
    program:
      'class Cache<K, V> { #m = new Map<K, V>(); hits = 0; async get(k: K, make: () => Promise<V>) { if (this.#m.has(k)) { this.hits++; return this.#m.get(k)!; } const v = await make(); this.#m.set(k, v); return v; } }\nconst c = new Cache<string, unknown>();\nawait c.get("o1", () => shop.get_order({ id: "o1" })); await c.get("o1", () => shop.get_order({ id: "o1" }));\nreturn c.hits;',
    value: 1,
  },
  {
    program:
      'const ids = ["o1", "bad", "o3"];\nconst ok: string[] = [], failed: { id: string; reason: string }[] = [];\nfor (const id of ids) { try { await shop.get_order({ id }); ok.push(id); } catch (e: any) { failed.push({ id, reason: e.message }); } finally { console.log("checked", id); } }\nreturn { ok, failed };',
    value: { ok: ["o1", "o3"], failed: [{ id: "bad", reason: "There is no order bad." }] },
    stdout: "checked o1\nchecked bad\nchecked o3\n",
  },
  { program: "const r = await Promise.any([shop.fail({}), shop.slow({ ms: 5 })]);\nreturn r;", value: "done" },
  {
    program:
      'try { await Promise.any([shop.fail({ message: "a" }), shop.fail({ message: "b" })]); } catch (e) { return (e as AggregateError).errors.map((x: Error) => x.message); }',
    value: ["a", "b"],
  },
  {
    program:
      'const ac = new AbortController();\nsetTimeout(() => ac.abort(new Error("too slow")), 5);\nconst aborted = new Promise((_, reject) => ac.signal.addEventListener("abort", () => reject(ac.signal.reason)));\ntry { await Promise.race([shop.slow({ ms: 60 }), aborted]); } catch (e: any) { return e.message; }',
    value: "too slow",
    says: ["Not awaited: 1 tool call was still open at the end and waited for. Write `await` where later lines n"],
  },
  {
    program:
      'const text = "Total: $1,234.50 (paid 2025-03-09), ref #A-77";\nconst [, amount] = text.match(/\\$([\\d,]+\\.\\d\\d)/)!;\nreturn { amount: Number(amount.replaceAll(",", "")), date: text.match(/\\d{4}-\\d{2}-\\d{2}/)?.[0], ref: /#(?<ref>[\\w-]+)/.exec(text)?.groups?.ref };',
    value: { amount: 1234.5, date: "2025-03-09", ref: "A-77" },
  },
  {
    program:
      'const d1 = new Date("2025-03-01"), d2 = new Date("2025-03-09");\nconst days = Math.round((+d2 - +d1) / 86_400_000);\nreturn { days, weekday: d2.toLocaleDateString("en-US", { weekday: "long", timeZone: "UTC" }), iso: d1.toISOString().split("T")[0] };',
    value: { days: 8, weekday: "Sunday", iso: "2025-03-01" },
  },
  {
    program:
      'const words = "the cat and the dog and the bird".split(/\\s+/);\nconst freq = Object.entries(words.reduce((a: Record<string, number>, w) => ({ ...a, [w]: (a[w] || 0) + 1 }), {})).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, 2);\nreturn freq;',
    value: [
      ["the", 3],
      ["and", 2],
    ],
  },
  {
    program:
      'const { orders } = await shop.list_orders({});\nreturn Map.groupBy(orders, o => o.total > 10 ? "big" : "small");',
    value: {
      big: [
        { id: "o1", customer: "Ada", total: 12.5, placed: "2025-03-01T23:30:00Z" },
        { id: "o2", customer: "Bo", total: 1234567.891, placed: "2025-03-09T07:30:00Z" },
      ],
      small: [{ id: "o3", customer: "Cy", total: 7, placed: "2025-11-02T05:30:00Z" }],
    },
    says: ["Maps became objects."],
  },
  {
    program:
      'const sorted = (await shop.list_orders({})).orders.toSorted((a, b) => a.total - b.total).map(o => o.customer);\nreturn { sorted, last: sorted.at(-1), idx: sorted.findLastIndex(c => c === "Ada") };',
    value: { sorted: ["Cy", "Ada", "Bo"], last: "Bo", idx: 1 },
  },
  {
    program:
      'const nested = { a: { b: [{ c: 1 }, { c: 2 }] } };\nconst { a: { b: [first, ...others] } } = nested;\nreturn { first, others, deep: nested?.a?.b?.[5]?.c ?? "none" };',
    value: { first: { c: 1 }, others: [{ c: 2 }], deep: "none" },
  },
  {
    program:
      'const data: unknown = await shop.get_order({ id: "o1" });\nfunction isOrder(x: unknown): x is { id: string; total: number } { return typeof x === "object" && x !== null && "total" in x; }\nif (!isOrder(data)) throw new Error("not an order");\nreturn data.total * 2;',
    value: 25,
  },
  {
    program: "const orders = await shop.list_orders({});\nfor (const order of orders) { console.log(order.id); }",
    fails: ["runtime_error", 2],
    says: [
      "TypeError: `orders` is not a list, so it cannot be iterated.",
      "`orders` is an object, { orders: Array<{ id: string, customer: string, total: number, placed: string }> }, not a l",
    ],
  },
  {
    program: "const orders = await shop.list_orders({});\nreturn orders.filter(o => o.total > 10);",
    fails: ["runtime_error", 2],
    says: [
      "TypeError: `orders.filter` is not a function.",
      "`orders` is an object, { orders: Array<{ id: string, customer: string, total: number, placed: string }> }, not a l",
    ],
  },
  {
    program: "const orders = (await shop.list_orders({})).items;\nreturn orders.length;",
    fails: ["runtime_error", 2],
    says: [
      "TypeError: `orders` is undefined, so 'length' cannot be read of it.",
      "`(await shop.list_orders({}))` has no `items`; it is { orders: Array<{ id: string, customer: string, total: number",
    ],
  },
  {
    program: "const orders = (await shop.list_orders({})).data?.orders ?? [];\nreturn orders.length;",
    value: 0,
    says: [
      "Line 1, column 45: Property 'data' does not exist on type 'ListOrdersOutput'.",
      "Line 1: `(await shop.list_orders({}))` has no `data`; it is { orders: Array<{ id: string, customer:",
    ],
  },
  {
    program: "const { orders } = await shop.list_orders({});\nreturn orders.map(o => o.amount);",
    value: [null, null, null],
    says: [
      "Line 2, column 26: Property 'amount' does not exist on type '{ id: string; customer: string; total:",
      "What was undefined in a list became null.",
    ],
  },
  {
    program:
      "const { orders } = await shop.list_orders({});\nconst total = orders.reduce((s, o) => s + o.amount, 0);\nreturn total;",
    value: null,
    says: [
      "Line 2, column 45: Property 'amount' does not exist on type '{ id: string; customer: string; total:",
      "Numbers that are not finite became null.",
    ],
  },
  {
    program: "const { orders } = await shop.list_orders({});\nreturn orders[0].customer.name;",
    value: null,
    says: [
      "Line 2, column 27: Property 'name' does not exist on type 'string'.",
      "The program returned no value, so it is null.",
    ],
  },
  {
    program: 'const { orders } = await shop.list_orders({});\nreturn orders.find(o => o.id === "o7").total;',
    fails: ["runtime_error", 2],
    says: [
      "TypeError: `orders.find(o => o.id === \"o7\")` is undefined, so 'total' cannot be read of it",
      "`find` found nothing: check for that first, or read it with `?.`.",
    ],
  },
  {
    program:
      'const { orders } = await shop.list_orders({});\nawait Promise.all(orders.map(async o => { if (o.total > 10) await shop.note({ text: o.id }); }));\nreturn "noted";',
    value: "noted",
    writes: ["o1", "o2"],
  },
  {
    program:
      'const { orders } = await shop.list_orders({});\norders.forEach(async (o) => { await shop.note({ text: o.id }); });\nreturn "noted";',
    value: "noted",
    says: ["Not awaited in line 2: the run waited for it at its end. Write `await` where later lines need the re"],
    writes: ["o1", "o2", "o3"],
  },
  {
    program: "const n = await shop.count({});\nreturn n + 1;",
    value: "141",
    says: ['Line 2: `n` is the text "14", to which `+` appends: write `Number(n)` to calculate with it.'],
  },
  { program: "const n = Number(await shop.count({}));\nreturn n + 1;", value: 15 },
  { program: "const n: number = await shop.count({});\nreturn n * 2;", value: 28 },
  { program: "const r = await shop.echo({ value: { a: [1, { b: null }] } });\nreturn r.value.a[1].b;", value: null },
  { program: "const r = await shop.echo({ value: undefined });\nreturn r;", value: { kind: "undefined" } },
  {
    program: 'const r = await shop.echo({ value: new Date("2025-01-01T00:00:00Z") });\nreturn r.value;',
    value: "2025-01-01T00:00:00.000Z",
  },
  {
    program: "const r = await shop.echo({ value: new Set([1, 2]) });\nreturn r.value;",
    value: [1, 2],
    says: ["In the arguments of shop__echo: Sets became lists."],
  },
  {
    program: "const big = 9007199254740993n;\nconst r = await shop.echo({ value: big });\nreturn r;",
    value: { value: "9007199254740993", kind: "bigint" },
    says: ["Big integers became text."],
  },
  { program: 'return [1, 2, 3].includes("2" as any) ? "yes" : "no";', value: "no" },
  {
    program: 'return await shop.list_orders({ limit: "2" as any });',
    fails: ["invalid_arguments", 1],
    says: [
      'shop__list_orders cannot take these arguments: /limit must be an integer, not the string "',
      'Change /limit to an integer. Signature: list_orders(args?: { status?: "open" | "closed"; limit?: number }): Promis',
    ],
  },
  {
    program: 'return await shop.list_orders({ status: "shipped" });',
    fails: ["type_error", 1],
    says: [
      'shop__list_orders cannot take these arguments: /status must be one of "open", "closed", no',
      'Change /status to one of "open", "closed". Signature: list_orders(args?: { status?: "open" | "closed"; limit?: num',
    ],
  },
  {
    program: 'return await shop.list_orders({ status: "OPEN" });',
    fails: ["type_error", 1],
    says: [
      'shop__list_orders cannot take these arguments: /status must be one of "open", "closed", no',
      'Change /status to "open". Signature: list_orders(args?: { status?: "open" | "closed"; limit?: number }): Promise<{',
    ],
  },
  { program: "return (await shop.list_orders()).orders.length;", value: 3 },
  {
    program: "return await shop.list_orders(null as any);",
    fails: ["invalid_arguments", 1],
    says: [
      "shop__list_orders takes one object, not null.",
      "Name the parameter: list_orders({ name: value }); as a callback (item) => list_orders({ name: item }).",
    ],
  },
  {
    program: 'return await shop["list-orders"]({});',
    fails: ["unknown_tool", 1],
    says: [
      'Server "shop" has no tool "list-orders". Did you mean shop__list_orders?',
      "It has: list_orders, get_order, motd, count, note, fail, slow, echo, rows.",
    ],
  },
  {
    program: "return await shop.listOrders({});",
    fails: ["unknown_tool", 1],
    says: [
      'Server "shop" has no tool "listOrders". Did you mean shop__list_orders?',
      "It has: list_orders, get_order, motd, count, note, fail, slow, echo, rows.",
    ],
  },
  {
    program: "return await servers.shop.list_orders({ limit: 1 });",
    value: { orders: [{ id: "o1", customer: "Ada", total: 12.5, placed: "2025-03-01T23:30:00Z" }] },
  },
  {
    program:
      "const { list_orders, get_order: getOrder } = shop;\nconst [first] = (await list_orders({ limit: 1 })).orders;\nreturn (await getOrder({ id: first.id }) as any).customer;",
    value: "Ada",
  },
  {
    program:
      'import { list_orders } from "generated/servers/shop";\nreturn (await list_orders({ limit: 2 })).orders.length;',
    value: 2,
  },
  {
    program:
      'import * as shop from "./generated/servers/shop.ts";\nreturn (await shop.list_orders({ limit: 2 })).orders.length;',
    value: 2,
  },
  {
    program: 'import shop from "generated/servers/shop";\nreturn (await shop.list_orders({ limit: 2 })).orders.length;',
    value: 2,
  },
  {
    program:
      'const shopTools = await import("generated/servers/shop");\nreturn (await shopTools.list_orders({ limit: 2 })).orders.length;',
    value: 2,
  },
  { program: 'const fn = "list_orders";\nreturn (await shop[fn]({ limit: 1 })).orders.length;', value: 1 },
  {
    program:
      'const results = {};\nfor (const tool of ["motd", "count"] as const) results[tool] = await shop[tool]({});\nreturn results;',
    value: { motd: "Welcome to the shop", count: "14" },
  },
  {
    program:
      'const pipeline = [(s: string) => s.trim(), (s: string) => s.toUpperCase()];\nreturn pipeline.reduce((v, f) => f(v), "  hi ");',
    value: "HI",
  },
  {
    program:
      "const compose = <T,>(...fns: ((x: T) => T)[]) => (x: T) => fns.reduceRight((v, f) => f(v), x);\nreturn compose<number>(x => x + 1, x => x * 2)(5);",
    value: 11,
  },
  {
    program:
      'const memo = new WeakMap(); const key = {}; memo.set(key, 1);\nreturn [memo.has(key), Symbol("x").toString(), typeof Symbol.iterator];',
    value: [true, "Symbol(x)", "symbol"],
  },
  {
    program:
      'const obj = { get total() { return 5; }, ["dyn" + 1]: 2, method() { return 3; }, async later() { return 4; } };\nreturn { ...obj, m: obj.method(), l: await obj.later() };',
    value: { total: 5, dyn1: 2, m: 3, l: 4 },
    says: ["Functions were left out."],
  },
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
    says: ["The program returned no value, so it is null."],
  },
  {
    program: "export async function run() { return (await shop.list_orders({})).orders.length; }",
    value: 3,
    says: ["The program only defines `run`, so it was called."],
  },
  {
    program: "module.exports = async () => 5;",
    fails: ["type_error", 1],
    says: [
      "`module` is not defined.",
      "The program is not a CommonJS module: use `return` or `export default` for its value.",
    ],
  },
  {
    program:
      "const { orders } = await shop.list_orders({});\nconsole.log(JSON.stringify(orders.map(({ id, total }) => ({ id, total })), null, 2));",
    value: null,
    stdout:
      '[\n  {\n    "id": "o1",\n    "total": 12.5\n  },\n  {\n    "id": "o2",\n    "total": 1234567.891\n  },\n  {\n    "id": "o3",\n    "total": 7\n  }\n]\n',
    says: ["The program returned no value, so it is null."],
  },
  {
    program:
      'console.log("%s has %d orders", "shop", 3);\nconsole.error("warn: %o", { a: 1 });\nconsole.info([1, [2, [3, [4]]]]);',
    value: null,
    stdout: "shop has 3 orders\n[ 1, [ 2, [ 3, [ 4 ] ] ] ]\n",
    says: ["The program returned no value, so it is null."],
  },
  {
    program: 'console.table([{ id: 1, n: "a" }, { id: 2, n: "b" }], ["id"]);',
    value: null,
    stdout: "(index)  id  n\n0        1   'a'\n1        2   'b'\n",
    says: ["The program returned no value, so it is null."],
  },
  {
    program:
      'console.log(new Map([["a", { b: 1 }]]), new Set([1]), [undefined, null], -0, 10n, Symbol("s"), () => 1, class A {}, new Error("e").message);',
    value: null,
    stdout:
      "Map(1) { 'a' => { b: 1 } } Set(1) { 1 } [ undefined, null ] -0 10n Symbol(s) [Function (anonymous)] [class A] e\n",
    says: ["The program returned no value, so it is null."],
  },
  {
    program: 'throw new Error("Custom failure", { cause: { code: 42 } });',
    fails: ["runtime_error", 1],
    says: ["Custom failure"],
  },
  {
    program: 'throw { code: "E1", message: "plain object" };',
    fails: ["runtime_error", 1],
    says: ['Thrown: {"code":"E1","message":"plain object"}'],
  },
  {
    program:
      'class NotFound extends Error { constructor(readonly id: string) { super(`no ${id}`); this.name = "NotFound"; } }\nthrow new NotFound("x1");',
    fails: ["runtime_error", 1],
    says: ["NotFound: no x1"],
  },
  {
    program: 'return JSON.parse("{bad json}");',
    fails: ["runtime_error", 1],
    says: ["SyntaxError: JSON.parse was given text that is not JSON (expecting property name); it begi"],
  },
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
    program: 'if (shop.count({})) return "some";',
    fails: ["type_error", 1],
    says: [
      "A promise is always true as a condition: `await` is missing.",
      "Write `await` before the call that gives it.",
    ],
  },
  {
    program: "const text = `Count is ${shop.count({})}`;\nreturn text;",
    fails: ["type_error", 1],
    says: ["A promise is not text: `await` is missing.", "Write `await` before the call that gives it."],
  },
  {
    program:
      "let page = 0; const all = [];\nwhile (true) { const { rows } = await shop.rows({ n: 3 }); if (page >= 2) break; all.push(...rows); page++; }\nreturn all.length;",
    value: 6,
  },
  {
    program: "const limit = pLimit(2);\nreturn await Promise.all([1, 2].map(n => limit(() => shop.rows({ n }))));",
    fails: ["type_error", 1],
    says: [
      "`pLimit` is not defined.",
      'Write `parallel(tasks, { limit })`, from `import { parallel } from "codemode"`.',
    ],
  },
  {
    program: 'import pLimit from "p-limit";\nconst limit = pLimit(2);\nreturn 1;',
    fails: ["unknown_tool", 1],
    says: [
      'There is no module "p-limit".',
      'Write `parallel(tasks, { limit })`, from `import { parallel } from "codemode"`. Programs can import: codemode, gen',
    ],
  },
  {
    program: 'const { z } = require("zod");\nreturn z.string().parse("x");',
    fails: ["type_error", 1],
    says: [
      "`require` is not defined.",
      "Nothing can be required: import tools from `generated/servers/<server>` and helpers from `codemode`.",
    ],
  },
  {
    program: 'const res = await fetch("https://api.example.com/orders");\nreturn await res.json();',
    fails: ["type_error", 1],
    says: ["`fetch` is not defined.", "There is no network here: use a tool of a server for requests."],
  },
  {
    program: 'const out = execSync("ls").toString();\nreturn out;',
    fails: ["type_error", 1],
    says: ["`execSync` is not defined.", "No process can be started here: use the tools of a server."],
  },
  {
    program: 'import { format } from "date-fns";\nreturn format(new Date(), "yyyy");',
    fails: ["unknown_tool", 1],
    says: [
      'There is no module "date-fns".',
      "No packages can be used: write it with plain JavaScript, for instance `Date` and `Intl.DateTimeFormat`. Programs c",
    ],
  },
  {
    program: 'return process.env.API_KEY ?? "none";',
    fails: ["type_error", 1],
    says: [
      "`process` is not defined.",
      "There is no process here: pass values in the program, use `return` to end it and `console.log` for output; environ",
    ],
  },
  {
    program: 'return await shop.get_order("o1");',
    fails: ["type_error", 1],
    says: [
      'shop__get_order takes one object, not "o1".',
      "Name the arguments in one object. Signature: get_order(args: { id: string }): Promise<unknown>",
    ],
  },
  {
    program: "return await shop.get_order({ id: 1 });",
    fails: ["type_error", 1],
    says: [
      "shop__get_order cannot take these arguments: /id must be a string, not the number 1.",
      "Change /id to a string. Signature: get_order(args: { id: string }): Promise<unknown>",
    ],
  },
  {
    program: 'return await shop.get_order({ ID: "o1" });',
    fails: ["type_error", 1],
    says: [
      "shop__get_order cannot take these arguments: /id is missing; it must be a string. You gave",
      'Rename "ID" to "id". Signature: get_order(args: { id: string }): Promise<unknown>',
    ],
  },
  {
    program: 'return await shop.get_order({ id: "o1", verbose: true });',
    fails: ["type_error", 1],
    says: [
      "shop__get_order cannot take these arguments: /verbose is not a known property. Allowed: id",
      'Remove "verbose". Signature: get_order(args: { id: string }): Promise<unknown>',
    ],
  },
  {
    program: "return await shop.get_order();",
    fails: ["type_error", 1],
    says: [
      "shop__get_order cannot take these arguments: /id is missing; it must be a string.",
      'Add "id". Signature: get_order(args: { id: string }): Promise<unknown>',
    ],
  },
  {
    program: "return await shop.get_order({ id: undefined });",
    fails: ["invalid_arguments", 1],
    says: [
      "shop__get_order cannot take these arguments: /id is missing; it must be a string.",
      'Add "id". Signature: get_order(args: { id: string }): Promise<unknown>',
    ],
  },
  {
    program: 'return await shop.delete_order({ id: "o1" });',
    fails: ["unknown_tool", 1],
    says: [
      'Server "shop" has no tool "delete_order". Did you mean shop__get_order?',
      "It has: list_orders, get_order, motd, count, note, fail, slow, echo, rows.",
    ],
  },
  {
    program: 'return await store.get_order({ id: "o1" });',
    fails: ["type_error", 1],
    says: ["`store` is not defined.", "There is no `store`: write `shop.get_order({ … })`."],
  },
  {
    program: 'await shop.note({ text: "a" }); await shop.note({ txt: "b" });',
    fails: ["type_error", 1],
    says: [
      'shop__note cannot take these arguments: /text is missing; it must be a string. You gave "t',
      'Rename "txt" to "text". Signature: note(args: { text: string }): Promise<unknown>',
    ],
  },
  {
    program: 'await shop.note({ text: "a" });\nconst r = await shop.get_order({ id: "missing" });\nreturn r;',
    fails: ["tool_error", 2],
    says: ["There is no order missing."],
    writes: ["a"],
  },
  {
    program: 'const [order] = (await shop.list_orders({})).orders.filter(o => o.id === "zzz");\nreturn order.total;',
    fails: ["runtime_error", 2],
    says: ["TypeError: `order` is undefined, so 'total' cannot be read of it."],
  },
  {
    program: 'const r = await shop.get_order({ id: "o1" });\nreturn r.items[0];',
    fails: ["runtime_error", 2],
    says: [
      "TypeError: `r.items` is undefined, so nothing can be read of it.",
      "`r` has no `items`; it is { id: string, customer: string, total: number, placed: string }.",
    ],
  },
  {
    program: 'const r = await shop.get_order({ id: "o1" });\nreturn r.customer.toUpperCase() + r.placed.getFullYear();',
    fails: ["runtime_error", 2],
    says: [
      "TypeError: `r.placed.getFullYear` is not a function.",
      '`r.placed` is the text "2025-03-01T23:30:00Z": write `new Date(r.placed).getFullYear(…)`.',
    ],
  },
  {
    program: 'const r = JSON.parse(await shop.get_order({ id: "o1" }));\nreturn r.customer;',
    fails: ["runtime_error", 1],
    says: ["SyntaxError: JSON.parse was given an object, not text: the value is parsed already, so use"],
  },
  {
    program: 'const text = (await shop.motd({})).content.map(c => c.text).join("");\nreturn text;',
    fails: ["runtime_error", 1],
    says: [
      "TypeError: `(await shop.motd({})).content` is undefined, so 'map' cannot be read of it.",
      '`(await shop.motd({}))` is the text itself, "Welcome to the shop", so use `(await shop.motd({}))`; for its lines w',
    ],
  },
  {
    program:
      'const result = await shop.motd({});\nif (result.isError) throw new Error("failed");\nreturn result.content[0].text;',
    fails: ["runtime_error", 3],
    says: [
      "TypeError: `result.content` is undefined, so nothing can be read of it.",
      '`result` is the text itself, "Welcome to the shop", so use `result`.',
    ],
  },
  {
    program: "const msg = (await shop.motd({})).message;\nreturn msg;",
    value: null,
    says: ["The program returned no value, so it is null."],
  },
  { program: 'const msg = (await shop.motd({}))?.text ?? "no message";\nreturn msg;', value: "no message" },
  {
    program:
      'const status = "shipped";\nawait shop.note({ text: "first" });\nreturn await callTool("shop__list_orders", { status });',
    fails: ["type_error", 3],
    says: [
      'shop__list_orders cannot take these arguments: /status must be one of "open", "closed", no',
      'Change /status to one of "open", "closed". Signature: list_orders(args?: { status?: "open" | "closed"; limit?: num',
    ],
  },
  {
    program:
      'const args = { status: "shipped" };\nawait shop.note({ text: "first" });\nreturn await callTool("shop__list_orders", args);',
    fails: ["type_error", 3],
    says: [
      'shop__list_orders cannot take these arguments: /status must be one of "open", "closed", no',
      'Change /status to one of "open", "closed". Signature: list_orders(args?: { status?: "open" | "closed"; limit?: num',
    ],
  },
  {
    program:
      'const args = { status: "shipped" };\nawait shop.note({ text: "first" });\nreturn await shop.list_orders(args);',
    fails: ["type_error", 3],
    says: [
      'shop__list_orders cannot take these arguments: /status must be one of "open", "closed", no',
      'Change /status to one of "open", "closed". Signature: list_orders(args?: { status?: "open" | "closed"; limit?: num',
    ],
  },
  {
    program: 'let status = "shipped";\nawait shop.note({ text: "first" });\nreturn await shop.list_orders({ status });',
    fails: ["type_error", 3],
    says: [
      'shop__list_orders cannot take these arguments: /status must be one of "open", "closed", no',
      'Change /status to one of "open", "closed". Signature: list_orders(args?: { status?: "open" | "closed"; limit?: num',
    ],
  },
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
    program: "const text: any = await shop.motd({});\nreturn text.map((line: any) => line.name);",
    fails: ["runtime_error", 2],
    says: [
      "TypeError: `text.map` is not a function.",
      '`text` is the text itself, "Welcome to the shop", so use `text`; for its lines write `text.split("\\n")`.',
    ],
  },
  {
    program: 'const o: any = await shop.get_order({ id: "o1" });\nreturn o.placed.toISOString();',
    fails: ["runtime_error", 2],
    says: [
      "TypeError: `o.placed.toISOString` is not a function.",
      '`o.placed` is the text "2025-03-01T23:30:00Z": write `new Date(o.placed).toISOString(…)`.',
    ],
  },
  {
    program: "const n: any = await shop.count({});\nreturn n.toFixed(2);",
    fails: ["runtime_error", 2],
    says: ["TypeError: `n.toFixed` is not a function.", '`n` is the text "14": write `Number(n).toFixed(…)`.'],
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
  {
    program: 'await shop.note({ text: "first" });\nreturn Temporal.Now.plainDateISO().toString();',
    fails: ["type_error", 2],
    says: ["`Temporal` is not defined.", "There is no `Temporal` here: use `Date` and `Intl.DateTimeFormat`."],
  },
  { program: 'return typeof Temporal === "undefined" ? "no" : Temporal.Now;', value: "no" },
  {
    program: "const stream = new ReadableStream({});",
    fails: ["type_error", 1],
    says: [
      "`ReadableStream` is not defined.",
      "There are no streams here: write an async generator, `async function* parts() { … }`, and `for await`.",
    ],
  },
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
      'try { throw new TypeError("bad\\nthing"); } catch (e: any) { console.log(e.stack.split("\\n").length > 2); throw e; }',
    fails: ["runtime_error", 1],
    says: ["TypeError: bad"],
  },
  {
    program:
      'const [r] = await Promise.allSettled([shop.fail({ message: "boom" })]);\nreturn (r as any).reason.stack.startsWith("ToolError: boom\\n    at ");',
    value: true,
  },
  {
    program: "const missing: any = undefined;\nreturn missing.stack;",
    fails: ["runtime_error", 2],
    says: ["TypeError: `missing` is undefined, so 'stack' cannot be read of it."],
  },
  {
    program: 'const { orders } = await shop.list_orders({});\nreturn orders.find((o) => o.id === "o9").total;',
    fails: ["runtime_error", 2],
    says: [
      "TypeError: `orders.find((o) => o.id === \"o9\")` is undefined, so 'total' cannot be read of ",
      "`find` found nothing: check for that first, or read it with `?.`.",
    ],
  },
  {
    program: 'return await store.get_order({ id: "o1" });',
    fails: ["type_error", 1],
    says: ["`store` is not defined.", "There is no `store`: write `shop.get_order({ … })`."],
  },
  {
    program: "const limit = pLimit(2);\nreturn 1;",
    fails: ["type_error", 1],
    says: [
      "`pLimit` is not defined.",
      'Write `parallel(tasks, { limit })`, from `import { parallel } from "codemode"`.',
    ],
  },
];

/** Whole tasks, wrong guesses and slips as models write them. */
export const TASK_CASES: readonly ProgramCase[] = titled(ROWS);
