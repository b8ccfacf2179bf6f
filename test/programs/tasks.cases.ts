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
  { program: "return (await shop.list_orders()).orders.length;", value: 3 },
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
];

/** Whole tasks, as models write them. */
export const TASK_CASES: readonly ProgramCase[] = titled(ROWS);
