import { beginningOf } from "../base/bound-text.ts";
const MAX_PROPERTIES = 24;
const MAX_DEPTH = 4;
const MAX_CHARACTERS = 800;
/** Values looked at; four levels of 24 properties would be 300,000. */
const MAX_PARTS = 400;
const MAX_NAME = 60;

/**
 * Describes the shape of a JSON value in one line of TypeScript-like text, with the number of items of lists.
 *
 * Lists are described by their first item, without their length where `counts` is false; `clean` is given each name. At most 800 characters; what is left out is shown as `…`.
 */
export function sketchValue(
  value: unknown,
  { counts = true, clean = (name) => name }: Partial<Pick<SketchRoom, "counts" | "clean">> = {},
): string {
  const text = sketch(value, { depth: 0, parts: { left: MAX_PARTS }, counts, clean });
  return text.length <= MAX_CHARACTERS ? text : `${beginningOf(text, MAX_CHARACTERS - 1)}…`;
}

/** Depth of a value, and the number of values that may still be read. */
interface SketchRoom {
  readonly depth: number;
  readonly parts: { left: number };
  readonly counts: boolean;
  readonly clean: (name: string) => string;
}

function sketch(value: unknown, place: SketchRoom): string {
  const { depth, parts, clean } = place;
  if (parts.left-- <= 0) return "…";
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  if (Array.isArray(value)) return sketchList(value, place);
  if (depth >= MAX_DEPTH) return "{…}";
  const keys = Object.keys(value);
  const fields = new Map<string, unknown>(keys.slice(0, MAX_PROPERTIES).map((key) => [key, Reflect.get(value, key)]));
  const count = keys.length;
  const inside = { ...place, depth: depth + 1 };
  const shown = [...fields].map(([key, item]) => `${propertyName(clean(key))}: ${sketch(item, inside)}`);
  if (count > fields.size) shown.push(`… ${count - fields.size} more`);
  return `{ ${shown.join(", ")} }`;
}

function sketchList(list: readonly unknown[], place: SketchRoom): string {
  const { depth, counts } = place;
  const [first] = list;
  if (first === undefined) return counts ? "[] (0 items)" : "[]";
  const item = depth >= MAX_DEPTH ? "…" : sketch(first, { ...place, depth: depth + 1 });
  return `Array<${item}>${counts ? ` (${list.length} items)` : ""}`;
}

function propertyName(key: string): string {
  const short = key.length <= MAX_NAME ? key : `${beginningOf(key, MAX_NAME)}…`;
  return /^[A-Za-z_$][\w$]*$/.test(short) ? short : JSON.stringify(short);
}

/** Words for the envelope that results come in elsewhere, as part of a pattern. Here a call returns the result itself. */
export const ENVELOPE_WORDS = "content|structuredContent|structured_content|data|result|results|response|body|output";
