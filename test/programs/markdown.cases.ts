import type { ProgramCase } from "./program-case.ts";

const RETURNS_FIVE = "return 5;\n";

/** A block of any tag, as one case each. */
const TAGGED: readonly ProgramCase[] = [
  "",
  "node",
  "code",
  "cts",
  "ecmascript",
  "es6",
  "javascript runnable",
  "ts filename=x.ts",
  "ts,ignore",
  'typescript title="x"',
  "TypeScript",
  "{.ts}",
  "tsx {1,3}",
  "js:main.js",
  "tool_code",
  "program",
  "text",
].map((info) => ({ id: `tag ${info}`, program: `\`\`\`${info}\n${RETURNS_FIVE}\`\`\``, value: 5 }));

/** Markdown around TypeScript programs. */
export const MARKDOWN_CASES: readonly ProgramCase[] = [
  ...TAGGED,
  {
    id: "a tag of the other language",
    program: "```py\nreturn 5;\n```",
    fails: ["syntax_error", 1],
    says: ["`py`", 'language to "python"', "without Markdown"],
  },
  {
    id: "a fence inside a comment",
    program: "```ts\n/*\n```\nexample\n```\n*/\nreturn 9;\n```",
    value: 9,
  },
  {
    id: "two programs",
    program: "```ts\nawait shop.note({ text: 'a' });\n```\n\n```ts\nawait shop.note({ text: 'b' });\n```",
    fails: ["syntax_error", 5],
    says: ["2 code blocks, in lines 1 and 5", "one program"],
  },
  {
    id: "a thought in a block before the program",
    program: "Thought:\n```\nI need the orders\n```\nCode:\n```ts\nreturn 1;\n```",
    fails: ["syntax_error", 6],
    says: ["2 code blocks", "one program"],
  },
  {
    id: "a program and its expected output",
    program: 'Run this:\n```ts\nreturn { a: 1 };\n```\nIt gives:\n```json\n{ "a": 1 }\n```',
    value: { a: 1 },
    says: ["the code block marked `json` in line 6 was not"],
  },
  {
    id: "a program and a command to install things",
    program: "```bash\nnpm install lodash\n```\n```ts\nreturn 1;\n```",
    fails: ["syntax_error", 4],
    says: ["2 code blocks"],
  },
  { id: "JSON alone", program: '```json\n{ "a": 1 }\n```', fails: ["syntax_error", 1], says: ["`json`", "TypeScript"] },
  { id: "shell alone", program: "```bash\nls -la\n```", fails: ["syntax_error", 1], says: ["`bash`", "TypeScript"] },
  { id: "an empty block", program: "Here:\n```ts\n\n```", fails: ["syntax_error", 2], says: ["empty"] },
  { id: "prose around a block", program: "Here's it:\n\n```ts\nreturn 3;\n```\nIt's done; enjoy.", value: 3 },
  { id: "an end mark after the fence", program: "Thoughts: count.\nCode:\n```ts\n1 + 1\n```<end_code>", value: 2 },
  { id: "an end mark without a fence", program: "return 4;\n<end_code>", value: 4 },
  { id: "no closing fence", program: "```ts\nreturn 6;\n", value: 6 },
  { id: "no opening fence", program: "return 7;\n```", value: 7 },
  { id: "the closing fence in the last line", program: "```ts\nreturn 8;```", value: 8 },
  { id: "tildes", program: "~~~ts\nreturn '```';\n~~~", value: "```" },
  { id: "four backticks around three", program: "````ts\n/*\n```ts\n*/\nreturn 2;\n````", value: 2 },
  {
    id: "code before a block",
    program: "await shop.note({ text: 'lost' });\n```ts\nreturn 1;\n```",
    fails: ["syntax_error", 1],
    says: ["code outside the code block", "one program"],
  },
  {
    id: "code after a block",
    program: "```ts\nconst a = 1;\n```\nThen:\nreturn a + 1;",
    fails: ["syntax_error", 5],
    says: ["code outside the code block"],
  },
  {
    id: "code in the line of the fence",
    program: "```ts const a = await shop.note({ text: 'x' });\nreturn 1;\n```",
    fails: ["syntax_error", 1],
    says: ["line of the fence"],
  },
  {
    id: "a thought in tags before the code",
    program: "<thinking>count them</thinking>\nreturn 1;",
    fails: ["syntax_error", 1],
    says: ["<thinking>", "only the program"],
  },
  {
    id: "the line of an error counts the Markdown",
    program: "Sure!\n\n```ts\nconst a = 1;\nthrow new Error('here');\n```",
    fails: ["runtime_error", 5],
  },
  {
    id: "a program between single backticks",
    program: "`return 5`",
    fails: ["syntax_error", 1],
    says: ["without the quotes"],
  },
  {
    id: "a text between single backticks",
    program: "`return the goods`",
    value: "return the goods",
  },
  {
    id: "a fence in a text of the program",
    program: 'const a = "x";\n"\\n```\\ncode\\n```"',
    value: "\n```\ncode\n```",
  },
];
