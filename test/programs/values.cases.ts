import type { ProgramCase } from "./program-case.ts";

/** Values and arguments that JSON has no form for. */
export const VALUE_CASES: readonly ProgramCase[] = [
  {
    id: "an integer that JSON.parse rounds is said",
    program:
      'const { id } = JSON.parse(\'{"id": 9007199254740993, "n": 1}\');\nJSON.parse("12345678901234567");\nreturn id;',
    value: 9_007_199_254_740_992,
    says: ["JSON.parse rounded 9007199254740993 to 9007199254740992", "as bigint"],
    mustNotSay: ["12345678901234567"],
  },
  {
    id: "numbers and digits that JSON.parse keeps are not said",
    program: "JSON.parse('[9007199254740992, \"9007199254740993\", 0.12345678901234567, 1e30]').length",
    value: 4,
    mustNotSay: ["rounded"],
  },
  {
    id: "a typed array is a list",
    program: "return new Uint8Array([1, 2, 3]);",
    value: [1, 2, 3],
    says: ["Typed arrays"],
  },
  { id: "floats are a list", program: "new Float64Array([1.5, -0.5])", value: [1.5, -0.5], says: ["Typed arrays"] },
  {
    id: "big integers in an array are text",
    program: "new BigInt64Array([1n, -2n])",
    value: ["1", "-2"],
    says: ["Big integers"],
  },
  {
    id: "an array buffer is a list of bytes",
    program: "new Uint8Array([7, 8]).buffer",
    value: [7, 8],
    says: ["Array buffers"],
  },
  {
    id: "a data view is a list of bytes",
    program: "new DataView(new ArrayBuffer(2))",
    value: [0, 0],
    says: ["Typed arrays"],
  },
  {
    id: "a buffer of Node is a list of bytes",
    program: 'Buffer.from("hi")',
    value: [104, 105],
    says: ["Typed arrays"],
  },
  {
    id: "a generator is a list of what is left",
    program: "function* g() { yield 1; yield 2; }\nreturn g();",
    value: [1, 2],
    says: ["Iterators became lists"],
  },
  {
    id: "a generator without end is cut",
    program: "function* g() { for (;;) yield 1 }\nconst it = g(); it.next();\n({ it })",
    says: ["first 10000 items"],
  },
  {
    id: "a helper of iterators is a list",
    program: "return [1, 2, 3].values().filter((x) => x > 1);",
    value: [2, 3],
    says: ["Iterators"],
  },
  {
    id: "entries in an object are a list",
    program: 'const m = new Map([["a", 1]]);\nreturn { e: m.entries() };',
    value: { e: [["a", 1]] },
    says: ["Iterators"],
  },
  { id: "entries of a list", program: '["a"].entries()', value: [[0, "a"]], says: ["Iterators"] },
  {
    id: "matches of a regular expression",
    program: '"a1b22".matchAll(/\\d+/g).map((m) => m[0])',
    value: ["1", "22"],
    says: ["Iterators"],
  },
  {
    id: "a collection of its own is a list",
    program: "class Bag { #items = [1, 2]; *[Symbol.iterator]() { yield* this.#items; } }\nnew Bag()",
    value: [1, 2],
    says: ["iterated"],
  },
  {
    id: "an async generator says how to collect it",
    program: "async function* g() { yield 1 }\ng()",
    value: "[async iterator]",
    says: ["for await"],
  },
  {
    id: "a weak map says that it cannot be read",
    program: "return new WeakMap();",
    value: "[WeakMap]",
    says: ["cannot be read"],
  },
  {
    id: "a weak set in an object",
    program: "({ seen: new WeakSet() })",
    value: { seen: "[WeakSet]" },
    says: ["cannot be read"],
  },
  {
    id: "a regular expression is text",
    program: "({ rule: /a+/gi })",
    value: { rule: "/a+/gi" },
    says: ["Regular expressions"],
  },
  {
    id: "a map is an object",
    program: 'new Map([["a", new Set([1])]])',
    value: { a: [1] },
    says: ["Maps became objects", "Sets became lists"],
  },
  { id: "an address is text", program: 'new URL("https://a.example/p?q=1")', value: "https://a.example/p?q=1" },
  {
    id: "an error keeps its cause and fields",
    program: 'const e: any = new Error("outer", { cause: new Error("inner") });\ne.status = 404;\nreturn e;',
    value: { name: "Error", message: "outer", cause: { name: "Error", message: "inner" }, status: 404 },
    says: ["Errors became objects"],
  },
  {
    id: "an error of many keeps them",
    program: 'return new AggregateError([new Error("a"), new Error("b")], "both");',
    value: {
      name: "AggregateError",
      message: "both",
      errors: [
        { name: "Error", message: "a" },
        { name: "Error", message: "b" },
      ],
    },
    says: ["Errors became objects"],
  },
  {
    id: "a failed call as a value keeps its code and tool",
    program: 'await shop.fail({ message: "no" }).catch((error) => error)',
    value: { name: "ToolError", message: "no", code: "tool_error", tool: "shop__fail" },
  },
  {
    id: "settled results with reasons",
    program: 'await Promise.allSettled([shop.motd({}), shop.fail({ message: "no" })])',
    says: ["Welcome to the shop", '"message":"no"', "rejected"],
  },
  { id: "a getter runs once", program: "let n = 0;\n({ get x() { n += 1; return n; } })", value: { x: 1 } },
  {
    id: "a getter of a nested object runs once",
    program: "let n = 0;\n({ a: [{ get x() { n += 1; return n; } }], when: new Date(0) })",
    value: { a: [{ x: 1 }], when: "1970-01-01T00:00:00.000Z" },
  },
  { id: "toJSON runs once", program: "let n = 0;\n({ toJSON() { n += 1; return { n }; } })", value: { n: 1 } },
  {
    id: "a getter that fails is noted",
    program: "({ get x() { throw new Error('no') }, y: 1 })",
    value: { x: null, y: 1 },
    says: ["could not be read"],
  },
  {
    id: "an object with private fields says so",
    program: "class Point { #x = 1; get x() { return this.#x; } }\nnew Point()",
    value: {},
    says: ["An object of Point has no fields"],
  },
  { id: "methods only say so", program: "({ run() {} })", value: {}, says: ["Functions were left out"] },
  {
    id: "undefined fields only say so",
    program: "const r: any = {};\n({ total: r.total })",
    value: {},
    says: ["became {}"],
  },
  {
    id: "undefined in a list says so",
    program: "[1, undefined]",
    value: [1, null],
    says: ["undefined in a list became null"],
  },
  {
    id: "numbers that are not finite say so",
    program: "({ a: Infinity, b: NaN, c: -0 })",
    value: { a: null, b: null, c: 0 },
    says: ["not finite"],
  },
  {
    id: "a date that is not valid says so",
    program: '({ at: new Date("soon") })',
    value: { at: null },
    says: ["not valid became null"],
  },
  {
    id: "boxes are what is in them",
    program: "[Object(1), Object('a'), Object(true), Object(2n)]",
    value: [1, "a", true, "2"],
  },
  { id: "symbols say so", program: "({ a: Symbol('x'), b: 1 })", value: { b: 1 }, says: ["Symbols"] },
  {
    id: "an instance is its fields",
    program: "class Order { id = 1; #secret = 2; total() { return 3; } }\nnew Order()",
    value: { id: 1 },
  },
  // The same table for arguments.
  {
    id: "Infinity as an argument says so",
    program: "return await shop.echo({ value: Infinity });",
    value: { value: null, kind: "null" },
    says: ["In the arguments of shop__echo", "not finite"],
  },
  {
    id: "an error as an argument",
    program: 'await shop.echo({ value: new Error("bad") })',
    value: { value: { name: "Error", message: "bad" }, kind: "object" },
    says: ["In the arguments of shop__echo"],
  },
  {
    id: "a typed array as an argument",
    program: "await shop.echo({ value: new Uint8Array([1, 2]) })",
    value: { value: [1, 2], kind: "object" },
    says: ["Typed arrays"],
  },
  {
    id: "an iterator as an argument",
    program: 'await shop.echo({ value: new Map([["a", 1]]).keys() })',
    value: { value: ["a"], kind: "object" },
    says: ["Iterators"],
  },
  {
    id: "a map as an argument",
    program: 'await shop.echo({ value: new Map([["a", 1]]) })',
    value: { value: { a: 1 }, kind: "object" },
    says: ["Maps"],
  },
  {
    id: "a set as an argument",
    program: "await shop.echo({ value: new Set([1, 2]) })",
    value: { value: [1, 2], kind: "object" },
    says: ["Sets"],
  },
  {
    id: "a regular expression as an argument",
    program: "await shop.echo({ value: /x/ })",
    value: { value: "/x/", kind: "string" },
    says: ["Regular"],
  },
  {
    id: "a date as an argument is ISO text without words",
    program: "await shop.echo({ value: new Date(0) })",
    value: { value: "1970-01-01T00:00:00.000Z", kind: "string" },
    mustNotSay: ["In the arguments"],
  },
  {
    id: "a big integer in an argument",
    program: "await shop.echo({ value: { id: 12345678901234567890n } })",
    value: { value: { id: "12345678901234567890" }, kind: "object" },
    mustNotSay: ["In the arguments"],
  },
  {
    id: "a getter in an argument runs once",
    program: "let n = 0;\nawait shop.echo({ get value() { n += 1; return n; } })",
    value: { value: 1, kind: "number" },
  },
  {
    id: "a cycle as an argument is refused",
    program: "const a: any = {}; a.a = a;\nawait shop.echo({ value: a })",
    fails: ["invalid_arguments", 2],
    says: ["a reference back"],
  },
  {
    id: "a note of callTool names the tool",
    program: 'await callTool("shop__echo", { value: Infinity })',
    says: ["In the arguments of shop__echo"],
  },
  ...['callTool("shop__echo", { value: NaN })', "shop.echo({ value: [{ total: 3 * Number(undefined) }] })"].map(
    (call) => ({
      id: `NaN is refused in ${call}`,
      program: `await ${call}`,
      fails: ["invalid_arguments", 1] as const,
      says: ["The arguments of shop__echo", "NaN"],
    }),
  ),
  {
    id: "what was changed in arguments is said of a program that fails too",
    program: 'await shop.echo({ value: new Set([1]) });\nthrow new Error("later");',
    fails: ["runtime_error", 2],
    says: ["In the arguments of shop__echo: Sets became lists."],
  },
  {
    id: "JSON.stringify writes maps, sets, errors and patterns as the value of a program has them",
    program:
      'let e: any; try { await shop.fail({ message: "no" }); } catch (error) { e = error; }\nJSON.stringify({ m: new Map([["a", new Set([1])]]), e, t: new TypeError("bad"), r: /a+/g })',
    value:
      '{"m":{"a":[1]},"e":{"name":"ToolError","message":"no","code":"tool_error","tool":"shop__fail"},"t":{"name":"TypeError","message":"bad"},"r":"/a+/g"}',
  },
  {
    id: "NaN in an artifact says so",
    program: 'await codemode.artifacts.save({ a: [NaN] }, { name: "n" });\n1',
    value: 1,
    says: ["not finite"],
  },
  {
    id: "an artifact of a map",
    program:
      'const s = await codemode.artifacts.save(new Map([["a", 1]]), { name: "m" });\nreturn await codemode.artifacts.read(s.id);',
    value: { a: 1 },
  },
];
