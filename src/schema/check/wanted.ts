import { beginningOf } from "../../base/bound-text.ts";
import { stringifyJson } from "../../base/exact-json.ts";
import { typesOf, type CheckCompiler } from "./check-compiler.ts";
import { isSchemaObject, type JsonSchemaObject } from "../json-schema.ts";

const MAX_VALUES = 20;
const MAX_SPELLED = 80;
const MAX_KEYS = 12;
const MAX_DEPTH = 3;

/** Says in a few words what a schema wants, to stand after "must be". */
export function wantedBy(schema: unknown, compiler: CheckCompiler, depth = 0): string {
  if (!isSchemaObject(schema) || depth > MAX_DEPTH) return "a value";
  if (schema["$ref"] !== undefined) return wantedBy(compiler.definitionOf(schema["$ref"]), compiler, depth + 1);
  if (Array.isArray(schema["enum"])) return oneOf(schema["enum"]);
  if (Object.hasOwn(schema, "const")) return spellLiteral(schema["const"]);
  const choice = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(choice)) {
    const texts = new Set(choice.map((part) => wantedBy(part, compiler, depth + 1)));
    return [...texts].slice(0, MAX_KEYS).join(" or ");
  }
  const types = typesOf(schema);
  if (types.length === 0) return schema["properties"] === undefined ? "a value" : objectText(schema);
  return types.map((type) => typeText(type, schema, (part) => wantedBy(part, compiler, depth + 1))).join(" or ");
}

function typeText(type: string, schema: JsonSchemaObject, wanted: (part: unknown) => string): string {
  switch (type) {
    case "null":
      return "null";
    case "integer":
      return "an integer";
    case "object":
      return objectText(schema);
    case "array":
      return listText(isSchemaObject(schema["items"]) ? wanted(schema["items"]) : "a value");
    default:
      return `a ${type}`;
  }
}

function listText(item: string): string {
  if (item === "a value") return "a list";
  return /^an? \w+$/.test(item) ? `a list of ${item.replace(/^an? /, "")} items` : `a list of items that are ${item}`;
}

function objectText(schema: JsonSchemaObject): string {
  return keysText(isSchemaObject(schema["properties"]) ? Object.keys(schema["properties"]) : []);
}

function keysText(keys: readonly string[]): string {
  const shown = keys.slice(0, MAX_KEYS).map((key) => key.slice(0, MAX_SPELLED));
  if (shown.length === 0) return "an object";
  return `an object { ${shown.join(", ")}${keys.length > MAX_KEYS ? ", …" : ""} }`;
}

function oneOf(values: readonly unknown[]): string {
  const shown = values.slice(0, MAX_VALUES).map(spellLiteral).join(", ");
  const more = values.length > MAX_VALUES ? ` or ${values.length - MAX_VALUES} more` : "";
  return values.length === 1 ? shown : `one of ${shown}${more}`;
}

/** A value in a few characters, with its type where that is not plain to see. */
export function spellValue(value: unknown): string {
  if (value === undefined) return "undefined";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return keysText(Object.keys(value));
  if (typeof value === "string") return `the string ${spellLiteral(value)}`;
  return typeof value === "number" || typeof value === "bigint" ? `the number ${value}` : spellLiteral(value);
}

/** A value as JSON, cut when it is long. */
export function spellLiteral(value: unknown): string {
  const text = value === undefined ? "undefined" : stringifyJson(value);
  return text.length > MAX_SPELLED ? `${beginningOf(text, MAX_SPELLED)}…` : text;
}
