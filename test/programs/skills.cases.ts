import { type ProgramCase, titled } from "./program-case.ts";

const TOTAL = 'import { total_of } from "skills/total_of";\n';

/** Programs that use the skills in the folder beside: code in both languages, and a folder with scripts. */
export const SKILL_CASES: readonly ProgramCase[] = titled([
  { program: `${TOTAL}return await total_of(["o1"]);`, value: 12.5 },
  { program: `${TOTAL}return await total_of(["o1", "o3"], 2);`, value: 39 },
  {
    program: `${TOTAL}return await total_of({ ids: ["o1"], factor: 2 });`,
    fails: ["type_error", 2],
    says: ["in order, not by name", "total_of(ids: string[], factor?: number)"],
  },
  {
    program: `${TOTAL}await shop.note({ text: "a" });\nreturn await total_of("o1");`,
    fails: ["type_error", 3],
    says: ["total_of(ids: string[]"],
  },
  {
    program: `${TOTAL}await shop.note({ text: "a" });\nreturn await total_of(["o1"], "2");`,
    fails: ["type_error", 3],
  },
  {
    program: 'import { totals_of } from "skills/total_of";\nreturn await totals_of([]);',
    fails: ["unknown_tool", 1],
    says: ["Did you mean total_of"],
  },
  {
    program: 'import { total_of } from "skills/totalof";\nreturn await total_of([]);',
    fails: ["unknown_tool", 1],
    says: ["Did you mean total_of"],
  },
  { program: 'import * as totals from "skills/total_of";\nreturn await totals.customers(2);', value: ["Ada", "Bo"] },
  {
    program: 'import { label } from "skills/label";\nreturn await label({ order_id: "o1", upper: true });',
    value: "O1-ADA",
  },
  { program: 'import { plain } from "skills/label";\nreturn await plain("ab", 3);', value: "ababab" },
  {
    program: 'import { write_all } from "skills/label";\nreturn await write_all(["o1", "o2"]);',
    value: 2,
    writes: ["o1-Ada", "o2-Bo"],
  },
  {
    program: 'import { plain } from "skills/label";\nreturn `Label: ${plain("ab", 2)}`;',
    fails: ["type_error", 2],
    says: ["`await` is missing"],
  },
  {
    program: `${TOTAL}const ids = ["o1", "nope"];\nreturn await total_of(ids);`,
    fails: ["tool_error", 3],
    says: ['The skill "total_of" failed at line 6 of skills/total_of: There is no order nope.'],
  },
  {
    program: `${TOTAL}const one = await total_of(["o1"]);\nreturn one + (await total_of(["o1", "nope"]));`,
    fails: ["tool_error", null],
    says: ["It is called in line 2, 3."],
  },
  {
    program: 'import { label } from "skills/label";\nreturn await label("nope");',
    fails: ["tool_error", 2],
    says: ['The skill "label" failed at line 7 of skills/label.py: There is no order nope.'],
  },
  {
    program: "return await skills.total_of([]);",
    fails: ["unknown_tool", 1],
    says: ['import { total_of } from "skills/total_of"', 'skills.run("total_of"'],
  },
  { program: 'return await codemode.skills.run("total_of", { ids: ["o3"] });', value: 7 },
  { program: 'return await callTool("skills__total_of", { ids: ["o3"] });', value: 7 },
  {
    program:
      'import { runSkill } from "generated/skills";\nconst r = await runSkill("report", "make.py", ["--limit", "2"]);\nreturn [r.success, JSON.parse(r.stdout)];',
    value: [true, ["Ada", "Bo"]],
  },
  {
    program:
      'import { runSkill } from "generated/skills";\nconst r = await runSkill({ skill_name: "report", script_name: "make.py", args: { limit: 1 } });\nreturn r.stdout.trim();',
    value: '["Ada"]',
  },
  {
    program:
      'import { runSkill } from "generated/skills";\nconst r = await runSkill("report", "make.py", ["--max", "2"]);\nreturn [r.success, r.stderr.includes("--limit")];',
    value: [false, true],
  },
  {
    program:
      'import { runSkill } from "generated/skills";\nconst r = await runSkill("report", "bad.py");\nreturn [r.success, r.error_type, r.error_value];',
    value: [false, "KeyError", "'missing'"],
  },
  {
    program: 'import { runSkill } from "generated/skills";\nreturn await runSkill("report", "make.ts");',
    fails: ["unknown_tool", 2],
    says: ["scripts/make.py"],
  },
  {
    program:
      'import { runSkill } from "generated/skills";\nconst r = await runSkill("report", "sum.ts");\nreturn [r.value, r.stdout];',
    value: [3, "orders 3\n"],
  },
  { program: [TOTAL.trim(), 'return await total_of(["o3"]);'], value: 7 },
]);

export const PYTHON_SKILL_CASES: readonly ProgramCase[] = titled([
  { program: 'from skills.total_of import total_of\nawait total_of(["o1"])', value: 12.5 },
  { program: 'from skills.total_of import total_of\nawait total_of(ids=["o1", "o3"], factor=2)', value: 39 },
  { program: 'from skills.label import label\nawait label("o1", upper=True)', value: "O1-ADA" },
  { program: 'from skills.label import plain\nplain("ab", 2)', value: "abab" },
  {
    program: 'from skills.label import labels\nawait labels("o1")',
    fails: ["unknown_tool", 1],
    says: ["Did you mean label"],
  },
  {
    program: 'from skills.labels import label\nawait label("o1")',
    fails: ["unknown_tool", 1],
    says: ["Did you mean label"],
  },
  {
    program: 'from skills.total_of import total_of\nawait total_of("o1")',
    fails: ["invalid_arguments", 2],
    says: ["/ids must be a list"],
  },
  {
    program: 'from skills.label import label\nawait label(id="o1")',
    fails: ["runtime_error", 2],
    says: ["`label` takes (order_id: str, *, upper: bool = False)"],
  },
  {
    program:
      'from generated.skills import run_skill\nr = await run_skill("report", "make.py", ["--limit", "2"])\n[r["success"], r["stdout"]]',
    value: [true, '["Ada", "Bo"]\n'],
  },
  {
    program: 'from generated.skills import run_skill\nr = await run_skill("report", "sum.ts")\nr.stdout',
    fails: ["runtime_error", 3],
    says: ["write `r['stdout']`"],
  },
  {
    program: 'from generated.skills import run_skill\nawait run_skill("reports", "make.py")',
    fails: ["unknown_tool", 2],
    says: ["Did you mean report"],
  },
  {
    program:
      'import asyncio\nfrom skills.label import label, write_all\nasync def main():\n    print(await label("o1"))\n    return await write_all(["o3"])\nasyncio.run(main())',
    value: 1,
    stdout: "o1-Ada\n",
    writes: ["o3-Cy"],
  },
  {
    program: 'import asyncio\nfrom skills.label import label\nawait asyncio.gather(*[label(i) for i in ("o1", "o2")])',
    value: ["o1-Ada", "o2-Bo"],
  },
  { program: ["from skills.label import label", 'await label("o2")'], value: "o2-Bo" },
]);
