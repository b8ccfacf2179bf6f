import type { Expression, Program } from "acorn";
import { describedCall } from "../../../described-call.ts";
import { isProse, signHint } from "../../../text-signs.ts";

/** A program text that is something else, and what to do about it. */
interface Foreign {
  /** Tried on the beginning of the text. */
  readonly text?: RegExp;
  /** Tried on the first line that says something. */
  readonly first?: RegExp;
  /** Tried on the line of the problem. */
  readonly line?: RegExp;
  readonly hint: string;
}

/** Characters that are looked at. */
const MOST_READ = 4000;

const SHELL_COMMAND =
  /^\s*(?:\$\s+)?(?:sudo\s+)?(?:ls|cd|cat|grep|curl|wget|npm|npx|yarn|pnpm|pip3?|python3?|node|git|docker|kubectl|echo|mkdir|rm|cp|mv|find|touch|chmod|sed|awk|head|tail|ps|export|which|pwd|ssh|tar|bash|sh)(?:\s+[-./~"'$\w@*][^=(]*)?$/;

const PYTHON =
  /^\s*(?:(?:async )?def \w+\s*\(|class \w+(?:\([\w., ]*\))?:|(?:async )?with .+:\s*$|try:\s*$|except\b.*:|elif\b.+:|else:\s*$|finally:\s*$|(?:async )?for [\w, ]+ in [^)]+:\s*$|while [^{]+:\s*$|if [^{]+:\s*$|from [\w.]+ import |import \w+(?:\.\w+)*(?: as \w+)?\s*$|print\s+["'f]|"""|'''|#\s)|[[({].+ for [\w, ]+ in .+[\])}]|\blambda \w+:|\bf"[^"]*\{/;

const SHELL =
  "This looks like a shell command; there is no shell here. Call the tools of a server: `await server.tool({ … })`.";
const QUOTED =
  "The whole program is one text in quotes: send the program itself, with real line breaks and without the quotes.";

/** The first that fits is reported; the surest come first. */
const FOREIGN: readonly Foreign[] = [
  {
    text: /^\s*\{\s*"(?:code|program|script)"\s*:/,
    hint: "This is JSON that contains a program: send the text of the program alone.",
  },
  { text: /^\s*#!\s*\/|^\s*(?:set -e|#!\/bin)/, hint: SHELL },
  { line: SHELL_COMMAND, hint: SHELL },
  {
    text: /^[^\n]*[;{})\]]\\n[^\n]*$/,
    hint: "The line breaks of the program came as a backslash and an n: send real line breaks.",
  },
  { first: PYTHON, line: PYTHON, hint: 'This looks like Python: set the language to "python".' },
  {
    line: /<\/?[A-Za-z][\w.-]*(?:\s+[\w-]+=|\s*\/?>)|<>/,
    hint: "JSX is not supported; build the text or object with ordinary code.",
  },
  {
    text: /^\s*[{[]\s*(?:"[^"\n]*"\s*:|\{\s*")/,
    hint: "This is JSON, not a program: pass it as the arguments of a call, as in `await server.tool({ … })`.",
  },
  {
    line: /=>\s*\{\s*(?:[\w$]+|"[^"]*"|'[^']*')\s*:/,
    hint: "To return an object from an arrow function, put it in parentheses: `=> ({ … })`.",
  },
];

const PROSE = "This is prose, not a program: send only the program, and put what you want to say into comments.";

/** Advice for a text that does not parse at a column of a line, if it is not JavaScript or TypeScript at all. */
export function hintForForeign(text: string, line: string, column: number): string | undefined {
  const start = text.slice(0, MOST_READ);
  const first = start.trimStart().split("\n", 1)[0] ?? "";
  const shown = line.slice(0, MOST_READ);
  const sign = signHint({ text: start, line: shown, column });
  if (sign !== undefined) return sign;
  const call = describedCall(text);
  if (call !== undefined) return describedHint(call);
  const foreign = FOREIGN.find((each) =>
    [each.text?.test(start), each.first?.test(first), each.line?.test(shown)].includes(true),
  );
  return foreign?.hint ?? (isProse(first) || isProse(shown) ? PROSE : undefined);
}

function describedHint({ name, args }: { readonly name: string; readonly args: unknown }): string {
  const given = JSON.stringify(args ?? {});
  const call = `await callTool(${JSON.stringify(name)}, ${given.length > 200 ? "{ … }" : given})`;
  return `This is JSON that describes a call, not a program: write \`${call}\`, with the full name of the tool, \`server__tool\`.`;
}

/** Fault of a text that parses although it is not a program: a shell command, or a program in quotes. */
export function findForeign(
  program: Program,
  js: string,
  isFree: (name: string) => boolean,
): { readonly message: string; readonly pos: number; readonly hint: string } | undefined {
  const [only, ...others] = program.body;
  if (only?.type !== "ExpressionStatement" || others.length > 0) return undefined;
  const { expression, start: pos } = only;
  const quoted = quotedText(expression);
  if (quoted !== undefined && isProgram(quoted)) return { message: "The program is a text.", pos, hint: QUOTED };
  const text = js.trim();
  const [command = ""] = /^\w+/.exec(text) ?? [];
  return expression.type === "BinaryExpression" && SHELL_COMMAND.test(text) && isFree(command)
    ? { message: "This is a shell command, not a program.", pos, hint: SHELL }
    : undefined;
}

/** The text of a literal without parts to fill in. */
function quotedText(expression: Expression): string | undefined {
  if (expression.type === "Literal" && typeof expression.value === "string") return expression.value;
  const [only, ...others] = expression.type === "TemplateLiteral" ? expression.quasis : [];
  return others.length === 0 ? (only?.value.cooked ?? undefined) : undefined;
}

/** True for a text that has statements of JavaScript in it. */
function isProgram(text: string): boolean {
  if (/^\s*return\s+(?:[\d"'`[{(]|await\b)[^\n]*$/.test(text)) return true;
  return /^\s*(?:const|let|var|import|async|function|return|await|export|for|if|try)\b[^\n]*[;({=]/m.test(text);
}
