import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cell, HostCall, HostReply, SandboxSession } from "../engine.ts";
import { createPyodideEngine } from "./pyodide-engine.ts";
import { runPython, testCacheDirectory, type TestCell, valueOf } from "./__fixtures__/python-test-kit.ts";

const engine = createPyodideEngine({ cacheDirectory: testCacheDirectory });
let session: SandboxSession;
beforeAll(async () => {
  session = await engine.open({ memoryBytes: 512 << 20 });
});
afterAll(() => engine.close());

const value = (source: string, cell?: TestCell): Promise<unknown> => valueOf(session, source, cell);
const ok = (data: unknown): HostReply => ({ ok: true, valueJson: JSON.stringify(data) });

async function faultOf(source: string, cell?: TestCell) {
  const { outcome } = await runPython(session, source, cell);
  if (outcome.kind !== "failed") throw new Error(`the program did not fail: ${JSON.stringify(outcome)}`);
  return outcome.fault;
}

async function callsOf(source: string, cell?: TestCell): Promise<readonly (readonly [string, unknown])[]> {
  const { outcome, calls } = await runPython(session, source, cell);
  expect(outcome).toMatchObject({ kind: "finished" });
  return calls.map((call: HostCall) => [call.target, JSON.parse(call.argumentsJson)] as const);
}

function tableOf(version: string, ...names: readonly string[]): Cell["namespaces"] {
  return { version, namespaces: names.map((name) => ({ name, functions: [["run", `${name}__run`]] })) };
}

describe("calls one after the other", () => {
  test("a task in the background goes on between them", async () => {
    const source = [
      "import asyncio",
      "seen = []",
      "async def count():",
      "    for i in range(20):",
      "        seen.append(i)",
      "        await asyncio.sleep(0)",
      "task = asyncio.create_task(count())",
      "for i in range(30):",
      "    await demo.echo(a=i)",
      "len(seen)",
    ].join("\n");
    expect(await value(source)).toBe(20);
  });

  test("a timer fires between them", async () => {
    const source = [
      "import asyncio",
      "fired = []",
      "asyncio.get_running_loop().call_later(0.001, fired.append, True)",
      "tries = 0",
      "while not fired:",
      "    await demo.echo(a=tries)",
      "    tries += 1",
      "fired",
    ].join("\n");
    expect(await value(source)).toEqual([true]);
  });

  test("a call that was begun earlier is answered while others are made", async () => {
    const source = [
      "from codemode import emit",
      "begun = emit('first')",
      "while not begun.done():",
      "    await demo.echo(a=1)",
      "begun.result()['item']",
    ].join("\n");
    expect(await value(source)).toBe("first");
  });

  test("tasks that start eagerly still wait side by side", async () => {
    const answers: (() => void)[] = [];
    const source = [
      "import asyncio",
      "asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)",
      "try:",
      "    answers = await asyncio.gather(*(demo.echo(a=i) for i in range(3)))",
      "finally:",
      "    asyncio.get_running_loop().set_task_factory(None)",
      "[each['a'] for each in answers]",
    ].join("\n");
    const answer = ({ argumentsJson }: HostCall): Promise<HostReply> =>
      new Promise((resolve) => {
        answers.push(() => resolve({ ok: true, valueJson: argumentsJson }));
        // Nobody is answered before all have asked.
        if (answers.length === 3) for (const each of answers) each();
      });
    expect(await value(source, { answer })).toEqual([0, 1, 2]);
  });

  test("a program that cancelled itself ends at its next call", async () => {
    const source = [
      "import asyncio",
      "asyncio.current_task().cancel()",
      "try:",
      "    await demo.echo(a=1)",
      "    ended = False",
      "except asyncio.CancelledError:",
      "    asyncio.current_task().uncancel()",
      "    ended = True",
      "ended",
    ].join("\n");
    expect(await value(source)).toBe(true);
  });

  test("what was printed arrives before the call that follows", async () => {
    const printed: string[] = [];
    const source = "print('before', end='')\nawait demo.echo(a=1)";
    const { outcome, output } = await runPython(session, source, {
      answer: () => {
        printed.push("called");
        return ok(null);
      },
    });
    expect(outcome.kind).toBe("finished");
    expect(printed).toEqual(["called"]);
    expect(output.map(({ text }) => text).join("")).toBe("before");
  });
});

describe("tools", () => {
  test("a tool takes one dict or keywords, and a parameter of any name", async () => {
    const calls = await callsOf(
      "await demo.echo({'a': 1})\nawait demo.echo(a=1)\nawait demo.echo(arguments=2, self=3)\nawait demo.echo()",
    );
    expect(calls.map(([, args]) => args)).toEqual([{ a: 1 }, { a: 1 }, { arguments: 2, self: 3 }, {}]);
  });

  test("the original name works in brackets, in every spelling of a server", async () => {
    const source = [
      "from generated.servers import demo as first",
      "import generated.mcp.demo as second",
      "from generated.servers.demo import create_issue",
      "await servers.demo['create-issue']()",
      "await servers['demo'].create_issue()",
      "await first.create_issue()",
      "await second.create_issue()",
      "await create_issue()",
      "await demo.create_issue()",
    ].join("\n");
    expect((await callsOf(source)).map(([target]) => target)).toEqual(Array<string>(6).fill("demo__create-issue"));
  });

  test.each([
    ["a server that does not exist", "import generated.servers.dem", /demo/],
    ["a name that a server lacks", "from generated.servers.demo import ecko", /echo/],
    ["an attribute that a server lacks", "demo.ecko", /Did you mean demo__echo\? It has: create_issue, echo\./],
    ["a server by attribute", "servers.nothing", /demo/],
    ["a skill that does not exist", "from skills.nothing import run", /none/],
  ])("%s is an unknown tool, and the hint names what exists", async (_title, source, hint) => {
    const fault = await faultOf(source);
    expect(fault.code).toBe("unknown_tool");
    expect(`${fault.message} ${fault.hint}`).toMatch(hint);
  });

  test("hasattr and getattr with a default work on a server", async () => {
    expect(await value("[hasattr(demo, 'nope'), getattr(demo, 'nope', 5), 'echo' in demo, sorted(dir(demo))]")).toEqual(
      [false, 5, true, ["create_issue", "echo"]],
    );
  });

  test.each([
    ["a function", "await demo.echo(a=len)", /cannot be sent: a is the builtin_function_or_method len/],
    ["a list instead of a dict", "await demo.echo([1])", /one dict or keywords/],
    ["a dict and keywords", "await demo.echo({'a': 1}, b=2)", /not both/],
    ["too large", "await demo.echo(a='x' * 2000)", /limit is 1000/],
  ])("arguments that are %s are refused before the call", async (_title, source, message) => {
    const { outcome, calls } = await runPython(session, source, { limits: { argumentBytes: 1000 } });
    expect(outcome).toMatchObject({ kind: "failed", fault: { code: "invalid_arguments" } });
    expect(outcome.kind === "failed" && outcome.fault.message).toMatch(message);
    expect(calls.filter(({ target }) => target.startsWith("demo"))).toEqual([]);
  });

  test("an error of a call carries code, tool, content and hint, caught or not", async () => {
    const answer = (): HostReply => ({
      ok: false,
      error: {
        code: "tool_timeout",
        message: "too slow",
        tool: "demo__echo",
        hint: "Later.",
        content: [{ type: "text" }],
      },
    });
    const caught =
      "try: await demo.echo()\nexcept ToolError as e: seen = [e.code, e.tool, e.content, e.hint, str(e)]\nseen";
    expect(await value(caught, { answer })).toEqual([
      "tool_timeout",
      "demo__echo",
      [{ type: "text" }],
      "Later.",
      "too slow",
    ]);
    expect(await faultOf("await demo.echo()", { answer })).toMatchObject({
      name: "ToolError",
      code: "tool_timeout",
      content: [{ type: "text" }],
      stack: expect.stringContaining("ToolError: too slow") as unknown,
    });
  });

  test("a reply nested too deeply or without sense fails that call only", async () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    const answer = ({ argumentsJson }: HostCall): HostReply => ({
      ok: true,
      valueJson: argumentsJson.includes("deep") ? deep : "1",
    });
    const source =
      "async def one(**a):\n  try: return isinstance(await demo.echo(**a), (list, int))\n  except ToolError as e: return e.code\n[await one(deep=1) in (True, 'response_too_large'), await one()]";
    expect(await value(source, { answer })).toEqual([true, true]);
  });

  test("when the table changes, new servers appear, old ones go, and the program's own names stay", async () => {
    await value("mine = 1", { namespaces: tableOf("t1", "alpha", "mine") });
    expect(await value("await alpha.run(a=1)", { namespaces: tableOf("t1", "alpha", "mine") })).toEqual({ a: 1 });
    const second = { namespaces: tableOf("t2", "beta", "mine") };
    expect(await value("['alpha' in globals(), 'beta' in globals(), mine, list(servers)]", second)).toEqual([
      false,
      true,
      1,
      ["beta", "mine"],
    ]);
    expect((await faultOf("import generated.servers.alpha", second)).code).toBe("unknown_tool");
  });
});

describe("modules", () => {
  const skill =
    "from generated.servers.demo import echo\nstate = {'n': 0}\nasync def double(x):\n    state['n'] += 1\n    return (await echo(x=x * 2))['x']\ndef fails():\n    raise RuntimeError('in skill')";

  test("a skill is imported by its name, calls tools and keeps its state while its text is the same", async () => {
    const modules = new Map([["skills.doubler", skill]]);
    const source = "from skills.doubler import double, state\n[await double(4), state['n']]";
    expect(await value(source, { modules })).toEqual([8, 1]);
    expect(await value(source, { modules })).toEqual([8, 2]);
    const changed = new Map([["skills.doubler", skill.replace("x * 2", "x * 3")]]);
    expect(await value(source, { modules: changed })).toEqual([12, 1]);
  });

  test("text for a server takes the place of the built module, and what it lacks is an unknown tool", async () => {
    const text =
      "from codemode import call_tool\nasync def echo(arguments=None, /, **kwargs):\n    return await call_tool('demo__echo', arguments or kwargs)";
    const modules = new Map([["generated.servers.demo", text]]);
    const cell: TestCell = { modules };
    expect(await callsOf("from generated.mcp.demo import echo\nawait echo(a=1)", cell)).toEqual([
      ["codemode:call", { name: "demo__echo", arguments: { a: 1 } }],
    ]);
    expect((await faultOf("from generated.servers.demo import missing", cell)).code).toBe("unknown_tool");
  });

  test("an error in a skill shows the skill's line and the program's", async () => {
    const fault = await faultOf("import skills.doubler as d\nd.fails()", {
      modules: new Map([["skills.doubler", skill]]),
    });
    expect(fault.frames).toEqual([{ line: 2, column: 1 }]);
    expect(fault.stack).toContain('File "skills/doubler.py", line 7, in fails');
  });
});

describe("the module codemode", () => {
  test("its functions call the host by their fixed names", async () => {
    const source = [
      "import codemode",
      "from codemode import artifacts, emit",
      "await codemode.call_tool('demo__echo', {'a': 1})",
      "await codemode.call_tool('demo__echo', a=1)",
      "await codemode.search('files', limit=3)",
      "await codemode.describe('demo__echo')",
      "emit({'type': 'text', 'text': 'x'})",
      "await artifacts.save([1], name='list', mime_type='application/json')",
      "await artifacts.read('id-1')",
      "await artifacts.list()",
    ].join("\n");
    expect(await callsOf(source, { answer: () => ok(null) })).toEqual([
      ["codemode:call", { name: "demo__echo", arguments: { a: 1 } }],
      ["codemode:call", { name: "demo__echo", arguments: { a: 1 } }],
      ["codemode:search", { query: "files", limit: 3 }],
      ["codemode:describe", { name: "demo__echo" }],
      ["codemode:emit", { item: { type: "text", text: "x" } }],
      ["codemode:artifact-save", { value: [1], name: "list", mimeType: "application/json" }],
      ["codemode:artifact-read", { id: "id-1" }],
      ["codemode:artifact-list", {}],
    ]);
  });

  test("options of its functions may be given without their names", async () => {
    const source = [
      "import codemode",
      "from codemode import artifacts, emit",
      "await codemode.search('files', 3)",
      "await codemode.describe('demo__echo', 'brief')",
      "await artifacts.read('id-1', 10)",
      "await artifacts.lines('id-1', 10, 5)",
      "emit('a', 'b')",
      "limiter = codemode.RateLimiter(5)",
      "await limiter.acquire()",
    ].join("\n");
    expect(await callsOf(source, { answer: () => ok(null) })).toEqual([
      ["codemode:search", { query: "files", limit: 3 }],
      ["codemode:describe", { name: "demo__echo", detail: "brief" }],
      ["codemode:artifact-read", { id: "id-1", offset: 10 }],
      ["codemode:artifact-lines", { id: "id-1", offset: 10, limit: 5 }],
      ["codemode:emit", { item: "a" }],
      ["codemode:emit", { item: "b" }],
    ]);
  });

  test("retry tries again after a failure and gives up with the last one", async () => {
    let attempts = 0;
    const answer = (): HostReply => {
      attempts += 1;
      return attempts < 3 ? { ok: false, error: { code: "tool_error", message: `no ${attempts}` } } : ok("done");
    };
    expect(
      await value("from codemode import retry\nawait retry(lambda: demo.echo(), max_attempts=3, delay=0.001)", {
        answer,
      }),
    ).toBe("done");
    attempts = 0;
    expect((await faultOf("await retry(demo.echo, max_attempts=2, delay=0.001)", { answer })).message).toBe("no 2");
  });

  test("parallel keeps order and its limit", async () => {
    const source = [
      "import asyncio",
      "from codemode import parallel",
      "running = most = 0",
      "async def job(i):",
      "    global running, most",
      "    running += 1; most = max(most, running)",
      "    await asyncio.sleep(0.005); running -= 1",
      "    return i",
      "[await parallel([job(i) for i in range(6)], limit=2), most]",
    ].join("\n");
    expect(await value(source)).toEqual([[0, 1, 2, 3, 4, 5], 2]);
  });

  test("wait_for, run_with_timeout and RateLimiter keep to their times", async () => {
    const source = [
      "import asyncio, time",
      "from codemode import wait_for, run_with_timeout, RateLimiter, sleep",
      "count = 0",
      "async def ready():",
      "    global count",
      "    count += 1",
      "    return count if count > 2 else None",
      "out = [await wait_for(ready, interval_seconds=0.005)]",
      "for call in (lambda: wait_for(lambda: False, 0.005, timeout_seconds=0.02), lambda: run_with_timeout(sleep(5), timeout=0.02)):",
      "    try: await call()",
      "    except TimeoutError: out.append('timeout')",
      "limiter, start = RateLimiter(max_calls=2, period=0.1), time.monotonic()",
      "for _ in range(5):",
      "    async with limiter: pass",
      "out + [0.19 < time.monotonic() - start]",
    ].join("\n");
    expect(await value(source)).toEqual([3, "timeout", "timeout", true]);
  });
});

test("a tool named like what Python asks of any object is called in brackets, and hides nothing of it", async () => {
  const functions = [
    ["__len__", "odd__len"],
    ["__class__", "odd__class"],
  ] as const;
  const source = [
    "called = [await odd[name](a=1) for name in ('__len__', '__class__')]",
    "[called, len(odd), isinstance(odd, dict), odd.__class__.__name__]",
  ].join("\n");
  const namespaces = { version: "odd", namespaces: [{ name: "odd", functions }] };
  expect(await value(source, { namespaces })).toEqual([[{ a: 1 }, { a: 1 }], 2, false, "Namespace"]);
});
