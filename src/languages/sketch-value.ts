const MAX_PROPERTIES = 24;
const MAX_DEPTH = 4;
const MAX_CHARACTERS = 800;

/**
 * Describes the shape of a JSON value in one line of TypeScript-like text, with the number of items of lists.
 *
 * Lists are described by their first item. At most 800 characters; what is left out is shown as `…`.
 */
export function sketchValue(value: unknown): string {
  const text = sketch(value, 0);
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS - 1)}…`;
}

function sketch(value: unknown, depth: number): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  if (Array.isArray(value)) return sketchList(value, depth);
  if (depth >= MAX_DEPTH) return "{…}";
  const entries = Object.entries(value);
  const shown = entries
    .slice(0, MAX_PROPERTIES)
    .map(([key, item]) => `${propertyName(key)}: ${sketch(item, depth + 1)}`);
  if (entries.length > MAX_PROPERTIES) shown.push(`… ${entries.length - MAX_PROPERTIES} more`);
  return `{ ${shown.join(", ")} }`;
}

function sketchList(list: readonly unknown[], depth: number): string {
  const [first] = list;
  if (first === undefined) return "[] (0 items)";
  const item = depth >= MAX_DEPTH ? "…" : sketch(first, depth + 1);
  return `Array<${item}> (${list.length} items)`;
}

function propertyName(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key.slice(0, 60));
}
