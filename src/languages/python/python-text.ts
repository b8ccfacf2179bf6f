import { findProgram, type ProgramText, type TextRange } from "../program-text.ts";

/** A Python program inside a text, without indentation of its own. */
interface PythonText extends ProgramText {
  /** Characters taken off the beginning of each line. */
  readonly columnOffset: number;
}

/**
 * Removes what models and programs wrap a Python program in: Markdown (see {@link findProgram}), and the
 * indentation that all lines share when the first one is indented.
 */
export function unwrapPython(text: string): PythonText {
  const found = findProgram(text, "python", listTexts);
  const columnOffset = sharedIndentation(found.code);
  if (columnOffset === 0) return { ...found, columnOffset };
  const lines = found.code.split("\n").map((line) => (line.trim() === "" ? "" : line.slice(columnOffset)));
  return { ...found, code: lines.join("\n"), columnOffset };
}

const STRING_OR_COMMENT =
  /#[^\n]*|"""(?:[^\\]|\\[^])*?(?:"""|$)|'''(?:[^\\]|\\[^])*?(?:'''|$)|"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?/g;

/** The strings and comments. */
function listTexts(code: string): readonly TextRange[] {
  return [...code.matchAll(STRING_OR_COMMENT)].map(({ index, 0: text }) => ({
    start: index,
    end: index + text.length,
  }));
}

/** Spaces or tabs that every line begins with; 0 when the first line with anything on it begins without. */
function sharedIndentation(code: string): number {
  const lines = code.split("\n").filter((line) => line.trim() !== "");
  const first = /^[ \t]*/.exec(lines[0] ?? "")?.[0] ?? "";
  let shared = first;
  for (const line of lines) {
    while (!line.startsWith(shared)) shared = shared.slice(0, -1);
  }
  return shared.length;
}
