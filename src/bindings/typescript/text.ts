/** Controls but tabs and line breaks, everything invisible or turning the direction, separators, lone surrogates. */
const INVISIBLE = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Any text as a string literal of TypeScript. */
export function quote(text: string): string {
  return escapeInvisible(JSON.stringify(text));
}

/** A property name: bare when it is a plain identifier, quoted otherwise. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) ? name : quote(name);
}

/** Tells whether a name can be declared: ASCII, so that it is the same name in every language. */
export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/**
 * Text made fit for the inside of a block comment, on as many lines as it has.
 *
 * Nothing in it can end the comment, hide what follows or speak to the compiler: the closing mark and directives are
 * broken up, and control characters, direction marks and lone surrogates are spelled out.
 */
export function commentLines(text: string, maxLength: number): string[] {
  return cutText(text, maxLength)
    .replaceAll("*/", "*\\/")
    .replaceAll("@ts-", "@\\ts-")
    .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
    .map((line) => escapeInvisible(line).trimEnd());
}

/** The first line of a text, at most `maxLength` characters long, on one line. */
export function firstLine(text: string, maxLength: number): string {
  const line =
    text
      .trim()
      .replaceAll("\t", " ")
      .split(/[\n\r\v\f\u0085\u2028\u2029]/, 1)[0] ?? "";
  const sentence = /^.{20,}?[.!?](?=\s|$)/u.exec(line)?.[0] ?? line;
  return escapeInvisible(sentence.length > maxLength ? `${cutAt(sentence, maxLength - 1)}…` : sentence).trimEnd();
}

/** Cuts a long text and says how much is missing. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const kept = cutAt(text, maxLength);
  return `${kept}… (${text.length - kept.length} more characters)`;
}

/** The first words of a text in PascalCase, for a type name. */
export function pascalCase(text: string): string {
  const words = text
    .slice(0, 80)
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "");
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return /^[A-Z]/.test(name) ? name : `T${name}`;
}

/** Cuts between characters, never inside a surrogate pair. */
function cutAt(text: string, length: number): string {
  const kept = text.slice(0, length);
  return /[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept;
}

/** Spells out what a reader could not see or an editor could misread: controls, direction marks, lone surrogates. */
function escapeInvisible(text: string): string {
  return text.replace(INVISIBLE, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
