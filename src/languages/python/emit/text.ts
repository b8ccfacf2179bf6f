import { visibleLines } from "../../plain-text.ts";

const KEYWORDS: ReadonlySet<string> = new Set(
  `False None True and as assert async await break class continue def del elif else except finally for from global if
  import in is lambda nonlocal not or pass raise return try while with yield __debug__`.split(/\s+/),
);

/** Tells whether a name is a keyword of Python, which is no name of a parameter. */
export function isPythonKeyword(name: string): boolean {
  return KEYWORDS.has(name);
}

/** Any text as a string literal of Python, ASCII but for letters and signs anyone can see. */
export function quotePython(text: string): string {
  const escaped = JSON.stringify(text).replace(HIDDEN, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return point > 0xffff ? `\\U${point.toString(16).padStart(8, "0")}` : `\\u${point.toString(16).padStart(4, "0")}`;
  });
  return escaped;
}

const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Lines fit for the inside of a docstring: nothing in them can end it, escape from it or be invisible. A quote at the
 * end of a line is escaped too, since it would join the closing ones.
 */
export function docstringLines(text: string, maxLength: number): string[] {
  return visibleLines(text, maxLength).map((line) => line.replaceAll("\\", "\\\\").replace(/"(?="|$)/g, '\\"'));
}

/** A docstring of lines from {@link docstringLines}, indented; nothing for no lines. */
export function docstring(lines: readonly string[], indent = ""): string[] {
  if (lines.length === 0) return [];
  const [first = "", ...rest] = lines;
  if (rest.length === 0) return [`${indent}"""${first}"""`];
  return [`${indent}"""${first}`, ...rest.map((line) => (line === "" ? "" : indent + line)), `${indent}"""`];
}

/** One comment line per line of text; a checker finds no directive in them. */
export function pythonComments(text: string, maxLength: number): string[] {
  return visibleLines(text, maxLength)
    .filter((line) => line !== "")
    .map((line) => `# ${/^\s*(?:type|mypy|pyright|ruff|noqa|fmt|coding)\b/i.test(line) ? `. ${line}` : line}`);
}

/** Tells whether a parameter or a field can have this name as it stands; names with `__` in front are mangled. */
export function isPythonName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !KEYWORDS.has(name) && !name.startsWith("__");
}

/** A JSON scalar as Python writes it. */
export function pythonScalar(value: string | number | boolean | null): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "string" ? quotePython(value) : String(value);
}
