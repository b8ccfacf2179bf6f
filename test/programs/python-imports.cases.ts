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
  {
    program: 'emit("seen")\nlen((await call_tool("shop__list_orders"))["orders"])',
    value: 3,
    says: ["uses `call_tool` without importing it", "uses `emit` without"],
  },
  { program: 'await callTool("shop__motd", {})', value: "Welcome to the shop", says: ["uses `callTool` without"] },
  { program: "await sleep(0.001)\n1", value: 1, says: ["uses `sleep` without"] },
  { program: "sleep(1)", fails: ["type_error", 1], says: ["Add the line"] },
  { program: "search('x', 'text')", fails: ["type_error", 1] },
  {
    program: 'await artifacts.save("kept", name="a")\nlen(await artifacts.list()) > 0',
    value: true,
    says: ["uses `artifacts` without"],
  },
  {
    program: 'import codemode\nawait codemode.sleep("1")',
    fails: ["runtime_error", 2],
    says: ["TypeError: sleep takes a number of seconds: await sleep(1.5)"],
  },
  {
    program: 'import codemode\nawait codemode.search("x", 1, 2, 3, 4)',
    fails: ["runtime_error", 2],
    says: ["TypeError: search() takes", "`codemode.search` takes (query, limit=None, "],
    mustNotSay: ["locals"],
  },
  {
    program: 'await artifacts.save("report.md", "# Report")',
    fails: ["invalid_arguments", 1],
    says: ["artifacts.save: the value comes first, its name after it; nothing was kept.", 'before "report.md".'],
  },
  {
    program: 'await artifacts.save("rows", [1, 2])',
    fails: ["invalid_arguments", 1],
    says: ["artifacts.save: name must be a text: the value comes first, its name after it."],
  },
]);

/** Tools that an agent calls by themselves, called by a program. */
export const PYTHON_AGENT_TOOL_CASES: readonly ProgramCase[] = titled(
  (
    [
      ['await search_tools("orders")', 'write `await codemode.search("words")`'],
      ['await codemode.search_tools("orders")', 'write `await codemode.search("words")`'],
      ['await tools.get_tool_details("shop__motd")', 'write `await codemode.describe("server__tool")`'],
      ["await list_tool_names()", 'write `await codemode.search("")`'],
      ["await list_servers()", "do so before or after this one"],
      ['await run_skill("x")', "Add the line `from generated.skills import run_skill`."],
      ["await skills.list()", "from generated.skills import list_skills"],
      ['await execute_code("1")', "Programs do not run programs"],
    ] as const
  ).map(([program, hint]) => ({ program, fails: ["type_error", 1] as const, says: [hint] })),
);

/** The same with the module imported. */
export const PYTHON_AGENT_TOOL_MEMBER_CASES: readonly ProgramCase[] = titled([
  {
    program: 'import codemode\nawait codemode.search_tools("orders")',
    fails: ["runtime_error", 2],
    says: ['write `await codemode.search("words")`'],
  },
  {
    program: "import codemode\ncodemode.shop",
    fails: ["runtime_error", 2],
    says: ["`shop` is there without an import"],
  },
]);
