import { type ProgramCase, titled } from "./program-case.ts";

const ROWS: readonly Omit<ProgramCase, "id">[] = [
  {
    program: "<code>\nconst r = await shop.count({});\nreturn r;\n</code>",
    fails: ["syntax_error", 2],
    says: ["Send only the program, without the tags around it."],
  },
  {
    program: '```json\n{"tool": "shop__get_order", "arguments": {"id": "o1"}}\n```',
    fails: ["syntax_error", 1],
    says: ["Send one program in TypeScript, without Markdown around it."],
  },
  {
    program:
      "```typescript\nconst a = await shop.motd({});\n```\nThen:\n```typescript\nawait shop.note({ text: a });\n```",
    fails: ["syntax_error", 5],
    says: ["Put everything into one program and send it without Markdown around it."],
  },
  {
    program: "<|python_tag|>const x = await shop.count({}); x",
    fails: ["syntax_error", 1],
    says: ["Send only the program, without the tags around it."],
  },
  {
    program: "1. First list the orders\n2. Then count them\n\nconst r = await shop.list_orders({});\nr.orders.length",
    fails: ["syntax_error", 1],
    says: ["This is prose, not a program: send only the program, and put what you want to say into com"],
  },
  {
    program: 'const p = shop.get_order({ id: "nope" });\nreturn "ok";',
    fails: ["tool_error", 1],
    says: ["Nothing waits for what line 1 starts: write `await` there to see and handle its error."],
  },
  {
    program:
      "const { orders } = await shop.list_orders({});\nconst big = orders.filter(async (o) => (await shop.get_order({ id: o.id }) as any).total > 10);\nreturn big.length;",
    fails: ["type_error", 2],
    says: ["Await all answers first, `const keep = await Promise.all(items.map(async …))`, then choose"],
  },
  {
    program: 'const count = shop.count({});\nif (count > 10) { await shop.note({ text: "many" }); }\nreturn count;',
    fails: ["type_error", 2],
    says: ["Write `await` before the call that gives it."],
  },
  {
    program: "const total = shop.count({}) + 1;\nreturn total;",
    fails: ["type_error", 1],
    says: ["Write `await` before the call that gives it."],
  },
  {
    program: 'await shop.note({ text: "first" });\nreturn await shop.rows({ n: "many" });',
    fails: ["type_error", 2],
    says: ["Change /n to an integer. Signature: rows(args: { n: number }): Promise<{ rows: { id: numbe"],
  },
  {
    program: 'await shop.note({ text: "first" });\nconst args = { id: 5 };\nreturn shop.get_order(args);',
    fails: ["type_error", 3],
    says: ["Signature: get_order(args: { id: string }): Promise<unknown>"],
  },
  {
    program: "module.exports = async () => { return await shop.count({}); };",
    fails: ["type_error", 1],
    says: ["The program is not a CommonJS module: use `return` or `export default` for its value."],
  },
  {
    program: 'throw "the disk is full";',
    fails: ["runtime_error", 1],
    says: ["Thrown: the disk is full"],
  },
  {
    program: 'const e = new Error("outer", { cause: new Error("inner 42") });\nthrow e;',
    fails: ["runtime_error", 1],
    says: ["outer"],
  },
  {
    program: 'await Promise.any([shop.fail({ message: "a" }), shop.fail({ message: "b" })]);',
    fails: ["runtime_error", 1],
    says: ["AggregateError: all of these failed"],
  },
  {
    program: "const r: any = await shop.list_orders({});\nreturn r.data.items.map((x: any) => x.id);",
    fails: ["runtime_error", 2],
    says: ["`r` has no `data`; it is { orders: Array<{ id: string, customer: string, total: number, pl"],
  },
  {
    program: "const r = await shop.list_orders({});\nfor (const o of r) { console.log(o.id); }",
    fails: ["runtime_error", 2],
    says: ["`r` is an object, { orders: Array<{ id: string, customer: string, total: number, placed: s"],
  },
  {
    program: 'const order = await shop.get_order({ id: "o1" });\nreturn JSON.parse(order.content[0].text).customer;',
    fails: ["runtime_error", 2],
    says: [
      "`order` has no `content`; it is { id: string, customer: string, total: number, placed: str",
      "Line 2, column 25: Property 'content' does not exist on type 'GetOrder",
    ],
  },
  {
    program: "const { data } = await shop.list_orders({});\nreturn data.length;",
    fails: ["runtime_error", 2],
    says: [
      "`(await shop.list_orders({}))` has no `data`; it is { orders: Array<{ id: string, customer",
      "Line 1, column 9: Property 'data' does not exist on type 'ListOrdersOu",
    ],
  },
  {
    program: 'const r = await mcp.callTool({ name: "list_orders", arguments: {} });\nreturn r;',
    fails: ["type_error", 1],
    says: ["There is no `mcp`: each server is a global of its own, so write `server.tool({ … })`."],
  },
  {
    program: 'const r = await client.callTool("shop", "list_orders", {});',
    fails: ["type_error", 1],
    says: ["There is no `client`: each server is a global of its own, so write `server.tool({ … })`."],
  },
  {
    program: "const orders = await list_orders();\nreturn orders;",
    fails: ["type_error", 1],
    says: ["`list_orders` is a tool: write `shop.list_orders({ … })`."],
  },
  {
    program: "const r = await shop.listOrders({});\nreturn r.orders.length;",
    fails: ["unknown_tool", 1],
    says: ["It has: list_orders, get_order, motd, count, note, fail, slow, echo, rows."],
  },
  {
    program: "const r = await shop.list_order({});",
    fails: ["unknown_tool", 1],
    says: ["It has: list_orders, get_order, motd, count, note, fail, slow, echo, rows."],
  },
  {
    program: "const r = await tools.shop__list_orders({});\nreturn r;",
    fails: ["type_error", 1],
    says: ["Servers are globals of their own: write `shop.list_orders({ … })`."],
  },
  {
    program: 'import json\nprint(json.dumps({"a": 1}))',
    fails: ["syntax_error", 2],
    says: ['This looks like Python: set the language to "python".'],
  },
  {
    program: "SELECT * FROM orders;",
    fails: ["syntax_error", 1],
    says: ["This is SQL, not a program: give it as a text to the tool of a server that takes queries."],
  },
  {
    program: "enum Status { Open, Closed }\nnamespace N { export const a = 1; }\nreturn [Status.Open, N.a];",
    fails: ["syntax_error", 2],
    says: ["Use an object, `const Name = { … }`, or top-level functions."],
  },
  {
    program: 'import shop = require("shop");\nreturn shop.count({});',
    fails: ["syntax_error", 1],
    says: ['Use `import { name } from "generated/servers/<server>"`, or `const` for a shorter name.'],
  },
  {
    program: 'const items = await Promise.all(["o1", "o2"].map(shop.get_order));\nreturn items;',
    fails: ["invalid_arguments", 1],
    says: ["Name the parameter: get_order({ parameter: value }); as a callback (item) => get_order({ parameter: "],
  },
  {
    program: 'process.stdout.write("hello\\n");\nprocess.exit(0);',
    fails: ["type_error", 1],
    says: ["There is no process here: pass values in the program, use `return` to end it and `console."],
  },
  {
    program:
      'async function main() {\n  return shop.fail({ message: "no stock" });\n}\nmain().catch((error) => {\n  console.error(error.message);\n  process.exit(1);\n});',
    fails: ["runtime_error", 6],
    says: ["stderr: no stock", "`process` is not defined", "There is no process here"],
  },
  {
    program: "const { orders } = await shop.list_orders({});\nreturn orders.map((order) => order.shipping.city);",
    fails: ["runtime_error", 2],
    says: ["`order` has no `shipping`; it is { id: string, customer: string, total: number, placed: string }"],
  },
  {
    program:
      "const { orders } = await shop.list_orders({});\nfor (const o of orders) console.log(o.placed.toFixed(1));",
    fails: ["runtime_error", 2],
    says: ["write `Number(o.placed).toFixed(…)`"],
    mustNotSay: ["Did you mean 'fixed'"],
  },
  {
    program:
      'const { value } = await shop.echo({ value: [{ a: "x" }, { a: null }] });\nreturn value.map((each) => each.a.length);',
    fails: ["runtime_error", 2],
    says: ["`each.a` is null", "write `each.a?.length`"],
    mustNotSay: ["is the text"],
  },
  {
    program: "const run = () => process.exit(1);\nrun();",
    fails: ["type_error", 1],
    says: ["There is no process here"],
  },
  {
    program: '<tool_call>\n{"name": "shop__count", "arguments": {}}\n</tool_call>',
    fails: ["syntax_error", 3],
    says: ["write it as code, `await server.tool(…)`"],
    mustNotSay: ["the text of its `code`"],
  },
  {
    program: 'const data = await shop.list_orders({});\ndocument.getElementById("x").innerText = data;',
    fails: ["type_error", 2],
    says: ["There is no browser here: use the tools of a server."],
  },
  {
    program: "@log\nclass A {}\nreturn 1;",
    fails: ["syntax_error", 1],
    says: ["Decorators are not supported; call the function on the value instead."],
  },
  {
    program: "<code>\nconst r = await shop.count({});\nreturn r;\n</code>",
    fails: ["syntax_error", 2],
    says: ["Send only the program, without the tags around it."],
  },
  {
    program: "SELECT * FROM orders;",
    fails: ["syntax_error", 1],
    says: ["This is SQL, not a program: give it as a text to the tool of a server that takes queries."],
  },
  {
    program: ">>> const x = 1",
    fails: ["syntax_error", 1],
    says: ["This is what an interactive session shows: send the program alone, without the prompts and"],
  },
  {
    program: "const r = await tools.shop__list_orders({});",
    fails: ["type_error", 1],
    says: ["Servers are globals of their own: write `shop.list_orders({ … })`."],
  },
  {
    program: "const r = await functions.mcp__shop__list_orders({});",
    fails: ["type_error", 1],
    says: ["Servers are globals of their own: write `shop.list_orders({ … })`."],
  },
  {
    program: 'await shop.note({ text: "first" });\nconst args = { id: 5 };\nreturn shop.get_order(args);',
    fails: ["type_error", 3],
    says: ["Signature: get_order(args: { id: string }): Promise<unknown>"],
  },
  {
    program: 'const opts = { rows: { n: "x" } };\nawait shop.rows(opts.rows);',
    fails: ["type_error", 2],
    says: ["Signature: rows(args: { n: number }): Promise<{ rows: { id: number; name: string }[] }>"],
  },
];

/** TypeScript programs that fail as models write them, with the place and the words that repair them. */
export const FAILING_AS_WRITTEN: readonly ProgramCase[] = titled(ROWS);
