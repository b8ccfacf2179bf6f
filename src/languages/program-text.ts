import { TextLines } from "../base/text-position.ts";
import { CodemodeError } from "../base/codemode-error.ts";
import type { GuestLanguage } from "../engines/engine.ts";

/** The program inside a text, and where it begins there. */
export interface ProgramText {
  /** The program, with `\n` as its only line break. */
  readonly code: string;
  /** Lines before the program. */
  readonly lineOffset: number;
  /** Parts of the text that are not run, as sentences. */
  readonly notes: readonly string[];
}

/** Part of a text between two offsets. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** The strings and comments of a code text, in order. */
type ListText = (code: string) => readonly TextRange[];

/**
 * Finds the one program of a text: the text itself, or the code block in Markdown that contains it, whatever its tag.
 *
 * A line that looks like a fence inside a string or comment of the program is part of it. Throws `syntax_error` with the
 * line when it is open what is to be run: several blocks, code beside a block, a block that is marked as something else.
 */
export function findProgram(text: string, language: GuestLanguage, listText: ListText): ProgramText {
  const plain = (text.startsWith("\uFEFF") ? text.slice(1) : text)
    .replace(/\r\n?/g, "\n")
    .replace(/(?<!\s)\s*<end_(?:code|action)>\s*$/, "\n");
  refuseThought(plain);
  if (!plain.includes("```") && !plain.includes("~~~")) return { code: plain, lineOffset: 0, notes: [] };
  const blocks = findBlocks(plain, listText);
  const [first] = blocks;
  if (first === undefined) return { code: plain, lineOffset: 0, notes: [] };
  // A closing fence alone: the opening one was left out.
  if (first.isLone) return { code: plain.slice(0, first.start), lineOffset: 0, notes: [] };
  const { block, left } = chooseBlock(blocks, language);
  refuseCodeBeside(plain, blocks, language);
  return {
    code: block.code,
    lineOffset: block.line,
    notes: left.map(
      ({ tag, line }) => `Only the program was run; the code block marked \`${tag}\` in line ${line} was not.`,
    ),
  };
}

interface CodeBlock extends TextRange {
  /** First word after the opening fence, in lower case. */
  readonly tag: string;
  readonly code: string;
  /** Line of the opening fence, counted from 1. */
  readonly line: number;
  /** The text ends with this fence, and there is no other. */
  readonly isLone: boolean;
}

// More are refused, whatever they are.
const MOST_BLOCKS = 8;
const OPENING = /^[ \t]*(`{3,}|~{3,})([^`\n]*)$/gm;

function findBlocks(text: string, listText: ListText): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const opening = new RegExp(OPENING);
  for (let match = opening.exec(text); match !== null && blocks.length < MOST_BLOCKS; match = opening.exec(text)) {
    if (blocks.length === 0 && insideOf(listText(text))(match.index)) return [];
    const block = readBlock(text, match, listText);
    blocks.push({ ...block, isLone: block.isLone && blocks.length === 0 && block.end === text.length });
    opening.lastIndex = block.end;
  }
  return blocks;
}

function readBlock(text: string, opening: RegExpExecArray, listText: ListText): CodeBlock {
  const [whole, fence = "", info = ""] = opening;
  const start = opening.index;
  const { line } = new TextLines(text).positionAt(start);
  if (/[;()]$/.test(info.trimEnd())) {
    throw refusal(
      line,
      "The code begins on the line of the fence.",
      "Send the program alone, without Markdown around it.",
    );
  }
  const codeStart = Math.min(text.length, start + whole.length + 1);
  const { code, end } = readToClosing(text.slice(codeStart), fence, listText);
  const tag = /^[\s{.]*([\w+#-]*)/.exec(info)?.[1]?.toLowerCase() ?? "";
  const isLone = tag === "" && code.trim() === "" && start > 0;
  return { tag, code, line, start, end: end === undefined ? text.length : codeStart + end, isLone };
}

/** The code before a closing fence, and the offset after the fence when there is one. */
function readToClosing(
  rest: string,
  fence: string,
  listText: ListText,
): { readonly code: string; readonly end: number | undefined } {
  const isInside = insideOf(listText(rest));
  const marks = `${fence.charAt(0)}{${fence.length},}`;
  const closing = new RegExp(`^[ \\t]*${marks}[ \\t]*(?:</?[\\w|]+>)?[ \\t]*$`, "gm");
  let match = closing.exec(rest);
  while (match !== null && isInside(match.index)) match = closing.exec(rest);
  if (match !== null) return { code: rest.slice(0, match.index), end: match.index + match[0].length };
  const trailing = new RegExp(`${marks}\\s*$`).exec(rest);
  return { code: trailing === null ? rest : `${rest.slice(0, trailing.index)}\n`, end: undefined };
}

/** Says of offsets, asked in ascending order, whether they lie inside a range. */
function insideOf(texts: readonly TextRange[]): (offset: number) => boolean {
  let next = 0;
  return (offset) => {
    while ((texts[next]?.end ?? Number.POSITIVE_INFINITY) <= offset) next += 1;
    return (texts[next]?.start ?? offset) < offset;
  };
}

/** Words after a fence. A block with any other word, or with none, is taken for a program. */
const TAGS = {
  typescript: words(
    "ts typescript js javascript mts cts mjs cjs tsx jsx node nodejs deno bun ecmascript es es6 es2015 esm esnext",
  ),
  python: words("py python py2 py3 python2 python3 ipython ipython3 py3k cpython pyodide"),
  /** Programs that nothing here can run. */
  other: words(
    "bash sh shell zsh fish console terminal shell-session shellsession powershell ps1 pwsh cmd bat sql java go golang rust rs " +
      "ruby rb c cpp c++ csharp c# cs php swift kotlin kt scala r lua perl dockerfile docker makefile",
  ),
  data: words(
    "json jsonc json5 jsonl ndjson yaml yml toml xml html css csv tsv markdown md diff patch ini env mermaid output result log logs stdout stderr",
  ),
  plain: words("text txt plaintext plain"),
} as const;

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}

const NAMES: Readonly<Record<GuestLanguage, string>> = { typescript: "TypeScript", python: "Python" };

function chooseBlock(
  blocks: readonly CodeBlock[],
  language: GuestLanguage,
): { readonly block: CodeBlock; readonly left: readonly CodeBlock[] } {
  const isBeside = ({ tag }: CodeBlock): boolean => TAGS.data.has(tag) || (blocks.length > 1 && TAGS.plain.has(tag));
  const programs = blocks.filter((block) => !isBeside(block));
  const [block = blocks[0], second] = programs;
  if (block === undefined) throw new Error("There is no block to choose from.");
  if (second !== undefined) {
    const lines = programs.map(({ line }) => line).join(" and ");
    throw refusal(
      second.line,
      `The text holds ${programs.length} code blocks, in lines ${lines}, but one program is run.`,
      ONE_PROGRAM,
    );
  }
  refuseTag(block, language);
  if (block.code.trim() === "") throw refusal(block.line, "The code block is empty.", ONE_PROGRAM);
  return { block, left: blocks.filter((each) => each !== block) };
}

function refuseTag({ tag, line }: CodeBlock, language: GuestLanguage): void {
  const other = language === "python" ? "typescript" : "python";
  if (TAGS[other].has(tag)) {
    throw refusal(
      line,
      `The code block is marked \`${tag}\`, but the program was sent as ${NAMES[language]}.`,
      `Set the language to "${other}" if it is ${NAMES[other]}; otherwise send the program without Markdown around it.`,
    );
  }
  if (TAGS.other.has(tag) || TAGS.data.has(tag)) {
    throw refusal(
      line,
      `The code block is marked \`${tag}\`, so it is not a ${NAMES[language]} program.`,
      `Send one program in ${NAMES[language]}, without Markdown around it.`,
    );
  }
}

/** Patterns of lines of code that are not prose. */
const CODE_LINES: Readonly<Record<GuestLanguage, RegExp>> = {
  typescript:
    /^\s*(?:(?:const|let|var)\s+[\w$[{].*=|import\b.*["'];?\s*$|export\s+(?:default|const|async|function)\b|(?:await|return)\s.*;\s*$|await\s+[\w.]+\(|[\w$.]+\(.*\);\s*$|[\w$.]+\s*=\s*[^=].*;\s*$)/,
  python:
    /^\s*(?:import\s+[\w.]+(?:\s+as\s+\w+)?\s*$|from\s+[\w.]+\s+import\s|(?:async\s+)?def\s+\w+\(|await\s+[\w.]+\(|print\(|[\w.]+\s*=\s*[^=\s]|[\w.]+\(.*\)\s*$)/,
};

function refuseCodeBeside(text: string, blocks: readonly CodeBlock[], language: GuestLanguage): void {
  let line = 0;
  let at = 0;
  for (const content of text.split("\n")) {
    line += 1;
    const isOutside = blocks.every(({ start, end }) => at < start || at >= end);
    at += content.length + 1;
    if (!isOutside || !CODE_LINES[language].test(content)) continue;
    throw refusal(line, "There is code outside the code block.", ONE_PROGRAM);
  }
}

function refuseThought(text: string): void {
  const tag = /^\s*<(think(?:ing)?|thoughts?|reasoning|scratchpad|plan)>/i.exec(text);
  if (tag === null) return;
  const { line } = new TextLines(text).positionAt(tag[0].lastIndexOf("<"));
  throw refusal(line, `The text begins with \`<${tag[1] ?? ""}>\`, which is not code.`, "Send only the program.");
}

const ONE_PROGRAM = "Put everything into one program and send it without Markdown around it.";

function refusal(line: number, message: string, hint: string): CodemodeError {
  return new CodemodeError("syntax_error", message, { line, column: 1, hint });
}
