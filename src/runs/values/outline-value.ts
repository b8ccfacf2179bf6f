const MAX_DEPTH = 3;
const MAX_FIELDS = 24;
const MAX_TEXT = 120;

/**
 * A small copy of a JSON value that shows its shape: the first item of each list, 24 fields of an object, three levels. The
 * work is bounded whatever the size of the value.
 */
export function outlineValue(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return value.slice(0, MAX_TEXT);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return Array.isArray(value) ? [] : {};
  if (Array.isArray(value)) return value.slice(0, 1).map((item) => outlineValue(item, depth + 1));
  const outline: Record<string, unknown> = {};
  let count = 0;
  for (const name of Object.keys(value)) {
    count += 1;
    if (count > MAX_FIELDS) break;
    if (name !== "__proto__") outline[name] = outlineValue(Reflect.get(value, name), depth + 1);
  }
  return outline;
}
