import { type ProgramCase, titled } from "./program-case.ts";

const ROWS: readonly Omit<ProgramCase, "id">[] = [
  {
    program: "```\n>>> r = await shop.count()\n>>> r\n```",
    fails: ["syntax_error", 2],
    says: ["This is what an interactive session shows: send the program alone, without the prompts and"],
  },
  {
    program: "<tool_code>\nprint(await shop.count())\n</tool_code>",
    fails: ["syntax_error", 1],
    says: ["Send only the program, without the tags around it."],
  },
  {
    program: "```python\nx = 1\n```\n```python\ny = 2\n```",
    fails: ["syntax_error", 4],
    says: ["Put everything into one program and send it without Markdown around it."],
  },
  {
    program: "%pip install requests\nr = await shop.count()\nr",
    fails: ["syntax_error", 1],
    says: ["Magic commands of notebooks are not here, and nothing can be installed: use the standard l"],
  },
  {
    program: "import anyio\nasync def main():\n    return await shop.count()\nanyio.run(main)",
    fails: ["unknown_tool", 1],
    says: ["Only the standard library and modules of tools, such as `generated.servers.NAME`, can be i"],
  },
  {
    program: 'import threading\nt = threading.Thread(target=lambda: print("in thread"))\nt.start(); t.join()',
    fails: ["runtime_error", 3],
    says: ["There are no threads: run calls side by side with `await asyncio.gather(*calls)`."],
  },
  {
    program: 'try:\n    int("x")\nexcept ValueError as e:\n    raise RuntimeError("could not parse") from e',
    fails: ["runtime_error", 4],
    says: ["RuntimeError: could not parse"],
  },
  {
    program: 'raise ExceptionGroup("many", [ValueError("a"), TypeError("b")])',
    fails: ["runtime_error", 1],
    says: ["ExceptionGroup: many (2 sub-exceptions)"],
  },
  {
    program: 'def a():\n    b()\ndef b():\n    return {}["missing"]\na()',
    fails: ["runtime_error", 4],
    says: ["KeyError: 'missing'"],
  },
  {
    program: "r = await shop.list_orders()\nr.orders",
    fails: ["runtime_error", 2],
    says: ["`r` is a dict: write `r['orders']`."],
  },
  {
    program: 'r = await shop.list_orders()\nfor o in r:\n    print(o["id"])',
    fails: ["runtime_error", 3],
    says: ["`o` is the text 'orders'. It is a key of `r`: go through `r['orders']` instead."],
  },
  {
    program: 'r = await shop.get_order(id="o1")\nr.content[0].text',
    fails: ["runtime_error", 2],
    says: ["`r` is a dict with the keys 'id', 'customer', 'total', 'placed'. A call returns the result"],
  },
  {
    program: 'import json\nr = json.loads(await shop.get_order(id="o1"))\nr["customer"]',
    fails: ["runtime_error", 2],
    says: ["`await shop.get_order(id='o1')` is parsed already: it is a dict. Use it without json.loads"],
  },
  {
    program: 'r = await shop.list_orders()\nr["data"]["items"]',
    fails: ["runtime_error", 2],
    says: ["`r` is a dict with the keys 'orders'. A call returns the result itself, without an envelop"],
  },
  {
    program: 'import os\nos.environ["API_KEY"]',
    fails: ["runtime_error", 2],
    says: ["Variables of the environment are not visible here: secrets stay with the servers; put othe"],
  },
  {
    program: 'input("Name? ")',
    fails: ["runtime_error", 1],
    says: ["RuntimeError: input() is not available: no person is there to answer. Put the value into t"],
  },
  {
    program: "from mcp import ClientSession",
    fails: ["unknown_tool", 1],
    says: ["No client is needed, since the servers are connected already: write `await server.tool(..."],
  },
  {
    program: 'result = await call_tool("shop", "list_orders", {})',
    fails: ["invalid_arguments", 1],
    says: ['Write call_tool("shop__list_orders", {...}).'],
  },
  {
    program: 'result = await mcp.call_tool("shop__list_orders", {})',
    fails: ["type_error", 1],
    says: ["There is no `mcp`, and no client is needed: each server is a global of its own, so write `"],
  },
  {
    program: "r = await list_orders(limit=1)",
    fails: ["type_error", 1],
    says: ["It is a tool: write `await shop.list_orders(...)`."],
  },
  {
    program: "r = await shop.listOrders()",
    fails: ["unknown_tool", 1],
    says: ["It has: list_orders, get_order, motd, count, note, fail, slow, echo, rows."],
  },
  {
    program: "const r = await shop.count();\nconsole.log(r);",
    fails: ["syntax_error", 1],
    says: ['This looks like TypeScript: set the language to "typescript", or write it in Python.'],
  },
  {
    program: "let total = 0;\nfor (const o of orders) { total += o.total; }",
    fails: ["syntax_error", 1],
    says: ['This looks like TypeScript: set the language to "typescript", or write it in Python.'],
  },
  {
    program: '{"name": "shop__count", "arguments": {}}',
    fails: ["syntax_error", 1],
    says: ["Write the call: `await shop.count(...)`."],
  },
  {
    program: 'echo "hi" && ls',
    fails: ["syntax_error", 1],
    says: ["This looks like shell commands, and there is no shell: write Python, and reach the outside"],
  },
  {
    program: "async for o in shop.list_orders():\n    print(o)",
    fails: ["runtime_error", 1],
    says: ["`await` is missing: a call of an async function returns its result only with `await` befor"],
  },
  {
    program: "async with shop as s:\n    await s.count()",
    fails: ["runtime_error", 1],
    says: ["Write `with` without `async`, or leave it out: nothing has to be opened here."],
  },
  {
    program: 'import sys\nprint("err", file=sys.stderr)\nsys.exit("failed: no orders")',
    fails: ["runtime_error", 3],
    says: ["A status other than 0 means failure. To return a value, end the program with the expressio"],
  },
  {
    program: 'assert (await shop.count()) == "15", "wrong count"',
    fails: ["runtime_error", 1],
    says: ["AssertionError: wrong count"],
  },
  {
    program: "def f(:\n    pass",
    fails: ["syntax_error", 1],
    says: ["Correct this line and send the whole program again."],
  },
  {
    program: 'if True:\nprint("x")',
    fails: ["syntax_error", 2],
    says: ["Indent the lines of the block by four spaces, or write `pass`."],
  },
  {
    program: "x = [1, 2\ny = 3",
    fails: ["syntax_error", 1],
    says: ["The text may have been cut off: send the whole program."],
  },
  {
    program: 'try:\n    await shop.note(text="a")\n    r = await shop.rows(n="x")\nfinally:\n    print("end")',
    fails: ["type_error", 3],
    says: ['Change /n to an integer. Signature: rows(*, n: int) -> {"rows": list[{"id": int, "name": s'],
  },
  {
    program: "yield 5",
    fails: ["syntax_error", 1],
    says: ["Correct this line and send the whole program again."],
  },
  {
    program: 'orders = (await shop.list_orders())["orders"]\nsorted(orders, key=lambda o: -o["total"])[0].customer',
    fails: ["runtime_error", 2],
    says: ["`sorted(orders, key=lambda o: -o['total'])[0]` is a dict: write `sorted(orders, key=lambda"],
  },
  {
    program: ">>> r = await shop.count()",
    fails: ["syntax_error", 1],
    says: ["This is what an interactive session shows: send the program alone, without the prompts and"],
  },
  {
    program: "r = await tools.shop__list_orders()",
    fails: ["type_error", 1],
    says: ["Tools belong to their server: write `await shop.list_orders(...)`."],
  },
];

/** Python programs that fail as models write them, with the place and the words that repair them. */
export const PYTHON_FAILING_AS_WRITTEN: readonly ProgramCase[] = titled(ROWS);
