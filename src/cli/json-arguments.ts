import { isRecord } from "../base/is-record.ts";
import { parseJson } from "../base/exact-json.ts";
import { isSchemaObject, type JsonSchema } from "../schema/json-schema.ts";
import { UsageError } from "./usage-error.ts";

/** Values by their names. */
type NamedValues = Readonly<Record<string, unknown>>;

const FORMS = `Write a JSON object, such as '{ "path": "notes.md" }', or each argument as path=notes.md.`;

/** A name, an equals sign and the rest. */
const PAIR = /^([^\s={}[\]"']+)=(.*)$/s;

/** Reads arguments written as a JSON object; nothing stands for none. Throws {@link UsageError} for anything else. */
export function parseArguments(text: string): NamedValues {
  let value: unknown;
  try {
    value = parseJson(text.trim() === "" ? "{}" : text);
  } catch (thrown) {
    throw new UsageError(
      `The arguments are not JSON: ${thrown instanceof Error ? thrown.message : "unknown reason"}.`,
      FORMS,
    );
  }
  if (isRecord(value)) return value;
  throw new UsageError("The arguments are JSON, but not an object.", FORMS);
}

/** Arguments as words of a command line give them. */
export interface WordArguments {
  /** Whether what they mean depends on a schema. */
  readonly areNamed: boolean;
  /** The arguments. A value is text where the schema says so, or where it is no JSON; a name that comes again has a list of values. */
  readonly under: (schema?: JsonSchema) => NamedValues;
}

/** Reads arguments from words: one JSON object, or `name=value` for each. Throws {@link UsageError} for other words. */
export function argumentsFrom(words: readonly string[]): WordArguments {
  const pairs = words.map((word) => PAIR.exec(word));
  const first = pairs.indexOf(null);
  if (first === -1 && words.length > 0) {
    const given = pairs.map((pair) => [pair?.[1] ?? "", pair?.[2] ?? ""] as const);
    return { areNamed: true, under: (schema) => named(given, schema) };
  }
  const [only = "{}", ...more] = words;
  if (more.length > 0)
    throw new UsageError(
      `${JSON.stringify(words[Math.max(0, first)])} is no argument of the form name=value.`,
      `${FORMS} The name of a tool is one word, server__tool.`,
    );
  const args = parseArguments(only);
  return { areNamed: false, under: () => args };
}

function named(pairs: readonly (readonly [name: string, text: string])[], schema: JsonSchema | undefined): NamedValues {
  const values = new Map<string, unknown[]>();
  for (const [name, text] of pairs) {
    const types = typesOf(schema, name);
    const value = types.includes("string") ? text : jsonOr(text);
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return Object.fromEntries(
    [...values].map(([name, given]) => {
      const [only] = given;
      const isList = given.length > 1 || (typesOf(schema, name).join() === "array" && !Array.isArray(only));
      return [name, isList ? given : only];
    }),
  );
}

function jsonOr(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

/** The types that a schema names for a property; nothing where it says it in other ways. */
function typesOf(schema: JsonSchema | undefined, name: string): readonly unknown[] {
  if (schema === undefined || !isSchemaObject(schema) || !isSchemaObject(schema.properties)) return [];
  const { properties, additionalProperties } = schema;
  const property = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
  if (!isSchemaObject(property)) return [];
  const { type } = property;
  if (type === undefined && Array.isArray(property.enum)) return property.enum.map((each) => typeof each);
  return Array.isArray(type) ? type : [type];
}
