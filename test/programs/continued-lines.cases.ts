import { type ProgramCase, titled } from "./program-case.ts";

const continued = (bracket: string): readonly string[] => [
  `A \`;\` is missing at the end of the line before: the ${bracket} is read as part of it.`,
];

/** Lines without a semicolon that the next one goes on with, and values that cannot be written to. */
export const CONTINUED_LINE_CASES: readonly ProgramCase[] = titled([
  { program: "let x = 5\nlet y = 6\n[x, y] = [y, x]\nx", fails: ["runtime_error", 3], says: continued("`[`") },
  {
    program: "[1, 2].forEach((n) => console.log(n))\n(await shop.motd({})).length",
    fails: ["runtime_error", 2],
    says: ["`[1, 2].forEach((n) => console.log(n))` is not a function.", ...continued("`(`")],
  },
  {
    program: "const orders = await shop.list_orders({})\n\n  (async () => { console.log(1) })()",
    fails: ["runtime_error", 3],
    says: continued("`(`"),
  },
  { program: "const n = 5\n`text ${n}`.length", fails: ["runtime_error", 2], says: continued("template text") },
  {
    program: 'const s: any = "abc"; s[0] = "x"; s',
    fails: ["runtime_error", 1],
    says: ["`s` is a text, a number or a truth value, so nothing can be set in it."],
    mustNotSay: ["missing"],
  },
  { program: "const n: any = 5; n.total = 1; n", fails: ["runtime_error", 1], says: ["`n` is a text, a number"] },
  {
    program: 'const fs = await import("node:fs/promises");\nawait fs.readFile("x")',
    fails: ["unknown_tool", 1],
    says: ["There is no file system here", "These can be imported"],
    mustNotSay: ["Its fields"],
  },
  {
    program: 'const { default: axios } = await import("axios");',
    fails: ["unknown_tool", 1],
    says: ["There is no network here"],
    mustNotSay: ["Its fields"],
  },
  {
    program:
      'let found = "none"; try { await import("./data.json"); } catch (error: any) { found = error.code; } found',
    value: "unknown_tool",
  },
]);

/** Names that other places where JavaScript runs have. */
export const PLATFORM_NAME_CASES: readonly ProgramCase[] = titled(
  [
    { program: 'const worker = new Worker("x.js");', says: ["There are no threads here"] },
    { program: 'const source = new EventSource("/events");', says: ["There is no network here"] },
    {
      program: 'new DOMParser().parseFromString("<a/>", "text/html")',
      says: ["string methods or regular expressions"],
    },
    { program: "requestAnimationFrame(() => 1)", says: ["use `setTimeout`"] },
    { program: 'indexedDB.open("x")', says: ["There is no browser here"] },
    { program: "new FileReader()", says: ["There is no file system here"] },
    { program: "const { port1 } = new MessageChannel();", says: ["There are no threads here"] },
    { program: 'console.log(chalk.red("x"));', says: ["write it plain"] },
  ].map((row) => Object.assign({ fails: ["type_error", 1] as const, mustNotSay: ["Did you mean"] }, row)),
);
