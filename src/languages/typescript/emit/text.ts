import { escapeInvisible, visibleLines } from "../../plain-text.ts";

/** Any text as a string literal of TypeScript. */
export function quote(text: string): string {
  return escapeInvisible(JSON.stringify(text));
}

/** A property name: bare when it is a plain identifier, quoted otherwise. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) ? name : quote(name);
}

/**
 * Text made fit for the inside of a block comment, on as many lines as it has.
 *
 * Nothing in it can end the comment, hide what follows or speak to the compiler: the closing mark and directives are
 * broken up.
 */
export function commentLines(text: string, maxLength: number): string[] {
  return visibleLines(text, maxLength).map((line) => line.replaceAll("*/", "*\\/").replaceAll("@ts-", "@\\ts-"));
}

/** A documentation comment of the given lines; none for no lines. */
export function docComment(lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  if (lines.length === 1) return [`/** ${lines[0]} */`];
  return ["/**", ...lines.map((line) => (line === "" ? " *" : ` * ${line}`)), " */"];
}
