import { isSchemaObject } from "./json-schema.ts";

const MAX_VALUES = 20;
const MAX_SPELLED = 80;
const MAX_KEYS = 12;

/** The parts of a validator's error this reads. */
export interface Failure {
  readonly keyword?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly parentSchema?: Readonly<Record<string, unknown>> | undefined;
}

/** What a keyword wants, with `#` where its limit goes. */
const PHRASES: Readonly<Record<string, string>> = {
  minimum: "at least #",
  maximum: "at most #",
  exclusiveMinimum: "more than #",
  exclusiveMaximum: "less than #",
  minLength: "at least # characters long",
  maxLength: "at most # characters long",
  minItems: "a list of at least # items",
  maxItems: "a list of at most # items",
  minProperties: "an object with at least # properties",
  maxProperties: "an object with at most # properties",
  multipleOf: "a multiple of #",
  pattern: "text that matches #",
  uniqueItems: "a list without repeated items",
  not: "something its schema does not exclude",
};

/** Says what a schema wants, to stand after "must be". */
export function expectation(failure: Failure): string {
  const phrase = PHRASES[failure.keyword ?? ""];
  if (phrase === undefined) return wanted(failure.parentSchema ?? {}, 0);
  const { limit, multipleOf, pattern } = failure.params ?? {};
  return phrase.replace("#", () => String(limit ?? multipleOf ?? pattern).slice(0, 200));
}

/** Says what kind of value a schema describes, in a few words. */
function wanted(schema: Readonly<Record<string, unknown>>, depth: number): string {
  const values = schema["enum"];
  if (Array.isArray(values)) return oneOf(values);
  if (Object.hasOwn(schema, "const")) return spellLiteral(schema["const"]);
  for (const keyword of ["anyOf", "oneOf"]) {
    const parts = schema[keyword];
    if (Array.isArray(parts) && depth < 3) {
      const texts = new Set(parts.filter(isSchemaObject).map((part) => wanted(part, depth + 1)));
      return [...texts].slice(0, MAX_VALUES).join(" or ");
    }
  }
  const type = schema["type"];
  const types: unknown[] = Array.isArray(type) ? type : type === undefined ? [] : [type];
  if (types.length === 0) return depth === 0 ? "what its schema describes" : "another form";
  return types.map((each) => typeText(each, schema, depth)).join(" or ");
}

function typeText(type: unknown, schema: Readonly<Record<string, unknown>>, depth: number): string {
  if (type === "null") return "null";
  if (type === "integer") return "an integer";
  if (type === "array") {
    const items = schema["items"];
    return isSchemaObject(items) && depth < 2 ? `a list whose items are ${wanted(items, depth + 1)}` : "a list";
  }
  if (type === "object") return objectText(schema);
  return `a ${String(type)}`;
}

function objectText(schema: Readonly<Record<string, unknown>>): string {
  const properties = schema["properties"];
  return keysText(isSchemaObject(properties) ? Object.keys(properties) : []);
}

function keysText(keys: readonly string[]): string {
  const shown = keys.slice(0, MAX_KEYS).map((key) => key.slice(0, MAX_SPELLED));
  if (shown.length === 0) return "an object";
  return `an object { ${shown.join(", ")}${keys.length > MAX_KEYS ? ", …" : ""} }`;
}

function oneOf(values: readonly unknown[]): string {
  const shown = values.slice(0, MAX_VALUES).map(spellLiteral).join(", ");
  const more = values.length > MAX_VALUES ? ` or one of ${values.length - MAX_VALUES} more` : "";
  return values.length === 1 ? shown : `one of ${shown}${more}`;
}

/** A value in a few characters, with its type where that is not plain to see. */
export function spell(value: unknown): string {
  if (value === undefined) return "undefined";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return keysText(Object.keys(value));
  if (typeof value === "string") return `the string ${spellLiteral(value)}`;
  if (typeof value === "number") return `the number ${value}`;
  return spellLiteral(value);
}

function spellLiteral(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > MAX_SPELLED ? `${text.slice(0, MAX_SPELLED)}…` : text;
}
