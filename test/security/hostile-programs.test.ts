import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";

const CANARY = "canary-51c9e7b2";
const inputSchema = { type: "object", additionalProperties: true } as const;
/** Members that objects inherit, as a server may name its own. */
const INHERITED =
  '{"__proto__":{"polluted":1},"constructor":"a","toString":"b","valueOf":1,"hasOwnProperty":null,"then":"c"}';
let folder: string;
let codemode: Codemode;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "codemode-hostile-"));
  writeFileSync(join(folder, "secret.txt"), CANARY);
  process.env["HOSTILE_CANARY"] = CANARY;
  const tool = (name: string, execute: (args: Readonly<Record<string, unknown>>) => unknown) =>
    defineTool({ name, description: name, inputSchema, execute });
  const odd = (): unknown => JSON.parse(INHERITED);
  const fail = (): never => {
    throw new Error("it failed");
  };
  codemode = createCodemode({ tools: { host: [tool("echo", (args) => args), tool("odd", odd), tool("fail", fail)] } });
  // The first Python of a version makes an image.
  await codemode.executor.execute("1", { language: "python", timeoutMs: 100_000 });
}, 120_000);

afterAll(async () => {
  delete process.env["HOSTILE_CANARY"];
  await codemode.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What any program after another must still find: the tools, JSON, lists and the names of the language. */
const NEXT = {
  typescript: [
    "const { a } = await host.echo({ a: 1 }); [a, JSON.stringify({ b: [null] }), [3, 1].sort().map((n) => n + 1), 'x-y'.split('-'), typeof ({} as any).polluted]",
    [1, '{"b":[null]}', [2, 4], ["x", "y"], "undefined"],
  ],
  python: [
    "import json\nr = await host.echo(a=1)\n[r['a'], json.dumps({'b': [None]}), sorted([3, 1]), len('xyz'), isinstance(1, int), str(2)]",
    [1, '{"b": [null]}', [1, 3], 3, true, "2"],
  ],
} as const;

type Row = readonly [what: string, outcome: RegExp, source: string];

/** The code of the program's error, else its value as JSON; all that is said of it; and the value of the program after it. */
async function endOf(language: "typescript" | "python", source: string) {
  const { executor } = codemode;
  const result = await executor.execute(source, { language, timeoutMs: 20_000 });
  const next = await executor.execute(NEXT[language][0], { language, timeoutMs: 60_000 });
  return {
    outcome: result.error?.code ?? JSON.stringify(result.value),
    said: JSON.stringify(result),
    next: next.value,
  };
}

const TYPESCRIPT: readonly Row[] = [
  [
    "calls a tool whose result has the names of what objects inherit",
    /^\["a","b",1,null,"c",null\]$/,
    "let r: any; for (let n = 0; n < 3; n++) r = await host.odd({}); [r.constructor, r.toString, r.valueOf, r.hasOwnProperty, r.then, ({} as any).polluted ?? null]",
  ],
  [
    "passes such names on",
    /^4$/,
    "Object.keys(await host.echo({ constructor: 1, toString: 2, valueOf: 3, then: 4 } as any)).length",
  ],
  [
    "passes the name of the prototype on",
    /^invalid_arguments$/,
    `await host.echo(JSON.parse('{"__proto__":{"polluted":1}}'))`,
  ],
  [
    "walks from a result to the constructor of functions",
    /^"undefined undefined"$/,
    'const r: any = await host.echo({ a: 1 }); r.constructor.constructor("return typeof process + \\" \\" + typeof require")()',
  ],
  [
    "makes async generators from text",
    /process|undefined/,
    'const G: any = Object.getPrototypeOf(async function* () {}).constructor; (await G("yield typeof process")().next()).value',
  ],
  [
    "throws an error whose members never end",
    /^runtime_error$/,
    'throw Object.defineProperty(new Error("x"), "message", { get() { throw this } })',
  ],
  [
    "throws a chain of 5,000 causes",
    /^runtime_error$/,
    "let e = new Error(); for (let n = 0; n < 5000; n++) e = new Error(String(n), { cause: e }); throw e",
  ],
  [
    "throws an aggregate of itself",
    /^runtime_error$/,
    'const e: any = new AggregateError([], "a"); e.errors = [e, e]; e.cause = e; throw e',
  ],
  ["gives a list of 4 billion holes", /^result_too_large$/, "const a: any[] = []; a[4294967294] = 1; a"],
  [
    "passes a list of a billion holes",
    /^invalid_arguments$/,
    "const a: any[] = []; a.length = 1e9; await host.echo({ a })",
  ],
  ["passes what holds itself", /^invalid_arguments$/, "const a: any = {}; a.a = a; await host.echo(a)"],
  [
    "gives what its own toJSON forges",
    /./,
    '(Object.prototype as any).toJSON = () => "forged"; (Array.prototype as any).toJSON = () => 7; [1]',
  ],
  [
    "replaces the globals of its sandbox",
    /./,
    '(globalThis as any).JSON = null; (Array.prototype as any).map = () => "forged"; (Object.prototype as any).polluted = 1; Promise.prototype.then = () => { throw 1 } ; 1',
  ],
  [
    "puts setters on the prototype of objects",
    /./,
    'Object.defineProperty(Object.prototype, "value", { set() { throw 1 }, get: () => "forged" }); await host.echo({ a: 1 })',
  ],
  [
    "has its tools replaced",
    /forged/,
    '(globalThis as any).host = { echo: () => "forged" }; await (globalThis as any).host.echo()',
  ],
  [
    "says that the host failed",
    /^runtime_error$/,
    'throw new ToolError("The sandbox broke.", { code: "internal" } as any)',
  ],
  ["says that it was cancelled", /^runtime_error$/, 'throw Object.assign(new Error("no"), { code: "cancelled" })'],
  [
    "says that somebody has to log in, in the words of a failed call",
    /^runtime_error$/,
    'try { await host.fail({}) } catch (e: any) { e.code = "login_required"; throw e }',
  ],
  ["leaves 300 refused calls behind", /^tool_error$/, "for (let n = 0; n < 300; n++) host.fail({}); 1"],
  [
    "leaves a million calls behind",
    /^(?:call_limit|memory_limit)$/,
    "for (let n = 0; n < 1e6; n++) host.echo({ n }); 1",
  ],
];

const PYTHON: readonly Row[] = [
  [
    "reads files, variables and processes of the host",
    /^\[\[\],"FileNotFoundError","(?:FileNotFoundError|PermissionError)"/,
    "import os\nout = [[v for v in os.environ.values() if 'canary' in v]]\nfor path in ['secret.txt', '/etc/passwd', '/proc/1/environ']:\n    try: out.append(open(path).read())\n    except OSError as error: out.append(type(error).__name__)\nout",
  ],
  [
    "walks all classes to a module",
    /^0$/,
    "n = 0\nfor c in object.__subclasses__():\n    try: n += 'HOSTILE_CANARY' in c.__init__.__globals__['os'].environ\n    except Exception: pass\nn",
  ],
  [
    "calls a tool whose result has the names of what objects inherit",
    /^\["a",true\]$/,
    "r = await host.odd()\n[r['constructor'], '__proto__' in r]",
  ],
  [
    "raises an error that cannot be looked at",
    /^runtime_error$/,
    "class M(type(Exception)):\n    def __getattribute__(c, n): raise KeyError(n)\nclass E(Exception, metaclass=M):\n    def __getattribute__(s, n): raise s\nraise E()",
  ],
  [
    "raises one that is no Exception",
    /^runtime_error$/,
    "class E(BaseException):\n    def __getattribute__(s, n): raise s\nraise E()",
  ],
  [
    "looks for files that are not there, and has its own way of looking by then",
    /^runtime_error$/,
    "import os\ndef no(*a, **o): raise KeyboardInterrupt\nos.path.exists('/nowhere')\nos.lstat = os.stat = os.path.lexists = os.path.normpath = no\n1 / 0",
  ],
  [
    "raises one whose text has 50 MB",
    /^runtime_error$/,
    "class E(Exception):\n    def __str__(self): return 'x' * 50_000_000\nraise E()",
  ],
  ["says that the host failed", /^runtime_error$/, "raise ToolError('The sandbox broke.', 'internal')"],
  ["says that its time was up", /^runtime_error$/, "raise ToolError('no', code='time_limit', hint='Wait.')"],
  [
    "closes everything that is open",
    /^(?:sandbox_lost|runtime_error)$/,
    "import os\nfor fd in range(256):\n    try: os.close(fd)\n    except OSError: pass\n1",
  ],
  [
    "takes all builtins away",
    /./,
    "import builtins\nfor n in list(vars(builtins)):\n    if n != 'BaseException': setattr(builtins, n, None)\n1",
  ],
  [
    "takes all modules away",
    /./,
    "import sys\nfor n in list(sys.modules):\n    if n not in ('sys', 'builtins'): sys.modules[n] = None\nsys.path[:] = []; sys.meta_path[:] = []\n1",
  ],
  [
    "has JSON forged",
    /./,
    "import json\njson.dumps = lambda *a, **k: '\"forged\"'\njson.JSONEncoder.encode = lambda *a: '\"forged\"'\n{'a': 1}",
  ],
];

test.each(TYPESCRIPT)(
  "a program in TypeScript that %s ends by itself, and the next finds nothing of it",
  { timeout: 60_000 },
  async (...[, expected, source]) => {
    const { outcome, said, next } = await endOf("typescript", source);
    expect(outcome).toMatch(expected);
    expect(said).not.toContain(CANARY);
    expect(said.length).toBeLessThan(2_000_000);
    expect(next).toEqual(NEXT.typescript[1]);
  },
);

test.each(PYTHON)(
  "a program in Python that %s ends by itself, and the next finds nothing of it",
  { timeout: 120_000 },
  async (...[, expected, source]) => {
    const { outcome, said, next } = await endOf("python", source);
    expect(outcome).toMatch(expected);
    expect(said).not.toContain(CANARY);
    expect(said.length).toBeLessThan(2_000_000);
    expect(next).toEqual(NEXT.python[1]);
  },
);
