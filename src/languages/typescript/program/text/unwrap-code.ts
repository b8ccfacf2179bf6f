import { type Comment, tokenizer } from "acorn";
import { findProgram, type ProgramText, type TextRange } from "../../../program-text.ts";

/** Removes what models wrap a TypeScript program in; see {@link findProgram}. */
export function unwrapCode(text: string): ProgramText {
  return findProgram(text, "typescript", listTexts);
}

/** The comments, strings and template texts, as far as the text can be read as code. */
export function listTexts(code: string): readonly TextRange[] {
  const texts: TextRange[] = [];
  const onComment: Comment[] = [];
  try {
    // The tokenizer knows no decorators; a sign of the same length that it knows moves nothing.
    const tokens = tokenizer(code.replaceAll("@", "$"), { ecmaVersion: "latest", sourceType: "module", onComment });
    for (let token = tokens.getToken(); token.type.label !== "eof"; token = tokens.getToken()) {
      if (token.type.label === "string" || token.type.label === "template") texts.push(token);
    }
  } catch {
    // The text read so far is enough: tokens end where prose begins.
  }
  return [...texts, ...onComment].sort((a, b) => a.start - b.start);
}
