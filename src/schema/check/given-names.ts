import type { CheckCompiler } from "./check-compiler.ts";
import { closestName, wordsOfName } from "../../base/closest-name.ts";
import { isSchemaObject } from "../json-schema.ts";
import type { ValueRecord } from "./value-checks.ts";

const MAX_DEPTH = 3;
/** Unknown keys of an object that are looked at. */
const MAX_KEYS = 20;

/** The schema of a property; undefined for one that the schema does not name. */
export function partOf(properties: ValueRecord, name: string): unknown {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

/**
 * The unknown keys that stand for missing ones: by a name that is near, then by a word that both names have (`file_path`
 * for `path`) where the value would do, and last the only one left for the only one that is missing, if its value would do.
 */
export function givenFor(
  lacking: readonly string[],
  unknown: readonly string[],
  {
    properties,
    value,
    compiler,
  }: { readonly properties: ValueRecord; readonly value: ValueRecord; readonly compiler: CheckCompiler },
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const left = new Set(unknown.slice(0, MAX_KEYS));
  const fits = (name: string, key: string): boolean => {
    const part = partOf(properties, name);
    return part !== undefined && compiler.checkOf(part)(value[key]);
  };
  const ways: readonly ((name: string) => string | undefined)[] = [
    (name) => closestName(name, [...left]),
    (name) => [...left].find((key) => haveOneWord(name, key) && fits(name, key)),
    (name) => {
      const [only, ...others] = left;
      const isLast = others.length === 0 && found.size === lacking.length - 1;
      return only !== undefined && isLast && fits(name, only) ? only : undefined;
    },
  ];
  for (const way of ways) {
    for (const name of lacking) {
      const key = found.has(name) ? undefined : way(name);
      if (key === undefined) continue;
      found.set(name, key);
      left.delete(key);
    }
  }
  return found;
}

function haveOneWord(one: string, other: string): boolean {
  const words = wordsOfName(one);
  return wordsOfName(other).some((word) => word.length > 2 && words.includes(word));
}

/** Those of some keys that are meant for a part, where at least one is what the part has in it. */
export function keysWithin(part: unknown, given: readonly string[], compiler: CheckCompiler): readonly string[] {
  const { names } = innerOf(part, compiler);
  const read = given.slice(0, MAX_KEYS);
  return read.some((key) => names.includes(key)) ? read.filter((key) => closestName(key, names) !== undefined) : [];
}

/** Names of the properties of an object, or of the objects in a list. */
export function innerOf(
  part: unknown,
  compiler: CheckCompiler,
  depth = 0,
): { readonly names: readonly string[]; readonly isList: boolean } {
  if (!isSchemaObject(part) || depth > MAX_DEPTH) return { names: [], isList: false };
  if (part["$ref"] !== undefined) return innerOf(compiler.definitionOf(part["$ref"]), compiler, depth + 1);
  if (isSchemaObject(part["properties"])) return { names: Object.keys(part["properties"]), isList: false };
  if (part["items"] !== undefined) return { ...innerOf(part["items"], compiler, depth + 1), isList: true };
  const choice = [part["anyOf"], part["oneOf"]].find(Array.isArray) ?? [];
  const inner = choice.map((each: unknown) => innerOf(each, compiler, depth + 1));
  return inner.find(({ names }) => names.length > 0) ?? { names: [], isList: false };
}
