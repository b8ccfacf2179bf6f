import { afterAll, expect, test } from "vitest";
import { createPyodideEngine } from "./pyodide-engine.ts";
import { runPython, testCacheDirectory } from "./__fixtures__/python-test-kit.ts";

const engine = createPyodideEngine({ cacheDirectory: testCacheDirectory });
afterAll(() => engine.close());

/** Every name of a module, taken away or replaced. */
const each = (modules: string, change: string): string =>
  `import ${modules}\nfor module in (${modules},):\n    for name in [*vars(module)]:\n        if not name.startswith('__'): ${change}`;

test.each([
  "import json\njson.dumps = lambda *given, **more: 'x'",
  "import json\njson.dumps = json.loads = None",
  "import json\njson.JSONEncoder.encode = json.JSONDecoder.decode = None",
  "import json\njson._default_encoder = json._default_decoder = json.encoder.c_make_encoder = json.encoder.INFINITY = None",
  "import sys, json\nsys.modules['json'] = json = None",
  each("json", "delattr(module, name)"),
  each("asyncio", "delattr(module, name)"),
  "import inspect, types\ninspect.isawaitable = inspect.CO_COROUTINE = types.ModuleType = types.FunctionType = None",
  "import time, os, struct\ntime.monotonic = time.sleep = os.read = os.write = struct.pack = struct.Struct = None",
  each("base64, datetime, decimal, enum, dataclasses, fractions, uuid, pathlib", "setattr(module, name, None)"),
  "def print(*_): pass\nlen = isinstance = open = str = dict = list = type = id = range = None",
  "import builtins\nbuiltins.len = builtins.open = builtins.sorted = None",
  "import builtins\nbuiltins.isinstance = lambda *_: False",
  "import builtins\nbuiltins.str = builtins.dict = builtins.type = builtins.list = None",
  "import builtins\nbuiltins.Exception, builtins.BaseException = None, int",
  "import sys\nsys.stdout = sys.stderr = sys.meta_path = sys.path = sys.exc_info = None",
])(
  "a program that replaces a part of the library still calls tools, has its value and its faults: %j",
  async (head) => {
    const session = await engine.open({ memoryBytes: 512 << 20 });
    const ends = async (source: string) => (await runPython(session, source)).outcome;
    const first = await ends(`${head}\nanswer = await demo.echo(a=[1, 'ä'])\n{'answer': answer, 'more': [None, 2.5]}`);
    expect(first.kind === "finished" ? JSON.parse(first.valueJson) : first).toEqual({
      answer: { a: [1, "ä"] },
      more: [null, 2.5],
    });
    expect(await ends("raise ValueError('boom')")).toMatchObject({ kind: "failed", fault: { message: "boom" } });
    expect(await ends("await demo.echo(a=1)\nnowhere")).toMatchObject({
      kind: "failed",
      fault: { message: expect.stringContaining("'nowhere' is not defined") },
    });
    await session.close();
  },
);

test.each([
  "import sys\nsys.modules.clear()",
  each("asyncio.events", "delattr(module, name)"),
  each("inspect, types, traceback", "setattr(module, name, None)"),
  each("time, os, math, struct", "setattr(module, name, None)"),
  each("re, ast, linecache, warnings, contextvars", "setattr(module, name, None)"),
])("a program that takes the library itself apart has faults, and keeps its sandbox: %j", async (head) => {
  const session = await engine.open({ memoryBytes: 512 << 20 });
  const ends = async (source: string) => (await runPython(session, source)).outcome.kind;
  await ends(`${head}\nawait demo.echo(a=1)`);
  expect([await ends("raise ValueError('boom')"), session.lost]).toEqual(["failed", false]);
  await session.close();
});

test("what the runtime sets in the library is seen by programs, and what they set by themselves too", async () => {
  const session = await engine.open({ memoryBytes: 512 << 20 });
  const source = [
    "import asyncio, builtins, inspect, json, time, warnings",
    "async def two(): return 2",
    "json.dumps = lambda value: 'mine'",
    "builtins.shout = lambda text: text.upper()",
    "time.sleep(0.001)",
    "def lost(): raise json.JSONDecodeError('bad', 'x', 0)",
    "kept = [asyncio.run(two()), json.dumps(1), shout('a'), inspect.signature(demo.echo) is not None, json.loads('[1]')]",
    "try: json.loads('{')",
    "except json.JSONDecodeError as error: kept.append(type(error) is json.JSONDecodeError)",
    "kept",
  ];
  const { outcome } = await runPython(session, source.join("\n"));
  expect(outcome.kind === "finished" ? JSON.parse(outcome.valueJson) : outcome).toEqual([
    2,
    "mine",
    "A",
    true,
    [1],
    true,
  ]);
  await session.close();
});
