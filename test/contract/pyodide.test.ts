import { PyodideEngine } from "../../src/engines/pyodide/pyodide-engine.ts";
import { testCacheDirectory } from "../../src/engines/pyodide/__fixtures__/python-test-kit.ts";
import type { ContractPrograms } from "../../src/testing/contract/contract-programs.ts";
import { describeSandboxContract } from "../../src/testing/sandbox-contract.ts";

const programs: ContractPrograms = {
  value: `{"answer": 42, "list": [1, "two", None, True]}`,
  noValue: `unused = 1`,
  prints: `import sys\nprint("one")\nprint("two", file=sys.stderr)\nprint("three")`,
  setsCounter: `counter = 41`,
  readsCounter: `counter + 1`,
  lacksCounter: `"counter" not in globals()`,
  callsEcho: `await tools.echo(text='hä\\n"quoted" 😀')`,
  callsInSequence: `total = 0\nfor i in range(20):\n    total = await tools.add(a=total, b=i)\ntotal`,
  callsInParallel: `import asyncio\nawait asyncio.gather(*(tools.add(a=a, b=1) for a in range(20)))`,
  catchesCallError: `try:\n    await tools.fail()\nexcept ToolError as error:\n    seen = {"code": error.code, "message": str(error), "tool": error.tool}\nseen`,
  callErrorUncaught: { source: `one = 1\ntwo = 2\nawait tools.fail({})\none`, line: 3 },
  raises: { source: `def f():\n    raise ValueError("broken")\n\nf()`, line: 2 },
  syntaxError: { source: `a = 1\nb = = 2\n`, line: 2 },
  importsTools: `from generated.servers.tools import echo\nawait echo({"text": "imported"})`,
  importsUnknown: `import generated.servers.nothing`,
  loopsForever: `while True: pass`,
  loopsAfterCall: `await tools.echo({})\nwhile True: pass`,
  loopsCatchingAll: `while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass`,
  hangs: `await tools.hang()`,
  leavesCallBehind: `import asyncio\nleft = asyncio.ensure_future(tools.hang())\nawait asyncio.sleep(0)\nraise ValueError("left")`,
  growsForever: `everything = []\nwhile True: everything.append({"a": 1, "b": [1, 2, 3]})`,
  largeValue: `"x" * 5000`,
  floodsOutput: `for _ in range(1000): print("x" * 99)`,
  printsThenLoops: `print("before")\nwhile True: pass`,
  seesTimeAndChance: `import asyncio, datetime, os, random, secrets, time, uuid, zoneinfo
seen = [random.random(), secrets.token_hex(8), str(uuid.uuid4()), str(uuid.uuid1()), os.urandom(4).hex(), time.time(), time.monotonic(), time.perf_counter(), str(datetime.datetime.now()), str({"b", "a", "c"})]
async def add(a, b):
    total = await tools.add(a=a, b=b)
    print(total, time.time())
    return total
seen.append(await asyncio.gather(*(add(n, random.randrange(100)) for n in range(6))))
done, rest = await asyncio.wait({asyncio.create_task(add(n, n)) for n in range(4)}, return_when=asyncio.FIRST_COMPLETED)
seen.append([sorted(task.result() for task in done), len(rest)])
seen.append([await each for each in asyncio.as_completed([add(n, 10) for n in range(5)])])
order = []
async def timer(ms):
    await asyncio.sleep(ms / 1000)
    order.append(f"timer {ms}")
async with asyncio.TaskGroup() as group:
    for ms in (20, 40, 60):
        group.create_task(timer(ms))
        group.create_task(add(ms, 0)).add_done_callback(lambda task: order.append(task.result()))
try:
    async with asyncio.timeout(0.02):
        for n in range(100): await add(n, 1)
except TimeoutError:
    order.append("timeout")
time.sleep(0.01)
polled = asyncio.ensure_future(add(9, 9))
while not polled.done(): await asyncio.sleep(0)
for n in range(5):
    await asyncio.sleep(n / 1000)
    seen.append(await add(n, int(time.time() * 1000) % 1000))
seen.append(str(datetime.datetime.fromtimestamp(0, zoneinfo.ZoneInfo("Europe/Berlin"))))
[*seen, order, [task.get_name() for task in {asyncio.create_task(timer(1)) for _ in range(5)}], random.random(), time.time()]`,
};

describeSandboxContract(
  "pyodide",
  {
    create: () => new PyodideEngine({ cacheDirectory: testCacheDirectory }),
    kill: (engine) => {
      if (engine instanceof PyodideEngine) for (const pid of engine.pids) process.kill(pid, "SIGKILL");
    },
    memoryBytes: 128 * 1024 * 1024,
  },
  programs,
);
