import { type ProgramCase, titled } from "./program-case.ts";

/** Names of the standard library that a program uses and forgot to import. */
export const PYTHON_IMPORT_CASES: readonly ProgramCase[] = titled([
  {
    program: 'await shop.note(text="a")\nround(math.pi, 2)',
    value: 3.14,
    writes: ["a"],
    says: ["The program uses `math` without importing it: it was imported."],
  },
  {
    program: "texts = await asyncio.gather(shop.motd(), shop.motd())\nlen(set(texts))",
    value: 1,
    says: ["The program uses `asyncio` without importing it"],
  },
  {
    program:
      'rows = json.loads(\'[{"at": "2026-03-01"}]\')\n[datetime.fromisoformat(r["at"]) + timedelta(days=1) for r in rows][0].strftime("%d")',
    value: "02",
    says: ["uses `json` without", "uses `datetime` without", "uses `timedelta` without"],
  },
  {
    program: [
      "groups = defaultdict(list)\ngroups[re.sub('x', '', 'ax')].append(1)\nlen(groups)",
      "re.escape('.') + str(groups['a'])",
    ],
    value: "\\.[1]",
    mustNotSay: ["without importing"],
  },
  {
    program: "@contextmanager\ndef opened():\n    yield 1\nwith opened() as x:\n    y = x\ny",
    value: 1,
    says: ["uses `contextmanager` without"],
  },
  {
    program: 'await shop.note(text="a")\nCounter("aab").most_common(1)[0][0]',
    value: "a",
    writes: ["a"],
    says: ["uses `Counter` without"],
  },
  { program: "datetime.now().year > 2000", value: true, says: ["uses `datetime` without"] },
  { program: "datetime.datetime.now().year > 2000", value: true, says: ["uses `datetime` without"] },
  { program: 'pprint({"a": 1})\n1', value: 1, stdout: "{'a': 1}\n", says: ["uses `pprint` without"] },
  {
    program: 'len((await codemode.call_tool("shop__list_orders"))["orders"])',
    value: 3,
    says: ["uses `codemode` without importing it"],
  },
  { program: "codemode.fetch('x')", fails: ["type_error", 1], says: ["Add the line `import codemode`."] },
]);
