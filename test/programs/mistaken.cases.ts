import { type ProgramCase, titled } from "./program-case.ts";

/** Arguments that a tool refuses, in forms in which only the text of the program shows it. */
const ARGUMENTS = titled([
  {
    program: 'await shop.note({ text: "a" });\nreturn await callTool("shop__get_order", { orderId: "o1" });',
    fails: ["type_error", 2],
    says: ['Rename "orderId" to "id".'],
  },
  {
    program: 'await shop.note({ text: "a" });\nreturn await codemode.callTool("shop__rows", { n: "ten" });',
    fails: ["type_error", 2],
    says: ["/n must be an integer"],
  },
  {
    program:
      'import { callTool } from "codemode";\nawait shop.note({ text: "a" });\nreturn await callTool("shop.rows", {});',
    fails: ["type_error", 3],
    says: ["/n is missing"],
  },
  {
    program: 'await shop.note({ text: "a" });\nreturn await call_tool("shop__get_order");',
    fails: ["type_error", 2],
    says: ["/id is missing"],
  },
  {
    program: 'await shop.note({ text: "a" });\nreturn await callTool("shop__get_order", "o1");',
    fails: ["type_error", 2],
    says: ['takes one object, not "o1"'],
  },
  {
    program: 'const id = "o1";\nreturn ((await callTool("shop__get_order", { id })) as any).customer;',
    value: "Ada",
  },
  { program: 'return await callTool("shop__count", null as any);', value: "14" },
  {
    program:
      'const { get_order, note } = shop;\nawait note({ text: "a" });\nreturn await get_order({ orderId: "o1" });',
    fails: ["type_error", 3],
    says: ["orderId"],
  },
  {
    program: 'const get = shop.get_order;\nawait shop.note({ text: "a" });\nreturn await get({ id: 1 });',
    fails: ["type_error", 3],
    says: ["/id must be a string"],
  },
  {
    program: "const { count: total } = shop;\nif (total({})) return 1;",
    fails: ["type_error", 2],
    says: ["`await` is missing"],
  },
  {
    program: 'const { rows } = { rows: (o: { n: string }) => o.n };\nreturn rows({ n: "ten" });',
    value: "ten",
  },
  {
    program: 'return await callTool({ name: "shop__count", arguments: {} } as any);',
    value: "14",
  },
]);

/** Tools looked for where they are not, and ends of other places. */
const ELSEWHERE = titled([
  {
    program: 'await shop.note({ text: "a" });\nreturn await codemode.shop.count({});',
    fails: ["unknown_tool", 2],
    says: ["`shop` instead of `codemode.shop`"],
  },
  {
    program: 'await shop.note({ text: "a" });\nreturn await codemode.shop_count({});',
    fails: ["unknown_tool", 2],
    says: ["shop.count({ … })"],
  },
  { program: "return await codemode.call_tool('shop__count', {});", value: "14" },
  { program: "return Array.isArray(await codemode.artifacts.list());", value: true },
  { program: "return await mcp__shop__count({});", fails: ["type_error", 1], says: ["shop.count({ … })"] },
  { program: "return await shop_count({});", fails: ["type_error", 1], says: ["shop.count({ … })"] },
  { program: 'await shop.note({ text: "a" });\nfinal_answer(5);', fails: ["type_error", 2], says: ["`return`"] },
  { program: "display(5);", fails: ["type_error", 1], says: ["console.log"] },
  { program: "process.nextTick(() => 1);", fails: ["type_error", 1], says: ["queueMicrotask"] },
  {
    program: "async function main() { return 5; }\nif (require.main === module) main();",
    fails: ["type_error", 2],
    says: ["leave the condition out"],
  },
  {
    program: "async function main() { return 5; }\nif (import.meta.main) await main();",
    fails: ["syntax_error", 2],
    says: ["leave the condition out"],
  },
]);

/** Functions that the program leaves to be called. */
const ENTRIES = titled([
  {
    program: "async (shop, codemode) => {\n  await codemode.sleep(1);\n  return await shop.count({});\n}",
    value: "14",
  },
  { program: "export default async function (shop) { return await shop.count({}); }", value: "14" },
  { program: "export default async (tools) => await tools.shop.count({});", value: "14" },
  {
    program: "async function main(shop) { return await shop.count({}); }",
    value: "14",
  },
  {
    program: "export default {\n  async run() { return await shop.count({}); },\n};",
    value: "14",
    says: ["only defines `run`"],
  },
  {
    program: "export default { limit: 2, run: async () => 5 };",
    value: { limit: 2 },
    says: ["Functions were left out"],
  },
  { program: "(limit, shop) => [limit === undefined, typeof shop.count]", value: [false, "function"] },
]);

/** What looks like success and is not. */
const EMPTY_WORDS = titled([
  {
    program: 'const order = await shop.get_order({ id: "o1" });\nreturn `Order: ${order}`;',
    value: "Order: [object Object]",
    says: ["In the value: An object became the text [object Object]"],
  },
  {
    program: 'const r = await shop.list_orders({});\nconsole.log("Orders: " + r);\nreturn 1;',
    value: 1,
    says: ["In the output: An object became the text"],
  },
  {
    program: "const r = await shop.list_orders({});\nawait shop.note({ text: `Orders: ${r.orders[0]}` });\nreturn 1;",
    value: 1,
    says: ["In the arguments of shop__note: An object became the text"],
    writes: ["Orders: [object Object]"],
  },
  {
    program: "const { orders } = await shop.list_orders({});\nreturn orders.filter((o) => o.id === 1).length;",
    value: 0,
    says: ["Line 2", "never equal"],
  },
  {
    program: 'return Object.keys(shop.get_order({ id: "o1" }));',
    fails: ["type_error", 1],
    says: ["`await` is missing"],
  },
  {
    program: 'await shop.count({});\nawait Promise.reject("nope");',
    fails: ["runtime_error", 2],
    says: ["Thrown: nope"],
  },
]);

/** Helpers used otherwise than they are. */
const HELPERS = titled([
  {
    program: "let n = 0;\nreturn await retry(async () => { n += 1; return n; }, { retries: 5, delayMs: 1 });",
    value: 1,
    says: ["Line 2", "no option `retries`. It takes: maxAttempts, delayMs."],
  },
  {
    program: "return await parallel(() => shop.count({}), () => shop.motd({}));",
    fails: ["runtime_error", 1],
    says: ["parallel takes one list of functions"],
  },
  {
    program: "const ms = 5;\nreturn await runWithTimeout(shop.slow({ ms: 2_000 }), ms);",
    fails: ["runtime_error", 2],
    says: ["longer than 5 ms"],
  },
  {
    program: "const ms = 5;\nawait waitFor(() => false, { intervalMs: 1, timeoutMs: ms });",
    fails: ["runtime_error", 2],
    says: ["not met within 5 ms"],
  },
  {
    program: "return (await shop.list_orders({ status: undefined, limit: undefined })).orders.length;",
    value: 3,
    mustNotSay: ["became {}"],
  },
]);

/** Brackets without a partner. */
const BRACKETS = titled([
  {
    program: "const { orders } = await shop.list_orders({};\nreturn orders.length;",
    fails: ["syntax_error", 1],
    says: ["`(` is not closed", "  1 | const"],
  },
  {
    program: "const r = await shop.list_orders({});\nconst out = r.orders.map((o) => {\n  return {\n    id: o.id,",
    fails: ["syntax_error", 3],
    says: ["`{` is not closed", "cut off"],
  },
  {
    program: "if (true) {\n  console.log(1);\n}}\nreturn 1;",
    fails: ["syntax_error", 3],
    says: ["`}` closes nothing"],
  },
  {
    program: "const a: number[] = [1, 2;\nreturn a;",
    fails: ["syntax_error", 1],
    says: ["`[` is not closed"],
  },
  { program: "if (true) break;", fails: ["syntax_error", 1], says: ["`break` stands outside a loop"] },
]);

export const MISTAKEN_CASES: readonly ProgramCase[] = [
  ...ARGUMENTS,
  ...ELSEWHERE,
  ...ENTRIES,
  ...EMPTY_WORDS,
  ...HELPERS,
  ...BRACKETS,
];

export const PYTHON_MISTAKEN_CASES: readonly ProgramCase[] = titled([
  { program: "%%time\nawait shop.count()", fails: ["syntax_error", 1], says: ["Magic commands"] },
  { program: "final_answer(5)", fails: ["type_error", 1], says: ["End the program with the value"] },
  { program: "display(5)", fails: ["type_error", 1], says: ["print(value)"] },
  { program: "await shop_count()", fails: ["type_error", 1], says: ["await shop.count(...)"] },
  {
    program: "from multiprocessing import Pool\nPool(2)",
    fails: ["runtime_error", 2],
    says: ["asyncio.gather"],
  },
  {
    program: 'import re\nm = re.match("x", "y")\nm.group(0)',
    fails: ["runtime_error", 3],
    says: ["`m` is None"],
  },
  {
    program: "c = await shop.count()\nc + 1",
    fails: ["runtime_error", 2],
    says: ["`c` is the text '14'", "float(c)"],
  },
  {
    program: "total = 5\ntotal > None",
    fails: ["runtime_error", 2],
    says: ["NoneType"],
  },
  { program: "def f():\n  x = 1\n    y = 2\n  return x\nf()", fails: ["syntax_error", 3], says: ["line before"] },
  {
    program:
      'import io\nclass Log:\n    def __init__(self):\n        self.out = io.StringIO()\n        self.name = "x"\nLog()',
    value: { out: "<StringIO>", name: "x" },
    says: ["was given as text"],
  },
  { program: "(shop.count() for _ in range(2))", value: ["14", "14"] },
  {
    program: '{"a": [shop.count(), (shop.motd() for _ in [1])], "b": map(lambda _: shop.count(), [1])}',
    value: { a: ["14", ["Welcome to the shop"]], b: ["14"] },
  },
  {
    program: '(await shop.echo(value=(shop.count() for _ in range(2))))["value"]',
    value: ["14", "14"],
  },
  {
    program: "calls = [shop.count() for _ in range(2)]\nawait calls",
    fails: ["runtime_error", 2],
    says: ["await asyncio.gather(*calls)"],
  },
  { program: "c = shop.count()\n[await c, await c]", fails: ["runtime_error", 2], says: ["can be awaited once"] },
  {
    program: "import asyncio\nt = asyncio.create_task(shop.count())\nt.result()",
    fails: ["runtime_error", 3],
    says: ["write `await task`"],
  },
]);
