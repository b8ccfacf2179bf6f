/** A Python program inside a text, and where it begins there. */
export interface PythonText {
  /** The program, with `\n` as its only line break and no indentation of its own. */
  readonly code: string;
  /** Lines before the program. */
  readonly lineOffset: number;
  /** Characters taken off the beginning of each line. */
  readonly columnOffset: number;
}

/** An opening fence on a line of its own. */
const OPENING = /^[ \t]*(```+|~~~+)[ \t]*(?:python|python3|py)?[ \t]*$/im;

/**
 * Takes off what models and programs write around a Python program: a byte order mark, one Markdown fence with prose
 * before and after it, and the indentation that all lines share when the first one is indented.
 */
export function unwrapPython(text: string): PythonText {
  const plain = (text.startsWith("\uFEFF") ? text.slice(1) : text).replace(/\r\n?/g, "\n");
  const { code, lineOffset } = takeOffFence(plain);
  const columnOffset = sharedIndentation(code);
  if (columnOffset === 0) return { code, lineOffset, columnOffset };
  const lines = code.split("\n").map((line) => (line.trim() === "" ? "" : line.slice(columnOffset)));
  return { code: lines.join("\n"), lineOffset, columnOffset };
}

function takeOffFence(code: string): { readonly code: string; readonly lineOffset: number } {
  const opening = OPENING.exec(code);
  if (opening === null || /"""|'''/.test(code.slice(0, opening.index))) return { code, lineOffset: 0 };
  const start = opening.index + opening[0].length + 1;
  const rest = code.slice(start);
  const closing = new RegExp(`^[ \\t]*${opening[1] ?? "```"}[ \\t]*$`, "m").exec(rest);
  const inner = closing === null ? rest : rest.slice(0, closing.index);
  return { code: inner, lineOffset: code.slice(0, start).split("\n").length - 1 };
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
