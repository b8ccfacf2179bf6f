import { parseJson } from "../base/exact-json.ts";
import { isRecord } from "../base/is-record.ts";
import type { JsonSchemaObject } from "../schema/json-schema.ts";

/**
 * Arguments as they were meant, where a value is of another type than the schema's and there is one thing it can stand
 * for: a number or truth value as text, one text for a list of texts, an object as the text of its JSON.
 */
export function meantArguments(
  args: Readonly<Record<string, unknown>>,
  { properties }: JsonSchemaObject,
): Readonly<Record<string, unknown>> {
  if (!isRecord(properties)) return args;
  const entries = Object.entries(args);
  const meant = entries.map(([name, value]) => {
    const part = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return [name, isRecord(part) ? meantValue(value, part["type"]) : value] as const;
  });
  return meant.some(([, value], index) => value !== entries[index]?.[1]) ? Object.fromEntries(meant) : args;
}

function meantValue(value: unknown, type: unknown): unknown {
  const read = typeof value === "string" && typeof type === "string" ? READERS[type] : undefined;
  return read === undefined ? value : (read(String(value).trim()) ?? value);
}

/** What a text stands for where another type is wanted; undefined where it stands for none. */
const READERS: Readonly<Record<string, ((text: string) => unknown) | undefined>> = {
  number: numberIn,
  integer: numberIn,
  boolean: (text) => (/^(?:true|false)$/i.test(text) ? text.toLowerCase() === "true" : undefined),
  object: (text) => parsed(text, isRecord),
  array: (text) => parsed(text, Array.isArray) ?? text.split(/\s*,\s*/).filter((each) => each !== ""),
};

function numberIn(text: string): number | undefined {
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function parsed(text: string, isMeant: (value: unknown) => boolean): unknown {
  try {
    const value = parseJson(text);
    return isMeant(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Arguments that were checked against a tool's schema, read by name and type. */
export class ToolArguments {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  /** A text; undefined when it was left out. */
  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === "string" ? value : undefined;
  }

  /** A text that the schema requires. */
  requiredText(name: string): string {
    return this.text(name) ?? "";
  }

  /** A number; undefined when it was left out. */
  number(name: string): number | undefined {
    const value = this.#values[name];
    return typeof value === "number" ? value : undefined;
  }

  /** A truth value; undefined when it was left out. */
  flag(name: string): boolean | undefined {
    const value = this.#values[name];
    return typeof value === "boolean" ? value : undefined;
  }

  /** A list of texts; one text alone counts as a list of it. Undefined when it was left out. */
  texts(name: string): readonly string[] | undefined {
    const value = this.#values[name];
    if (typeof value === "string") return [value];
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : undefined;
  }

  /** An object; undefined when it was left out. */
  object(name: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.#values[name];
    return isRecord(value) ? value : undefined;
  }

  /** Those of the named arguments that were given. */
  pick(names: readonly string[]): Readonly<Record<string, unknown>> {
    return Object.fromEntries(names.flatMap((name) => (name in this.#values ? [[name, this.#values[name]]] : [])));
  }
}
