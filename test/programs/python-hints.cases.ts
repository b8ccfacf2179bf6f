import type { ProgramCase } from "./program-case.ts";

type Row = readonly [id: string, program: string, line: number, ...says: readonly (string | RegExp)[]];

function failing(code: string, rows: readonly Row[]): readonly ProgramCase[] {
  return rows.map(([id, program, line, ...says]) => ({ id, program, fails: [code, line], says }));
}

const ORDERS = "r = await shop.list_orders()\n";

/** Modules taken for their members of the same name, and the other way round. */
const NAMESAKES = failing("runtime_error", [
  ["a module for its class", "import datetime\ndatetime.now()", 2, "write `datetime.datetime.now`"],
  ["a class for its module", "from datetime import datetime\ndatetime.datetime.now()", 2, "leave out `.datetime`"],
  [
    "a class for another of its module",
    "from datetime import datetime\ndatetime.timedelta(days=1)",
    2,
    "`import datetime`",
  ],
  ["a function for its module", "from time import time\ntime.sleep(0)", 2, "`import time` instead of"],
  ["what json cannot write", "import json, datetime\njson.dumps({'d': datetime.date(2025, 1, 1)})", 2, "default=str"],
]);

/** Results taken for something that they are not. */
const SHAPES = failing("runtime_error", [
  ["an attribute of a dict", `${ORDERS}for order in r["orders"]:\n    print(order.id)`, 3, "write `order['id']`"],
  ["an attribute of a dict in a comprehension", `${ORDERS}sum(o.total for o in r["orders"])`, 2, "write `o['total']`"],
  [
    "the envelope of a text",
    "r = await shop.motd()\nr.content[0].text",
    2,
    "is the text 'Welcome to the shop'",
    "use `r` unchanged",
  ],
  ["the envelope of a dict", `${ORDERS}r["content"][0]["text"]`, 2, "keys 'orders'", "use `r` unchanged"],
  ["the envelope of a dict by attribute", `${ORDERS}r.structuredContent`, 2, "keys 'orders'"],
  ["a wrapper that is not there", `${ORDERS}r["data"]["orders"]`, 2, "keys 'orders'"],
  ["a key that is not there", `${ORDERS}r["items"]`, 2, "`r` is a dict with the keys 'orders'"],
  [
    "a key that is not there in a comprehension",
    `${ORDERS}[o["name"] for o in r["orders"]]`,
    2,
    "'id', 'customer', 'total', 'placed'",
  ],
  [
    "a key that is not there in a function",
    `${ORDERS}def first(x):\n    return x["orders"][0]["name"]\nfirst(r)`,
    3,
    "'customer'",
  ],
  [
    "json.loads of what is parsed",
    `import json\n${ORDERS}json.loads(r)["orders"]`,
    3,
    "parsed already",
    "without json.loads",
  ],
  ["json.loads of plain text", "import json\njson.loads(await shop.motd())", 2, "not JSON", "Welcome to the shop"],
  ["going through a dict", `${ORDERS}for o in r:\n    print(o["id"])`, 3, "go through `r['orders']`"],
  [
    "a text given to a reader of CSV",
    'import csv\ntext = await shop.motd()\nfor row in csv.DictReader(text):\n    print(row["name"])',
    4,
    "`DictReader` took each character of a text for a line: give it `text.splitlines()`.",
  ],
  [
    "a result given to a reader of CSV",
    'import csv\nfor r in csv.DictReader(await shop.motd()):\n    print(r["name"])',
    3,
    "give it `(await shop.motd()).splitlines()`",
  ],
  ["get of a list", `${ORDERS}r["orders"].get("id")`, 2, "a list of 3", "[0].get(...)"],
  ["an index into a dict", `${ORDERS}r[0]`, 2, "the list is in `r['orders']`"],
  ["a key of a list", `${ORDERS}r["orders"]["id"]`, 2, "`r['orders'][0]['id']`"],
  ["a key of None", 'x = None\nx["a"]', 2, "`x` is None"],
  ["a key of JSON text", `t = '{"a": 1}'\nt["a"]`, 2, "`json.loads(t)['a']`"],
  ["an attribute of a parsed result", 'r = await shop.get_order(id="o1")\nr.customer', 2, "write `r['customer']`"],
]);

const AMONG = 'rows = [{"u": {"x": 1}, "n": 3, "t": "abc"}, {"u": None, "n": None, "t": None}, {"t": 5}]\n';

/** A comprehension that fails at another value than its first, of which nothing is left but where it came from. */
const LATER_VALUES = failing("runtime_error", [
  ["None among dicts", `${AMONG}[r["u"]["x"] for r in rows]`, 2, "`r['u']` is None"],
  [
    "None among dicts, by a name that is in use",
    `r = {"u": {}}\n${AMONG}[r["u"]["x"] for r in rows]`,
    3,
    "`r['u']` is None",
  ],
  [
    "None among dicts of lists",
    `rows = [{"l": [{"x": 1}]}, {"l": [None]}]\n[c["x"] for r in rows for c in r["l"]]`,
    2,
    "`c` is None",
  ],
  ["a dict without the key among others", `${AMONG}[r["n"] for r in rows]`, 2, "with the keys 't'", "`r.get('n')`"],
  ["an empty list among others", 'rows = [{"l": [1]}, {"l": []}]\n[r["l"][0] for r in rows]', 2, "is an empty list"],
  ["a text searched in None", `${AMONG}[r for r in rows if "b" in r["t"]]`, 2, "write `'b' in (r['t'] or '')`"],
  ["a text searched in a number", `${AMONG}[r for r in rows if r["t"] and "b" in r["t"]]`, 2, "write `str(r['t'])`"],
  ["a text and None", `${AMONG}["t: " + r["t"] for r in rows]`, 2, "`r['t']` is None"],
  [
    "a number compared with a text",
    'rows = [{"n": 3}, {"n": "5"}]\n[r for r in rows if r["n"] > 2]',
    2,
    "float(r['n'])",
  ],
  ["None made a number", `${AMONG}[int(r["n"]) for r in rows]`, 2, "`r['n'] or 0`"],
  [
    "None among what a list is sorted by",
    `${AMONG}rows.sort(key=lambda r: r.get("n"))`,
    2,
    "One of the values is None",
  ],
  ["None given for a text", `import re\n${AMONG}[re.search("b", r["t"]) for r in rows]`, 3, "`r['t'] or ''`"],
]);

/** Names that nothing defines, found before anything runs. */
const NAMES = failing("type_error", [
  ["a full name", "r = await shop__list_orders()\nr", 1, "await shop.list_orders(...)"],
  ["a bare name", "await list_orders()", 1, "await shop.list_orders(...)"],
  ["a module of the standard library for what it has not", "json.parse('{}')", 1, "`import json`"],
  ["a literal of JSON", '{"a": true}', 1, "`True`"],
  ["a function of statistics", 'await shop.note(text="x")\nmean([1, 2])', 2, "`from statistics import mean`"],
  ["a function of itertools", "list(pairwise([1, 2]))", 1, "`from itertools import pairwise`"],
  ["a part of a link", 'urlencode({"a": 1})', 1, "`from urllib.parse import urlencode`"],
  ["a function that was never written", "total = compute_total([1])", 1, "Define `compute_total` before it is used"],
]);

/** Modules that are not there, found before anything runs. */
const MODULES = failing("unknown_tool", [
  ["a server from servers", "from servers.shop import list_orders\nawait list_orders()", 1, "generated.servers.shop"],
  [
    "a server by its name",
    "from shop import list_orders\nawait list_orders()",
    1,
    "from generated.servers.shop import",
  ],
  ["a server as a module", "import shop\nawait shop.motd()", 1, "without an import", "await shop."],
  ["requests", "import requests", 1, "no network"],
  ["pandas", "import pandas as pd", 1, "standard library"],
  ["a module that does not exist", "import shp", 1, "Did you mean shop?", "Servers: shop"],
]);

/** Calls and values that were taken for others. */
const TAKEN = [
  ...failing("runtime_error", [
    [
      "the call instead of a function to retry",
      "from codemode import retry\nawait retry(shop.count(), max_attempts=2)",
      2,
      "retry(lambda: server.tool(...)",
    ],
    ["a sum with None in it", "rows = [{'n': 1}, {'n': None}]\nsum(r['n'] for r in rows)", 2, "write `r['n'] or 0`"],
    ["the largest of texts and numbers", "max([3, '4'])", 1, "write `float(item)`"],
    ["a text formatted as a number", 'n = await shop.count()\nf"{n:d}"', 2, "`{int(value):d}`"],
    ["None formatted as a number", 'n = None\nf"{n:.2f}"', 2, "`{value or 0:.2f}`"],
  ]),
  ...failing("tool_error", [
    [
      "a handler for other errors",
      'try:\n    await shop.get_order(id="o9")\nexcept KeyError:\n    pass',
      2,
      "write `except ToolError:`",
    ],
  ]),
];

/** What this place does not have. */
const SURROUNDINGS = failing("runtime_error", [
  ["a thread", "import threading\nthreading.Thread(target=print).start()", 2, "asyncio.gather"],
  ["a process", 'import subprocess\nsubprocess.run(["ls"])', 2, "only through their tools"],
  ["os.system", 'import os\nos.system("ls")', 2, "no processes and no shell"],
  ["a file of the machine", 'open("/etc/hosts").read()', 1, "read them with a tool"],
]);

const UNKNOWN = failing("unknown_tool", [
  ["a server from codemode", "from codemode import shop\nawait shop.motd()", 1, "without an import"],
  ["a tool from codemode", "from codemode import list_orders", 1, "from generated.servers.shop import list_orders"],
  ["a tool that is misspelt", "await shop.list_order()", 1, "Did you mean shop__list_orders?", "It has: list_orders"],
  [
    "a tool that is misspelt in an import",
    "from generated.servers.shop import list_order",
    1,
    "Did you mean shop__list_orders?",
  ],
  ["a server that is misspelt", "await servers.shp.motd()", 1, 'There is no server "shp". Did you mean shop?'],
  ["a module of a server that is misspelt", "from generated.servers.shp import motd", 1, 'There is no server "shp".'],
]);

/** Texts that are no Python program. */
const TEXTS = failing("syntax_error", [
  ["TypeScript", "const x = 5;\nconsole.log(x);", 1, 'set the language to "typescript"'],
  ["a comment of TypeScript", '// count the orders\nconsole.log("hi");', 1, 'set the language to "typescript"'],
  ["an arrow function", "const main = async () => {\n  return await shop.count();\n}", 1, '"typescript"'],
  ["a command of a notebook", "!pip install requests", 1, "nothing can be installed"],
  ["a shell command", "pip install requests", 1, "there is no shell"],
  ["line breaks that were escaped", "def add(a, b):\\n    return a + b\\nprint(add(1, 2))", 1, "real line breaks"],
  ["prose and code", "Here is the program:\n\nx = 1\nx", 1, "Send only the program"],
  ["prose", "I will count the orders now.", 1, "Send only the program"],
  ["a thought", '<think>\nlist them\n</think>\nlen((await shop.list_orders())["orders"])', 1, "Send only the program"],
  ["a call as data", '{"name": "shop__list_orders", "arguments": {}}', 1, "await shop.list_orders(...)"],
  ["await in a function that is not async", "def f():\n    return await shop.count()\nf()", 2, "`async def`"],
  ["curly quotes", "print(“hi”)", 1, "straight"],
  ["a bracket that is not closed", "x = (1 + 2", 1, "the whole program"],
]);

/** Errors and what they know. */
const ERRORS: readonly ProgramCase[] = [
  {
    id: "a group of errors",
    program:
      'import asyncio\nasync def one(m):\n    await asyncio.sleep(0)\n    raise ValueError(m)\nasync with asyncio.TaskGroup() as tg:\n    tg.create_task(one("first"))\n    tg.create_task(one("second"))',
    fails: ["runtime_error", 5],
    says: [/1 of 2: ValueError: first \(line 4/, /2 of 2: ValueError: second \(line 4/],
  },
  {
    id: "a cause",
    program:
      'try:\n    await shop.fail(message="db down")\nexcept Exception as e:\n    raise RuntimeError("could not load") from e',
    fails: ["runtime_error", 4],
    says: ["RuntimeError: could not load", "Caused by ToolError: db down (shop__fail, line 2:5)"],
  },
  {
    id: "notes",
    program: 'e = ValueError("x")\ne.add_note("in order o1")\nraise e',
    fails: ["runtime_error", 3],
    says: ["ValueError: x\n  in order o1"],
  },
  {
    id: "an error in a fence has the line of the text",
    program: "Here it is:\n```python\nx = 1\nraise KeyError('k')\n```",
    fails: ["runtime_error", 4],
  },
  { id: "a SyntaxError at run time", program: 'eval("1 +")', fails: ["runtime_error", 1], says: ["SyntaxError"] },
  { id: "a KeyboardInterrupt", program: "raise KeyboardInterrupt()", fails: ["runtime_error", 1] },
];

/** Methods and habits of other languages, and what Python writes. */
const FOREIGN = failing("runtime_error", [
  ["the length of a list", `${ORDERS}r["orders"].length`, 2, "write `len(r['orders'])`."],
  ["map of a list", `${ORDERS}r["orders"].map(lambda o: o["id"])`, 2, "write `[... for item in r['orders']]`."],
  ["a text in capitals", "t = await shop.motd()\nt.toUpperCase()", 2, "write `t.upper()`."],
  ["a misspelt method", "t = await shop.motd()\nt.splitline()", 2, "write `t.splitlines`."],
  ["joining a list", '["a", "b"].join("-")', 1, "write `\", \".join(['a', 'b'])`."],
  [
    "joining dicts",
    `${ORDERS}orders = r["orders"]\n", ".join(orders)`,
    3,
    "An item of `orders` is a dict with the keys 'id', ",
    "write `', '.join(item['id'] for item in orders)`.",
  ],
  ["a number with two digits", "(12.5).toFixed(2)", 1, 'write `f"{12.5:.2f}"`.'],
  [
    "awaiting a function",
    "async def main():\n    return 1\nawait main",
    3,
    "It is a function: call it, `await main(...)`.",
  ],
  ["keys and values of a dict", `${ORDERS}for key, value in r:\n    print(key)`, 2, "go through `r.items()`."],
  [
    "a date in another format",
    'from datetime import datetime\nday = "2025-03-01T23:30:00.5Z"\ndatetime.strptime(day, "%Y-%m-%dT%H:%M:%SZ")',
    3,
    "write `datetime.fromisoformat(day)`.",
  ],
  ["a number added to words", 'n = 5\n"Total: " + n', 2, "`n` is the int 5. Write `str(n)` to join them."],
  ["a whole number with digits behind the point", 'int("12.5")', 1, "write `int(float('12.5'))`."],
  ["words for a number", 'int("many")', 1],
  [
    "nothing among what is sorted",
    'rows = [{"n": 1}, {"n": None}]\nsorted(rows, key=lambda row: row["n"])',
    2,
    "write `row['n'] or 0`",
  ],
]);

/** Texts that hold what was asked of them, but not as JSON or as a number. */
const READ_TEXTS = failing("runtime_error", [
  [
    "JSON lines",
    `import json\nt = '{"a": 1}\\n{"a": 2}'\njson.loads(t)`,
    3,
    "[json.loads(line) for line in t.splitlines()",
  ],
  ["JSON in a code block", "import json\njson.loads('```json\\n{\"a\": 1}\\n```')", 2, "take off the ``` lines"],
  ["JSON behind words", "import json\nt = 'Found 2: [1, 2]'\njson.loads(t)", 3, "write `json.loads(t[9:])`"],
  ["a literal of Python", `import json\nt = "{'a': None}"\njson.loads(t)`, 3, "ast.literal_eval(t)"],
  ["text that JSON was cut from", `r = '{"items": [1, 2'\nr["items"]`, 2, "`r` is the text"],
  [
    "text that is JSON, taken for an envelope",
    `import json\nr = '{"items": [1, 2]}'\njson.loads(r["content"])`,
    3,
    /write `json\.loads\(r\)`\./,
  ],
  ["text that is JSON", `r = '{"items": [1, 2]}'\nr["items"]`, 2, "write `json.loads(r)['items']`"],
  ["a number with its currency", 'm = "$1,234.50"\nfloat(m)', 2, "float(re.sub(r'[^\\d.-]', '', m))"],
  ["an item of nothing", 'd = {"address": None}\nd["address"]["city"]', 2, "if d['address'] is not None:"],
]);

const OWN_FRAMES: readonly ProgramCase[] = [
  {
    id: "a traceback that a program prints has its own frames alone",
    program:
      'import traceback\ntry:\n    await shop.fail(message="boom")\nexcept Exception:\n    print(traceback.format_exc())',
    stdout:
      'Traceback (most recent call last):\n  File "program.py", line 3, in <module>\n    await shop.fail(message="boom")\nToolError: boom\n\n',
  },
];

/** What a result says when a program fails, so that it can be repaired. */
export const HINT_CASES: readonly ProgramCase[] = [
  ...NAMESAKES,
  ...SHAPES,
  ...LATER_VALUES,
  ...NAMES,
  ...MODULES,
  ...TAKEN,
  ...SURROUNDINGS,
  ...UNKNOWN,
  ...TEXTS,
  ...READ_TEXTS,
  ...FOREIGN,
  ...OWN_FRAMES,
  ...ERRORS,
];
