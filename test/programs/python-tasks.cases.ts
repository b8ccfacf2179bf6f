import { type ProgramCase, titled } from "./program-case.ts";

const ROWS: readonly Omit<ProgramCase, "id">[] = [
  {
    program:
      'orders = (await shop.list_orders())["orders"]\nby_month = {}\nfor o in orders:\n    by_month[o["placed"][:7]] = by_month.get(o["placed"][:7], 0) + o["total"]\nby_month',
    value: { "2025-03": 1234580.391, "2025-11": 7 },
  },
  {
    program:
      'from collections import defaultdict\ngroups = defaultdict(list)\nfor o in (await shop.list_orders())["orders"]:\n    groups[o["total"] > 10].append(o["id"])\ndict(groups)',
    value: { true: ["o1", "o2"], false: ["o3"] },
    says: ["A key that is not text was converted to text (value and 1 more)."],
  },
  {
    program: 'orders = (await shop.list_orders()).get("items", [])\nlen(orders)',
    value: 0,
    says: ['Line 1: `(await shop.list_orders())` has no "items"; it is a dict with the keys orders'],
  },
  {
    program:
      "orders = (await shop.list_orders())[\"orders\"]\nprint(f\"{'id':<5}{'total':>15}\")\nfor o in orders:\n    print(f\"{o['id']:<5}{o['total']:>15,.2f}\")",
    value: null,
    stdout: "id             total\no1             12.50\no2      1,234,567.89\no3              7.00\n",
  },
  {
    program: 'import json\nprint(json.dumps((await shop.get_order(id="o1")), indent=2, sort_keys=True))',
    value: null,
    stdout: '{\n  "customer": "Ada",\n  "id": "o1",\n  "placed": "2025-03-01T23:30:00Z",\n  "total": 12.5\n}\n',
  },
  { program: "n = int(await shop.count())\nn + 1", value: 15 },
  { program: "n = await shop.count()\nn * 2", value: "1414" },
  {
    program: 'if shop.count():\n    r = "some"\nr',
    value: "some",
    says: ["shop.count() in line 1 was used without `await`, so the program waited for it there. Write `(await s"],
  },
  {
    program:
      'async def process(o):\n    await shop.note(text=o["id"])\n    return o["id"]\nimport asyncio\nawait asyncio.gather(*[process(o) for o in (await shop.list_orders())["orders"]])',
    value: ["o1", "o2", "o3"],
    writes: ["o1", "o2", "o3"],
  },
  {
    program:
      'async def process(o):\n    await shop.note(text=o["id"])\nfor o in (await shop.list_orders())["orders"]:\n    process(o)\n"done"',
    value: "done",
    says: ["process() in line 4 was never awaited, so its result was not used; it was run before the program end"],
    writes: ["o1", "o2", "o3"],
  },
  {
    program: 'from codemode import emit\nfor each in ["a", "b"]:\n    emit(each)',
    value: null,
    honest: true,
    mustNotSay: ["has no value"],
  },
  {
    program:
      'def process(o):\n    shop.note(text=o["id"])\nfor o in (await shop.list_orders())["orders"]:\n    process(o)',
    value: null,
    says: [
      "shop.note() in line 2 was never awaited, so its result was not used; it was run before the program e",
      "The program has no value, since it ends with a loop. End it with the expression whose value is wante",
    ],
    writes: ["o1", "o2", "o3"],
  },
  {
    program: 'results = [await shop.get_order(id=i) for i in ["o1", "o2"]]\n[r["customer"] for r in results]',
    value: ["Ada", "Bo"],
  },
  {
    program:
      'results = {i: await shop.get_order(id=i) for i in ["o1", "o2"]}\n{k: v["total"] for k, v in results.items()}',
    value: { o1: 12.5, o2: 1234567.891 },
  },
  {
    program:
      'ok, failed = [], []\nfor i in ["o1", "bad"]:\n    try:\n        ok.append((await shop.get_order(id=i))["id"])\n    except Exception as e:\n        failed.append({"id": i, "error": str(e)})\n    finally:\n        print("checked", i)\n{"ok": ok, "failed": failed}',
    value: { ok: ["o1"], failed: [{ id: "bad", error: "There is no order bad." }] },
    stdout: "checked o1\nchecked bad\n",
  },
  {
    program:
      'try:\n    await shop.fail(message="boom")\nexcept RuntimeError as e:\n    r = "runtime"\nexcept Exception as e:\n    r = type(e).__name__\nr',
    value: "ToolError",
  },
  {
    program: 'try:\n    await shop.fail(message="boom")\nexcept ToolError as e:\n    r = [e.code, e.tool, str(e)]\nr',
    value: ["tool_error", "shop__fail", "boom"],
  },
  {
    program:
      "class Counter:\n    def __init__(self):\n        self._n = 0\n    @property\n    def n(self): return self._n\n    def __enter__(self): return self\n    def __exit__(self, *a): self._n += 100\n    def __iadd__(self, k): self._n += k; return self\nc = Counter()\nwith c as d:\n    d += 5\nc.n",
    value: 105,
  },
  {
    program:
      'from dataclasses import dataclass\n@dataclass\nclass Order:\n    id: str\n    customer: str\n    total: float\n    placed: str\n[Order(**o) for o in (await shop.list_orders(limit=1))["orders"]]',
    value: [{ id: "o1", customer: "Ada", total: 12.5, placed: "2025-03-01T23:30:00Z" }],
  },
  {
    program:
      'from typing import TypedDict\nclass Summary(TypedDict):\n    n: int\ns: Summary = {"n": len((await shop.list_orders())["orders"])}\ns',
    value: { n: 3 },
  },
  {
    program:
      'from datetime import datetime, timedelta\nd = datetime.strptime("2025-03-01", "%Y-%m-%d") + timedelta(days=30)\n(d.strftime("%d %b %Y"), d.isoweekday(), (datetime(2025, 3, 9) - datetime(2025, 3, 1)).days)',
    value: ["31 Mar 2025", 1, 8],
  },
  {
    program:
      'import re\ntext = "Total: $1,234.50 (paid 2025-03-09), ref #A-77"\nm = re.search(r"\\$([\\d,]+\\.\\d\\d)", text)\n{"amount": float(m.group(1).replace(",", "")), "date": re.findall(r"\\d{4}-\\d{2}-\\d{2}", text)[0], "words": re.split(r"\\W+", text)[:2]}',
    value: { amount: 1234.5, date: "2025-03-09", words: ["Total", "1"] },
  },
  {
    program:
      'import io, csv\nbuf = io.StringIO()\nw = csv.DictWriter(buf, fieldnames=["id", "total"], extrasaction="ignore")\nw.writeheader()\nw.writerows((await shop.list_orders())["orders"])\nbuf.getvalue()',
    value: "id,total\r\no1,12.5\r\no2,1234567.891\r\no3,7\r\n",
  },
  {
    program:
      "from itertools import islice, accumulate, zip_longest\nlist(accumulate([1, 2, 3])), list(islice(range(100), 2)), list(zip_longest([1], [2, 3]))",
    value: [
      [1, 3, 6],
      [0, 1],
      [
        [1, 2],
        [null, 3],
      ],
    ],
    honest: true,
  },
  { program: 'print(*[1, 2, 3], sep=", ", end="!\\n")', value: null, stdout: "1, 2, 3!\n" },
  { program: 'x = 10\nwhile x > 0:\n    x -= 3\nelse:\n    print("done", x)', value: null, stdout: "done -2\n" },
  {
    program:
      "def fib():\n    a, b = 0, 1\n    while True:\n        yield a\n        a, b = b, a + b\ng = fib()\n[next(g) for _ in range(8)]",
    value: [0, 1, 1, 2, 3, 5, 8, 13],
  },
  { program: "a, *rest = [1, 2, 3]\n(lambda *p, **k: (p, k))(a, *rest, z=1)", value: [[1, 2, 3], { z: 1 }] },
  { program: 's = "hello"\ns[::-1].title().center(11, "*")', value: "***Olleh***" },
  {
    program: 'print("%-5s|%5.2f" % ("ab", 3.14159))\nprint("{:>8}|{:<8}|{:^8}".format("a", "b", "c"))',
    value: null,
    stdout: "ab   | 3.14\n       a|b       |   c    \n",
  },
  {
    program: 'await shop.get_order("o1")',
    value: { id: "o1", customer: "Ada", total: 12.5, placed: "2025-03-01T23:30:00Z" },
  },
  { program: 'import os\nos.environ.get("HOME", "none")', value: "/home/guest" },
  { program: 'import os\nos.getenv("API_KEY")', value: null, honest: true },
  { program: "import sys\nprint(sys.version_info.major, file=sys.stderr)", value: null },
  {
    program:
      'import os, tempfile\np = os.path.join(tempfile.gettempdir(), "a.txt")\nwith open(p, "w") as f: f.write("hi")\nopen(p).read()',
    value: "hi",
  },
  { program: 'import sqlite3\ndb = sqlite3.connect(":memory:")\ndb.execute("select 1 + 1").fetchone()', value: [2] },
  { program: 'eval("1 + 2")', value: 3 },
  { program: 'exec("y = 5")\ny', value: 5 },
  { program: "print(await shop.motd())", value: null, stdout: "Welcome to the shop\n" },
  {
    program: "print(shop.motd())",
    value: null,
    stdout: "Welcome to the shop\n",
    says: ["shop.motd() in line 1 was used without `await`, so the program waited for it there. Write `(await sh"],
  },
  {
    program:
      'from codemode import call_tool, search\nr = await call_tool("shop__get_order", {"id": "o1"})\nr["customer"]',
    value: "Ada",
  },
  { program: 'from generated.servers.shop import list_orders\nlen((await list_orders(limit=2))["orders"])', value: 2 },
  { program: 'import generated.servers.shop as s\nlen((await s.list_orders(limit=2))["orders"])', value: 2 },
  { program: "from generated.servers import shop as s\n(await s.count())", value: "14" },
  {
    program:
      'import asyncio\nasync def main():\n    r = await shop.list_orders()\n    print(len(r["orders"]))\nasyncio.run(main())',
    value: null,
    stdout: "3\n",
  },
  {
    program:
      'import asyncio\nasync def main():\n    r = await shop.list_orders()\n    return len(r["orders"])\nif __name__ == "__main__":\n    result = asyncio.run(main())\n    print(result)',
    value: null,
    stdout: "3\n",
  },
  {
    program: 'async def main():\n    return len((await shop.list_orders())["orders"])',
    value: 3,
    says: ["The program calls nothing, so main(), which it defines, was called."],
  },
  {
    program: 'def main():\n    return len(shop.list_orders()["orders"])\nprint(main())',
    value: null,
    stdout: "3\n",
    says: ["shop.list_orders() in line 2 was used without `await`, so the program waited for it there. Write `(a"],
  },
  { program: "return (await shop.count())", value: "14" },
  { program: "r = await shop.count(); r", value: "14" },
  { program: 'r = await shop.echo(value={"a": [1, None, {"b": 2.5}]})\nr["value"]["a"][2]["b"]', value: 2.5 },
  {
    program: 'r = await shop.echo(value={1, 2})\nr["value"]',
    value: [1, 2],
    says: ["Arguments of echo: A set was given as a list (value)."],
  },
  {
    program: 'r = await shop.echo(value=float("inf"))\nr',
    value: { value: null, kind: "null" },
    says: ["Arguments of echo: NaN or infinity was given as null (value)."],
  },
  {
    program: 'class P:\n    def __init__(self): self.x = 1\n(await shop.echo(value=P()))["value"]',
    value: { x: 1 },
    says: ["Arguments of echo: An object of class P was given as its attributes (value)."],
  },
  {
    program: '(await shop.echo(value=10**30))["value"]',
    value: "1000000000000000000000000000000",
    says: ["An integer beyond 2**53 was given as text (value)."],
  },
  {
    program: "10**30",
    value: "1000000000000000000000000000000",
    says: ["An integer beyond 2**53 was given as text (value)."],
  },
  {
    program: '{"a": {1: "x", (1, 2): "y"}}',
    value: { a: { "1": "x", "(1, 2)": "y" } },
    says: ["A key that is not text was converted to text (value.a and 1 more)."],
  },
  { program: "iter([1, 2])", value: [1, 2], says: ["An iterator was read to its end and given as a list (value)."] },
  { program: '(1, "a", None, True)', value: [1, "a", null, true], honest: true },
  { program: "...", value: "Ellipsis", says: ["A ellipsis was given as text (value)."] },
  { program: 'print("only printed")', value: null, stdout: "only printed\n" },
  { program: '""', value: "" },
  { program: "# just a comment", value: null, says: ["Nothing was run: the text holds no code."] },
  {
    program: 'args = {"status": "shipped"}\nargs["status"] = "open"\nlen((await shop.list_orders(**args))["orders"])',
    value: 3,
  },
  { program: 'args = {}\nargs.update(limit=1)\nlen((await shop.list_orders(**args))["orders"])', value: 1 },
  { program: 'def find(id="o1"):\n    return shop.get_order(id=id)\nid = 5\n(await find())["customer"]', value: "Ada" },
  { program: 'for id in ["o1", "o2"]:\n    await shop.get_order(id=id)\nid', value: "o2" },
  { program: "try:\n    xx\nexcept NameError:\n    xx = 1\nxx", value: 1 },
  {
    program:
      'def f(*args, a=1, **kw): return (args, kw, a)\nclass K:\n    z = 1\n    def m(self): return __class__.z\nmatch {"a": 1, "b": 2}:\n    case {"a": aa, **rr}: pass\ntry: pass\nexcept Exception as ee: print(ee)\nimport os.path as osp, json\nfor i, (j, k) in []: print(i, j, k)\ntype A[T] = list[T]\n(f(1, b=2), K().m(), aa, rr, osp.join("a", "b"), __name__)',
    value: [[[1], { b: 2 }, 1], 1, 1, { b: 2 }, "a/b", "__main__"],
  },
  { program: "from codemode import *\nsearch.__name__", value: "search" },
  { program: "try:\n    import pandas as pd\nexcept ImportError:\n    pd = None\npd is None", value: true },
  { program: 'if False:\n    import pandas\n"skipped"', value: "skipped" },
  {
    program: 'o = await shop.get_order(id="o1")\no.get("data", {}).get("customer")',
    value: null,
    says: ['Line 2: `o` has no "data"; it is a dict with the keys id, customer, total, placed. A call returns th'],
  },
  { program: 'o = await shop.get_order(id="o1")\no.get("discount", 0)', value: 0 },
  {
    program: '(await shop.list_orders()).get("results") or "none"',
    value: "none",
    says: ['Line 1: `(await shop.list_orders())` has no "results"; it is a dict with the keys orders'],
  },
  {
    program:
      'import asyncio\nq = asyncio.Queue()\nasync def worker():\n    while True:\n        await q.get()\n        q.task_done()\nws = [asyncio.create_task(worker()) for _ in range(2)]\nq.put_nowait(1)\nawait q.join()\nfor w in ws: w.cancel()\n"ok"',
    value: "ok",
  },
];

/** Whole tasks, as models write them. */
export const PYTHON_TASK_CASES: readonly ProgramCase[] = titled(ROWS);
