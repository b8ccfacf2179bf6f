import { beginningOf } from "../../base/bound-text.ts";
const MAX_READ = 8_000;
const MAX_DESCRIPTION = 300;

/** Text before a docstring: an interpreter line, comments and blank lines. */
const DOCSTRING = /^(?:[ \t]*#[^\n]*\n|[ \t]*\n)*[rRuU]?("""|''')([\s\S]*?)\1/;
const DOC_COMMENT = /^(?:#![^\n]*\n|\/\/[^\n]*\n|\s)*\/\*\*([\s\S]*?)\*\//;

/**
 * The first paragraph of what a script says about itself, on one line of 300 characters at most; undefined when it says
 * nothing. Nothing is parsed, since a script need not be a module.
 */
export function scriptDescription(path: string, text: string): string | undefined {
  const head = text.slice(0, MAX_READ).replace(/\r\n?/g, "\n");
  const doc = path.endsWith(".py")
    ? DOCSTRING.exec(head)?.[2]
    : DOC_COMMENT.exec(head)?.[1]?.replace(/^[ \t]*\*+/gm, "");
  const [paragraph = ""] = (doc ?? "").trim().split(/\n[ \t]*\n/);
  const line = paragraph.replace(/\s+/g, " ").trim();
  if (line === "") return undefined;
  return line.length > MAX_DESCRIPTION ? `${beginningOf(line, MAX_DESCRIPTION - 1)}…` : line;
}
