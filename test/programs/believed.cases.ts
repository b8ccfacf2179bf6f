import { type ProgramCase, titled } from "./program-case.ts";

/** The order that `get_order` gives for `o1`. */
const ADA = { id: "o1", customer: "Ada", total: 12.5, placed: "2025-03-01T23:30:00Z" };

/** What programs believe of the tools since other clients have it so, in TypeScript. */
export const BELIEVED_CASES: readonly ProgramCase[] = titled([
  {
    program:
      'const { id } = await artifacts.save([1, 2], "rows" as any);\n[await artifacts.read(id, "$[1]" as any), 0]',
    value: [2, 0],
  },
  {
    program: 'await artifacts.save("rows", [1, 2] as any);',
    fails: ["invalid_arguments", 1],
    says: ["artifacts.save: name must be a text: the value comes first, its name after it."],
  },
  {
    program: 'await artifacts.save("report.md", "# Report" as any);',
    fails: ["invalid_arguments", 1],
    says: ["artifacts.save: the value comes first, its name after it; nothing was kept.", 'before "report.md".'],
  },
  { program: 'await artifacts.save("a.md", { name: "b.md" });\n1', value: 1 },
  {
    program: 'await artifacts.save("report", "# Report\\n1" as any);',
    fails: ["invalid_arguments", 1],
    says: ["artifacts.save: the value comes first, its name after it; nothing was kept.", 'before "report".'],
  },
  {
    program:
      "let now = 0, most = 0;\nconst work = async () => { most = Math.max(most, ++now); await sleep(1); now -= 1; };\nawait parallel([work, work, work, work], 2 as any);\nmost",
    value: 2,
  },
  {
    program:
      'let tried = 0;\nconst fail = () => { tried += 1; throw new Error("no"); };\nawait (retry as any)(fail, 2, 0).catch(() => {});\ntried',
    value: 2,
  },
  {
    program: "await waitFor(() => false, 5 as any);",
    fails: ["runtime_error", 1],
    says: ["TimeoutError: The condition was not met within 5 ms."],
  },
  { program: "await runWithTimeout(() => shop.count({}), { timeoutMs: 5_000 } as any)", value: "14" },
  {
    program: "await runWithTimeout(() => shop.count({}), {} as any)",
    fails: ["runtime_error", 1],
    says: ["TypeError: runWithTimeout takes a number of milliseconds: runWithTimeout(promise, 5000)"],
  },
  {
    program: 'await sleep("1s" as any);',
    fails: ["runtime_error", 1],
    says: ["TypeError: sleep takes a number of milliseconds: sleep(1000)"],
  },
  { program: "const limiter = new (RateLimiter as any)(5, 1);\nawait limiter.run(() => 7)", value: 7 },
  { program: '(await search("shop", 1 as any)).tools.length', value: 1 },
  { program: '(await describe("shop__count", "brief" as any)).declaration.includes("count(")', value: false },
  { program: '(emit as any)("the first", "the second");\n1', value: 1 },
  {
    program: 'await (shop as any)("count", {});',
    fails: ["runtime_error", 1],
    says: ["`shop` is a server, not a function.", "write `await shop.tool({ … })`."],
  },
  {
    program: 'const result = await session.callTool("shop__count", {});',
    fails: ["type_error", 1],
    says: ["There is no `session`: each server is a global of its own"],
    mustNotSay: ["Declare `session`"],
  },
  { program: 'return await callTool("mcp__shop__count", {});', value: "14" },
  { program: 'return await callTool("shop/count", {});', value: "14" },
  { program: 'return await callTool({ name: "shop__get_order", arguments: { id: "o1" } })', value: ADA },
  {
    program: 'return await callTool({ server: "shop", name: "count" } as any);',
    fails: ["runtime_error", 1],
    says: ['callTool("shop__count", { … })'],
  },
  {
    program: 'return await callTool("mcp__shop__cuont", {});',
    fails: ["unknown_tool", 1],
    says: ['Server "shop" has no tool "cuont". Did you mean shop__count?'],
  },
  {
    program: "return await shop.orders();",
    fails: ["unknown_tool", 1],
    says: ['has no tool "orders". Did you mean shop__list_orders?'],
  },
  {
    program: 'return await shop.get_order({ arguments: { id: "o1" } });',
    fails: ["type_error", 1],
    says: ['"arguments" is not a known property', 'Leave "arguments" out'],
    mustNotSay: ["/id is missing"],
  },
  {
    program: "return await shop.get_order({ Id: 1, verbose: true });",
    fails: ["type_error", 1],
    says: ['Rename "Id" to "id" and make it a string. Remove "verbose".'],
  },
  { program: 'return (await codemode.search({ query: "orders", limit: 1 })).tools.length;', value: 1 },
  { program: 'return (await codemode.describe({ tool_name: "shop__count" })).name;', value: "shop__count" },
  {
    program: "return await codemode.search(5 as any);",
    fails: ["invalid_arguments", 1],
    says: ["query must be a string, not a number"],
  },
  {
    program: "console.log(await listTools());",
    fails: ["type_error", 1],
    says: ["Object.keys(server)", 'codemode.search("words")'],
  },
  {
    program: "return await codemode.list_tools();",
    fails: ["unknown_tool", 1],
    says: ["Object.keys(server)", 'codemode.search("words")'],
  },
  {
    program: "return shop.count.inputSchema;",
    honest: true,
    says: ['codemode.describe("server__tool")'],
  },
  {
    program: 'const x = 1;\nconst shop2 = await import("shop");',
    fails: ["unknown_tool", 2],
    says: ['line 2:28: There is no module "shop". Did you mean generated/servers/shop?'],
  },
  { program: "async ({ servers }) => (await servers.shop.count())", value: "14" },
  { program: "export default async function ({ tools, codemode }) { return await tools.shop.count() }", value: "14" },
  { program: "return Object.keys(servers);", value: ["shop"] },
  {
    program: "const { items } = await shop.list_orders();\nfor (const item of items) console.log(item);",
    fails: ["runtime_error", 2],
    says: ["`items` is undefined, so it cannot be iterated", "has no `items`; it is { orders:"],
  },
  {
    program: "const { count, cuont } = shop;\nreturn await cuont();",
    fails: ["unknown_tool", 2],
    says: ['Server "shop" has no tool "cuont". Did you mean shop__count?'],
  },
  {
    program: "const { content } = await shop.motd();\nreturn JSON.parse(content);",
    fails: ["runtime_error", 2],
    says: ["JSON.parse was given undefined", 'is the text itself, "Welcome to the shop"'],
  },
  {
    program: 'const order = await shop.get_order({ id: "o1" });\nreturn order.content?.[0]?.text ?? "none";',
    value: "none",
    says: ["a call returns the result itself, so use `order`"],
    mustNotSay: ["write `order.customer`"],
  },
  {
    program: "const { value } = await shop.echo({ value: \"[{'id': 1}]\" });\nreturn value.map((row) => row.id);",
    fails: ["runtime_error", 2],
    says: ["a value written in Python"],
  },
  {
    program: 'import { createHash } from "node:crypto";\nreturn createHash("sha256");',
    fails: ["unknown_tool", 1],
    says: ['crypto.subtle.digest("SHA-256", bytes)'],
    mustNotSay: ["no hashes"],
  },
]);

/** The same in Python. */
export const PYTHON_BELIEVED_CASES: readonly ProgramCase[] = titled([
  { program: 'await call_tool("mcp__shop__count")', value: "14" },
  { program: 'await call_tool({"name": "shop__get_order", "arguments": {"id": "o1"}})', value: ADA },
  {
    program: 'await shop.get_order(arguments={"id": "o1"})',
    fails: ["type_error", 1],
    says: ['"arguments" is not a known property', 'Leave "arguments" out'],
    mustNotSay: ["/id is missing"],
  },
  { program: 'len((await codemode.search({"query": "orders", "limit": 1}))["tools"])', value: 1 },
  { program: '(await codemode.describe(tool_name="shop__count"))["name"]', value: "shop__count" },
  { program: "await list_tools()", fails: ["type_error", 1], says: ["dir(server)", 'codemode.search("words")'] },
  { program: "'codemode.describe' in shop.count.__doc__", value: true },
  {
    program: 'rows = (await shop.rows(n=2))["rows"]\nrows["content"]',
    fails: ["runtime_error", 2],
    says: ["no item has 'content', so use it unchanged"],
    mustNotSay: ["rows[0]"],
  },
  {
    program:
      'found = (await shop.echo(value=[{"type": "text"}, {"type": "image", "data": "x"}]))["value"]\nfound["data"]',
    fails: ["runtime_error", 2],
    says: ["write `found[1]['data']`."],
  },
  {
    program: 'rows = (await shop.rows(n=2))["rows"]\nrows.content[0].text',
    fails: ["runtime_error", 2],
    says: ["use `rows` unchanged"],
  },
  {
    program: '(await shop.motd())["content"]',
    fails: ["runtime_error", 1],
    says: ["`shop.motd` returned a text, which has no fields: use it unchanged"],
  },
  {
    program: "rows = (await shop.echo(value=\"[{'id': 1}]\"))[\"value\"]\nfor row in rows:\n    print(row['id'])",
    fails: ["runtime_error", 3],
    says: ["it holds a list, so write `ast.literal_eval(rows)`"],
  },
  {
    program: 'items = (await shop.echo(value=[{"d": "a"}, {"d": None}]))["value"]\n[i for i in items if i["d"] < "b"]',
    fails: ["runtime_error", 2],
    says: ["`i['d']` is None: leave it out"],
    mustNotSay: ["the text 'a'"],
  },
  {
    program: 'items = (await shop.echo(value=[{"d": "a"}, {"d": None}]))["value"]\n[len(i["d"]) for i in items]',
    fails: ["runtime_error", 2],
    says: ["`i['d']` is None: put something else in its place"],
  },
  {
    program: 'items = (await shop.echo(value=[{"d": "a"}, {"d": None}]))["value"]\n", ".join(i["d"] for i in items)',
    fails: ["runtime_error", 2],
    says: ["One of the values is None"],
  },
  {
    program: 'items = (await shop.echo(value=[{"d": "a"}, {"d": None}]))["value"]\nsorted(items, key=lambda i: i["d"])',
    fails: ["runtime_error", 2],
    says: ["write `i['d'] or \"\"`"],
    mustNotSay: ["float("],
  },
  {
    program: 'await shop("count")',
    fails: ["runtime_error", 1],
    says: ["TypeError: shop is a server, not a function.", "write `await shop.tool(...)`."],
  },
  {
    program: "await codemode.shop.count()",
    fails: ["type_error", 1],
    says: ["Servers are globals of their own: write `await shop.count(...)`."],
  },
  {
    program: "sum(int(await shop.count()) for _ in range(2))",
    fails: ["runtime_error", 1],
    says: ["put what it makes into a list"],
  },
  {
    program: 'rows = (await shop.rows(n=2))["rows"]\nrows[9]["name"]',
    fails: ["runtime_error", 2],
    says: ["`rows` is a list of 2", "The last one is `rows[-1]`."],
  },
  {
    program: 'order = await shop.get_order(id="o1")\nf"{order[\'placed\']:%Y-%m-%d}"',
    fails: ["runtime_error", 2],
    says: ["datetime.fromisoformat(value)"],
  },
]);
