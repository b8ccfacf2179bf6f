import { PyodideEngine } from "../../src/engines/pyodide/pyodide-engine.ts";
import { testCacheDirectory } from "../../src/engines/pyodide/__fixtures__/python-test-kit.ts";
import { type ContractPrograms, describeSandboxContract } from "../../src/testing/sandbox-contract.ts";

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
