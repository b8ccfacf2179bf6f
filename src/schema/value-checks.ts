import type { ValidationIssue } from "./issues.ts";
import type { ValidationBudget } from "./validation-budget.ts";

const MAX_SMALL = 2000;

/** Looks for an own key `__proto__` anywhere in a value. It is refused because code that copies objects trips over it. */
export function findPrototypeKey(value: unknown): ValidationIssue | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const pending: object[] = [value];
  for (let object = pending.pop(); object !== undefined; object = pending.pop()) {
    if (Object.hasOwn(object, "__proto__")) {
      return {
        path: pathTo(value, object),
        message: 'An argument has a key "__proto__", which is refused.',
        fix: 'Remove the key "__proto__".',
      };
    }
    for (const part of Array.isArray(object) ? object : Object.values(object)) {
      if (typeof part === "object" && part !== null) pending.push(part);
    }
  }
  return undefined;
}

/** Tells whether a value has few enough parts that listing every fault in it is cheap. */
export function isSmall(value: unknown): boolean {
  let count = 0;
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (++count > MAX_SMALL) return false;
    if (typeof next === "object" && next !== null) {
      const parts = Object.values(next);
      if (parts.length > MAX_SMALL) return false;
      pending.push(...parts);
    }
  }
  return true;
}

/** Tells whether no two items are equal, in linear time: equal items have equal canonical texts. */
export function hasUniqueItems(list: readonly unknown[], budget: ValidationBudget): boolean {
  const seen = new Set<string>();
  for (const item of list) {
    budget.step();
    const text = canonicalText(item);
    if (seen.has(text)) return false;
    seen.add(text);
  }
  return true;
}

function canonicalText(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalText(part)}`).join(",")}}`;
}

/** Where a part of a value is, as a JSON pointer. Only asked once something was found. */
function pathTo(root: object, target: object): string {
  const pending: [object, string][] = [[root, ""]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [object, path] = next;
    if (object === target) return path;
    for (const [key, part] of Object.entries(object)) {
      const step = key.replaceAll("~", "~0").replaceAll("/", "~1");
      if (typeof part === "object" && part !== null) pending.push([part, `${path}/${step}`]);
    }
  }
  return "";
}
