import { type Comment, tokenizer } from "acorn";

/** The program inside a text, and where it begins there. */
export interface UnwrappedCode {
  /** The program, with `\n` as its only line break. */
  readonly code: string;
  /** Lines before the program. */
  readonly lineOffset: number;
}

const OPENING = /^[ \t]*(```+|~~~+)[ \t]*(?:ts|typescript|js|javascript|mts|mjs|tsx|jsx)?[ \t]*$/im;

/**
 * Takes off what models write around a program: a byte order mark and one Markdown code fence, with prose before and after it.
 *
 * A line that looks like a fence inside a string, template or comment is left alone, and so are several fences.
 */
export function unwrapCode(text: string): UnwrappedCode {
  const code = (text.startsWith("\uFEFF") ? text.slice(1) : text).replace(/\r\n?/g, "\n");
  if (!code.includes("```") && !code.includes("~~~")) return { code, lineOffset: 0 };
  const opening = OPENING.exec(code);
  if (opening === null || isInsideToken(code, opening.index)) return { code, lineOffset: 0 };
  const start = opening.index + opening[0].length + 1;
  const rest = code.slice(start);
  const closing = new RegExp(`^[ \\t]*${opening[1] ?? "~~~"}[ \\t]*$`, "m").exec(rest);
  const inner = closing === null ? rest : rest.slice(0, closing.index);
  if (closing !== null && /^[ \t]*(?:```|~~~)/m.test(rest.slice(closing.index + closing[0].length))) {
    return { code, lineOffset: 0 };
  }
  return { code: inner, lineOffset: code.slice(0, start).split("\n").length - 1 };
}

/** Whether an offset lies inside a comment, string or template; prose that cannot be read as tokens contains nothing. */
function isInsideToken(code: string, offset: number): boolean {
  const onComment: Comment[] = [];
  let inside = false;
  try {
    const tokens = tokenizer(code, { ecmaVersion: "latest", sourceType: "module", onComment });
    for (let token = tokens.getToken(); token.start < offset && token.type.label !== "eof"; token = tokens.getToken()) {
      inside ||= offset < token.end;
    }
  } catch {
    // What was read so far tells enough: tokens end where prose begins.
  }
  return inside || onComment.some(({ start, end }) => start < offset && offset < end);
}
