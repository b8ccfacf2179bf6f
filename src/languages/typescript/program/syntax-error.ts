import { CodemodeError } from "../../../base/codemode-error.ts";
import { defined } from "../../../base/defined.ts";
import { findLoneBracket } from "./text/brackets.ts";
import { hintForForeign } from "./text/foreign-text.ts";
import { BoundExceeded } from "./reader/run-bounded.ts";
import { TextLines, type TextPosition } from "../../../base/text-position.ts";

const MAX_QUOTE = 120;

/** The error of a text that took more time, or more stack or memory, than reading a program may. */
export function notRead(lacked: "time" | "stack", place: TextPosition, cause?: unknown): CodemodeError {
  const message =
    lacked === "time"
      ? "The program took too long to be read, so it was not run."
      : "The program is nested too deeply, or one expression of it is too long, to be read.";
  const again = lacked === "time" ? " Where the program is a plain one, send it again: the machine was busy." : "";
  const hint = `Build large values step by step, and pass large data through a tool or an artifact.${again}`;
  return new CodemodeError("syntax_error", message, { ...place, hint, ...defined({ cause }) });
}

/** Place and reason why a text is not a runnable program. */
interface ProblemPlace {
  /** Offset in the JavaScript, while the place in the code is not known yet. */
  readonly pos?: number;
  /** Place in the code. */
  readonly position?: TextPosition;
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** A problem found before the place in the user's text is known. */
export class ParseProblem extends SyntaxError {
  readonly pos: number;
  readonly position: TextPosition | undefined;
  readonly hint: string | undefined;

  constructor(message: string, { pos = 0, position, hint, cause }: ProblemPlace) {
    super(message, cause === undefined ? undefined : { cause });
    this.pos = pos;
    this.position = position;
    this.hint = hint;
  }
}

/** The texts an error is shown in. */
interface ErrorTexts {
  readonly text: string;
  readonly code: string;
  readonly toUserText: (position: TextPosition) => TextPosition;
}

/**
 * Failure while preparing, as a `syntax_error` that quotes the offending line of the user's text with a caret.
 * Errors that are not a fault of the text are returned unchanged.
 */
export function toSyntaxError(error: unknown, texts: ErrorTexts): unknown {
  const start = texts.toUserText({ line: 1, column: 1 });
  if (error instanceof BoundExceeded) return notRead("time", start, error);
  if (error instanceof RangeError) return notRead("stack", start, error);
  if (!(error instanceof ParseProblem)) return error;
  const lines = new TextLines(texts.text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n"));
  const place = error.position === undefined ? start : texts.toUserText(error.position);
  const message = error.message
    .replace(/(?<!\s)\s*\(\d+:\d+\)$/, "")
    .replace(/^Unsyntactic (\w+)/, "`$1` stands outside a loop")
    .replace(/[^.]$/, "$&.");
  const line = lines.lineAt(place.line);
  const before = place.line > 1 ? lines.lineAt(place.line - 1) : "";
  const hint =
    error.hint ?? hintFor(message, { text: texts.text, line, column: place.column }) ?? joinedHint(before, line);
  if (hint !== undefined) return syntaxError(error, { message, place, hint }, lines);
  // A bracket without a partner is often noticed far from it.
  const lone = texts.code.length > MOST_SEARCHED ? undefined : findLoneBracket(texts.code);
  if (lone === undefined) return syntaxError(error, { message, place, hint: GENERAL_HINT }, lines);
  const at = texts.toUserText(new TextLines(texts.code).positionAt(lone.pos));
  if (at.line === place.line)
    return syntaxError(error, { message, place, hint: `${lone.message} ${lone.hint}` }, lines);
  return syntaxError(error, { message: lone.message, place: at, hint: lone.hint }, lines);
}

/** Characters of a program that are searched for brackets without a partner, which takes a moment. */
const MOST_SEARCHED = 32_768;

const GENERAL_HINT = "Correct this line and send the whole program again.";

interface ShownProblem {
  readonly message: string;
  readonly place: TextPosition;
  readonly hint: string;
}

function syntaxError(cause: unknown, { message, place, hint }: ShownProblem, lines: TextLines): CodemodeError {
  const quoted = quoteLine(lines.lineAt(place.line), place);
  return new CodemodeError("syntax_error", `Line ${place.line}: ${message}\n${quoted}`, { ...place, hint, cause });
}

function quoteLine(line: string, { line: number, column }: TextPosition): string {
  const from = column > MAX_QUOTE - 20 ? column - MAX_QUOTE / 2 : 0;
  const shown = line.slice(from, from + MAX_QUOTE).replace(/[\t\u2028\u2029]/g, " ");
  const label = `${number} | ${from > 0 ? "…" : ""}`;
  return `${label}${shown}\n${" ".repeat(label.length + column - 1 - from)}^`;
}

/** An element in angle brackets where a value stands; a type argument has no closing sign or attribute of this kind. */
const JSX = /(?:^|[=(,?:[{]|=>|&&|\breturn)\s*<(?:>|[A-Za-z][\w.]*(?:\s+[\w-]+(?:=|\s|\/?>)|\s*\/>|>.*<\/))/;

const JSX_HINT = "JSX is not supported; build the text or object with ordinary code.";

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^@/, "Decorators are not supported; call the function on the value instead."],
  [/^<\/?[A-Za-z>]/, JSX_HINT],
  [/^(?:```|~~~)/, "Send one program, without Markdown around it."],
  [/^(?:namespace|module)\b/, "Namespaces are not supported; use an object or top-level functions."],
];

/** For messages that say what is wrong but not what to write. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [
    /^Cannot use keyword 'await' outside/,
    "`await` stands at the top level or in an async function: write `async` before the function around it, and await its calls.",
  ],
  [/^Identifier '.*' has already been declared/, "Leave out the second declaration, or give it another name."],
  [/^`(?:break|continue)` stands/, "It belongs inside a loop; at the top level, end the program with `return`."],
  [/^Unterminated (?:template|string)/, "Close the text that begins here; if the program was cut off, send all of it."],
];

/** For a line that begins with a bracket and is read as part of the line before. */
function joinedHint(before: string, line: string): string | undefined {
  const [sign] = /^\s*[[(`/]/.exec(line) ?? [];
  if (sign === undefined || !/[\w$)\]'"`]$/.test(before.trimEnd())) return undefined;
  return `A \`;\` is missing at the end of the line before: the \`${sign.trim()}\` is read as part of it.`;
}

interface ProblemText {
  readonly text: string;
  /** The line of the problem. */
  readonly line: string;
  readonly column: number;
}

/** Undefined for a problem that nothing more is known about. */
function hintFor(message: string, { text, line, column }: ProblemText): string | undefined {
  const foreign = hintForForeign(text, line, column);
  if (foreign !== undefined) return foreign;
  const rest = line.slice(column - 1).replace(/^\/(?=[A-Za-z>])/, "</");
  if (JSX.test(line)) return JSX_HINT;
  const known = HINTS.find(([start]) => start.test(rest) || start.test(line.trimStart()));
  if (known !== undefined) return known[1];
  const words = WORDS.find(([pattern]) => pattern.test(message))?.[1];
  if (words !== undefined) return words;
  const isEnd = line.slice(column - 1).trim() === "" && text.trimEnd().endsWith(line.trimEnd());
  return isEnd
    ? "The text ends before every bracket is closed: it may have been cut off. Close them, or send the whole program."
    : undefined;
}
