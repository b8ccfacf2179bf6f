import type { ProgramCase } from "./program-case.ts";

const RUN = 'print("ran")\n5\n';

const TAGGED: readonly ProgramCase[] = [
  "",
  "Python 3",
  "ipython3",
  "py,ignore",
  "python:main.py",
  "text",
  "py",
  "tool_code",
].map((info) => ({ id: `tag ${info}`, program: `\`\`\`${info}\n${RUN}\`\`\``, value: 5, stdout: "ran\n" }));

const OTHER: readonly ProgramCase[] = ["javascript", "json", "ts", "bash"].map((info) => ({
  id: `tag of something else, ${info}`,
  program: `\`\`\`${info}\n${RUN}\`\`\``,
  fails: ["syntax_error", 1],
  says: [`\`${info}\``, "without Markdown"],
}));

/** Markdown around Python programs. */
export const PYTHON_MARKDOWN_CASES: readonly ProgramCase[] = [
  ...TAGGED,
  ...OTHER,
  {
    id: "a fence inside a docstring of a fenced program",
    program: '```python\ndef f():\n    """Adds.\n\n    ```\n    f()\n    ```\n    """\n    return 5\nf()\n```',
    value: 5,
  },
  {
    id: "a fence inside a text of a fenced program",
    program: '```python\nreport = """# Report\n```json\n{}\n```\n"""\nprint(len(report) > 5)\n```',
    stdout: "True\n",
  },
  {
    id: "two programs",
    program: '```python\nx = 1\n```\n\n```python\nawait shop.note(text="second")\n```',
    fails: ["syntax_error", 5],
    says: ["one program"],
  },
  {
    id: "two programs with prose",
    program: "First:\n```python\nx = 2\n```\nThen:\n```python\nprint(x * 21)\n```",
    fails: ["syntax_error", 6],
    says: ["one program"],
  },
  {
    id: "a thought in a fence before the program",
    program: 'Thought:\n```\ninvalid code\n```\n\nCode:\n```python\nprint("valid code")\n```',
    fails: ["syntax_error", 7],
    says: ["one program"],
    mustNotSay: ["valid code\n"],
  },
  {
    id: "prose, a fence and an end mark",
    program: "Thoughts: I need to count.\nCode:\n```py\n1 + 1\n```<end_code>",
    value: 2,
  },
  { id: "a closing fence on the last line of code", program: "```python\n1 + 1```", value: 2 },
  {
    id: "TypeScript in a fence",
    program: "```ts\nconst a: number = 1;\nreturn a;\n```",
    fails: ["syntax_error", 1],
    says: ['language to "typescript"'],
  },
  { id: "a program indented as a whole", program: "\n    x = 1\n    if x:\n        x = 2\n    x\n", value: 2 },
  { id: "a program indented with tabs", program: "\tx = 1\n\tif x:\n\t\tx = 2\n\tx\n", value: 2 },
];
