import type { ProgramCase } from "./program-case.ts";

const WRITE = 'await shop.note(text="x")';

/** A program that is refused in its second line, before the write in its first. */
function refused(id: string, line: string, say: string): ProgramCase {
  return { id: `refused before the run: ${id}`, program: `${WRITE}\n${line}`, fails: ["type_error", 2], says: [say] };
}

/** A program whose text does not show that its call would fail. */
function runs(id: string, program: string, value: unknown): ProgramCase {
  return { id: `not refused: ${id}`, program, value };
}

const ORDER = "/id is missing; it must be a string.";

/** Python programs with calls whose arguments are written out. */
export const ARGUMENT_CASES: readonly ProgramCase[] = [
  refused(
    "a keyword of another name",
    'await shop.get_order(order_id="o1")',
    "/order_id is not a known property. Allowed: id",
  ),
  refused("the same with a value that is not known", "await shop.get_order(order_id=str(1))", ORDER),
  refused("a missing argument", "await shop.get_order()", ORDER),
  refused("a dict with another key", 'await shop.get_order({"orderId": "o1"})', ORDER),
  refused("a wrong type by keyword", "await shop.get_order(id=1)", "/id must be a string, not the number 1."),
  refused("a wrong type in a dict", 'await shop.rows({"n": "3"})', "/n must be an integer, not the string"),
  refused("a fraction for an integer", "await shop.rows(n=2.5)", "/n must be an integer"),
  refused("a truth value for a number", "await shop.slow(ms=True)", "/ms must be a number, not true."),
  refused("a negative number in brackets for text", "await shop.get_order(id=(-1))", "/id must be a string"),
  refused(
    "a list with values that are not known",
    "await shop.rows(n=[len('a')])",
    "/n must be an integer, not a list",
  ),
  refused("a value without a name", "await shop.get_order(7)", "/id must be a string, not the number 7."),
  refused("too many values without names", 'await shop.get_order("o1", True)', "takes at most 1 values"),
  refused(
    "a dict and a keyword",
    'await shop.get_order({"id": "o1"}, id="o2")',
    "takes one dict or keywords, not both.",
  ),
  refused("a listed value", 'await shop.list_orders(status="shipped")', '/status must be one of "open", "closed"'),
  refused("an unknown name beside what is not known", "await shop.list_orders(**{}, page=2)", "/page is not a known"),
  refused("a wrong type beside what is not known", "await shop.rows(n='x', **{})", "/n must be an integer"),
  refused("a member of servers", "await servers.shop.rows(n='x')", "/n must be an integer"),
  refused("names in brackets", 'await servers["shop"]["rows"](n="x")', "/n must be an integer"),
  refused("call_tool", 'await call_tool("shop__get_order", {"orderId": "o1"})', ORDER),
  refused("call_tool with keywords and an option", 'await call_tool("shop__rows", n="x", timeout=5)', "/n must be an"),
  refused("call_tool with named arguments", 'await call_tool("shop__rows", arguments={"n": "x"})', "/n must be an"),
  refused("codemode.call_tool", 'import codemode; await codemode.call_tool("shop__rows", n="x")', "/n must be an"),
  refused("a branch", "if len('ab') > 5: await shop.rows(n='x')", "/n must be an integer"),
  refused("a comprehension", "[await shop.get_order(order=i) for i in ['o1']]", "/order is not a known property"),
  refused("a text over several literals", "await shop.rows(n='a' 'b')", 'not the string "ab"'),
  {
    id: "refused before the run: an imported tool under another name",
    program: `from generated.servers.shop import get_order as get, note\nawait note(text="x")\nawait get(\n  identifier="o1",\n)`,
    fails: ["type_error", 4],
    says: ["/identifier is not a known property"],
  },
  {
    id: "refused before the run: a module under another name",
    program: `import generated.servers.shop as s\nawait s.note(text="x")\nawait s.get_order(1)`,
    fails: ["type_error", 3],
    says: ["/id must be a string"],
  },
  {
    id: "refused before the run: a server under another name",
    program: `from generated.servers import shop as s\nawait s.note(text="x")\nawait s.rows(n=None)`,
    fails: ["type_error", 3],
    says: ["/n must be an integer"],
  },
  {
    id: "refused before the run: inside a function",
    program: `import asyncio\n\nasync def main():\n    ${WRITE}\n    return await shop.rows(count=3)\n\nasyncio.run(main())`,
    fails: ["type_error", 5],
    says: ["/n is missing", "/count is not a known property"],
  },
  {
    id: "refused before the run: a task",
    program: `import asyncio\n${WRITE}\nt = asyncio.create_task(shop.rows(count=3))\nawait t`,
    fails: ["type_error", 3],
    says: ["/count"],
  },
  {
    id: "refused before the run: a function that is called outside the try alone",
    program: `${WRITE}\nasync def load():\n    return await shop.rows(count=3)\ntry:\n    int("x")\nexcept ValueError:\n    pass\nawait load()`,
    fails: ["type_error", 3],
    says: ["/count"],
  },
  {
    id: "refused before the run: a try without except",
    program: `${WRITE}\ntry:\n    await shop.rows(count=3)\nfinally:\n    print("end")`,
    fails: ["type_error", 3],
    says: ["/count"],
  },
  {
    id: "refused before the run: in Markdown, at the line of the text",
    program: `Here it is:\n\n\`\`\`python\n${WRITE}\nawait shop.rows(count=3)\n\`\`\``,
    fails: ["type_error", 5],
    says: ["/count"],
  },
  {
    id: "refused before the run: several calls in one go",
    program: `${WRITE}\nawait shop.rows(count=3)\nawait shop.get_order(id=5)`,
    fails: ["type_error", 2],
    says: ["/count", "Line 3, column 22: shop__get_order cannot take these arguments: /id must be a string"],
  },
  runs("a variable", 'oid = "o1"\n(await shop.get_order(id=oid))["id"]', "o1"),
  runs("keywords from a dict", 'kw = {"id": "o1"}\n(await shop.get_order(**kw))["id"]', "o1"),
  runs("arguments from a dict", 'args = {"id": "o1"}\n(await shop.get_order(args))["id"]', "o1"),
  runs("a dict that is built", '(await shop.get_order({k: "o1" for k in ["id"]}))["id"]', "o1"),
  runs("a dict with a computed key", 'k = "id"\n(await shop.get_order({k: "o1"}))["id"]', "o1"),
  runs("a dict with another in it", 'more = {"id": "o1"}\n(await shop.get_order({**more}))["id"]', "o1"),
  runs("values from a list", '(await shop.get_order(*["o1"]))["id"]', "o1"),
  runs("a value without a name", '(await shop.get_order("o1"))["id"]', "o1"),
  runs("a null for what may be left out", "len((await shop.list_orders(limit=None))['orders'])", 3),
  runs("a number with a fraction of nothing", "len((await shop.rows(n=2.0))['rows'])", 2),
  runs("a text with an expression", 'n = 1\n(await shop.get_order(id=f"o{n}"))["id"]', "o1"),
  runs("one or the other", 'flag = True\n(await shop.get_order(id="o1" if flag else 5))["id"]', "o1"),
  runs("the result of a call", "(await shop.get_order(id=str('o1')))['id']", "o1"),
  runs(
    "a call in a try",
    "try:\n    await shop.get_order(id=1)\n    r = 'no'\nexcept Exception as e:\n    r = e.code\nr",
    "invalid_arguments",
  ),
  runs(
    "a call in a function that is tried",
    "async def load():\n    return await shop.get_order(id=1)\n\ntry:\n    r = await load()\nexcept Exception as e:\n    r = e.code\nr",
    "invalid_arguments",
  ),
  runs(
    "a call two functions below a try",
    "async def load():\n    return await shop.get_order(id=1)\n\nasync def all_of():\n    return [await load()]\n\ntry:\n    r = await all_of()\nexcept Exception as e:\n    r = e.code\nr",
    "invalid_arguments",
  ),
  runs(
    "a function that is handed around",
    "async def load():\n    return await shop.get_order(id=1)\n\nr = []\nfor f in [load]:\n    try:\n        await f()\n    except Exception as e:\n        r.append(e.code)\nr",
    ["invalid_arguments"],
  ),
  runs(
    "errors that gather returns",
    "import asyncio\n[type(e).__name__ for e in await asyncio.gather(shop.get_order(id=1), return_exceptions=True)]",
    ["ToolError"],
  ),
  runs(
    "errors that a block holds back",
    "import contextlib\nwith contextlib.suppress(Exception):\n    await shop.get_order(id=1)\n'after'",
    "after",
  ),
  runs(
    "an object of the program's own by the name of a server",
    "class Shop:\n    async def get_order(self, order):\n        return order\n\nshop = Shop()\nawait shop.get_order(order=4)",
    4,
  ),
  runs(
    "a parameter by the name of a server",
    "class S:\n    def rows(self, k): return k\n\ndef f(shop):\n    return shop.rows(k=5)\n\nf(S())",
    5,
  ),
  runs(
    "a function of its own by the name of a tool",
    "from generated.servers.shop import rows\ndef rows(k): return k\nrows(k=6)",
    6,
  ),
  runs(
    "a helper of its own by the name of a helper",
    "def call_tool(name, n): return n\ncall_tool('shop__rows', n='x')",
    "x",
  ),
  {
    id: "not refused: a name that an earlier program of the session took",
    program: ["class S:\n    def rows(self, k): return k\nshop = S()\n1", "shop.rows(k=7)"],
    value: 7,
  },
  {
    id: "refused before the run: a later program of a session",
    program: ["from generated.servers import shop\n1", `${WRITE}\nawait shop.rows(count=7)`],
    fails: ["type_error", 2],
    says: ["/count"],
  },
];
