import type { ProgramCase } from "./program-case.ts";

const MAIN = "import asyncio\nasync def main():\n    return 5\n";
const RAISES = 'import asyncio\nasync def main():\n    x = {}\n    return x["k"]\n';

/** Ways to start a loop that runs already. */
export const LOOP_CASES: readonly ProgramCase[] = [
  { id: "asyncio.run is the value", program: `${MAIN}asyncio.run(main())`, value: 5 },
  {
    id: "asyncio.run with calls and output",
    program:
      'import asyncio\n\nasync def main():\n    r = await shop.list_orders()\n    print(len(r["orders"]))\n    return 5\n\nasyncio.run(main())',
    value: 5,
    stdout: "3\n",
  },
  { id: "asyncio.run under the main guard", program: `${MAIN}if __name__ == "__main__":\n    asyncio.run(main())`, value: 5 },
  {
    id: "sys.exit of asyncio.run",
    program:
      'import asyncio, sys\n\nasync def main() -> int:\n    print("ran")\n    return 0\n\nif __name__ == "__main__":\n    sys.exit(asyncio.run(main()))',
    value: 0,
    stdout: "ran\n",
    mustNotSay: ["never awaited"],
  },
  {
    id: "sys.exit of data",
    program: `import sys\n${MAIN.replace("return 5", "return {'n': 5}")}sys.exit(asyncio.run(main()))`,
    value: { n: 5 },
  },
  { id: "asyncio.Runner", program: `${MAIN}with asyncio.Runner() as runner:\n    x = runner.run(main())\nx`, value: 5 },
  {
    id: "a closed Runner",
    program: `${MAIN}with asyncio.Runner() as runner:\n    pass\nc = main()\ntry:\n    runner.run(c)\nexcept RuntimeError as e:\n    c.close()\n    text = str(e)\ntext`,
    value: "Runner is closed",
  },
  {
    id: "run_until_complete inside a helper function",
    program:
      "import asyncio\n\ndef sync(coro):\n    return asyncio.get_event_loop().run_until_complete(coro)\n\nsync(shop.count())",
    value: "14",
  },
  {
    id: "run_until_complete of gather",
    program:
      "import asyncio\nloop = asyncio.get_event_loop()\nloop.run_until_complete(asyncio.gather(shop.count(), shop.motd()))",
    value: ["14", "Welcome to the shop"],
  },
  {
    id: "new_event_loop, set, run and close",
    program: `${MAIN}loop = asyncio.new_event_loop()\nasyncio.set_event_loop(loop)\ntry:\n    r = loop.run_until_complete(asyncio.wait_for(main(), 5))\nfinally:\n    loop.close()\nr`,
    value: 5,
  },
  {
    id: "a program goes on after it closed a loop",
    program: `${MAIN}loop = asyncio.new_event_loop()\nloop.run_until_complete(main())\nloop.close()\nawait shop.count()`,
    value: "14",
  },
  {
    id: "run with a fall-back on RuntimeError",
    program: `${MAIN}\ntry:\n    r = asyncio.run(main())\nexcept RuntimeError:\n    r = await main()\nr`,
    value: 5,
  },
  {
    id: "nested runs, from functions that are called by coroutines",
    program:
      "import asyncio\nasync def inner(n):\n    await asyncio.sleep(0)\n    return n * 2\ndef helper(n):\n    return asyncio.run(inner(n))\nasync def main():\n    return [helper(i) for i in range(3)] + [await asyncio.to_thread(helper, 5)]\nasyncio.run(main())",
    value: [0, 2, 4, 10],
  },
  {
    id: "runs nested in several tasks at once",
    program:
      "import asyncio\ndef load(i):\n    return asyncio.run(shop.get_order(id=i))['total']\nasync def one(i):\n    return load(i)\nawait asyncio.gather(*(one(i) for i in ['o1', 'o3', 'o1']))",
    value: [12.5, 7, 12.5],
  },
  {
    id: "an error of asyncio.run is caught where it is called",
    program:
      'import asyncio\nasync def main():\n    await shop.fail(message="boom")\ntry:\n    asyncio.run(main())\nexcept Exception as e:\n    r = [type(e).__name__, str(e), e.code]\nr',
    value: ["ToolError", "boom", "tool_error"],
  },
  {
    id: "an error of asyncio.run has the line it comes from",
    program: `${RAISES}asyncio.run(main())`,
    fails: ["runtime_error", 4],
    says: ["KeyError: 'k'"],
  },
  {
    id: "each run has a context of its own, a Runner keeps one",
    program:
      'import asyncio, contextvars\nv = contextvars.ContextVar("v", default=0)\nasync def main():\n    v.set(v.get() + 1)\n    return v.get()\na = asyncio.run(main())\nwith asyncio.Runner() as r:\n    b = [r.run(main()), r.run(main())]\n[a, b, v.get()]',
    value: [1, [1, 2], 0],
  },
  {
    id: "cancellation inside asyncio.run, with debug",
    program:
      'import asyncio\nasync def main():\n    t = asyncio.create_task(asyncio.sleep(10))\n    await asyncio.sleep(0)\n    t.cancel()\n    try:\n        await t\n    except asyncio.CancelledError:\n        return ["cancelled", asyncio.get_running_loop().get_debug()]\n[asyncio.run(main(), debug=True), asyncio.get_running_loop().get_debug()]',
    value: [["cancelled", true], false],
  },
  {
    id: "asyncio.run that is cancelled raises CancelledError",
    program:
      "import asyncio\nasync def main():\n    asyncio.current_task().cancel()\n    await asyncio.sleep(1)\ntry:\n    asyncio.run(main())\nexcept asyncio.CancelledError:\n    r = 'cancelled'\nr",
    value: "cancelled",
  },
  {
    id: "asyncio.run of what is not awaitable",
    program: `${MAIN}asyncio.run(main)`,
    fails: ["runtime_error", 4],
    says: ["An awaitable is needed, not function", "with its brackets"],
  },
  {
    id: "calls go on side by side inside asyncio.run",
    program:
      "import asyncio, time\nasync def main():\n    return await asyncio.gather(*[shop.slow(ms=300) for _ in range(12)])\nstart = time.monotonic()\nn = len(asyncio.run(main()))\n[n, time.monotonic() - start < 3]",
    value: [12, true],
  },
  {
    id: "nest_asyncio",
    program:
      "import nest_asyncio, asyncio\nnest_asyncio.apply()\nasyncio.get_event_loop().run_until_complete(shop.count())",
    value: "14",
  },
  {
    id: "a running loop is looked for first",
    program: `${MAIN}try:\n    loop = asyncio.get_running_loop()\nexcept RuntimeError:\n    loop = None\nif loop and loop.is_running():\n    t = loop.create_task(main())\nelse:\n    asyncio.run(main())\nawait t`,
    value: 5,
  },
  {
    id: "run_coroutine_threadsafe",
    program: "import asyncio\nasyncio.run_coroutine_threadsafe(shop.count(), asyncio.get_event_loop()).result(timeout=5)",
    value: "14",
  },
  {
    id: "run_forever until stop",
    program:
      'import asyncio\nloop = asyncio.get_event_loop()\nseen = []\nloop.call_later(0.01, lambda: (seen.append("later"), loop.stop()))\nloop.run_forever()\nseen',
    value: ["later"],
  },
  {
    id: "a pool of threads runs one after the other",
    program:
      'import asyncio\nfrom concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(max_workers=3) as ex:\n    r = list(ex.map(lambda i: asyncio.run(shop.get_order(id=i))["total"], ["o1", "o3"]))\nr',
    value: [12.5, 7],
  },
  {
    id: "a wait that never ends has its place",
    program: "import asyncio\nasync def f():\n    e = asyncio.Event()\n    await e.wait()\nawait f()",
    fails: ["runtime_error", 4],
    says: ["something that will never happen"],
  },
  {
    id: "a wait that never ends inside asyncio.run",
    program: "import asyncio\nasync def f():\n    await asyncio.get_running_loop().create_future()\nasyncio.run(f())",
    fails: ["runtime_error", 4],
    says: ["something that will never happen"],
  },
];

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
    program: 'import asyncio\nasync def w():\n    await shop.count()\n    raise ValueError("inside")\nasyncio.create_task(w())\n"ok"',
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
    program: 'import asyncio\nasync def w():\n    raise ValueError("second")\nasyncio.create_task(w())\nawait asyncio.sleep(0)\nraise KeyError("first")',
    fails: ["runtime_error", 6],
    says: ["KeyError: 'first'"],
  },
  {
    id: "timers fire before the end",
    program: 'import asyncio\nloop = asyncio.get_event_loop()\nloop.call_later(0.05, print, "later")\nloop.call_soon(print, "soon")\n1',
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

/** Calls and coroutines used where their results are meant. */
export const PLACE_OF_RESULT_CASES: readonly ProgramCase[] = [
  {
    id: "tasks and coroutines anywhere in the value",
    program:
      'import asyncio\n[asyncio.create_task(shop.motd()), shop.count(), {"a": (shop.count(), [shop.motd()])}]',
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
    program: "from codemode import emit, artifacts\nemit(shop.motd())\ns = await artifacts.save({'n': shop.count()})\nawait artifacts.read(s['id'])",
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
    says: ["load() in line 3 was never awaited", "`await load()`"],
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
    program: "import asyncio\nfrom generated.servers.shop import get_order\n[o['id'] for o in await asyncio.gather(*map(get_order, ['o1', 'o2']))]",
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
