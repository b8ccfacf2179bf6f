import type { ProgramCase } from "./program-case.ts";

/** Texts that are not a program of this language. */
export const FOREIGN_CASES: readonly ProgramCase[] = [
  {
    id: "HTML entities",
    program: "const a = 1;\nif (a &lt; 2) console.log(&quot;x&quot;);",
    fails: ["syntax_error", 2],
    says: ["HTML entities"],
  },
  {
    id: "JSX with attributes",
    program: 'const el = <div className="a">hi</div>;',
    fails: ["syntax_error", 1],
    says: ["JSX is not supported"],
  },
  {
    id: "JSX that closes itself",
    program: "const el = <Chart data={[1]} />;",
    fails: ["syntax_error", 1],
    says: ["JSX is not supported"],
  },
  {
    id: "a JSX fragment",
    program: "const el = <><b>x</b></>;\nreturn el;",
    fails: ["syntax_error", 1],
    says: ["JSX is not supported"],
  },
  {
    id: "an object in the braces of an arrow function",
    program: 'const rows = [1].map((n) => { id: n, name: "x" });',
    fails: ["syntax_error", 1],
    says: ["parentheses", "=> ({"],
  },
  {
    id: "Python with open",
    program: 'with open("a.csv") as f:\n    print(f.read())',
    fails: ["syntax_error", 1],
    says: ['set the language to "python"'],
  },
  {
    id: "Python try",
    program: "try:\n    x = 1\nexcept Exception as e:\n    pass",
    fails: ["syntax_error", 1],
    says: ['"python"'],
  },
  { id: "a Python class", program: "class A:\n    x = 1", fails: ["syntax_error", 1], says: ['"python"'] },
  { id: "a Python docstring", program: '"""Counts orders."""\nx = 1', fails: ["syntax_error", 1], says: ['"python"'] },
  {
    id: "a Python comment",
    program: '# count the orders\nresult = await shop.list_orders()\nresult["orders"] if result else None',
    fails: ["syntax_error", 1],
    says: ['"python"'],
  },
  {
    id: "a Python comprehension",
    program: "x = [i for i in range(3)]",
    fails: ["syntax_error", 1],
    says: ['"python"'],
  },
  { id: "a Python import", program: "import os\nprint(os.getcwd())", fails: ["syntax_error", 2], says: ['"python"'] },
  {
    id: "a mistake below a heading in a template",
    program: "const text = `\n# Title\n`;\nconst x = ;",
    fails: ["syntax_error", 4],
    mustNotSay: ["python"],
  },
  {
    id: "line breaks written out",
    program: "const r = await shop.motd({});\\nreturn r.length;",
    fails: ["syntax_error", 1],
    says: ["real line breaks"],
  },
  {
    id: "a program in quotes",
    program: '"const a = 1;\\nreturn a;"',
    fails: ["syntax_error", 1],
    says: ["without the quotes"],
  },
  { id: "a text that is a value", program: '"hello world"', value: "hello world" },
  {
    id: "a listing of a folder",
    program: "ls -la /workspace",
    fails: ["syntax_error", 1],
    says: ["no shell here"],
    mustNotSay: ["Declare"],
  },
  { id: "an installation", program: "npm install axios", fails: ["syntax_error", 1], says: ["no shell here"] },
  { id: "a pipe of commands", program: "cat file.txt | grep x", fails: ["syntax_error", 1], says: ["no shell here"] },
  { id: "a difference of names that are commands", program: "const ls = 5, la = 3;\nls -la", value: 2 },
  {
    id: "JSON around a program",
    program: '{"code": "return 1"}',
    fails: ["syntax_error", 1],
    says: ["text of the program alone"],
  },
  {
    id: "arguments as a program",
    program: '{"id": 1, "name": "x"}',
    fails: ["syntax_error", 1],
    says: ["JSON, not a program"],
  },
  {
    id: "prose before the code",
    program: "I will now list the orders for you.\nconst x = 1;",
    fails: ["syntax_error", 1],
    says: ["only the program"],
  },
];
