import { type ProgramCase, titled } from "./program-case.ts";

const mustNotSay = ["returned no value"];
const shows = (program: string, line: string): Omit<ProgramCase, "id"> => ({
  program,
  stdout: `${line}\n`,
  mustNotSay,
});

/** What a console shows of values: nothing that a value holds is left out without a word. */
export const CONSOLE_CASES: readonly ProgramCase[] = titled([
  shows(
    "class Rows extends Array {}\nconst With = (Base) => class extends Base { b = 2 };\nclass A { a = 1 }\nconsole.log(Rows.from([1, 2]), new (With(A))());",
    "Rows(2) [ 1, 2 ] A { a: 1, b: 2 }",
  ),
  shows("console.log({ get a() { return 1; }, set a(v) {}, set b(v) {} });", "{ a: [Getter/Setter], b: [Setter] }"),
  shows('console.log([Object.assign(new Error("no"), { status: 404 })]);', "[ [Error: no] { status: 404 } ]"),
  {
    program: 'console.assert(1 > 2, "%s is %d", "one", 1);\nconsole.assert(false);',
    says: ["stderr: Assertion failed: one is 1\nAssertion failed"],
    mustNotSay,
  },
  shows(`console.log(["it's", 'say "x"', "both ' and \\"", "\\n"]);`, `[ "it's", 'say "x"', \`both ' and "\`, '\\n' ]`),
  shows(
    "console.log(class extends Map {}, class A {}, class B extends Error {});",
    "[class (anonymous) extends Map] [class A] [class B extends Error]",
  ),
  shows(
    "console.log(async () => 1, function* ids() {}, async function* pages() {});",
    "[AsyncFunction (anonymous)] [GeneratorFunction: ids] [AsyncGeneratorFunction: pages]",
  ),
  shows(
    "console.log(Object.assign(() => 1, { limit: 2 }), [1, , , 4], new Array(3));",
    "[Function (anonymous)] { limit: 2 } [ 1, <2 empty items>, 4 ] [ <3 empty items> ]",
  ),
  shows(
    'console.log("v12".match(/(?<n>[0-9]+)/));',
    "[\n  '12',\n  '12',\n  index: 1,\n  input: 'v12',\n  groups: [Object: null prototype] { n: '12' }\n]",
  ),
  shows(
    'console.log(new Number(5), new String("s"), new Boolean(false));',
    "[Number: 5] [String: 's'] [Boolean: false]",
  ),
  shows(
    'console.log(new URLSearchParams("a=1&a=2"), [new URLSearchParams()]);',
    "URLSearchParams { 'a' => '1', 'a' => '2' } [ URLSearchParams {} ]",
  ),
  {
    program: 'console.log({ at: new URL("https://a.example/b?c=1") });',
    says: ["href: 'https://a.example/b?c=1'", "pathname: '/b'", "searchParams: URLSearchParams { 'c' => '1' }"],
  },
  shows(
    'console.log(Buffer.from("hi"), new ArrayBuffer(4), new Uint8Array([1]));',
    "<Buffer 68 69> ArrayBuffer { byteLength: 4 } Uint8Array(1) [ 1 ]",
  ),
  shows(
    "console.log((function* () {})(), (function () { return arguments; })(1, 2));",
    "Object [Generator] {} [Arguments] [ 1, 2 ]",
  ),
  shows(
    "console.log(Array.from({ length: 26 }, (_, n) => n ** 3));",
    "[\n      0,    1,     8,    27,    64,\n    125,  216,   343,   512,   729,\n   1000, 1331,  1728,  2197,  2744,\n   3375, 4096,  4913,  5832,  6859,\n   8000, 9261, 10648, 12167, 13824,\n  15625\n]",
  ),
  shows(
    "const ids = new Set(Array.from({ length: 102 }, (_, n) => n)); console.log([ids].map((set) => set.size), String(ids.has(101)));",
    "[ 102 ] true",
  ),
  { program: "console.log(new Set(Array.from({ length: 102 }, (_, n) => n)));", says: ["... 2 more items"] },
  { program: "console.log(new Map(Array.from({ length: 101 }, (_, n) => [n, n])));", says: ["... 1 more item\n"] },
  {
    program: "console.log(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`k${n}`, n])));",
    says: ["... 1 more property\n"],
  },
  shows("const far = []; far[5_000_000] = 1; console.log(far);", "[ <10000 empty items>, ... 4990001 more items ]"),
  shows(
    'class Money { constructor(public cents: number) {} toString() { return `${this.cents} cents`; } }\nconsole.log("%s|%s", new Money(5), { a: 1 });',
    "5 cents|{ a: 1 }",
  ),
  shows(
    'class Secret { [Symbol.for("nodejs.util.inspect.custom")]() { return "Secret(…)"; } }\nconsole.log(new Secret(), { key: new Secret() });',
    "Secret(…) { key: Secret(…) }",
  ),
  shows(
    'console.table([{ id: 1, total: 2 }, { id: 3, total: 4 }], ["total"]);',
    "(index)  total\n0        2\n1        4",
  ),
  shows('console.table(new Map([["a", 1]]));', "(iteration index)  Key  Values\n0                  'a'  1"),
  shows("console.table(new Set([5]));", "(iteration index)  Values\n0                  5"),
]);

/** Bytes as texts in the encodings that files have. */
export const ENCODING_CASES: readonly ProgramCase[] = titled([
  {
    program:
      'const bytes = Buffer.from("80e9", "hex");\n["latin1", "iso-8859-1", "windows-1252"].map((name) => new TextDecoder(name).decode(bytes))',
    value: ["€é", "€é", "€é"],
  },
  { program: 'new TextDecoder("utf-16le").decode(Buffer.from("\uFEFFhé", "utf16le"))', value: "hé" },
  {
    program:
      'const bytes = new TextEncoder().encode("\uFEFFa");\n[new TextDecoder().decode(bytes).length, new TextDecoder("utf8", { ignoreBOM: true }).decode(bytes).length]',
    value: [1, 2],
  },
  {
    program: 'const room = new Uint8Array(3);\n[new TextEncoder().encodeInto("aé€", room), [...room]]',
    value: [{ read: 2, written: 3 }, [97, 195, 169]],
  },
  { program: 'new TextDecoder("shift-jis")', fails: ["runtime_error", 1], says: ["utf-8, utf-16le and latin1"] },
]);
