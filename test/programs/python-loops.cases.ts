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
  {
    id: "asyncio.run under the main guard",
    program: `${MAIN}if __name__ == "__main__":\n    asyncio.run(main())`,
    value: 5,
  },
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
    program:
      "import asyncio\nasyncio.run_coroutine_threadsafe(shop.count(), asyncio.get_event_loop()).result(timeout=5)",
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
    id: "a Runner in a with statement",
    program:
      "import asyncio\n\nasync def main():\n    return 1\n\nwith asyncio.Runner() as runner:\n    x = runner.run(main())\nx",
    value: 1,
  },
  {
    id: "asyncio.run with another way where it fails",
    program:
      "import asyncio\n\nasync def main():\n    return 5\n\ntry:\n    r = asyncio.run(main())\nexcept RuntimeError:\n    r = await main()\nr",
    value: 5,
  },
  {
    id: "the time now in a zone",
    program:
      'from datetime import datetime\nfrom zoneinfo import ZoneInfo\ndatetime.now(ZoneInfo("Europe/Berlin")).tzname() in ("CET", "CEST")',
    value: true,
  },
  {
    id: "a task that asyncio.run leaves behind is cancelled at its end",
    program:
      'import asyncio\nasync def w():\n    try:\n        await asyncio.sleep(0.2)\n        await shop.note(text="never")\n    except asyncio.CancelledError:\n        print("tidied")\n        raise\nasync def main():\n    asyncio.create_task(w())\n    await asyncio.sleep(0)\n    return 5\nasyncio.run(main())',
    value: 5,
    stdout: "tidied\n",
    says: ["The task of w() in line 10", "when asyncio.run() ended", "cancelled"],
  },
  {
    id: "a call under way at the end of asyncio.run is finished",
    program:
      'import asyncio\nasync def main():\n    asyncio.create_task(shop.note(text="sent"))\n    await asyncio.sleep(0)\n    return 5\nasyncio.run(main())',
    value: 5,
    writes: ["sent"],
  },
  {
    id: "asyncio.run leaves the tasks of others alone",
    program:
      'import asyncio\nasync def other():\n    await asyncio.sleep(0.05)\n    await shop.note(text="other")\nasync def main():\n    return 5\nt = asyncio.create_task(other())\nn = asyncio.run(main())\nawait t\nn',
    value: 5,
    writes: ["other"],
  },
  {
    id: "the error of a task that is cancelled at the end of asyncio.run",
    program:
      'import asyncio\nasync def w():\n    try:\n        await asyncio.sleep(9)\n    finally:\n        raise ValueError("while tidying")\nasync def main():\n    asyncio.create_task(w())\n    await asyncio.sleep(0)\nasyncio.run(main())\n1',
    fails: ["runtime_error", 6],
    says: ["while tidying"],
  },
  {
    id: "a wait that never ends inside asyncio.run",
    program: "import asyncio\nasync def f():\n    await asyncio.get_running_loop().create_future()\nasyncio.run(f())",
    fails: ["runtime_error", 4],
    says: ["something that will never happen"],
  },
];
