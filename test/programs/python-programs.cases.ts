import type { ProgramCase } from "./program-case.ts";

/** What the value of a program is. */
export const VALUE_CASES: readonly ProgramCase[] = [
  { id: "return at the top level", program: 'r = await shop.list_orders()\nreturn len(r["orders"])', value: 3 },
  { id: "return of a dict at the end", program: 'total = 5\nreturn {"total": total}', value: { total: 5 } },
  {
    id: "return inside an if",
    program: 'r = await shop.list_orders()\nif not r["orders"]:\n    return "none"\nlen(r["orders"])',
    value: 3,
  },
  {
    id: "return past a bare except and a finally",
    program: 'try:\n    return await shop.count()\nexcept:\n    return "error"\nfinally:\n    print("end")',
    value: "14",
    stdout: "end\n",
  },
  {
    id: "return beside functions, classes, imports, annotations and loops",
    program:
      'import json\nx: int = 3\ndef f(a):\n    return a + x\nclass A:\n    y = 2\nfor i in range(3):\n    if i == 2:\n        return {"i": i, "f": f(i), "A": A.y, "j": json.dumps([1])}',
    value: { i: 2, f: 5, A: 2, j: "[1]" },
  },
  { id: "return without a value", program: 'print("x")\nreturn', value: null, stdout: "x\n" },
  {
    id: "names of a program that returns stay in the session",
    program: ["n = 4\ndef double():\n    return n * 2\nreturn n", "double()"],
    value: 8,
  },
  {
    id: "an error in a program that returns has its line",
    program: 'x = 1\nif x:\n    y = {}["a"]\n    return y',
    fails: ["runtime_error", 3],
  },
  {
    id: "an async function nobody calls",
    program: 'async def main():\n    r = await shop.list_orders()\n    return len(r["orders"])',
    value: 3,
  },
  {
    id: "a function nobody calls",
    program: "def main():\n    return 5",
    value: 5,
    says: ["main(), which it defines, was called"],
  },
  {
    id: "run with helpers",
    program: "import json\nasync def load(n):\n    return n\nasync def run():\n    return await load(3)",
    value: 3,
  },
  { id: "one function of any name", program: "def totals():\n    return [1, 2]", value: [1, 2] },
  { id: "a generator function", program: "def main():\n    yield 1\n    yield 2", value: [1, 2] },
  {
    id: "a function that needs arguments",
    program: "def add(a, b):\n    return a + b",
    value: null,
    says: ["Nothing was called", "add(a, b)"],
  },
  {
    id: "two functions without a beginning",
    program: "def a(): return 1\ndef b(): return 2",
    value: null,
    says: ["a(), b()"],
  },
  {
    id: "a session defines a function and calls it later, once",
    program: ['async def main():\n    return await shop.note(text="once")', "await main()"],
    value: "noted",
    writes: ["once"],
  },
  {
    id: "main under the guard without asyncio.run",
    program: 'async def main():\n    return 4\nif __name__ == "__main__":\n    main()',
    value: 4,
  },
  { id: "the last expression of an if", program: 'n = 3\nif n > 2:\n    "many"\nelse:\n    "few"', value: "many" },
  {
    id: "the last expression of a try",
    program: "try:\n    await shop.get_order(id='zz')\nexcept Exception as e:\n    str(e)",
    value: "There is no order zz.",
  },
  {
    id: "the last expression of a match",
    program: 'match 3:\n    case 3:\n        "three"\n    case _:\n        "other"',
    value: "three",
  },
  { id: "output alone", program: 'print("x")', value: null, stdout: "x\n" },
  {
    id: "an assignment at the end",
    program: "r = await shop.count()",
    value: null,
    says: ["ends with an assignment", "`r`"],
  },
  { id: "exit in the middle", program: 'print("a")\nexit()\nprint("b")', value: null, stdout: "a\n" },
  {
    id: "an exit status",
    program: "import sys\nsys.exit(3)",
    fails: ["runtime_error", 2],
    says: ["SystemExit: 3", "means failure"],
  },
  {
    id: "an exit text",
    program: 'import sys\nif True:\n    sys.exit("no orders")',
    fails: ["runtime_error", 3],
    says: ["no orders"],
  },
];

/** Values and arguments that JSON does not have. */
export const CONVERSION_CASES: readonly ProgramCase[] = [
  {
    id: "what was changed in arguments is said of a program that fails too",
    program: "await shop.echo(value={1})\n1 / 0",
    fails: ["runtime_error", 2],
    says: ["Arguments of echo: A set was given as a list"],
  },
  { id: "a generator", program: "(x * 2 for x in range(3))", value: [0, 2, 4], says: ["iterator"] },
  {
    id: "map, zip and filter",
    program: "[map(str, [1]), zip([1], [2]), filter(None, [0, 3])]",
    value: [["1"], [[1, 2]], [3]],
  },
  {
    id: "views of a dict",
    program: 'd = {"a": 1}\n[d.keys(), d.values(), d.items()]',
    value: [["a"], [1], [["a", 1]]],
  },
  {
    id: "an endless iterator",
    program: "import itertools\nitertools.count()",
    fails: ["result_too_large", null],
  },
  {
    id: "keys that become the same text",
    program: '{1: 2, "1": 3}',
    value: { 1: 3 },
    says: ["Two keys have the same text"],
  },
  {
    id: "an object with slots",
    program:
      'class P:\n    __slots__ = ("x", "_y")\n    def __init__(self):\n        self.x = 1\n        self._y = 2\nP()',
    value: { x: 1 },
    says: ["attributes"],
  },
  {
    id: "an enum of dates, a defaultdict, a Counter and a namespace",
    program:
      'import enum, datetime, collections, types\nclass E(enum.Enum):\n    A = datetime.date(2026, 1, 1)\n[E.A, collections.defaultdict(int, a=1), collections.Counter("aab"), types.SimpleNamespace(b=2)]',
    value: ["2026-01-01", { a: 1 }, { a: 2, b: 1 }, { b: 2 }],
  },
  {
    id: "a function in the value",
    program: '{"f": len, "n": 1}',
    value: { n: 1 },
    says: ["left out", "call a function"],
  },
  {
    id: "dates, sets, tuples, decimals, paths, numbers and generators as arguments",
    program:
      'import datetime, decimal, pathlib\nr = await shop.echo(value={"d": datetime.date(2026, 1, 1), "s": {1}, "t": (1, 2), "x": decimal.Decimal("1.5"), "p": pathlib.Path("a/b"), 5: 6, "g": (x for x in range(2)), "n": float("inf"), "b": b"hi"})\nr["value"]',
    value: { 5: 6, d: "2026-01-01", s: [1], t: [1, 2], x: "1.5", p: "a/b", g: [0, 1], n: null, b: "aGk=" },
    says: ["Arguments of echo: A date or time was given as ISO text (value.d)", "NaN or infinity was given as null"],
  },
  {
    id: "not a number as argument",
    program: 'await shop.echo(value={"n": float("nan")})',
    fails: ["invalid_arguments", 1],
    says: ["value.n is NaN, which JSON cannot hold", "None"],
  },
  {
    id: "a dataclass as argument",
    program: "import dataclasses\n@dataclasses.dataclass\nclass A:\n    n: int\n(await shop.echo(value=A(3)))['value']",
    value: { n: 3 },
  },
  {
    id: "a function as argument",
    program: "await shop.echo(value=len)",
    fails: ["invalid_arguments", 1],
    says: ["value is the builtin_function_or_method len", "write len(...)"],
  },
  {
    id: "a tool as argument",
    program: "await shop.echo(value=[shop.count])",
    fails: ["invalid_arguments", 1],
    says: ["value[0] is the function count"],
  },
];

/** Time zones and locales. */
export const SURROUNDINGS_CASES: readonly ProgramCase[] = [
  {
    id: "files of the machine that are looked for among the program's own",
    program:
      'import os, glob\nfrom pathlib import Path\nseen = os.path.exists("/srv/a.md")\nfor root, _, files in os.walk("/srv/b"):\n    seen = True\n[seen, glob.glob("/srv/c/*.ts"), list(Path("/srv/d").rglob("*")), Path("/srv/a.md").is_file()]',
    value: [false, [], [], false],
    says: [
      "Not found among the program's own files: '/srv/a.md', '/srv/b', '/srv/c' and 1 more.",
      "look for them and read them with a tool",
    ],
  },
  {
    id: "files that the program makes after it has looked for them",
    program:
      'import os, shutil, tempfile, mimetypes\nfolder = tempfile.mkdtemp()\npath = f"{folder}/kept.json"\nif not os.path.exists(path):\n    with open(path, "w") as out:\n        out.write("1")\nshutil.copy2(path, f"{folder}/copy.json")\nmimetypes.guess_type(path)\nsorted(os.listdir(folder))',
    value: ["copy.json", "kept.json"],
    mustNotSay: ["Not found"],
  },
  {
    id: "time zones over a change of the clock",
    program:
      'from datetime import datetime, timezone\nfrom zoneinfo import ZoneInfo\nt = datetime(2026, 3, 29, 1, 0, tzinfo=timezone.utc)\n[t.astimezone(ZoneInfo(z)).strftime("%Y-%m-%d %H:%M %z") for z in ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kathmandu", "UTC")]',
    value: [
      "2026-03-29 03:00 +0200",
      "2026-03-28 21:00 -0400",
      "2026-03-29 10:00 +0900",
      "2026-03-29 06:45 +0545",
      "2026-03-29 01:00 +0000",
    ],
  },
  {
    id: "now in a time zone",
    program:
      'from datetime import datetime\nfrom zoneinfo import ZoneInfo\ndatetime.now(ZoneInfo("Europe/Berlin")).tzname() in ("CET", "CEST")',
    value: true,
  },
  {
    id: "all time zones",
    program: 'import zoneinfo\nz = zoneinfo.available_timezones()\n[len(z) > 300, "Europe/Paris" in z, "UTC" in z]',
    value: [true, true, true],
  },
  {
    id: "thousands of time zones that do not exist",
    program:
      'from zoneinfo import ZoneInfo\nn = 0\nfor i in range(2100):\n    try:\n        ZoneInfo(f"Nowhere{i}")\n    except KeyError as error:\n        n, last = n + 1, str(error)\n[n, "may ask for 1000 time zones" in last]',
    value: [2100, true],
  },
  {
    id: "a time zone that does not exist",
    program: 'from zoneinfo import ZoneInfo\nZoneInfo("Europe/Berln")',
    fails: ["runtime_error", 2],
    says: ["Did you mean Europe/Berlin?"],
  },
  {
    id: "a time zone that is a path",
    program: 'from zoneinfo import ZoneInfo\nZoneInfo("../../etc/passwd")',
    fails: ["runtime_error", 2],
  },
  {
    id: "a locale",
    program: 'import locale\nlocale.setlocale(locale.LC_ALL, "de_DE.UTF-8")',
    fails: ["runtime_error", 2],
    says: ["unsupported locale setting", "{value:,.2f}"],
  },
  {
    id: "the locale that is there",
    program: 'import locale\nlocale.setlocale(locale.LC_ALL, "")\nf"{1234567.891:,.2f}"',
    value: "1,234,567.89",
  },
];
