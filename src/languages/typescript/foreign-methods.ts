import { closestName } from "../../base/closest-name.ts";

/** Kind of a value that is asked for a method. */
export type MethodOwner = "text" | "list" | "object";

/** Methods of texts, lists and objects in other languages and packages, and what JavaScript writes behind the value. */
const TEXTS = table(
  'strip .trim()|trimmed .trim()|lower .toLowerCase()|upper .toUpperCase()|contains .includes(…)|startswith .startsWith(…)|endswith .endsWith(…)|splitlines .split("\\n")|lines .split("\\n")|size .length|len .length|find .indexOf(…)|find_all .matchAll(…)',
);
const LISTS = table(
  "append .push(…)|add .push(…)|extend .push(...…)|contains .includes(…)|has .includes(…)|sortBy .toSorted((a, b) => …)|sorted .toSorted()|orderBy .toSorted((a, b) => …)|first [0]|last .at(-1)|each .forEach(…)|select .map(…)|pluck .map(…)|collect .map(…)|where .filter(…)|reject .filter(…)|sum .reduce((sum, item) => sum + item, 0)|flatten .flat()|size .length|count .length|len .length|toArray |toList ",
);
const AROUND: Readonly<Record<string, string>> = {
  groupBy: "Object.groupBy(OWNER, (item) => …)",
  uniq: "[...new Set(OWNER)]",
  unique: "[...new Set(OWNER)]",
  distinct: "[...new Set(OWNER)]",
  max: "Math.max(...OWNER)",
  min: "Math.min(...OWNER)",
};
const OBJECTS: Readonly<Record<string, string>> = {
  items: "Object.entries(OWNER)",
  entries: "Object.entries(OWNER)",
  keys: "Object.keys(OWNER)",
  values: "Object.values(OWNER)",
  map: "Object.entries(OWNER).map(([key, value]) => …)",
  filter: "Object.entries(OWNER).filter(([key, value]) => …)",
  forEach: "Object.entries(OWNER).forEach(([key, value]) => …)",
  get: "OWNER[key]",
  has: "key in OWNER",
  size: "Object.keys(OWNER).length",
};

function table(list: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    list.split("|").map((row) => {
      const [name = ""] = row.split(" ", 1);
      return [name, `OWNER${row.slice(name.length + 1)}`];
    }),
  );
}

const METHODS = {
  text: methodsOf(String.prototype),
  list: methodsOf(Array.prototype),
  object: [] as readonly string[],
};
const INSTEAD: Readonly<Record<MethodOwner, Readonly<Record<string, string>>>> = {
  text: TEXTS,
  list: { ...LISTS, ...AROUND },
  object: OBJECTS,
};

function methodsOf(prototype: object): readonly string[] {
  return Object.getOwnPropertyNames(prototype).filter(
    (name) => !/^(?:constructor|anchor|big|blink|bold|fixed|font\w+|italics|link|small|strike|su[bp])$/.test(name),
  );
}

/** Kind of a value of JSON; undefined for one without methods of interest. */
export function kindOf(value: unknown): MethodOwner | undefined {
  if (typeof value === "string") return "text";
  if (Array.isArray(value)) return "list";
  return typeof value === "object" && value !== null ? "object" : undefined;
}

/** What to write for a method that a value does not have; undefined where none is near. */
export function insteadOfMethod(owner: string, kind: MethodOwner, name: string): string | undefined {
  const known = Object.hasOwn(INSTEAD[kind], name) ? INSTEAD[kind][name] : undefined;
  if (known !== undefined) return known.replace("OWNER", () => owner);
  const near = closestName(name, METHODS[kind]);
  return near === undefined ? undefined : `${owner}.${near}(…)`;
}

/** The method of texts or lists that a misspelt name is near to. */
export function nearMethod(name: string): string | undefined {
  return closestName(name, [...METHODS.text, ...METHODS.list]);
}
