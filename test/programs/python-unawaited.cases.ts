import type { ProgramCase } from "./program-case.ts";

/** Work that nothing waits for. */
export const UNAWAITED_CASES: readonly ProgramCase[] = [
  {
    id: "main() without await",
    program: 'async def main():\n    await shop.note(text="from main")\nmain()\nx = 1\nx',
    value: 1,
    writes: ["from main"],
    says: ["main() in line 3 was never awaited", "`await main()`"],
  },
  {
    id: "floating calls of tools",
    program: 'shop.note(text="a")\nfor t in "bc":\n    shop.note(text=t)\n"done"',
    value: "done",
    writes: ["a", "b", "c"],
    says: ["shop.note() in line 1", "shop.note() in line 3"],
  },
  {
    id: "a floating call inside a function",
    program: 'def save():\n    shop.note(text="f")\nsave()\n1',
    value: 1,
    writes: ["f"],
    says: ["line 2"],
  },
  {
    id: "a floating call of an imported tool",
    program: 'from generated.servers.shop import note\nnote(text="i")\n1',
    value: 1,
    writes: ["i"],
    says: ["shop.note() in line 2"],
  },
  {
    id: "tasks that nothing awaits",
    program:
      'import asyncio\nasync def w(t):\n    await asyncio.sleep(0.05)\n    await shop.note(text=t)\nasyncio.create_task(w("x"))\nasyncio.ensure_future(w("y"))\n"ok"',
    value: "ok",
    writes: ["x", "y"],
    says: ["The task of w() in line 5 was not awaited", "line 6"],
  },
  {
    id: "coroutines that variables hold",
    program: 'a = shop.note(text="held")\nb = [shop.note(text="in a list")]\n"ok"',
    value: "ok",
    writes: ["held", "in a list"],
    says: ["line 1", "line 2"],
  },
  {
    id: "a task that fails unseen fails the run",
    program:
      'import asyncio\nasync def w():\n    await shop.count()\n    raise ValueError("inside")\nasyncio.create_task(w())\n"ok"',
    fails: ["runtime_error", 4],
    says: ["ValueError: inside"],
  },
  {
    id: "a floating call that fails fails the run",
    program: 'shop.fail(message="unseen")\n"ok"',
    fails: ["tool_error", 1],
    says: ["unseen"],
  },
  {
    id: "a callback that fails fails the run",
    program: 'import asyncio\ndef f():\n    return 1 / 0\nasyncio.get_event_loop().call_soon(f)\n"ok"',
    fails: ["runtime_error", 3],
    says: ["ZeroDivisionError"],
  },
  {
    id: "the error of the program itself counts first",
    program:
      'import asyncio\nasync def w():\n    raise ValueError("second")\nasyncio.create_task(w())\nawait asyncio.sleep(0)\nraise KeyError("first")',
    fails: ["runtime_error", 6],
    says: ["KeyError: 'first'"],
  },
  {
    id: "timers fire before the end",
    program:
      'import asyncio\nloop = asyncio.get_event_loop()\nloop.call_later(0.05, print, "later")\nloop.call_soon(print, "soon")\n1',
    value: 1,
    stdout: "soon\nlater\n",
  },
  {
    id: "a far timer is dropped with a note",
    program: "import asyncio\nasync def beat():\n    await asyncio.sleep(600)\nt = asyncio.create_task(beat())\n7",
    value: 7,
    says: ["beat() in line 4", "cancelled"],
  },
  {
    id: "a worker that waits for its queue does not hold the run",
    program:
      "import asyncio\nq = asyncio.Queue()\nasync def worker():\n    while True:\n        print(await q.get())\n        q.task_done()\nt = asyncio.create_task(worker())\nawait q.put(1)\nawait q.join()\n7",
    value: 7,
    stdout: "1\n",
  },
  {
    id: "a task that was cancelled is no failure",
    program: "import asyncio\nt = asyncio.create_task(asyncio.sleep(5))\nawait asyncio.sleep(0)\nt.cancel()\n1",
    value: 1,
  },
  {
    id: "errors that gather returns are no failure",
    program:
      "import asyncio\nr = await asyncio.gather(shop.fail(message='a'), shop.count(), return_exceptions=True)\n[str(r[0]), r[1]]",
    value: ["a", "14"],
  },
];

const TOTAL = "async def total():\n    return 5\n";

/** Calls and coroutines used where their results are meant. */
export const PLACE_OF_RESULT_CASES: readonly ProgramCase[] = [
  {
    id: "an own coroutine in an f-string",
    program: `${TOTAL}f"Total: {total()}"`,
    value: "Total: 5",
    says: ["total() in line 3 was used without `await`"],
  },
  {
    id: "an own coroutine held by a variable in an f-string inside a function",
    program: `${TOTAL}def show():\n    t = total()\n    return f"{t:>3}"\nshow()`,
    value: "  5",
    says: ["total() in line 4"],
  },
  {
    id: "an own coroutine in str, %, format and print",
    program: `${TOTAL}print(total())\n[str(total()), "%s" % total(), "{}".format(total())]`,
    value: ["5", "5", "5"],
    stdout: "5\n",
  },
  {
    id: "an own coroutine as a condition",
    program:
      "async def is_open(id):\n    return False\nr = []\nif is_open('o1'):\n    r.append('if')\nif not is_open('o2'):\n    r.append('not')\nr.append('x' if is_open('o3') else 'y')\nr",
    value: ["not", "y"],
    says: ["is_open() in line 4 was used without `await`"],
  },
  {
    id: "tasks and coroutines anywhere in the value",
    program: 'import asyncio\n[asyncio.create_task(shop.motd()), shop.count(), {"a": (shop.count(), [shop.motd()])}]',
    value: ["Welcome to the shop", "14", { a: ["14", ["Welcome to the shop"]] }],
  },
  {
    id: "a list of tasks as value",
    program: "import asyncio\n[asyncio.create_task(shop.motd())]",
    value: ["Welcome to the shop"],
  },
  {
    id: "an async generator as value",
    program: "async def each():\n    yield await shop.count()\n    yield 2\neach()",
    value: ["14", 2],
  },
  {
    id: "a coroutine in a dataclass",
    program: "import dataclasses\n@dataclasses.dataclass\nclass A:\n    n: object\nA(shop.count())",
    value: { n: "14" },
  },
  {
    id: "a coroutine in the value that fails",
    program: '[shop.count(), shop.fail(message="no")]',
    fails: ["tool_error", 1],
    says: ["no"],
  },
  {
    id: "coroutines in arguments",
    program: "async def v():\n    return 3\nawait shop.echo(value=[shop.count(), {'a': v()}])",
    value: { value: ["14", { a: 3 }], kind: "object" },
  },
  {
    id: "coroutines in emit and artifacts",
    program:
      "from codemode import emit, artifacts\nemit(shop.motd())\ns = await artifacts.save({'n': shop.count()})\nawait artifacts.read(s['id'])",
    value: { n: "14" },
  },
  {
    id: "a subscript on a call",
    program: "[o['id'] for o in shop.list_orders()['orders']]",
    value: ["o1", "o2", "o3"],
    says: ["shop.list_orders() in line 1 was used without `await`"],
  },
  {
    id: "a subscript on an imported call",
    program: "from generated.servers.shop import list_orders\nlen(list_orders()['orders'])",
    value: 3,
    says: ["without `await`"],
  },
  {
    id: "a call in a condition, a loop, text and sums",
    program:
      'if shop.motd() == "no": print("wrong")\nfor row in shop.rows(n=1)["rows"]:\n    print(row["id"])\nf"{shop.count()} {int(shop.count()) + 1} " + shop.motd()',
    value: "14 15 Welcome to the shop",
    stdout: "0\n",
    says: ["without `await`"],
  },
  {
    id: "the result of call_tool without await",
    program: 'from codemode import call_tool\ncall_tool("shop__list_orders", {})["orders"][0]["id"]',
    value: "o1",
    says: ["without `await`"],
  },
  {
    id: "a call used and awaited later is made once",
    program: 'n = shop.note(text="once")\n[n.upper(), await n]',
    value: ["NOTED", "noted"],
    writes: ["once"],
  },
  {
    id: "a subscript on the program's own coroutine",
    program: "async def load():\n    return {'a': 1}\nload()['a']",
    fails: ["runtime_error", 3],
    says: ["`await` is missing", "(await load())"],
  },
  {
    id: "a loop over the program's own coroutine in a variable",
    program: "async def load():\n    return [1]\nx = load()\nfor y in x:\n    print(y)",
    fails: ["runtime_error", 4],
    says: ["(await x)"],
  },
  {
    id: "an attribute of a task",
    program: "import asyncio\nt = asyncio.create_task(shop.list_orders())\nt['orders']",
    fails: ["runtime_error", 3],
    says: ["(await t)"],
  },
  {
    id: "the program's own coroutine in text",
    program: "async def load():\n    return 5\nf'{load()}'",
    value: "5",
    says: ["load() in line 3 was used without `await`", "`(await load())`"],
  },
  {
    id: "gather of a list",
    program: "import asyncio\nawait asyncio.gather([shop.count(), shop.motd()])",
    fails: ["runtime_error", 2],
    says: ["put a star before the list"],
  },
  {
    id: "await of a value that is there",
    program: "r = await shop.count()\nawait r",
    fails: ["runtime_error", 2],
    says: ["leave out `await`"],
  },
  {
    id: "tools as callbacks",
    program: "import asyncio\n[o['id'] for o in await asyncio.gather(*map(shop.get_order, ['o1', 'o2']))]",
    value: ["o1", "o2"],
  },
  {
    id: "an imported tool as callback",
    program:
      "import asyncio\nfrom generated.servers.shop import get_order\n[o['id'] for o in await asyncio.gather(*map(get_order, ['o1', 'o2']))]",
    value: ["o1", "o2"],
  },
  { id: "an argument without a name", program: "(await shop.get_order('o3'))['customer']", value: "Cy" },
  {
    id: "an argument for a tool without any",
    program: "await shop.motd('x')",
    fails: ["invalid_arguments", 1],
    says: ["takes no arguments"],
  },
];
