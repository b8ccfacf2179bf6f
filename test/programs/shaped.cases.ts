import { type ProgramCase, titled } from "./program-case.ts";

/** Results and texts that were not what a program took them for: what is said leads to what to write. */
export const SHAPED_CASES: readonly ProgramCase[] = titled([
  {
    program: 'const t: string = \'{"a":1}\\n{"a":2}\';\nreturn JSON.parse(t);',
    fails: ["runtime_error", 2],
    says: ['write text.trim().split("\\n").map((line) => JSON.parse(line))'],
  },
  {
    program: 'return JSON.parse("```json\\n[1]\\n```");',
    fails: ["runtime_error", 1],
    says: ["take off the ``` lines"],
  },
  {
    program: 'return JSON.parse("Found 2 results:\\n[1, 2]");',
    fails: ["runtime_error", 1],
    says: ['JSON begins at character 17: write JSON.parse(text.slice(text.indexOf("[")))'],
  },
  {
    program: "return JSON.parse(\"{'a': None}\");",
    fails: ["runtime_error", 1],
    says: ["written in Python"],
  },
  {
    program: 'return JSON.parse("<html></html>");',
    fails: ["runtime_error", 1],
    says: ["not JSON"],
    mustNotSay: ["written in Python", "begins at character"],
  },
  {
    program: "const { value } = await shop.echo({ value: '{\"items\":[1,2]}' });\nreturn value.items.length;",
    fails: ["runtime_error", 2],
    says: [".items`"],
  },
  {
    program: "const r = await shop.echo({ value: '[{\"id\":1}]' });\nreturn r.value.map((x) => x.id);",
    fails: ["runtime_error", 2],
    says: ["`r.value` is text that holds JSON: write `JSON.parse(r.value).map(…)`."],
  },
  {
    program: "const { orders } = await shop.list_orders({});\nreturn orders.data.map((o) => o.id);",
    fails: ["runtime_error", 2],
    says: ["is the list itself", ".map(…)`."],
  },
  {
    program: "const r = await shop.list_orders({});\nreturn r.orders.items[0].id;",
    fails: ["runtime_error", 2],
    says: ["`r.orders` is the list itself", "use `r.orders`"],
  },
  {
    program: "const r = await shop.echo({ value: null });\nreturn r.value.name;",
    fails: ["runtime_error", 2],
    says: ["Check for null first, or write `r.value?.name`."],
  },
  {
    program: "const r = await shop.list_orders({});\nreturn r.length;",
    value: null,
    says: ["the list is in `orders`, so write `r.orders.length`."],
  },
  {
    program: "const r = await shop.motd({});\nreturn r.message;",
    value: null,
    says: ["Line 2: `r` is the text itself"],
  },
  { program: "const r = await shop.motd({});\nreturn r.length;", value: 19, mustNotSay: ["notes"] },
  {
    program: "const r = await shop.motd({});\nreturn r.count + 1;",
    value: null,
    says: ["Line 2: `r` is the text itself"],
  },
  {
    program: "const c = shop.count({}); const o = shop.list_orders({});\nreturn [c.length, o.orders];",
    fails: ["type_error", 2],
    says: [/Write `await` before the call(?![^]*Write `await`)/],
  },
  {
    program: "return (await shop.slow({ ms: 1 }, 5000));",
    fails: ["type_error", 1],
    says: ["options stand after the arguments, as in `{ timeoutMs: 5000 }`"],
  },
  {
    program: "return await shop.slow({ ms: 1 }, { timeout: 5000 });",
    fails: ["type_error", 1],
    says: ["there is no option `timeout`. It takes: timeoutMs, raw, signal."],
  },
  {
    program: 'const since = new Map([["a", 1]]);\nconst r = await shop.echo({ value: since });\nreturn r.value;',
    value: { a: 1 },
    mustNotSay: ["does not exist", "is expected"],
  },
  {
    program:
      'type Result<T> = { ok: true; value: T } | { ok: false; error: string };\nconst attempt = async (ok: boolean): Promise<Result<string>> => (ok ? { ok, value: await shop.count({}) } : { ok: false, error: "no" });\nconst r = await attempt(false);\nreturn r.ok ? r.value : r.error;',
    value: "no",
    mustNotSay: ["does not exist"],
  },
  {
    program: "const { orders } = await shop.list_orders({});\nreturn orders.map((o) => { id: o.id });",
    value: [null, null, null],
    says: ["Line 2: `=> { id: … }` is a block that returns nothing: write `=> ({ id: … })` for an object."],
  },
  {
    program: "const { orders } = await shop.list_orders({});\nreturn\n  orders.length;",
    value: null,
    says: ["Line 2: `return` with nothing behind it on its line returns nothing"],
  },
  {
    program: "const f = () => {\n  skip: for (;;) break skip;\n};\nreturn typeof f;",
    value: "function",
    mustNotSay: ["is a block"],
  },
  {
    program: "return await shop.orders.list({});",
    fails: ["unknown_tool", 1],
    says: ['Server "shop" has no tool "orders".', "It has: list_orders"],
  },
  {
    program: 'const { orders } = await shop.list_orders({});\nreturn orders.sortBy("total");',
    fails: ["runtime_error", 2],
    says: ["which has no method `sortBy`", ".toSorted((a, b) => …)`."],
  },
  {
    program: "const t = await shop.motd({});\nreturn t.strip();",
    fails: ["runtime_error", 2],
    says: ["`t` is a text, which has no method `strip`: write `t.trim()`."],
  },
  {
    program: "const { orders } = await shop.list_orders({});\nreturn orders[0].items();",
    fails: ["runtime_error", 2],
    says: ["write `Object.entries("],
  },
  {
    program: "const t = await shop.motd({});\nreturn [t].join().toUppercase();",
    fails: ["runtime_error", 2],
    says: ["Did you mean `toUpperCase`?"],
  },
  {
    program: "const r = await shop.list_orders({});\nreturn r.content[0].text;",
    fails: ["runtime_error", 2],
    says: ["a call returns the result itself, so use `r`"],
  },
  {
    program: "const r = await shop.list_orders({});\nreturn r.data ? r.data.orders : r.orders.length;",
    value: 3,
    mustNotSay: ["has no `data`"],
  },
  {
    program: "const r = await shop.list_orders;\nreturn r.orders.length;",
    fails: ["runtime_error", 2],
    says: ["A tool is asked for a property and not called"],
  },
  {
    program:
      'const r = await shop.get_order({ id: "o1" }).catch((e) => ({ error: e.message }));\nreturn r.error ?? r.customer;',
    value: "Ada",
    mustNotSay: ["does not exist"],
  },
  {
    program: "const a = await shop.count({})\nconst b = shop.count({})\n[a, b].forEach((n) => console.log(n))",
    fails: ["type_error", 2],
    says: ["A `;` is missing at the end of the line before"],
    mustNotSay: ["`await` is missing"],
  },
  {
    program: 'import { shop } from "generated/servers";\nreturn await shop.count({});',
    fails: ["unknown_tool", 1],
    says: ['leave the import out, or write `import * as shop from "generated/servers/shop"`'],
  },
  {
    program: 'return await shop.get_order({ order: "o1" });',
    fails: ["type_error", 1],
    says: ['Rename "order" to "id".'],
  },
]);
