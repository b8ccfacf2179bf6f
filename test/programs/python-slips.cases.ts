import { type ProgramCase, titled } from "./program-case.ts";

const ROWS: readonly Omit<ProgramCase, "id">[] = [
  {
    program: 'orders = await shop.list_orders()\nfor order in orders:\n    print(order["id"])',
    fails: ["runtime_error", 3],
    says: [
      "TypeError: string indices must be integers, not 'str'",
      "`order` is the text 'orders'. It is a key of `orders`: go through `orders['orders']` instead.",
    ],
  },
  {
    program: 'orders = await shop.list_orders()\n[o["id"] for o in orders]',
    fails: ["runtime_error", 2],
    says: [
      "TypeError: string indices must be integers, not 'str'",
      "`o` is the text 'orders'. It is a key of `orders`: go through `orders['orders']` instead.",
    ],
  },
  {
    program: 'orders = (await shop.list_orders())["items"]\nlen(orders)',
    fails: ["runtime_error", 1],
    says: ["KeyError: 'items'", "`shop.list_orders` returned a dict with the keys orders"],
  },
  {
    program: 'orders = (await shop.list_orders())["orders"]\nsum(o["amount"] for o in orders)',
    fails: ["runtime_error", 2],
    says: ["KeyError: 'amount'", "`o` is a dict with the keys 'id', 'customer', 'total', 'placed'."],
  },
  {
    program: 'orders = (await shop.list_orders())["orders"]\nnext(o for o in orders if o["id"] == "o7")["total"]',
    fails: ["runtime_error", 2],
    says: [
      "StopIteration",
      "`next` found nothing: put a default behind what it goes through, `next((item for item in items if …), None)`.",
    ],
  },
  {
    program: 'import json\no = json.loads(await shop.get_order(id="o1"))\no["customer"]',
    fails: ["runtime_error", 2],
    says: [
      "TypeError: the JSON object must be str, bytes or bytearray, not dict",
      "`await shop.get_order(id='o1')` is parsed already: it is a dict. Use it without json.loads.",
    ],
  },
  {
    program: 'o = await shop.get_order(id="o1")\no["customer"].upper() + str(o["placed"].year)',
    fails: ["runtime_error", 2],
    says: [
      "AttributeError: 'str' object has no attribute 'year'",
      "`o['placed']` is the text '2025-03-01T23:30:00Z'. Write `datetime.fromisoformat(o['placed']).year`, with `from dat",
    ],
  },
  {
    program: "n = await shop.count()\nn + 1",
    fails: ["runtime_error", 2],
    says: [
      'TypeError: can only concatenate str (not "int") to str',
      "`n` is the text '14'. Write `float(n)` to calculate with it.",
    ],
  },
  {
    program: 'n = await shop.count()\nif n > 10:\n    print("many")',
    fails: ["runtime_error", 2],
    says: [
      "TypeError: '>' not supported between instances of 'str' and 'int'",
      "`n` is the text '14'. Write `float(n)` to calculate with it.",
    ],
  },
  {
    program: "total = 0\nasync for o in shop.list_orders():\n    total += 1",
    fails: ["runtime_error", 2],
    says: [
      "TypeError: 'async for' requires an object with __aiter__ method, got ToolCall",
      "`await` is missing: a call of an async function returns its result only with `await` before it, `(await call(...))",
    ],
  },
  {
    program: "with shop as s:\n    pass",
    fails: ["runtime_error", 1],
    says: ["TypeError: '_codemode_guest.servers.Namespace' object does not support the context manager"],
  },
  {
    program: 'assert 1 + 1 == 3, "math is broken"',
    fails: ["runtime_error", 1],
    says: ["AssertionError: math is broken"],
  },
  { program: 'raise ValueError("custom failure")', fails: ["runtime_error", 1], says: ["ValueError: custom failure"] },
  {
    program: 'class NotFound(Exception):\n    pass\nraise NotFound("no x1") from KeyError("x1")',
    fails: ["runtime_error", 3],
    says: ["NotFound: no x1"],
  },
  { program: "[1, 2][5]", fails: ["runtime_error", 1], says: ["IndexError: list index out of range"] },
  { program: '{"a": 1}["b"]', fails: ["runtime_error", 1], says: ["KeyError: 'b'"] },
  {
    program: "None.upper()",
    fails: ["runtime_error", 1],
    says: [
      "AttributeError: 'NoneType' object has no attribute 'upper'",
      "`None` is None: check it before, `if None is not None:`.",
    ],
  },
  {
    program: "def f(a, b): return a + b\nf(1)",
    fails: ["runtime_error", 2],
    says: ["TypeError: f() missing 1 required positional argument: 'b'", "`f` takes (a, b)."],
  },
  { program: '"a" + 1', fails: ["runtime_error", 1], says: ['TypeError: can only concatenate str (not "int") to str'] },
  {
    program: 'await shop.list_orders(limit="2")',
    fails: ["type_error", 1],
    says: [
      'shop__list_orders cannot take these arguments: /limit must be an integer, not the string "',
      'Change /limit to an integer. Signature: list_orders(*, status: Literal["open", "closed"] = ..., limit: int = ...)',
    ],
  },
  {
    program: 'await shop.list_orders(status="shipped")',
    fails: ["type_error", 1],
    says: [
      'shop__list_orders cannot take these arguments: /status must be one of "open", "closed", no',
      'Change /status to one of "open", "closed". Signature: list_orders(*, status: Literal["open", "closed"] = ..., limi',
    ],
  },
  {
    program: 'await shop.list_orders({"status": "OPEN"})',
    fails: ["type_error", 1],
    says: [
      'shop__list_orders cannot take these arguments: /status must be one of "open", "closed", no',
      'Change /status to "open". Signature: list_orders(*, status: Literal["open", "closed"] = ..., limit: int = ...) ->',
    ],
  },
  {
    program: "await shop.listOrders()",
    fails: ["unknown_tool", 1],
    says: [
      'Server "shop" has no tool "listOrders". Did you mean shop__list_orders?',
      "It has: list_orders, get_order, motd, count, note, fail, slow, echo, rows.",
    ],
  },
  {
    program: "await shop.get_order()",
    fails: ["type_error", 1],
    says: [
      "shop__get_order cannot take these arguments: /id is missing; it must be a string.",
      'Add "id". Signature: get_order(*, id: str) -> Any',
    ],
  },
  {
    program: 'await shop.get_order(order_id="o1")',
    fails: ["type_error", 1],
    says: [
      'shop__get_order cannot take these arguments: /id is missing; it must be a string. You gave "order_id".',
      'Rename "order_id" to "id". Signature: get_order(*, id: str) -> Any',
    ],
  },
  {
    program: 'await shop.get_order(id="o1", verbose=True)',
    fails: ["type_error", 1],
    says: [
      "shop__get_order cannot take these arguments: /verbose is not a known property. Allowed: id",
      'Remove "verbose". Signature: get_order(*, id: str) -> Any',
    ],
  },
  {
    program: 'await store.get_order(id="o1")',
    fails: ["type_error", 1],
    says: ["NameError: name 'store' is not defined", "There is no `store`: write `await shop.get_order(...)`."],
  },
  {
    program: 'await get_order(id="o1")',
    fails: ["type_error", 1],
    says: ["NameError: name 'get_order' is not defined", "It is a tool: write `await shop.get_order(...)`."],
  },
  {
    program: 'await shop.note(text="a")\nawait shop.note(txt="b")',
    fails: ["type_error", 2],
    says: [
      'shop__note cannot take these arguments: /text is missing; it must be a string. You gave "t',
      'Rename "txt" to "text". Signature: note(*, text: str) -> Any',
    ],
  },
  {
    program: 'await shop.note(text="a")\nx = undefined_helper(1)',
    fails: ["type_error", 2],
    says: ["NameError: name 'undefined_helper' is not defined"],
  },
  {
    program: 'await shop.note(text="a")\nr = requests.get("https://x.org")',
    fails: ["type_error", 2],
    says: [
      "NameError: name 'requests' is not defined",
      "Programs here have no network: everything outside is reached through tools, as `await server.tool(...)`.",
    ],
  },
  {
    program: 'await shop.note(text="a")\ndf = pd.DataFrame([])',
    fails: ["type_error", 2],
    says: [
      "NameError: name 'pd' is not defined",
      "Only the standard library is here: use lists and dicts, `statistics`, `csv` and `collections`.",
    ],
  },
  {
    program: 'await shop.note(text="a")\nmath.pie',
    fails: ["type_error", 2],
    says: ["NameError: name 'math' is not defined", "Add the line `import math`."],
  },
  {
    program: 'await shop.note(text="a")\nprint(math)',
    fails: ["type_error", 2],
    says: ["NameError: name 'math' is not defined", "Add the line `import math`."],
  },
  {
    program: 'await shop.note(text="a")\nproduct.name',
    fails: ["type_error", 2],
    says: ["NameError: name 'product' is not defined", "Add the line `from itertools import product`."],
  },
  {
    program: 'await shop.note(text="a")\njson.dumps(totals)',
    fails: ["type_error", 2],
    says: ["NameError: name 'totals' is not defined"],
    mustNotSay: ["'json' is not defined"],
  },
  {
    program: 'await shop.note(text="a")\ntotla = 5\nprint(total)',
    fails: ["type_error", 3],
    says: ["NameError: name 'total' is not defined", "Did you mean `totla`?"],
  },
  {
    program: 'await shop.note(text="a")\ndef later():\n    return helper_that_is_missing()\nlater()',
    fails: ["type_error", 3],
    says: ["NameError: name 'helper_that_is_missing' is not defined"],
  },
  {
    program: 'await shop.note(text="a")\nfrom yaml import safe_load',
    fails: ["unknown_tool", 2],
    says: [
      "ModuleNotFoundError: No module named 'yaml'",
      "Only the standard library is here: use `json`, `tomllib`, `html.parser` or `xml.etree`.",
    ],
  },
  {
    program: 'await shop.note(text="a")\nimport numpy as np, json',
    fails: ["unknown_tool", 2],
    says: [
      "ModuleNotFoundError: No module named 'numpy'",
      "Only the standard library is here: use lists and dicts, `statistics`, `csv` and `collections`.",
    ],
  },
  {
    program: "msg = await shop.motd()\nmsg.content[0].text",
    fails: ["runtime_error", 2],
    says: [
      "AttributeError: 'str' object has no attribute 'content'",
      "`msg` is the text 'Welcome to the shop'. A call returns the result itself, without an envelope: use `msg` unchange",
    ],
  },
  {
    program: 'msg = await shop.motd()\nmsg["message"]',
    fails: ["runtime_error", 2],
    says: [
      "TypeError: string indices must be integers, not 'str'",
      "`msg` is the text 'Welcome to the shop'. It has no fields: use `msg` unchanged.",
    ],
  },
  {
    program: 'msg = await shop.motd()\nmsg.get("message", "none")',
    fails: ["runtime_error", 2],
    says: [
      "AttributeError: 'str' object has no attribute 'get'",
      "`msg` is the text 'Welcome to the shop'. It has no fields: use `msg` unchanged.",
    ],
  },
  {
    program: 'result = await shop.motd()\nif result.isError:\n    raise Exception("failed")\nresult',
    fails: ["runtime_error", 2],
    says: [
      "AttributeError: 'str' object has no attribute 'isError'",
      "`result` is the text 'Welcome to the shop'. It has no fields: use `result` unchanged.",
    ],
  },
  {
    program: 'result = await call_tool("shop__motd", {})\nresult',
    value: "Welcome to the shop",
    says: ["The program uses `call_tool` without importing it: it was imported."],
  },
  {
    program:
      'from codemode import call_tool\nargs = {"orderId": "o1"}\nawait shop.note(text="a")\nawait call_tool("shop__get_order", args)',
    fails: ["type_error", 4],
    says: [
      'shop__get_order cannot take these arguments: /id is missing; it must be a string. You gave "orderId".',
      'Rename "orderId" to "id". Signature: get_order(*, id: str) -> Any',
    ],
  },
  {
    program: 'order_id = 5\nawait shop.note(text="a")\nawait shop.get_order(id=order_id)',
    fails: ["type_error", 3],
    says: [
      "shop__get_order cannot take these arguments: /id must be a string, not the number 5.",
      "Change /id to a string. Signature: get_order(*, id: str) -> Any",
    ],
  },
  {
    program: 'ids = ["o1", "o2"]\nawait shop.get_order(id=ids)',
    fails: ["type_error", 2],
    says: [
      "shop__get_order cannot take these arguments: /id must be a string, not a list of 2.",
      "Change /id to a string. Signature: get_order(*, id: str) -> Any",
    ],
  },
  {
    program: 'await shop.note(text="first")\nargs = {"status": "shipped"}\nawait shop.list_orders(**args)',
    fails: ["type_error", 3],
    says: [
      'shop__list_orders cannot take these arguments: /status must be one of "open", "closed", no',
      'Change /status to one of "open", "closed". Signature: list_orders(*, status: Literal["open", "closed"] = ..., limi',
    ],
  },
  {
    program: 'await shop.note(text="first")\nstatus = "shipped"\nawait shop.list_orders(status=status)',
    fails: ["type_error", 3],
    says: [
      'shop__list_orders cannot take these arguments: /status must be one of "open", "closed", no',
      'Change /status to one of "open", "closed". Signature: list_orders(*, status: Literal["open", "closed"] = ..., limi',
    ],
  },
  {
    program:
      'payload: dict = {"identifier": "o1"}\nprint(payload)\nawait shop.note(text="first")\nawait shop.get_order(payload)',
    fails: ["type_error", 4],
    says: [
      'shop__get_order cannot take these arguments: /id is missing; it must be a string. You gave "identifier".',
      'Rename "identifier" to "id". Signature: get_order(*, id: str) -> Any',
    ],
  },
  {
    program: 'await shop.note(text="first")\nprint(undefined_name)\nother + 1',
    fails: ["type_error", 2],
    says: [
      "NameError: name 'undefined_name' is not defined",
      "also: NameError: name 'other' is not defined (line 3:1)",
    ],
  },
  {
    program: 'await shop.note(text="first")\nimport pandas as pd\nimport requests\npd.DataFrame([])',
    fails: ["unknown_tool", 2],
    says: [
      "ModuleNotFoundError: No module named 'pandas'",
      "Only the standard library is here: use lists and dicts, `statistics`, `csv` and `collections`.",
      "also: ModuleNotFoundError: No module named 'requests' (line 3:1)",
    ],
  },
  {
    program: 'text = await shop.motd()\n[w["name"] for w in text]',
    fails: ["runtime_error", 2],
    says: [
      "TypeError: string indices must be integers, not 'str'",
      "`w` is the text 'W'. It is one character of `text`, which is the text 'Welcome to the shop': go through `text.spli",
    ],
  },
  {
    program: 'text = await shop.motd()\nfor w in text:\n    print(w.get("name"))',
    fails: ["runtime_error", 3],
    says: [
      "AttributeError: 'str' object has no attribute 'get'",
      "`w` is the text 'W'. It is one character of `text`, which is the text 'Welcome to the shop': go through `text.spli",
    ],
  },
  {
    program: "await shop.motd().strip()",
    fails: ["runtime_error", 1],
    says: [
      "TypeError: 'str' object can't be awaited",
      "`await` takes in all that follows it: write `(await shop.motd()).strip()`.",
    ],
  },
  {
    program: 'customer = (await shop.get_order(id="o1")["customer"])',
    fails: ["runtime_error", 1],
    says: [
      "TypeError: 'str' object can't be awaited",
      "`await` takes in all that follows it: write `(await shop.get_order(id='o1'))['customer']`.",
    ],
  },
];

/** Slips of models that stop a program. */
export const PYTHON_SLIP_CASES: readonly ProgramCase[] = titled(ROWS);
