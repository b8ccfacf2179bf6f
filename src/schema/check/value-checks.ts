import type { ValidationBudget } from "./validation-budget.ts";

/** A JSON object as a value. */
export type ValueRecord = Readonly<Record<string, unknown>>;

const MAX_SMALL = 2000;

/** Members of one object beyond which it takes long only to name them: 400,000 take a tenth of a second, each time. */
export const MOST_MEMBERS = 100_000;

/** Parts looked at in one step of {@link findPrototypeKey}. */
const PARTS_PER_STEP = 1_000;

/** Outcome of looking through a value. */
export interface LookedThrough {
  /** JSON pointer of an object with an own key `__proto__`; undefined where there is none. */
  readonly prototypeKey: string | undefined;
  /** It has so few parts that listing every fault in it is cheap. */
  readonly isSmall: boolean;
  /** An object in it has more than {@link MOST_MEMBERS}. */
  readonly isWide: boolean;
}

/** Looks through all parts of a value, in steps of a millisecond, for keys that name prototypes and for its size. */
export function* lookThrough(value: unknown): Generator<void, LookedThrough> {
  if (typeof value !== "object" || value === null) return { prototypeKey: undefined, isSmall: true, isWide: false };
  const pending: object[] = [value];
  let [parts, most] = [0, 0];
  const looked = (path?: string): LookedThrough => ({
    prototypeKey: path,
    isSmall: parts < MAX_SMALL,
    isWide: most > MOST_MEMBERS,
  });
  for (let object = pending.pop(); object !== undefined; object = pending.pop()) {
    if (Object.hasOwn(object, "__proto__")) return looked(pathTo(value, object));
    const members: readonly unknown[] = Array.isArray(object) ? object : Object.keys(object);
    const isList = members === object;
    if (!isList) most = Math.max(most, members.length);
    for (const member of members) {
      const part: unknown = isList ? member : Reflect.get(object, String(member));
      if (typeof part === "object" && part !== null) pending.push(part);
      parts += 1;
      if (parts % PARTS_PER_STEP === 0) yield;
    }
  }
  return looked();
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

/** A text that is the same for equal JSON values, whatever the order of their keys. */
export function canonicalText(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalText(part)}`).join(",")}}`;
}

/** The length of a text as JSON Schema counts it. */
export function codePointCount(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length - 1; index++) {
    if ((text.codePointAt(index) ?? 0) > 0xffff) {
      count -= 1;
      index += 1;
    }
  }
  return count;
}

/** One step of a JSON pointer. */
export function pointerStep(key: string | number): string {
  return `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function pathTo(root: object, target: object): string {
  const pending: [object, string][] = [[root, ""]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [object, path] = next;
    if (object === target) return path;
    for (const [key, part] of Object.entries(object)) {
      if (typeof part === "object" && part !== null) pending.push([part, path + pointerStep(key)]);
    }
  }
  return "";
}
