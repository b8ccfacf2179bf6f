import { beginningOf } from "../../base/bound-text.ts";
import { isSchemaObject, type JsonSchemaObject } from "../json-schema.ts";
import type { ShapeDocs } from "./shape.ts";
import { own } from "../subschemas.ts";

const MAX_FACT = 160;
const MAX_EXAMPLES = 2;

/** Bounds that read well as `word number`. */
const BOUNDS: readonly (readonly [keyword: string, phrase: string])[] = [
  ["minLength", "min length"],
  ["maxLength", "max length"],
  ["minItems", "min items"],
  ["maxItems", "max items"],
  ["minProperties", "min properties"],
  ["maxProperties", "max properties"],
  ["multipleOf", "multiple of"],
];

/** Collects what a schema says that a type cannot: description, default, bounds, format, examples. */
export function docsOf(schema: JsonSchemaObject): ShapeDocs {
  const description = own(schema, "description");
  const facts = [...constraintFacts(schema), ...itemFacts(schema), ...valueFacts(schema)];
  return typeof description === "string" && description.trim() !== "" ? { description, facts } : { facts };
}

function valueFacts(schema: JsonSchemaObject): string[] {
  const facts: string[] = [];
  if (own(schema, "deprecated") === true) facts.push("deprecated");
  if (Object.hasOwn(schema, "default")) facts.push(`default ${spell(schema["default"])}`);
  const list = own(schema, "examples");
  const examples = Array.isArray(list) ? list : Object.hasOwn(schema, "example") ? [schema["example"]] : [];
  if (examples.length > 0) facts.push(`e.g. ${examples.slice(0, MAX_EXAMPLES).map(spell).join(", ")}`);
  return facts;
}

function constraintFacts(schema: JsonSchemaObject): string[] {
  const facts: string[] = [
    ...limitFacts(schema, "minimum", ["min", ">"]),
    ...limitFacts(schema, "maximum", ["max", "<"]),
  ];
  for (const [keyword, phrase] of BOUNDS) {
    const value = own(schema, keyword);
    if (typeof value === "number") facts.push(`${phrase} ${value}`);
  }
  if (own(schema, "type") === "integer") facts.unshift("integer");
  if (own(schema, "uniqueItems") === true) facts.push("unique items");
  facts.push(...dependencyFacts(schema));
  for (const keyword of ["format", "pattern"]) {
    const value = own(schema, keyword);
    if (typeof value === "string") facts.push(`${keyword} ${cut(value)}`);
  }
  return facts;
}

function dependencyFacts(schema: JsonSchemaObject): string[] {
  const dependent = own(schema, "dependentRequired") ?? own(schema, "dependencies");
  if (!isSchemaObject(dependent)) return [];
  return Object.entries(dependent).flatMap(([name, needed]) =>
    Array.isArray(needed) && needed.length > 0 ? [cut(`${name} needs ${needed.map(String).join(", ")}`)] : [],
  );
}

/** Both spellings of an exclusive bound: a number of its own, and draft-04's boolean beside the bound. */
function limitFacts(schema: JsonSchemaObject, keyword: string, [inclusive, exclusive]: [string, string]): string[] {
  const bound = own(schema, keyword);
  const strict = own(schema, `exclusive${keyword === "minimum" ? "Minimum" : "Maximum"}`);
  const facts: string[] = [];
  if (typeof bound === "number" && Math.abs(bound) < Number.MAX_SAFE_INTEGER) {
    facts.push(`${strict === true ? exclusive : inclusive} ${bound}`);
  }
  if (typeof strict === "number" && Math.abs(strict) < Number.MAX_SAFE_INTEGER) facts.push(`${exclusive} ${strict}`);
  return facts;
}

function itemFacts(schema: JsonSchemaObject): string[] {
  const items = own(schema, "items");
  if (!isSchemaObject(items) || own(items, "properties") !== undefined) return [];
  const description = own(items, "description");
  const facts = [...constraintFacts(items), ...valueFacts(items)];
  if (typeof description === "string") facts.push(cut(description));
  return facts.map((fact) => `each: ${fact}`);
}

/** A value as JSON, cut when it is long. */
export function spell(value: unknown): string {
  try {
    return cut(JSON.stringify(value) ?? "undefined");
  } catch {
    return "a value too deep to show";
  }
}

function cut(text: string): string {
  return text.length > MAX_FACT ? `${beginningOf(text, MAX_FACT)}…` : text;
}
