import { type ProgramCase, titled } from "./program-case.ts";

const ROWS: readonly Omit<ProgramCase, "id">[] = [
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
    program: 'const { orders } = await shop.list_orders({});\nreturn orders.find(o => o.id === "o7").total;',
    fails: ["runtime_error", 2],
    says: [
      "TypeError: `orders.find(o => o.id === \"o7\")` is undefined, so 'total' cannot be read of it",
      "`find` found nothing: check for that first, or read it with `?.`.",
    ],
  },
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
  {
    program: "return await shop.list_orders(null as any);",
    fails: ["invalid_arguments", 1],
    says: [
      "shop__list_orders takes one object, not null.",
      "Name the parameter: list_orders({ parameter: value }); as a callback (item) => list_orders({ parameter: item }).",
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
    program: "module.exports = async () => 5;",
    fails: ["type_error", 1],
    says: [
      "`module` is not defined.",
      "The program is not a CommonJS module: use `return` or `export default` for its value.",
    ],
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
    program: 'await shop.note({ text: "first" });\nreturn Temporal.Now.plainDateISO().toString();',
    fails: ["type_error", 2],
    says: ["`Temporal` is not defined.", "There is no `Temporal` here: use `Date` and `Intl.DateTimeFormat`."],
  },
  {
    program: "const stream = new ReadableStream({});",
    fails: ["type_error", 1],
    says: [
      "`ReadableStream` is not defined.",
      "There are no streams here: write an async generator, `async function* parts() { … }`, and `for await`.",
    ],
  },
  {
    program:
      'try { throw new TypeError("bad\\nthing"); } catch (e: any) { console.log(e.stack.split("\\n").length > 2); throw e; }',
    fails: ["runtime_error", 1],
    says: ["TypeError: bad"],
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

/** Slips of models that stop a program. */
export const TASK_SLIP_CASES: readonly ProgramCase[] = titled(ROWS);
