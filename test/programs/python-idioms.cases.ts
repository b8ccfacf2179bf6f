import { type ProgramCase, titled } from "./program-case.ts";

const ROWS: readonly Omit<ProgramCase, "id">[] = [
  {
    program:
      'import asyncio\nasync def producer(q):\n    for o in (await shop.list_orders())["orders"]:\n        await q.put(o["id"])\n    await q.put(None)\nasync def consumer(q, out):\n    while (i := await q.get()) is not None:\n        out.append((await shop.get_order(id=i))["customer"])\nasync def main():\n    q, out = asyncio.Queue(maxsize=1), []\n    await asyncio.gather(producer(q), consumer(q, out))\n    return out\nprint(asyncio.run(main()))',
    value: null,
    stdout: "['Ada', 'Bo', 'Cy']\n",
  },
  {
    program:
      'import asyncio\nlock = asyncio.Lock()\ntotal = 0\nasync def add(i):\n    global total\n    async with lock:\n        total += (await shop.get_order(id=i))["total"]\nawait asyncio.gather(*map(add, ["o1", "o3"]))\ntotal',
    value: 19.5,
  },
  {
    program:
      'class Repo:\n    async def __aenter__(self): print("open"); return self\n    async def __aexit__(self, *e): print("close")\n    def __aiter__(self): self.i = 0; return self\n    async def __anext__(self):\n        self.i += 1\n        if self.i > 2: raise StopAsyncIteration\n        return self.i\nasync with Repo() as r:\n    out = [x async for x in r]\nout',
    value: [1, 2],
    stdout: "open\nclose\n",
  },
  {
    program:
      'from enum import Enum\nclass Status(Enum):\n    OPEN = "open"\n    CLOSED = "closed"\nlen((await shop.list_orders(status=Status.OPEN))["orders"])',
    value: 3,
  },
  {
    program:
      'from typing import Protocol, Generic, TypeVar, Self\nT = TypeVar("T")\nclass Stack(Generic[T]):\n    def __init__(self) -> None: self.items: list[T] = []\n    def push(self, x: T) -> Self: self.items.append(x); return self\nStack[int]().push(1).push(2).items',
    value: [1, 2],
  },
  {
    program:
      'import asyncio\nasync with asyncio.TaskGroup() as tg:\n    a = tg.create_task(shop.get_order(id="o1"))\n    b = tg.create_task(shop.get_order(id="zz"))',
    fails: ["runtime_error", 2],
    says: ["ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)"],
  },
  { program: '"{0[orders][0][id]}".format(await shop.list_orders())', value: "o1" },
  {
    program: "(await shop.list_orders()).orders",
    fails: ["runtime_error", 1],
    says: [
      "AttributeError: 'dict' object has no attribute 'orders'",
      "`(await shop.list_orders())` is a dict: write `(await shop.list_orders())['orders']`.",
    ],
  },
  {
    program: "(await shop.list_orders())[0]",
    fails: ["runtime_error", 1],
    says: [
      "KeyError: 0",
      "`shop.list_orders` returned a dict with the keys orders; orders is a list of dicts with the keys id, customer, tot",
    ],
  },
  {
    program: "for k, v in await shop.list_orders():\n    print(k)",
    fails: ["runtime_error", 1],
    says: [
      "ValueError: too many values to unpack (expected 2)",
      "`shop.list_orders` returned a dict with the keys orders; orders is a list of dicts with the keys id, customer, tot",
    ],
  },
  {
    program: 'orders = await shop.list_orders()["orders"]',
    fails: ["runtime_error", 1],
    says: [
      "TypeError: 'list' object can't be awaited",
      "`await` takes in all that follows it: write `(await shop.list_orders())['orders']`.",
    ],
  },
  {
    program: 'r = await shop.rows(n=3)\n[row.name for row in r["rows"]]',
    fails: ["runtime_error", 2],
    says: ["AttributeError: 'dict' object has no attribute 'name'", "`row` is a dict: write `row['name']`."],
  },
  {
    program: 'r = await shop.rows(3)\nr["rows"]["name"]',
    fails: ["runtime_error", 2],
    says: [
      "TypeError: list indices must be integers or slices, not str",
      "`r['rows']` is a list of 3, each a dict with the keys 'id', 'name': write `r['rows'][0]['name']`, or `[item['name'",
    ],
  },
  {
    program: "r = await shop.rows(n=2)\nr.rows",
    fails: ["runtime_error", 2],
    says: ["AttributeError: 'dict' object has no attribute 'rows'", "`r` is a dict: write `r['rows']`."],
  },
  {
    program: 'sorted((await shop.list_orders())["orders"], key=lambda o: o.total)[0]',
    fails: ["runtime_error", 1],
    says: ["AttributeError: 'dict' object has no attribute 'total'", "`o` is a dict: write `o['total']`."],
  },
  {
    program: 'sum((await shop.list_orders())["orders"])',
    fails: ["runtime_error", 1],
    says: [
      "TypeError: unsupported operand type(s) for +: 'int' and 'dict'",
      "`shop.list_orders` returned a dict with the keys orders; orders is a list of dicts with the keys id, customer, tot",
    ],
  },
  {
    program: '", ".join((await shop.rows(n=2))["rows"])',
    fails: ["runtime_error", 1],
    says: [
      "TypeError: sequence item 0: expected str instance, dict found",
      "`shop.rows` returned a dict with the keys rows; rows is a list of dicts with the keys id, name.",
    ],
  },
  {
    program: '"Total: " + (await shop.list_orders())["orders"][0]["total"]',
    fails: ["runtime_error", 1],
    says: [
      'TypeError: can only concatenate str (not "float") to str',
      "`shop.list_orders` returned a dict with the keys orders; orders is a list of dicts with the keys id, customer, tot",
    ],
  },
];

/** Idioms of the language and of asyncio, right and wrong. */
export const PYTHON_IDIOM_CASES: readonly ProgramCase[] = titled(ROWS);
