import type { ProgramCase } from "./program-case.ts";

const fails = (
  id: string,
  program: string,
  [code, line, ...says]: readonly [string, number, ...string[]],
): ProgramCase => ({
  id,
  program,
  fails: [code, line],
  says,
});
const BAD_1 = ["syntax_error", 1] as const;

/** Texts that were changed on their way, or are meant for somebody else, sent as TypeScript. */
export const STRANGE_TEXT_CASES: readonly ProgramCase[] = [
  fails("typographic quotes", "const x = “hello”;\nx", [...BAD_1, 'write `"` instead of `“`']),
  fails("a single typographic quote", "const x = ‘hello’;", [...BAD_1, "write `'` instead of `‘`"]),
  fails("wide signs of another script", "const a ＝ 1；", [...BAD_1, "write `=` instead of `＝`"]),
  fails("a wide comma between arguments", "await shop.rows({ n: 1 }，2)", [...BAD_1, "write `,` instead of `，`"]),
  fails("an arrow as a sign", "[1].map((n) → n + 1)", [...BAD_1, "write `=>` instead of `→`"]),
  fails("a long dash for minus", "const n = 3 – 1;", [...BAD_1, "write `-` instead of `–`"]),
  fails("a character that shows nothing", "const\u200b a = 1;\na", [...BAD_1, "Column 6", "U+200B: delete it"]),
  fails("a soft hyphen in a name", "const cus\u00adtomer = 1;", [...BAD_1, "U+00AD: delete it"]),
  fails("entities of an arrow", "const n = [1].map(x =&gt; x + 1);", [...BAD_1, "HTML entities"]),
  fails("two sentences of prose", "I need more information about which orders you want to list. Could you clarify?", [
    ...BAD_1,
    "This is prose",
  ]),
  fails("Spanish prose", "Necesito más información sobre los pedidos que quiere listar. ¿Puede aclararlo?", [
    ...BAD_1,
    "This is prose",
  ]),
  fails("prose without spaces", "我需要更多信息，请告诉我要列出哪些订单。", [...BAD_1, "This is prose"]),
  fails("a heading of words before code", "Here is the program you asked for:\nreturn 1;", [...BAD_1, "This is prose"]),
  fails("a call in tags", '<tool_call>\n{"name": "shop__motd"}\n</tool_call>', ["syntax_error", 3, "in tags"]),
  fails(
    "a program in the tags of a call",
    '<function_calls>\n<invoke name="execute_code">\n<parameter name="code">return 1</parameter>\n</invoke>\n</function_calls>',
    ["syntax_error", 2, "in tags", "only the program"],
  ),
  fails("a call as JSON", '{"name": "shop__rows", "arguments": {"n": 2}}', [
    ...BAD_1,
    'await callTool("shop__rows", {"n":2})',
  ]),
  fails("a list of calls as JSON", '[{"tool": "rows", "input": {"n": 2}}, {"tool": "motd"}]', [
    ...BAD_1,
    'await shop.rows({"n":2})',
  ]),
  fails(
    "a call as JSON with its arguments as text",
    '[{"type": "function", "function": {"name": "shop__rows", "arguments": "{\\"n\\": 1}"}}]',
    [...BAD_1, 'await shop.rows({"n":1})'],
  ),
  { id: "a list of records that are no calls", program: '[{ "name": "Ada" }]', value: [{ name: "Ada" }] },
  { id: "typographic quotes inside a text", program: 'return "“it’s” – ok…";', value: "“it’s” – ok…" },
  fails("await in a function that is not async", "function f() { return await shop.motd({}); }\nf()", [
    ...BAD_1,
    "write `async` before the function",
  ]),
  fails("a name declared twice", "const a = 1;\nconst a = 2;", ["syntax_error", 2, "another name"]),
  fails("a text that is cut off", "async function main() {\n  if (true) {\n    main();", [
    "syntax_error",
    3,
    "may have been cut off",
  ]),
  fails("server and tool as two texts", 'await callTool("shop", "motd", {})', [
    "unknown_tool",
    1,
    '"shop" is a server',
    '"shop__list_orders"',
  ]),
  fails("a helper by half its name", 'await codemode.call("shop__motd", {})', [
    "unknown_tool",
    1,
    "Did you mean callTool?",
  ]),
  { id: "no code at all", program: "// nothing yet\n/* later */", value: null, says: ["Nothing was run"] },
  { id: "an empty text", program: " \n", value: null, says: ["Nothing was run"] },
  {
    id: "functions that call each other without end",
    program: "const f = (n: number): number => 1 + f(n + 1);\nf(0)",
    fails: ["runtime_error", 1],
    says: ["nested too deeply", "loop"],
  },
];

/** The same, sent as Python. */
export const PYTHON_STRANGE_TEXT_CASES: readonly ProgramCase[] = [
  fails("typographic quotes", "print(“hello”)", [...BAD_1, 'write `"` instead of `“`']),
  fails("wide brackets of another script", "print（1）", [...BAD_1, "write `(` instead of `（`"]),
  fails("a special space", "x =\u00a01\nx", [...BAD_1, "Column 4", "special space, U+00A0"]),
  fails("a character that shows nothing", "\u200bx = 1", [...BAD_1, "U+200B: delete it"]),
  fails("HTML entities", "if 1 &lt; 2:\n    print(1)", [...BAD_1, "HTML entities"]),
  fails("Spanish prose", "Necesito más información sobre los pedidos que quiere listar. ¿Puede aclararlo?", [
    ...BAD_1,
    "Send only the program",
  ]),
  fails("prose without spaces", "我需要更多信息，请告诉我要列出哪些订单。", [...BAD_1, "Send only the program"]),
  fails("a call in tags", '<tool_call>\n{"name": "shop__motd"}\n</tool_call>', [...BAD_1, "in tags"]),
  fails("a list of calls as JSON", '[{"name": "rows", "arguments": {"n": 1}}]', [...BAD_1, "await shop.rows(...)"]),
  fails("a here-document for an interpreter", "python3 - <<'EOF'\nprint(1)\nEOF", [...BAD_1, "there is no shell"]),
  fails("print of Python 2", "r = 1\nprint r", ["syntax_error", 2, "print(…)"]),
  fails("no colon", "for o in [1, 2]\n    print(o)", [...BAD_1, "Put a colon"]),
  fails("except of Python 2", "try:\n    1 / 0\nexcept ZeroDivisionError, e:\n    print(e)", [
    "type_error",
    3,
    "except ZeroDivisionError as e:",
  ]),
  fails("&& for and", "if True && False: pass", [...BAD_1, "writes `and`"]),
  fails("a count up by ++", "i = 0\ni++", ["syntax_error", 2, "`i += 1`"]),
  fails("a keyword as a parameter", 'await shop.echo(from="x")', [
    "syntax_error",
    1,
    "write `from_`, which a tool takes",
  ]),
  fails("the same on a line of its own", 'await shop.echo(\n    class="x",\n)', ["syntax_error", 2, "write `class_`"]),
  fails("else if", "if 1: pass\nelse if 2: pass", ["syntax_error", 2, "`elif`"]),
  fails("a template text", "m = `hello ${name}`", [...BAD_1, 'f"hello {name}"']),
  fails("a comment after two slashes", "x = 5 // the number of orders", [...BAD_1, "begin with `#`"]),
  fails("a choice by question mark", "x = 1 > 0 ? 5 : 6", [...BAD_1, "a if condition else b"]),
  fails("a tool by the name a client shows", "await mcp__shop__motd()", ["type_error", 1, "await shop.motd(...)"]),
  fails("a server of a namespace of tools", "await tools.shop.motd()", ["type_error", 1, "await shop.motd(...)"]),
  fails("a tool of a client", 'await client.motd("x")', ["type_error", 1, "await shop.motd(...)"]),
  fails("call_tool of a session", 'await session.call_tool("motd", {})', ["type_error", 1, "no client is needed"]),
  fails("coroutines given to wait", "import asyncio\nawait asyncio.wait([shop.motd()])", [
    "runtime_error",
    2,
    "asyncio.gather(*calls)",
  ]),
  fails(
    "times with and without a zone",
    'from datetime import datetime\ndatetime.fromisoformat("2025-03-01T00:00:00Z") < datetime(2025, 1, 1)',
    ["runtime_error", 2, "tzinfo=timezone.utc"],
  ),
  fails("async for over a list", "async for n in [1]: print(n)", ["runtime_error", 1, "`for` without `async`"]),
  fails("server and tool as two texts", 'from codemode import call_tool\nawait call_tool("shop", "motd", {})', [
    "invalid_arguments",
    2,
    'call_tool("shop__motd", {...})',
  ]),
  {
    id: "call_tool as clients of MCP take it",
    program:
      'from codemode import call_tool\n[await call_tool(name="shop__motd", arguments={}), (await call_tool("shop__get_order", arguments={"id": "o1"}))["id"]]',
    value: ["Welcome to the shop", "o1"],
  },
  fails("an object without data as an argument", "class T: pass\nawait shop.echo(value=T())", [
    "invalid_arguments",
    2,
    "is an object of class T",
  ]),
  {
    id: "an error without a text",
    program: "raise ValueError",
    fails: ["runtime_error", 1],
    mustNotSay: ["ValueError: \n", "ValueError: $"],
  },
  { id: "no code at all", program: "# nothing yet", value: null, says: ["Nothing was run"] },
  { id: "typographic quotes inside a text", program: "'it’s “ok”'", value: "it’s “ok”" },
  fails("a misspelt variable", 'orders = [1]\nprint("total")\nlen(order)', ["type_error", 3, "Did you mean `orders`?"]),
  fails("an exit from recursion that is missing", "def f(n):\n    return 1 + f(n + 1)\nf(0)", [
    "runtime_error",
    2,
    "loop",
  ]),
  fails("a variable of the environment", 'import os\nos.environ["API_KEY"]', [
    "runtime_error",
    2,
    "environment are not visible",
  ]),
  fails("the file of the program", "print(__file__)", ["runtime_error", 1, "not a file"]),
  fails("a time-out of its own", "import asyncio\nasync with asyncio.timeout(0.02):\n    await shop.slow(ms=5000)", [
    "runtime_error",
    2,
    "the program itself allows",
  ]),
  fails("json.loads around a call", "import json\njson.loads(await shop.list_orders())", [
    "runtime_error",
    2,
    "parsed already: it is a dict",
  ]),
  fails(
    "the failing line of several calls at once",
    "import asyncio\nawait asyncio.gather(\n    shop.motd(),\n    shop.fail(),\n)",
    ["tool_error", 4, "It failed."],
  ),
  fails(
    "the failing line in a group of tasks",
    "import asyncio\nasync with asyncio.TaskGroup() as group:\n    group.create_task(shop.motd())\n    group.create_task(shop.fail())",
    ["runtime_error", 2, "shop__fail, line 4"],
  ),
];
