import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SandboxSession } from "../engine.ts";
import { createPyodideEngine } from "./pyodide-engine.ts";
import { runPython, testCacheDirectory, type TestCell, valueOf } from "./__fixtures__/python-test-kit.ts";

const engine = createPyodideEngine({ cacheDirectory: testCacheDirectory });
let session: SandboxSession;
beforeAll(async () => {
  session = await engine.open({ memoryBytes: 512 << 20 });
});
afterAll(() => engine.close());

const value = (source: string, cell?: TestCell): Promise<unknown> => valueOf(session, source, cell);

async function faultOf(source: string, cell?: TestCell) {
  const { outcome } = await runPython(session, source, cell);
  if (outcome.kind !== "failed") throw new Error(`the program did not fail: ${JSON.stringify(outcome)}`);
  return outcome.fault;
}

async function converted(source: string) {
  const { outcome } = await runPython(session, source);
  if (outcome.kind !== "finished") throw new Error(JSON.stringify(outcome));
  return { value: JSON.parse(outcome.valueJson) as unknown, notes: outcome.notes };
}

describe("programs", () => {
  test("await works at the top level, and an awaitable as last expression is awaited", async () => {
    expect(await value("import asyncio\nawait asyncio.sleep(0.01, 'slept')")).toBe("slept");
    expect(await value("async def f(): return 7\nf()")).toBe(7);
    expect(await value("demo.echo(a=1)")).toEqual({ a: 1 });
  });

  test("variables, functions and imports are kept, as in a notebook", async () => {
    await value("import math\nradius = 2\ndef area(): return round(math.pi * radius ** 2, 2)");
    expect(await value("radius = 3\narea()")).toBe(28.27);
  });

  test.each([
    ["base * 2", 20],
    ["base * 2  # doubled\n", 20],
    ["[each async for each in lines()]", [1, 2]],
    ["(yielded := base) and await demo.echo(a=yielded)", { a: 10 }],
    ["del base", null],
    ["match(base)", "matched"],
  ])("one line is read as what it is: %s", async (source, expected) => {
    await value("base = 10\nasync def lines():\n    yield 1\n    yield 2\ndef match(it): return 'matched'");
    expect(await value(source)).toEqual(expected);
  });

  test.each([
    [" base", "IndentationError", 1],
    ["base base", "SyntaxError", 1],
    ["nowhere(1)", "NameError", 1],
    ["print(1) or 1 / 0", "ZeroDivisionError", 1],
  ])("one line that fails does so at its place: %s", async (source, name, line) => {
    const fault = await faultOf(source);
    expect([fault.name, fault.frames[0]?.line]).toEqual([name, line]);
  });

  test.each(["5 is 5", "'\\d'", "s = '\\d'"])("what Python warns of in %s is said once", async (source) => {
    const { output } = await runPython(session, source);
    const said = output.map(({ text }) => text).join("");
    expect(said.split("SyntaxWarning: ").length).toBeLessThanOrEqual(2);
  });

  test("comprehensions and functions see top-level names", async () => {
    expect(await value("base = 10\ndef add(n): return base + n\n[add(i) for i in range(3)]")).toEqual([10, 11, 12]);
  });

  test("asyncio's tools work: gather, TaskGroup, wait_for, Queue, timeout", async () => {
    const source = [
      "import asyncio",
      "async def slow(n):",
      "    await asyncio.sleep(0.02 * n)",
      "    return n",
      "async with asyncio.TaskGroup() as group:",
      "    tasks = [group.create_task(slow(i)) for i in range(3)]",
      "queue = asyncio.Queue()",
      "await queue.put('queued')",
      "try: await asyncio.wait_for(slow(100), 0.02)",
      "except TimeoutError: late = 'late'",
      "[[t.result() for t in tasks], await queue.get(), late, await asyncio.gather(slow(1), slow(0))]",
    ].join("\n");
    expect(await value(source)).toEqual([[0, 1, 2], "queued", "late", [1, 0]]);
  });

  test("sleeping ten tasks at once takes as long as one", { retry: 2 }, async () => {
    const { durationMs } = await runPython(session, "await asyncio.gather(*(asyncio.sleep(0.2) for _ in range(10)))");
    expect(durationMs).toBeLessThan(1500);
  });

  test("time.sleep waits, and replies that arrive meanwhile are kept", async () => {
    const source =
      "import time\ntask = asyncio.ensure_future(demo.echo(a=1))\nawait asyncio.sleep(0)\ntime.sleep(0.05)\nawait task";
    expect(await value(source)).toEqual({ a: 1 });
  });

  test("a busy loop of awaits still gets its replies", async () => {
    expect(
      await value(
        "task = asyncio.ensure_future(demo.echo(a=2))\nwhile not task.done(): await asyncio.sleep(0)\ntask.result()",
      ),
    ).toEqual({ a: 2 });
  });

  test("random numbers differ between sessions", async () => {
    const other = await engine.open({ memoryBytes: 256 << 20 });
    const draw = "import random\nrandom.random()";
    expect(await valueOf(other, draw)).not.toBe(await value(draw));
    await other.close();
  });

  test("input and breakpoint say why they are not there", async () => {
    expect((await faultOf("input('name?')")).message).toContain("no person is there to answer");
    expect((await faultOf("breakpoint()")).message).toContain("no debugger");
  });

  test("exit ends the program without an error", async () => {
    expect(await converted("print('x')\nexit()")).toEqual({
      value: null,
      notes: ["The program ended itself with exit()."],
    });
  });

  test("tasks left over are cancelled and make no call after the end", async () => {
    const source = [
      "async def linger():",
      "    try: await asyncio.sleep(60)",
      "    finally: await demo.echo(late=True)",
      "left = asyncio.create_task(linger())",
      "await asyncio.sleep(0)",
      "1",
    ].join("\n");
    const { outcome, calls } = await runPython(session, source);
    expect(outcome).toMatchObject({ kind: "finished", valueJson: "1" });
    expect(await value("left.done()")).toBe(true);
    expect(calls).toEqual([]);
  });

  test("a task that refuses to be cancelled does not run on in later cells", async () => {
    const source = [
      "ticks = 0",
      "async def stubborn():",
      "    global ticks",
      "    while True:",
      "        ticks += 1",
      "        try: await asyncio.sleep(0)",
      "        except BaseException: pass",
      "task = asyncio.create_task(stubborn())",
      "await asyncio.sleep(0)",
    ].join("\n");
    await value(source);
    const before = await value("ticks");
    expect(await value("await asyncio.sleep(0.02)\nticks")).toBe(before);
    expect(await value("await demo.echo(a=3)")).toEqual({ a: 3 });
  });
});

describe("values", () => {
  test("plain data comes back as it is, without notes", async () => {
    expect(await converted("{'a': [1, 2.5, None, True, 'ü'], 'b': {}}")).toEqual({
      value: { a: [1, 2.5, null, true, "ü"], b: {} },
      notes: [],
    });
  });

  test.each([
    ["a date", "import datetime\ndatetime.datetime(2026, 1, 2, 3, 4)", "2026-01-02T03:04:00", /ISO text/],
    ["a set", "{1}", [1], /list/],
    ["bytes", "b'hi'", "aGk=", /base64/],
    ["a decimal", "import decimal\ndecimal.Decimal('1.10')", "1.10", /Decimal/],
    ["a path", "import pathlib\npathlib.PurePosixPath('/a/b')", "/a/b", /text/],
    ["a big integer", "2 ** 70", "1180591620717411303424", /2\*\*53/],
    ["not a number", "[float('nan'), float('inf')]", [null, null], /null/],
    ["a cycle", "x = []\nx.append(x)\nx", ["[Circular]"], /cycle/i],
    ["a function", "[print, 1]", [null, 1], /left out/],
    ["a module in a dict", "import math\n{'m': math, 'a': 1}", { a: 1 }, /left out/],
    ["other keys", "{1: 'a', None: 'b', (1, 2): 'c'}", { 1: "a", null: "b", "(1, 2)": "c" }, /key/],
    ["an object", "class P:\n  def __init__(self): self.x = 1; self._y = 2\nP()", { x: 1 }, /attributes/],
  ])("%s is converted and noted", async (...[, source, expected, note]) => {
    const result = await converted(source);
    expect(result.value).toEqual(expected);
    expect(result.notes.join(" ")).toMatch(note);
  });

  test("dataclasses and named tuples become objects, tuples and ranges lists, enums their values", async () => {
    const source = [
      "import dataclasses, collections, enum",
      "@dataclasses.dataclass",
      "class A:\n    x: int\n    y: list",
      "B = collections.namedtuple('B', 'p q')",
      "class C(enum.Enum):\n    RED = 'red'",
      "[A(1, [B(2, 3)]), (4, 5), range(2), C.RED, collections.Counter('aab')]",
    ].join("\n");
    expect(await value(source)).toEqual([{ x: 1, y: [{ p: 2, q: 3 }] }, [4, 5], [0, 1], "red", { a: 2, b: 1 }]);
  });

  test("the same part twice is no cycle", async () => {
    expect(await value("part = (1,)\n[part, part]")).toEqual([[1], [1]]);
  });

  test("half a character comes back as JSON can say it", async () => {
    expect(await value("'\\ud800'")).toBe("\ud800");
  });
});

describe("errors", () => {
  test("a traceback shows the user's own frames with their source, innermost frame first in the list", async () => {
    const fault = await faultOf("import json\ndef load(text):\n    return json.loads(text)\n\nload('{')");
    expect(fault.frames.map(({ line, function: name }) => [line, name])).toEqual([
      [3, "load"],
      [5, undefined],
    ]);
    expect(fault.stack).toContain('File "cell.py", line 3, in load\n    return json.loads(text)');
    expect(fault.stack).not.toMatch(/decoder\.py|codemode|_evaluate/);
  });

  test("lines are right for a function of an earlier cell of the same name", async () => {
    await value("\n\n\ndef late():\n    raise KeyError('here')");
    const fault = await faultOf("late()");
    expect(fault.frames).toEqual([{ line: 1, column: 1 }]);
    expect(fault.stack).toContain("File \"cell.py\", line 5, in late\n    raise KeyError('here')");
  });

  test("a chained error is shown with its cause", async () => {
    const fault = await faultOf("try: 1 / 0\nexcept Exception as e: raise ValueError('outer') from e");
    expect(fault.stack).toMatch(/ZeroDivisionError[\s\S]*direct cause[\s\S]*ValueError: outer/);
  });

  test("a syntax error says line and column", async () => {
    expect(await faultOf("a = 1\nif a:\nb = 2")).toMatchObject({
      code: "syntax_error",
      frames: [{ line: 3, column: 1 }],
    });
  });

  test("a thousand frames of recursion make a short traceback, quickly", async () => {
    const { outcome, durationMs } = await runPython(session, "def f(n): return f(n + 1)\nf(0)");
    expect(outcome).toMatchObject({ kind: "failed", fault: { name: "RecursionError" } });
    expect(durationMs).toBeLessThan(5000);
    expect(outcome.kind === "failed" && (outcome.fault.stack ?? "").length).toBeLessThan(20_000);
  });

  test("an error whose text cannot be made is still an error", async () => {
    expect(await faultOf("class E(Exception):\n  def __str__(self): raise ValueError()\nraise E()")).toMatchObject({
      name: "E",
    });
  });

  test("cancellation is an ordinary error to a program that cancels itself", async () => {
    expect((await faultOf("asyncio.current_task().cancel()\nawait asyncio.sleep(1)")).name).toBe("CancelledError");
  });
});
