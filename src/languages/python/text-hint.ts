import type { GuestFault } from "../../engines/engine.ts";
import { isPythonKeyword } from "./emit/text.ts";
import { isProse, signHint } from "../text-signs.ts";

const SET_LANGUAGE = 'This looks like TypeScript: set the language to "typescript", or write it in Python.';
const CORRECT = "Correct this line and send the whole program again.";
const SEND_CODE = "Send only the program, without other text; put remarks into comments that begin with #.";

/** Beginnings of lines in other languages that cannot be meant as Python. */
const JAVASCRIPT =
  /^\s*(?:\/\/|\/\*|(?:export\s+)?(?:const|let|var)\s+[\w$[{]|(?:export\s+)?(?:async\s+)?function\b|import\s.*\bfrom\s+["']|export\s|console\.\w+\(|\}\s*(?:else|catch|finally)\b|if\s*\(.*\)\s*\{\s*$|for\s*\(|while\s*\(.*\)\s*\{|return\b.*;\s*$|.*=>)/;
const SHELL =
  /^\s*(?:\$\s+\S|#!.*\bsh\b|(?:sudo|npm|npx|pip|pip3|curl|wget|git|cd|ls|cat|grep|echo|mkdir|rm|chmod|docker|apt|apt-get|brew|uv|conda|export)\s+[\w./~"'$-]|(?:python3?|node|bash|sh|cat)\s+(?:[\w./-]+\s*$|-\w*\s|<<))/;
const MAGIC = /^\s*(?:!|%%?)\s*\w/;

/** Characters of a line, and of the beginning of the text, that are looked at. */
const MOST_READ = 4000;

/** Advice for a text that Python cannot read, by what the text looks like. */
export function textHint(code: string, { message, frames, hint }: GuestFault): string | undefined {
  const lines = code.split("\n").map((line) => line.slice(0, MOST_READ));
  const place = { line: 1, column: 1, ...frames[0] };
  const line = lines[place.line - 1] ?? "";
  if (isEscaped(code, lines)) {
    return "The text holds `\\n` as two characters where line breaks are meant: send it with real line breaks.";
  }
  return (
    signHint({ text: code.slice(0, MOST_READ), line, column: place.column }) ??
    ofOtherLanguage(lines, line) ??
    (isProse(line) ? SEND_CODE : undefined) ??
    ofWords(message) ??
    (message.startsWith("name '") ? undefined : (hint ?? CORRECT))
  );
}

/** A whole program on one line, whose line breaks and quotes were escaped once too often. */
function isEscaped(code: string, lines: readonly string[]): boolean {
  const withBreaks = lines.filter((each) => each.trim() !== "").length;
  return (
    withBreaks <= 2 && /[:)\]"'\w]\\n(?:\s|\\t|\w)/.test(code.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""'))
  );
}

function ofOtherLanguage(lines: readonly string[], line: string): string | undefined {
  if (MAGIC.test(line))
    return "Magic commands of notebooks are not here, and nothing can be installed: use the standard library and tools.";
  if (SHELL.test(line) || SHELL.test(lines.find((each) => each.trim() !== "") ?? "")) {
    return "This looks like shell commands, and there is no shell: write Python, and reach the outside through tools, as `await server.tool(...)`.";
  }
  if (JAVASCRIPT.test(line) || lines.filter((each) => JAVASCRIPT.test(each)).length > lines.length / 3)
    return SET_LANGUAGE;
  if (/^\s*<\/?[A-Za-z!]/.test(line)) return SEND_CODE;
  const code = line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|#.*/g, '""');
  return ofKeyword(code) ?? HABITS.find(([pattern]) => pattern.test(code))?.[1];
}

/** For a line that gives a value to a keyword, as a call of a tool with a parameter `from` would. */
function ofKeyword(code: string): string | undefined {
  const named = [...code.matchAll(/(?:^|[(,])\s*([a-z]+)\s*=(?!=)/g)].map(([, name = ""]) => name);
  const keyword = named.find(isPythonKeyword);
  if (keyword === undefined) return undefined;
  return `\`${keyword}\` is a keyword of Python: write \`${keyword}_\`, which a tool takes as its parameter \`${keyword}\`.`;
}

/** Signs of other languages inside a line of Python, and what Python writes. */
const HABITS: readonly (readonly [RegExp, string])[] = [
  [/&&|\|\||(?:^|[\s(=])!\s*[A-Za-z(]/, "Python writes `and`, `or` and `not`."],
  [/===|!==/, "Python writes `==` and `!=`, and `is None` for nothing."],
  [/(?:\+\+|--)\s*;?\s*$/, "Python writes `i += 1` and `i -= 1`."],
  [/\belse\s+if\b/, "Python writes `elif`."],
  [/`/, 'Python writes texts with values in them as f"hello {name}".'],
  [/\/\/\s*[A-Za-z]+\s+[A-Za-z]+/, "Comments of Python begin with `#`."],
  [/\?[^:?]*:[^:]*$/, "Python writes a choice as `a if condition else b`."],
];

/** For messages of the interpreter that say what is wrong but not what to write. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [
    /'await' outside|asynchronous comprehension outside|'async (?:with|for)' outside/,
    "`await` stands at the top level or in an `async def`: make the enclosing function `async def`, and await its calls.",
  ],
  [/^expected ':'/, "Put a colon at the end of this line."],
  [/^Missing parentheses in call to 'print'/, "`print` is a function: write `print(…)`."],
  [/invalid (?:non-printable )?character/, "Replace this character."],
  [/inconsistent use of tabs|unindent does not match/, "Indent with four spaces everywhere, and with no tabs."],
  [
    /unexpected indent/,
    "Give this line the indentation of the line before; at the top level every line begins in the first column.",
  ],
  [/expected an indented block/, "Indent the lines of the block by four spaces, or write `pass`."],
  [/was never closed|unterminated|unexpected EOF/, "The text may have been cut off: send the whole program."],
];

function ofWords(message: string): string | undefined {
  return WORDS.find(([pattern]) => pattern.test(message))?.[1];
}
