/** A program that fails, what the text of its result says to do, and the program that was written from that text alone. */
export type Repair = readonly [program: string, says: readonly string[], corrected: string, value: unknown];

/** Repairs of TypeScript programs by readers of the text alone. */
export const BLIND_REPAIRS: readonly Repair[] = [
  [
    "const orders = await shop.list_orders({});\nlet sum = 0;\nfor (const o of orders) sum += o.total;\nreturn sum;",
    ["`orders.orders`"],
    "const orders = await shop.list_orders({});\nlet sum = 0;\nfor (const o of orders.orders) sum += o.total;\nreturn sum;",
    1234587.391,
  ],
  [
    'const args = { id: 7 };\nreturn await callTool("shop__get_order", args);',
    ["/id must be a string", "{ id: string }"],
    'const args = { id: "7" };\ntry { return await callTool("shop__get_order", args); } catch (e: any) { return e.message; }',
    "There is no order 7.",
  ],
  [
    'const order: any = await shop.get_order({ id: "o2" });\nreturn order.placed.getTime();',
    ["new Date(order.placed).getTime("],
    'const order: any = await shop.get_order({ id: "o2" });\nreturn new Date(order.placed).getTime();',
    1741505400000,
  ],
  [
    "const n: any = await shop.count({});\nreturn n.toFixed(1);",
    ["Number(n).toFixed("],
    "const n: any = await shop.count({});\nreturn Number(n).toFixed(1);",
    "14.0",
  ],
  [
    "const lines: any = await shop.motd({});\nreturn lines.map((l: any) => l.length);",
    ["Welcome to the shop", 'lines.split("\\n")'],
    'const lines: any = await shop.motd({});\nreturn lines.split("\\n").map((l: any) => l.length);',
    [19],
  ],
  [
    'const today = Temporal.PlainDate.from("2025-03-01");\nreturn today.add({ days: 1 }).toString();',
    ["use `Date`"],
    'const today = new Date("2025-03-01");\ntoday.setUTCDate(today.getUTCDate() + 1);\nreturn today.toISOString().slice(0, 10);',
    "2025-03-02",
  ],
  [
    "const s = new ReadableStream({ start(c) { c.enqueue(1); c.close(); } });\nconst out = [];\nfor await (const x of s) out.push(x);\nreturn out;",
    ["async function* parts()", "for await"],
    "async function* s() { yield 1; }\nconst out = [];\nfor await (const x of s()) out.push(x);\nreturn out;",
    [1],
  ],
  [
    'const { orders } = await shop.list_orders({});\nreturn orders.find((o) => o.customer === "Dee").id;',
    ["`find` found nothing", "`?.`"],
    'const { orders } = await shop.list_orders({});\nreturn orders.find((o) => o.customer === "Dee")?.id ?? "none";',
    "none",
  ],
  [
    "return (await warehouse.list_orders({ limit: 1 })).orders;",
    ["shop.list_orders({ … })"],
    "return (await shop.list_orders({ limit: 1 })).orders.length;",
    1,
  ],
  [
    "const limit = pLimit(2);\nreturn await Promise.all([1, 2].map((n) => limit(async () => n * 2)));",
    ["parallel(tasks, { limit })", 'from "codemode"'],
    'import { parallel } from "codemode";\nreturn await parallel([1, 2].map((n) => async () => n * 2), { limit: 2 });',
    [2, 4],
  ],
  [
    "class Box { @readonly value = 3; }\nreturn new Box().value;",
    ["Decorators are not supported"],
    "class Box { value = 3; }\nreturn new Box().value;",
    3,
  ],
  [
    "const { data } = await shop.list_orders({});\nreturn data.orders.length;",
    ["has no `data`", "(await shop.list_orders({})).orders"],
    "const { orders } = await shop.list_orders({});\nreturn orders.length;",
    3,
  ],
  [
    'const status = "pending";\nreturn (await shop.list_orders({ status })).orders.length;',
    ['one of "open", "closed"'],
    'const status = "open";\nreturn (await shop.list_orders({ status })).orders.length;',
    3,
  ],
  [
    'import { readFileSync } from "node:fs";\nreturn readFileSync("/etc/hosts", "utf8").length;',
    ["no file system here"],
    "return ((await shop.motd({})) as string).length;",
    19,
  ],
  [
    'const r = await shop.motd();\nif (r.content[0].type === "text") return r.content[0].text;',
    ["so use `r`"],
    "const r = await shop.motd();\nreturn r;",
    "Welcome to the shop",
  ],
  [
    '{\n  using h = { [Symbol.dispose]() {} };\n  console.log("in");\n}\nreturn 1;',
    ["`finally` block"],
    'const h = { close() {} };\ntry {\n  console.log("in");\n} finally {\n  h.close();\n}\nreturn 1;',
    1,
  ],
  [
    "const res = await shop.echo({ val: 5 });\nreturn res.value;",
    ['Rename "val" to "value"'],
    "const res = await shop.echo({ value: 5 });\nreturn res.value;",
    5,
  ],
  [
    'return await shop.get_order(["o1"]);',
    ["Name the arguments in one object", "{ id: string }"],
    'return ((await shop.get_order({ id: "o1" })) as any).customer;',
    "Ada",
  ],
  [
    "const total = await shop.list_orders({}).orders.length;\nreturn total;",
    ["(await call(…)).orders"],
    "const total = (await shop.list_orders({})).orders.length;\nreturn total;",
    3,
  ],
];

/** Repairs of Python programs by readers of the text alone. */
export const PYTHON_BLIND_REPAIRS: readonly Repair[] = [
  [
    'await shop.note(text="x")\nimport pandas as pd\ndf = pd.DataFrame((await shop.list_orders())["orders"])\ndf["total"].sum()',
    ["use lists and dicts"],
    'orders = (await shop.list_orders())["orders"]\nsum(o["total"] for o in orders)',
    1234587.391,
  ],
  [
    'args = {"status": "pending"}\nlen((await shop.list_orders(**args))["orders"])',
    ['one of "open", "closed"'],
    'args = {"status": "open"}\nlen((await shop.list_orders(**args))["orders"])',
    3,
  ],
  [
    'n = await shop.count()\n"many" if n > 10 else "few"',
    ["`float(n)`"],
    'n = await shop.count()\n"many" if float(n) > 10 else "few"',
    "many",
  ],
  [
    'orders = (await shop.list_orders())["orders"]\nnext(o for o in orders if o["customer"] == "Dee")["id"]',
    ["None)`"],
    'orders = (await shop.list_orders())["orders"]\nfound = next((o for o in orders if o["customer"] == "Dee"), None)\nfound["id"] if found else "none"',
    "none",
  ],
  [
    'o = await shop.get_order(id="o1")\no["placed"].month',
    ["datetime.fromisoformat(o['placed']).month", "from datetime import datetime"],
    'from datetime import datetime\no = await shop.get_order(id="o1")\ndatetime.fromisoformat(o["placed"]).month',
    3,
  ],
  [
    'text = await shop.motd()\n[w["name"] for w in text]',
    ["one character of `text`", "text.splitlines()"],
    "text = await shop.motd()\n[len(line) for line in text.splitlines()]",
    [19],
  ],
  ["len(await shop.motd().split())", ["(await shop.motd()).split()"], "len((await shop.motd()).split())", 4],
  [
    'items = (await shop.list_orders())["items"]\nlen(items)',
    ["a dict with the keys orders"],
    'items = (await shop.list_orders())["orders"]\nlen(items)',
    3,
  ],
  [
    'r = requests.post("https://shop.example/orders", json={})\nr.status_code',
    ["no network", "await server.tool(...)"],
    "await shop.count()",
    "14",
  ],
  [
    'r = await warehouse.list_orders(limit=1)\nlen(r["orders"])',
    ["await shop.list_orders(...)"],
    'r = await shop.list_orders(limit=1)\nlen(r["orders"])',
    1,
  ],
  [
    'msg = await shop.motd()\nmsg.get("text", "")',
    ["use `msg` unchanged"],
    "msg = await shop.motd()\nmsg",
    "Welcome to the shop",
  ],
  [
    'total = 0\nfor o in (await shop.list_orders())["orders"]:\n    totl += o["total"]\ntotal',
    ["Did you mean `total`?"],
    'total = 0\nfor o in (await shop.list_orders())["orders"]:\n    total += o["total"]\ntotal',
    1234587.391,
  ],
];
