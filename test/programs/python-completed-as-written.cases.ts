import { type ProgramCase, titled } from "./program-case.ts";

const ROWS: readonly Omit<ProgramCase, "id">[] = [
  {
    program:
      "found = await shop.motd()\nlines = [line for line in found if line]\nfor word in found.split():\n    lines.append(word)\nlen(lines)",
    value: 23,
    says: [
      'Line 2: `found` is the text "Welcome to the shop", and going through it gives its characters: for its lines write `found.splitlines()`.',
    ],
    mustNotSay: ["Line 3"],
  },
  {
    program:
      'answer = await shop.list_orders()\nnames = [order.get("status") for order in answer["orders"]]\nfor each in answer["orders"]:\n    names.append(each.get("id") or each.get("text"))\nnames[0], answer["orders"][0].get("sum", 0)',
    value: [null, 0],
    says: [
      'Line 2: `order` has no "status"; it is a dict with the keys id, customer, total, placed.',
      'Line 4: `each` has no "text"; it is a dict with',
      'Line 5: `answer["orders"][0]` has no "sum"; it is a dict',
    ],
    mustNotSay: ["without an envelope", 'has no "id"'],
  },
  {
    program: '~~~python\nr = await shop.list_orders()\nlen(r["orders"])\n~~~',
    value: 3,
  },
  {
    program: 'Here\'s the Python code:\n\n```python3 linenums="1"\nr = await shop.count()\nprint(r)\n```',
    value: null,
    stdout: "14\n",
  },
  {
    program:
      "import asyncio\nasync def main():\n    r = await shop.count()\n    print(r)\nloop = asyncio.get_event_loop()\nloop.run_until_complete(main())",
    value: null,
    stdout: "14\n",
  },
  {
    program:
      'import asyncio\nfrom typing import Any\n\nasync def process(oid: str) -> dict[str, Any]:\n    return await shop.get_order(id=oid)\n\nasync def main() -> None:\n    tasks = [asyncio.create_task(process(o)) for o in ("o1", "o2")]\n    for t in asyncio.as_completed(tasks):\n        print((await t)["customer"])\n\nif __name__ == "__main__":\n    asyncio.run(main())',
    value: null,
    stdout: "Ada\nBo\n",
  },
  {
    program: "import nest_asyncio\nnest_asyncio.apply()\nimport asyncio\nasyncio.run(shop.count())",
    value: "14",
  },
  {
    program: 'async def main():\n    await shop.note(text="x")\nmain()',
    value: null,
    writes: ["x"],
  },
  {
    program: 'def main():\n    orders = shop.list_orders()\n    return orders["orders"][0]["id"]\nmain()',
    value: "o1",
    says: ["shop.list_orders() in line 2 was used without `await`, so the program "],
  },
  {
    program: 'import asyncio\nasyncio.create_task(shop.note(text="bg"))\n"started"',
    value: "started",
    says: ["The task of shop.note() in line 2 was not awaited; the run waited for "],
    writes: ["bg"],
  },
  {
    program:
      "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(max_workers=4) as ex:\n    print(list(ex.map(lambda i: i * i, range(4))))",
    value: null,
    stdout: "[0, 1, 4, 9]\n",
  },
  {
    program: 'orders = [shop.get_order(id=i) for i in ("o1", "o2")]\norders',
    value: [
      {
        id: "o1",
        customer: "Ada",
        total: 12.5,
        placed: "2025-03-01T23:30:00Z",
      },
      {
        id: "o2",
        customer: "Bo",
        total: 1234567.891,
        placed: "2025-03-09T07:30:00Z",
      },
    ],
  },
  {
    program: 'd = {i: shop.get_order(id=i) for i in ("o1", "o2")}\nd',
    value: {
      o1: {
        id: "o1",
        customer: "Ada",
        total: 12.5,
        placed: "2025-03-01T23:30:00Z",
      },
      o2: {
        id: "o2",
        customer: "Bo",
        total: 1234567.891,
        placed: "2025-03-09T07:30:00Z",
      },
    },
  },
  {
    program: 'c = shop.count()\nif int(c) > 10:\n    await shop.note(text="many")\nc',
    value: "14",
    says: ["shop.count() in line 1 was used without `await`, so the program waited"],
    writes: ["many"],
  },
  {
    program: 'print(f"count is {shop.count()}")',
    value: null,
    stdout: "count is 14\n",
    says: ["shop.count() in line 1 was used without `await`, so the program waited"],
  },
  {
    program: 'msg = "orders: " + str(shop.list_orders())\nmsg',
    value:
      "orders: {'orders': [{'id': 'o1', 'customer': 'Ada', 'total': 12.5, 'placed': '2025-03-01T23:30:00Z'}, {'id': 'o2', 'customer': 'Bo', 'total': 1234567.891, 'placed': '2025-03-09T07:30:00Z'}, {'id': 'o3', 'customer': 'Cy', 'total': 7, 'placed': '2025-11-02T05:30:00Z'}]}",
    says: ["shop.list_orders() in line 1 was used without `await`, so the program "],
  },
  {
    program: 'return (await shop.list_orders())["orders"]',
    value: [
      {
        id: "o1",
        customer: "Ada",
        total: 12.5,
        placed: "2025-03-01T23:30:00Z",
      },
      {
        id: "o2",
        customer: "Bo",
        total: 1234567.891,
        placed: "2025-03-09T07:30:00Z",
      },
      {
        id: "o3",
        customer: "Cy",
        total: 7,
        placed: "2025-11-02T05:30:00Z",
      },
    ],
  },
  {
    program:
      'from datetime import datetime\nfrom zoneinfo import ZoneInfo\ndatetime(2025, 3, 9, 7, 30, tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo("America/New_York")).isoformat()',
    value: "2025-03-09T03:30:00-04:00",
  },
  {
    program: 'def summarize(orders):\n    return sum(o["total"] for o in orders)',
    value: null,
    says: ["Nothing was called: the program only defines summarize(orders). End it"],
  },
  {
    program: "class Client:\n    async def run(self):\n        return await shop.count()",
    value: null,
    says: ["The program has no value, since it ends with the definition of a class"],
  },
  {
    program: 'def handler(event, context):\n    return {"statusCode": 200}',
    value: null,
    says: ["Nothing was called: the program only defines handler(event, context). "],
  },
  {
    program: 'with open("out.json", "w") as f:\n    f.write("{}")\nprint(open("out.json").read())',
    value: null,
    stdout: "{}\n",
  },
  {
    program:
      'import dataclasses, enum, decimal, datetime\nclass C(enum.Enum):\n    A = "a"\n@dataclasses.dataclass\nclass D:\n    n: int\n    c: C = C.A\n[D(1), decimal.Decimal("1.10"), datetime.timedelta(seconds=5), {1, 2}, (x for x in range(2)), b"hi", float("nan"), 2**70, range(3), None]',
    value: [
      {
        n: 1,
        c: "a",
      },
      "1.10",
      5,
      [1, 2],
      [0, 1],
      "aGk=",
      null,
      "1180591620717411303424",
      [0, 1, 2],
      null,
    ],
    says: ["A Decimal was given as text (value[1]).", "A time span was given in seconds (value[2])."],
  },
  {
    program: "lambda: 5",
    value: null,
    says: ["Functions, classes and modules were left out; call a function to have "],
  },
  {
    program: "x = 5\nx += 1",
    value: null,
    says: ["The program has no value, since it ends with an assignment. End it wit"],
  },
  {
    program: 'for o in (await shop.list_orders())["orders"]:\n    o["id"]',
    value: null,
    says: ["The program has no value, since it ends with a loop. End it with the e"],
  },
  {
    program: 'import logging\nlogging.basicConfig(level=logging.INFO)\nlogging.getLogger(__name__).info("hello")',
    value: null,
  },
  {
    program:
      'import asyncio\ntry:\n    async with asyncio.timeout(0.05):\n        await shop.slow(ms=500)\nexcept TimeoutError:\n    print("timed out")',
    value: null,
    stdout: "timed out\n",
  },
  {
    program: 'import asyncio\nawait asyncio.gather(shop.count(), shop.fail(message="x"), return_exceptions=True)',
    value: ["14", "ToolError: x"],
    says: ["An exception was given as text (value[1])."],
  },
  {
    program: 'match await shop.count():\n    case "14":\n        r = "fourteen"\n    case _:\n        r = "other"\nr',
    value: "fourteen",
  },
  {
    program: 'print(await shop.count(), end="")\nexit()',
    value: null,
    stdout: "14",
    says: ["The program ended itself with exit()."],
  },
  {
    program:
      'async def fetch(i):\n    try:\n        return await shop.get_order(id=i)\n    except Exception as e:\n        return str(e)\nimport asyncio\nawait asyncio.gather(*(fetch(i) for i in ("o1", "zz")))',
    value: [
      {
        id: "o1",
        customer: "Ada",
        total: 12.5,
        placed: "2025-03-01T23:30:00Z",
      },
      "There is no order zz.",
    ],
  },
  {
    program: 'from functools import partial\nget = partial(shop.get_order, id="o1")\n(await get())["customer"]',
    value: "Ada",
  },
  {
    program: 'res = await shop["get_order"]({"id": "o2"})\nres["customer"]',
    value: "Bo",
  },
  {
    program: 'await shop.note(text=await shop.motd() + "!")',
    value: "noted",
    writes: ["Welcome to the shop!"],
  },
  {
    program: "x = 5\nx += 1",
    value: null,
    says: ["The program has no value, since it ends with an assignment. End it wit"],
  },
  {
    program: "class Client:\n    async def run(self):\n        return await shop.count()",
    value: null,
    says: ["The program has no value, since it ends with the definition of a class"],
  },
  {
    program: 'for o in (await shop.list_orders())["orders"]:\n    o["id"]',
    value: null,
    says: ["The program has no value, since it ends with a loop. End it with the e"],
  },
];

/** Python programs as models write them that have an end of their own, with their value and what is said of it. */
export const PYTHON_COMPLETED_AS_WRITTEN: readonly ProgramCase[] = titled(ROWS);
