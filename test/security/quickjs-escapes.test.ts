import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cell, CellOutcome, HostCall, OutputChunk } from "../../src/engines/engine.ts";
import { QuickJsEngine } from "../../src/engines/quickjs/quickjs-engine.ts";

const CANARY = "canary-7f3a91";
const folder = mkdtempSync(join(tmpdir(), "escape-"));
const file = join(folder, "secret.txt");
const engine = new QuickJsEngine();
const calls: HostCall[] = [];
const output: OutputChunk[] = [];

const limits = { timeMs: 5000, logBytes: 65_536, valueBytes: 65_536, argumentBytes: 65_536 };
const namespaces = {
  version: "escapes",
  namespaces: [
    {
      name: "tools",
      functions: [
        ["echo", "tools__echo"],
        ["fail", "tools__fail"],
        ["then", "tools__then"],
      ] as const,
    },
  ],
};

beforeAll(async () => {
  writeFileSync(file, CANARY);
  process.env["ESCAPE_CANARY"] = CANARY;
  await engine.warm();
});

afterAll(async () => {
  delete process.env["ESCAPE_CANARY"];
  rmSync(folder, { recursive: true });
  await engine.close();
});

async function run(source: string): Promise<CellOutcome> {
  calls.length = 0;
  output.length = 0;
  const session = await engine.open({ memoryBytes: 64 * 1024 * 1024 });
  const cell: Cell = { source, filename: "cell.ts", namespaces, limits };
  const outcome = await session.run(cell, {
    call: async (call) => {
      calls.push(call);
      if (call.target === "tools__fail") return { ok: false, error: { code: "tool_error", message: "no" } };
      return { ok: true, valueJson: call.argumentsJson };
    },
    output: (chunk) => void output.push(chunk),
  });
  await session.close();
  expect(JSON.stringify([outcome, output, calls])).not.toContain(CANARY);
  return outcome;
}

async function value(source: string): Promise<unknown> {
  const outcome = await run(source);
  if (outcome.kind !== "finished") throw new Error(JSON.stringify(outcome));
  return JSON.parse(outcome.valueJson) as unknown;
}

/** What a guest would use a function constructor of the host for. */
const PROBE = `'return typeof process + typeof require + typeof fetch + typeof globalThis.Buffer?.poolSize + typeof Deno'`;
const NOTHING = "undefined".repeat(5);

describe("constructors reach only the guest's own realm", () => {
  const roots: Record<string, string> = {
    "a guest function": "(() => {})",
    "a tool function": "tools.echo",
    "a tool result": "(await tools.echo({ a: 1 })).constructor",
    "the promise of a call": "tools.echo({}).constructor",
    "the error of a call": "(await tools.fail({}).catch((error) => error)).constructor",
    "a console method": "console.log",
    "a built-in helper": "codemode.retry",
    "a timer": "setTimeout",
  };
  test.each(Object.entries(roots))("from %s", async (_, expression) => {
    expect(await value(`const f = ${expression}; return f.constructor(${PROBE})()`)).toBe(NOTHING);
  });

  test("from async and generator functions", async () => {
    expect(await value(`return (async () => {}).constructor(${PROBE})()`)).toBe(NOTHING);
    expect(await value(`return (function* () {}).constructor(${PROBE})().next().value`)).toBe(NOTHING);
  });
});

describe("what the platform lends reaches nothing of it", () => {
  const roots: Record<string, string> = {
    "a formatter": "new Intl.NumberFormat('de')",
    "its bound function": "new Intl.NumberFormat('de').format",
    "its parts": "new Intl.NumberFormat('de').formatToParts(1)[0]",
    "its options": "Intl.DateTimeFormat().resolvedOptions()",
    "an error of a formatter": "(() => { try { (1).toLocaleString('!') } catch (error) { return error } })()",
    "an error of an address": "(() => { try { new URL('!') } catch (error) { return error } })()",
    "segments of a text": "[...new Intl.Segmenter().segment('a')][0]",
    "a locale": "new Intl.Locale('de')",
    "an address": "new URL('https://a.example')",
    "its parameters": "new URL('https://a.example?b=1').searchParams",
    "a buffer": "Buffer.from('a')",
    "a digest": "await crypto.subtle.digest('SHA-256', new Uint8Array(1))",
    "a signal": "new AbortController().signal",
  };
  test.each(Object.entries(roots))("from %s", async (_, expression) => {
    const source = `const o = ${expression};
      const seen = new Set();
      for (let p = o; p !== null && p !== undefined && seen.size < 9; p = Object.getPrototypeOf(p)) seen.add(p.constructor?.constructor ?? p.constructor);
      return [...seen].map((f) => { try { return f(${PROBE})() } catch { return "refused" } })`;
    const found = await value(source);
    expect(found).toContain(NOTHING);
    expect(Array.isArray(found) && found.filter((each) => each !== NOTHING && each !== "refused")).toEqual([]);
  });

  test("a program that replaced built-ins before their first use is handed no function of ours", async () => {
    const source = `
      const met = [];
      const watch = (f) => function (...args) { for (const a of [this, ...args]) if (typeof a === "function") met.push(String(a.name)); return f.apply(this, args) };
      for (const key of ["get", "set", "value", "0", "1", "name", "kind"])
        Object.defineProperty(Object.prototype, key, { __proto__: null, configurable: true, get() { return undefined }, set(v) { if (typeof v === "function") met.push(key) } });
      const { parse, stringify } = JSON;
      JSON.parse = watch(parse); JSON.stringify = watch(stringify);
      String.prototype.split = watch(String.prototype.split);
      WeakMap.prototype.set = watch(WeakMap.prototype.set);
      try { (1).toLocaleString("de"); new URL("https://a.example").searchParams.append("a", "b"); crypto.randomUUID(); Buffer.from("a") } catch (error) { met.push("threw " + error.message) }
      return met.filter((name) => name === "host" || name === "native")`;
    expect(await value(source)).toEqual([]);
  });

  const floods: Record<string, string> = {
    "a million locales": "new Intl.NumberFormat(Array(1_000_000).fill('de'))",
    "a list that claims to be endless": "new Intl.NumberFormat({ length: 1e15 })",
    "a locale of a megabyte": "new Intl.NumberFormat('a-'.repeat(500_000))",
    "an option of a megabyte": "(1).toLocaleString('de', { style: 'x'.repeat(1_000_000) })",
    "a big integer of a million digits": "(10n ** 100_000n).toLocaleString()",
    "a text of a megabyte in segments": "new Intl.Segmenter().segment('x'.repeat(1_000_000))",
    "a comparison of megabytes": "'x'.repeat(1_000_000).localeCompare('y')",
    "an address of a megabyte": "new URL('https://a.example/' + 'x'.repeat(1_000_000))",
    "a million items in words": "new Intl.ListFormat('en').format(Array(1_000_000).fill('x'))",
    "a digest of a megabyte": "await crypto.subtle.digest('SHA-1', new Uint8Array(1_000_000))",
  };
  test.each(Object.entries(floods))("%s is refused at once", async (_, expression) => {
    // Time of the processor: that of a clock depends on what else the machine does.
    const started = process.cpuUsage();
    expect(await value(`try { ${expression}; return "done" } catch (error) { return error.name }`)).toBe("RangeError");
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1_000).toBeLessThan(2500);
  });

  test("formatting without end is stopped like any other program", async () => {
    const outcome = await run(`for (let i = 0; ; i++) i.toLocaleString("en", { minimumIntegerDigits: (i % 21) + 1 })`);
    expect(outcome).toMatchObject({ kind: "stopped", code: "time_limit" });
  });
});

describe("the host cannot be reached by name", () => {
  const names = [
    "process require module global fetch WebSocket EventSource XMLHttpRequest Worker Deno Bun",
    "WebAssembly SharedArrayBuffer Atomics os std scriptArgs print __host __enter navigator location",
  ].flatMap((line) => line.split(" "));
  test.each(names)("%s is not there", async (name) => {
    expect(await value(`return typeof globalThis[${JSON.stringify(name)}]`)).toBe("undefined");
  });

  const modules = [
    "node:fs",
    "fs",
    "child_process",
    "worker_threads",
    "os",
    "std",
    file,
    `file://${file}`,
    "data:text/javascript,export default 1",
    "https://example.com/x.js",
    "codemode:guest/host",
    "codemode:guest/main",
    "__proto__",
    "generated/servers/__proto__",
    "generated/servers/constructor",
  ];
  test.each(modules)("import of %s is refused with what can be imported", async (name) => {
    const outcome = await run(`return await import(${JSON.stringify(name)})`);
    expect(outcome).toMatchObject({ kind: "failed", fault: { code: "unknown_tool" } });
    expect(outcome.kind === "failed" && outcome.fault.hint).toContain("generated/servers/tools");
  });
});

describe("the way to the host is closed", () => {
  test("stack hooks see no function of ours", async () => {
    const seen = await value(`
      const found = [];
      Error.prepareStackTrace = (error, sites) => {
        if (Array.isArray(sites)) for (const site of sites) found.push(typeof site?.getFunction?.(), typeof site?.getThis?.());
        return "";
      };
      await tools.fail({}).catch(() => {});
      try { null.x } catch {}
      return found.filter((kind) => kind === "function" || kind === "object")`);
    expect(seen).toEqual([]);
  });

  test("callers of a callback are not visible", async () => {
    const source = `const f = new Function('try { return String(arguments.callee.caller) } catch { return "refused" }');
      let seen; setTimeout(() => { seen = f() }); await codemode.sleep(5); return seen`;
    expect(["refused", "null", "undefined"]).toContain(await value(source));
  });

  test("setters on shared prototypes are handed no function of ours", async () => {
    const source = `
      let functions = 0;
      for (const proto of [Object.prototype, Array.prototype, Function.prototype, Promise.prototype])
        for (const key of ["0", "1", "resolve", "reject", "site", "value", "get", "set", "id", "fn", "due", "json", "notes"])
          Object.defineProperty(proto, key, { __proto__: null, configurable: true, get() { return undefined },
            set(v) { if (typeof v === "function" || typeof v?.resolve === "function" || typeof v?.fn === "function") functions++ } });
      await tools.echo({ a: 1 }); await tools.fail({}).catch(() => {}); console.log({ a: [1] }, "x");
      await new Promise((resolve) => setTimeout(resolve, 1));
      return functions`;
    expect(await value(source)).toBe(0);
  });

  test("a program that makes every JSON writer fail still ends with an error", async () => {
    const source = `Object.defineProperty(Array.prototype, "0", { set(v) { throw new Error("caught") } }); return { a: 1 }`;
    expect(await run(source)).toMatchObject({ kind: "failed", fault: { code: "runtime_error" } });
  });

  test("a program that replaces every built-in still has its value and calls carried", async () => {
    const source = `
      const echo = tools.echo;
      JSON.stringify = () => "forged"; JSON.parse = () => [["forged"]];
      Promise.prototype.then = () => { throw 1 }; Promise.resolve = Promise.reject = () => "forged";
      Object.keys = Object.create = Object.defineProperty = Reflect.apply = Reflect.ownKeys = () => { throw 2 };
      Array.isArray = () => false; Array.prototype.push = Array.prototype.map = () => { throw 3 };
      Map.prototype.get = Map.prototype.set = Map.prototype.delete = () => { throw 4 };
      Set.prototype.has = Set.prototype.add = () => { throw 5 };
      String.prototype.slice = String.prototype.split = () => { throw 6 };
      Function.prototype.call = Function.prototype.bind = Function.prototype.apply = () => { throw 7 };
      Object.prototype.toJSON = undefined; Array.prototype[Symbol.iterator] = () => { throw 8 };
      globalThis.Promise = globalThis.Error = globalThis.Map = globalThis.JSON = undefined;
      return { reply: await echo({ a: [1, { b: 2 }] }) }`;
    expect(await value(source)).toEqual({ reply: { a: [1, { b: 2 }] } });
  });

  test("text that looks like a message is only text", async () => {
    const forged = `1\\t"tools__echo"\\t{}\\n2\\t"tools__fail"\\t{}`;
    const source = `console.log(${JSON.stringify(forged)}); return await tools.echo({ ${JSON.stringify(forged)}: ${JSON.stringify(forged)} })`;
    await value(source);
    expect(calls).toHaveLength(1);
  });

  test("a program cannot close the block it runs in", async () => {
    const outcome = await run(`}); globalThis.x = 1; (async function(){ return 2`);
    expect(outcome).toMatchObject({ kind: "failed", fault: { code: "syntax_error" } });
  });

  test("a program that ends can make no further call", async () => {
    await value(
      `setTimeout(() => tools.echo({ late: 1 })); Promise.resolve().then(() => {}).then(() => tools.echo({ late: 2 })); return 1`,
    );
    await value(`return 1`);
    expect(calls).toEqual([]);
  });
});

describe("data is only data", () => {
  test("own keys that name prototypes pass as plain keys", async () => {
    const source = `const o = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}');
      const reply = await tools.echo(o); return [Object.keys(reply), ({}).polluted === undefined, reply.polluted === undefined]`;
    expect(await value(source)).toEqual([["__proto__", "constructor"], true, true]);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  test("prototypes of the host are not those of the guest", async () => {
    await value(`Object.prototype.polluted = Array.prototype.polluted = Function.prototype.polluted = 1; return {}`);
    expect(Reflect.get([], "polluted")).toBeUndefined();
    expect(await value(`return ({}).polluted === undefined`)).toBe(true);
  });

  test("proxies, getters and toJSON as arguments run in the guest and arrive as data", async () => {
    const source = `let traps = 0;
      const proxy = new Proxy({ a: 1 }, { get(t, k) { traps++; return t[k] } });
      return [await tools.echo(proxy), await tools.echo({ get b() { return 2 } }), await tools.echo({ toJSON: () => ({ c: 3 }) }), traps > 0]`;
    expect(await value(source)).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }, true]);
  });

  test("arguments that are no data are refused before any call", async () => {
    const source = `const loop = {}; loop.loop = loop; const codes = [];
      for (const bad of [() => 1, Symbol("x"), loop, 1n, { get x() { throw 1 } }, "x".repeat(70000)])
        codes.push(await tools.echo(bad).catch((error) => error.code));
      return codes`;
    expect(await value(source)).toEqual(Array.from({ length: 6 }, () => "invalid_arguments"));
    expect(calls).toEqual([]);
  });

  test("inherited names of a namespace are no tools", async () => {
    const source = `return ["constructor", "__proto__", "toString", "hasOwnProperty", "nope"].map((name) => typeof tools[name])`;
    expect(await value(source)).toEqual(Array.from({ length: 5 }, () => "undefined"));
  });

  test("a tool named then does not make its namespace a promise", async () => {
    expect(await value(`const t = await tools; return Object.keys(t)`)).toEqual(["echo", "fail", "then_"]);
    expect(calls).toEqual([]);
  });

  test("a namespace cannot be changed", async () => {
    expect(await value(`try { tools.echo = 1 } catch (error) { return error.name }`)).toBe("TypeError");
  });
});

test("escapes, byte order marks, bidirectional controls and source map comments harm nothing", async () => {
  expect(await value(`return p\\u0072ocess === undefined`).catch((error: Error) => error.message)).toContain(
    "not defined",
  );
  expect(await value(`const a = "\u202Ex\u2066"; return a.length\n//# sourceMappingURL=file:///etc/passwd`)).toBe(3);
  expect(await run(`\uFEFFreturn 1`)).toBeDefined();
});

test("clocks tell no less than a millisecond", async () => {
  const source = `const times = []; for (let i = 0; i < 200; i++) times.push(performance.now(), Date.now()); return times.every(Number.isInteger)`;
  expect(await value(source)).toBe(true);
});
