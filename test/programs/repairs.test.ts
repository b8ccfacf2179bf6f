import { afterAll, beforeAll, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import type { ExecutionResult } from "../../src/runs/result.ts";
import { BLIND_REPAIRS, PYTHON_BLIND_REPAIRS, type Repair } from "./repairs.cases.ts";
import { openShop } from "./shop.ts";

const TYPESCRIPT: readonly Repair[] = [
  [
    "Here it is:\n```ts\nconst a = 1;\n```\n```ts\nreturn a;\n```",
    ["2 code blocks", "one program"],
    "const a = 1;\nreturn a;",
    1,
  ],
  ['"const a = 1;\\nreturn a;"', ["real line breaks", "without the quotes"], "const a = 1;\nreturn a;", 1],
  ["const a = 1;\\nreturn a;", ["real line breaks"], "const a = 1;\nreturn a;", 1],
  ["<think>\ncount\n</think>\nreturn 1;", ["Send only the program"], "return 1;", 1],
  ["if (1 &lt; 2) { return 3; }", ["HTML entities", "`<`"], "if (1 < 2) { return 3; }", 3],
  [
    "const rows = [1].map((n) => { id: n, n: 2 });\nreturn rows;",
    ["=> ({ … })"],
    "const rows = [1].map((n) => ({ id: n, n: 2 }));\nreturn rows;",
    [{ id: 1, n: 2 }],
  ],
  [
    "namespace Util {\n  export const twice = (n: number) => n * 2;\n}\nreturn Util.twice(4);",
    ["Namespaces", "Use an object"],
    "const Util = { twice: (n: number) => n * 2 };\nreturn Util.twice(4);",
    8,
  ],
  ["return <b>5</b>;", ["JSX", "build the text"], 'return "<b>5</b>";', "<b>5</b>"],
  ["ls -la /workspace", ["no shell", "await server.tool"], "return await shop.count({});", "14"],
  [
    "async function save() { throw new Error('disk full'); }\nsave();\nreturn 1;",
    ["disk full", "line 2", "`await`"],
    "async function save() { throw new Error('disk full'); }\ntry { await save(); } catch (e: any) { return e.message; }",
    "disk full",
  ],
  [
    "const ok = [1, 2].filter(async (n) => n > 1);\nreturn ok;",
    ["always true", "Promise.all", "keep[index]"],
    "const items = [1, 2];\nconst keep = await Promise.all(items.map(async (n) => n > 1));\nreturn items.filter((_, index) => keep[index]);",
    [2],
  ],
  [
    "const m = shop.motd({});\nreturn `Message: ${m}`;",
    ["`await` is missing", "line 2"],
    "const m = await shop.motd({});\nreturn `Message: ${m}`;",
    "Message: Welcome to the shop",
  ],
  [
    "return await shop.note({ text: shop.motd({}) });",
    ["/text", "`await`"],
    "return await shop.note({ text: (await shop.motd({})) as string });",
    "noted",
  ],
  [
    "return await shop.get_order({ orderId: 'o1' });",
    ["orderId", "{ id: string }"],
    "return ((await shop.get_order({ id: 'o1' })) as any).customer;",
    "Ada",
  ],
  ["return totl;", ["`totl` is not defined"], "const totl = 3;\nreturn totl;", 3],
  [
    "const r: any = await shop.list_orders({});\nreturn r.map((o: any) => o.id);",
    ["r.orders.map(…)"],
    "const r: any = await shop.list_orders({});\nreturn r.orders.map((o: any) => o.id);",
    ["o1", "o2", "o3"],
  ],
  [
    "const r: any = await shop.motd({});\nreturn r.content[0].text;",
    ["the text itself", "use `r`"],
    "const r: any = await shop.motd({});\nreturn r;",
    "Welcome to the shop",
  ],
  [
    "return JSON.parse(await shop.get_order({ id: 'o1' }) as any).customer;",
    ["parsed already", "without JSON.parse"],
    "return (await shop.get_order({ id: 'o1' }) as any).customer;",
    "Ada",
  ],
  ["return new RegExp('(').test('(');", ["double backslash"], "return new RegExp('\\\\(').test('(');", true],
  [
    "const r = await mcp.shop.motd({});\nreturn r;",
    ["`shop` instead of `mcp.shop`"],
    "const r = await shop.motd({});\nreturn r;",
    "Welcome to the shop",
  ],
  ["return await tools.motd({});", ["shop.motd({ … })"], "return await shop.motd({});", "Welcome to the shop"],
  [
    'import { motd } from "shop";\nreturn await motd({});',
    ["generated/servers/shop"],
    'import { motd } from "generated/servers/shop";\nreturn await motd({});',
    "Welcome to the shop",
  ],
  ["return _.sum([1, 2]);", ["No packages", "`reduce`"], "return [1, 2].reduce((a, b) => a + b, 0);", 3],
  ["print('hi');", ["console.log"], "console.log('hi');\nreturn 1;", 1],
  [
    "await new Promise(() => {});",
    ["never settle", "line 1", "`resolve`"],
    "await new Promise<void>((resolve) => { resolve(); });\nreturn 1;",
    1,
  ],
  [
    'return await callTool("shop__get_order", { orderId: "o1" });',
    ["orderId", 'Rename "orderId" to "id"', "{ id: string }"],
    'return (await callTool("shop__get_order", { id: "o1" }) as any).customer;',
    "Ada",
  ],
  [
    'await callTool({ name: "shop__count", args: {} } as any);',
    ['callTool("shop__count", { … })'],
    'return await callTool("shop__count", {});',
    "14",
  ],
  [
    "return await codemode.shop.count({});",
    ["`shop` instead of `codemode.shop`"],
    "return await shop.count({});",
    "14",
  ],
  ["return await mcp__shop__count({});", ["shop.count({ … })"], "return await shop.count({});", "14"],
  ["final_answer(5);", ["`return` before the value"], "return 5;", 5],
  [
    "const r = await shop.list_orders({});\nconst ids = r.orders.map((o) => {\n  return o.id;",
    ["line 2", "`{` is not closed", "cut off"],
    "const r = await shop.list_orders({});\nconst ids = r.orders.map((o) => {\n  return o.id;\n});\nreturn ids;",
    ["o1", "o2", "o3"],
  ],
  [
    "const { orders } = await shop.list_orders({};\nreturn orders.length;",
    ["`(` is not closed"],
    "const { orders } = await shop.list_orders({});\nreturn orders.length;",
    3,
  ],
  [
    "const total = 0;\nfor (const n of [1, 2]) total += n;\nreturn total;",
    ["constant", "`let total`"],
    "let total = 0;\nfor (const n of [1, 2]) total += n;\nreturn total;",
    3,
  ],
  [
    "function get() { return await shop.count({}); }\nreturn get();",
    ["write `async` before the function"],
    "async function get() { return await shop.count({}); }\nreturn await get();",
    "14",
  ],
  [
    'const fs = require("fs");\nreturn fs.readFileSync("a.txt", "utf8");',
    ["Nothing can be required", "generated/servers/<server>"],
    "return await shop.count({});",
    "14",
  ],
  [
    'import { setTimeout as delay } from "timers/promises";\nawait delay(5);\nreturn 1;',
    ["codemode.sleep(ms)"],
    "await codemode.sleep(5);\nreturn 1;",
    1,
  ],
  [
    "{ await using r = { async [Symbol.asyncDispose]() {} }; }\nreturn 1;",
    ["not supported", "`finally` block"],
    "const r = { close() {} };\ntry { } finally { r.close(); }\nreturn 1;",
    1,
  ],
  ["if (true) break;\nreturn 1;", ["`break` stands outside a loop", "`return`"], "return 1;", 1],
  [
    'import { shop } from "codemode";\nreturn await shop.count({});',
    ["A server is a global"],
    "return await shop.count({});",
    "14",
  ],
];

const PYTHON: readonly Repair[] = [
  ["```ts\nconst a: number = 1;\nreturn a;\n```", ['language to "typescript"'], "a = 1\nreturn a", 1],
  [
    "from shop import list_orders\nawait list_orders()",
    ["from generated.servers.shop import list_orders"],
    "from generated.servers.shop import list_orders\nlen((await list_orders())['orders'])",
    3,
  ],
  ["len(await shop__list_orders())", ["await shop.list_orders(...)"], "len((await shop.list_orders())['orders'])", 3],
  [
    "r = await search_tools('orders')\nr['total'] > 0",
    ['await codemode.search("words")'],
    "import codemode\nr = await codemode.search('orders')\nr['total'] > 0",
    true,
  ],
  ["Here is the program:\n\nx = 1\nx", ["Send only the program"], "x = 1\nx", 1],
  [
    "def add(a, b):\\n    return a + b\\nadd(1, 2)",
    ["real line breaks"],
    "def add(a, b):\n    return a + b\nadd(1, 2)",
    3,
  ],
  [
    "async def w():\n    raise ValueError('inside')\nw()\n1",
    ["ValueError: inside", "line 2"],
    "async def w():\n    raise ValueError('inside')\ntry:\n    await w()\nexcept ValueError as e:\n    r = str(e)\nr",
    "inside",
  ],
  ["final_answer(5)", ["End the program with the value"], "5", 5],
  ["display(5)", ["print(value)", "end the program with the value"], "5", 5],
  ["%%time\nawait shop.count()", ["Magic commands"], "await shop.count()", "14"],
  ["c = await shop.count()\nc + 1", ["`c` is the text '14'", "float(c)"], "c = await shop.count()\nfloat(c) + 1", 15],
  [
    'import re\nm = re.match("x", "y")\nm.group(0)',
    ["`m` is None", "if m is not None"],
    'import re\nm = re.match("x", "y")\nm.group(0) if m is not None else "none"',
    "none",
  ],
  [
    "def add(a, *, b=1):\n    return a + b\nadd(1, c=2)",
    ["`add` takes (a, *, b=1)"],
    "def add(a, *, b=1):\n    return a + b\nadd(1, b=2)",
    3,
  ],
  [
    'o = await shop.get_order(id="o1")\no.customer',
    ["`o` is a dict", "o['customer']"],
    'o = await shop.get_order(id="o1")\no["customer"]',
    "Ada",
  ],
  [
    'r = await shop.motd()\nr["content"][0]["text"]',
    ["`r` is the text 'Welcome to the shop'"],
    "await shop.motd()",
    "Welcome to the shop",
  ],
  [
    "def f():\n    return await shop.count()\nf()",
    ["`async def`", "line 2"],
    "async def f():\n    return await shop.count()\nawait f()",
    "14",
  ],
];

const shop = openShop();
let codemode: Codemode;
beforeAll(async () => {
  codemode = createCodemode({ tools: { shop: shop.tools } });
  await codemode.executor.setup();
  await codemode.executor.execute("1", { language: "python" });
}, 180_000);
afterAll(() => codemode.close());

/** What a program and the program it is repaired to come to. */
async function repaired(language: "typescript" | "python", [program, says, corrected]: Repair): Promise<unknown> {
  const run = (code: string): Promise<ExecutionResult> => codemode.executor.execute(code, { language });
  const { error, text } = await run(program);
  const unsaid = says.filter((words) => !text.includes(words)).map((words) => [words, text]);
  const after = await run(corrected);
  return { failed: error !== null, isShort: text.length <= 1000, unsaid, after: [after.error, after.value] };
}

const led = (value: unknown): unknown => ({ failed: true, isShort: true, unsaid: [], after: [null, value] });

test.each([...TYPESCRIPT, ...BLIND_REPAIRS])(
  "the text for the TypeScript program %j leads to one that runs",
  async (...row) => {
    expect(await repaired("typescript", row)).toEqual(led(row[3]));
  },
);

test.each([...PYTHON, ...PYTHON_BLIND_REPAIRS])(
  "the text for the Python program %j leads to one that runs",
  async (...row) => {
    expect(await repaired("python", row)).toEqual(led(row[3]));
  },
);
