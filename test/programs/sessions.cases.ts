import { type ProgramCase, titled } from "./program-case.ts";

/** Programs that go on with what earlier ones of their session left. */
export const SESSION_CASES: readonly ProgramCase[] = titled([
  { program: ["const { orders } = await shop.list_orders({});", "return orders.length;"], value: 3 },
  {
    program: [
      "let counter = 1;\nfunction next() { return counter++; }\nconst a = next();",
      "const b = next();\nreturn [a, b];",
    ],
    value: [1, 2],
  },
  {
    program: [
      "class Acc { total = 0; add(n: number) { this.total += n; return this; } }\nconst acc = new Acc();\nacc.add(3);",
      "acc.add(3);\nreturn acc.total;",
    ],
    value: 6,
  },
  {
    program: [
      'import { get_order } from "generated/servers/shop";',
      'const o: any = await get_order({ id: "o1" });\nreturn o.customer;',
    ],
    value: "Ada",
  },
  { program: ["globalThis.kept = 41;", "return kept + 1;"], value: 42 },
  { program: ["globalThis['kept'] ??= [];\nkept.push(1);", "kept.push(2);\nreturn kept;"], value: [1, 2] },
  {
    program: [
      "Object.assign(globalThis, { twice: (n: number) => n * 2, 'odd name': 1, class: 2 });",
      "return twice(4) + globalThis['odd name'];",
    ],
    value: 9,
  },
  {
    program: ["Object.defineProperty(globalThis, 'fixed', { value: 7 });", "return fixed;"],
    value: 7,
  },
  {
    program: ["globalThis['x: any; declare const evil'] = 1;", "return evil;"],
    fails: ["type_error", 1],
    says: ["`evil` is not defined"],
  },
  {
    program: ["function make(globalThis: any) { globalThis.made = 1; }\nmake({});", "return made;"],
    fails: ["type_error", 1],
    says: ["`made` is not defined"],
  },
  { program: ["const limit = 1;", "const limit = 2;\nreturn limit;"], value: 2 },
  { program: ["const rate = 2;", "const y = rate + 1;\nreturn rat + y;"], fails: ["type_error", 2], says: ["rat"] },
  {
    program: [
      "enum Level { Low = 2 }\nconst cache = new Map<string, number>();\ntype Row = { id: string };",
      'cache.set("a", Level.Low);\nreturn cache.get("a");',
    ],
    value: 2,
  },
  { program: ['const late = shop.slow({ ms: 20 }).then(() => "late");', "return await late;"], value: "late" },
  {
    program: [
      'const order: any = await shop.get_order({ id: "o1" });',
      "return order.lines.map((line: any) => line.price);",
    ],
    fails: ["runtime_error", 1],
    says: ["`order.lines` is undefined"],
  },
  {
    program: [
      'const shop = { get_order: async (_: unknown) => "own" };',
      "return await shop.get_order({ whatever: 1 });",
    ],
    value: "own",
  },
  {
    program: [
      'const shop = { get_order: async (_: unknown) => "own" };',
      "const { get_order } = shop;\nreturn await get_order({ whatever: 1 });",
    ],
    value: "own",
  },
  {
    program: [
      "function callTool(_: string, args: any) { return args.n; }",
      'return callTool("shop__rows", { n: 1, wrong: 2 });',
    ],
    value: 1,
  },
  {
    program: ["const skills = { total: (n: number) => n };", "return skills.total(3);"],
    value: 3,
  },
  {
    program: ["async function save(text: string) { await shop.note({ text }); return 7; }", 'return await save("a");'],
    value: 7,
    writes: ["a"],
  },
  {
    program: ['const bad: any = { orderId: "o1" };', "return await shop.get_order(bad);"],
    fails: ["invalid_arguments", 1],
    says: ["orderId"],
  },
  {
    program: [
      "async function* pages() { yield 1; yield 2; }",
      "const out: number[] = [];\nfor await (const page of pages()) out.push(page);\nreturn out;",
    ],
    value: [1, 2],
  },
]);

export const PYTHON_SESSION_CASES: readonly ProgramCase[] = titled([
  { program: ['orders = (await shop.list_orders())["orders"]', "len(orders)"], value: 3 },
  {
    program: [
      "counter = 0\ndef next_id():\n    global counter\n    counter += 1\n    return counter\na = next_id()",
      "b = next_id()\n[a, b]",
    ],
    value: [1, 2],
  },
  {
    program: [
      "from generated.servers.shop import get_order\nimport json",
      'json.loads(json.dumps(await get_order(id="o1")))["customer"]',
    ],
    value: "Ada",
  },
  {
    program: [
      'from dataclasses import dataclass\n@dataclass\nclass Order:\n    customer: str\nasync def load(id):\n    return Order((await shop.get_order(id=id))["customer"])',
      '(await load("o1")).customer',
    ],
    value: "Ada",
  },
  {
    program: ["import asyncio\nasync def main():\n    return await shop.count()", "asyncio.run(main())"],
    value: "14",
  },
  { program: ["import asyncio\ntask = asyncio.create_task(shop.slow(ms=20))", "await task"], value: "done" },
  {
    program: ['orders = (await shop.list_orders())["orders"]', "len(order)"],
    fails: ["type_error", 1],
    says: ["Did you mean `orders`"],
  },
  {
    program: ['class Shop:\n    def get_order(self, x):\n        return "own"\nshop = Shop()', "shop.get_order(5)"],
    value: "own",
  },
  { program: ["def gen():\n    yield 1\n    yield 2\ng = gen()\nfirst = next(g)", "[first, *g]"], value: [1, 2] },
  { program: ["from math import *", "int(sqrt(25))"], value: 5 },
  {
    program: ['def price(order):\n    return order["price"]', 'o = await shop.get_order(id="o1")\nprice(o)'],
    fails: ["runtime_error", 2],
    says: ["KeyError: 'price'"],
  },
]);
