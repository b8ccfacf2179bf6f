import type { CheckCompiler } from "./check-compiler.ts";
import { closestName, wordsOfName } from "../../base/closest-name.ts";
import { isSchemaObject, type JsonSchemaObject } from "../json-schema.ts";
import { isRecord } from "../../base/is-record.ts";
import { pointerStep, type ValueRecord } from "./value-checks.ts";
import { spellLiteral, spellValue, wantedBy } from "./wanted.ts";

/** A fault and what it is about: the type, one of listed values, or anything else. */
export interface ValueFault {
  readonly kind: "type" | "value" | "other";
  readonly path: string;
  readonly message: string;
  readonly fix: string;
  readonly wanted?: string;
}

/** Place of a value and the reader of its schema. */
interface FaultContext {
  readonly path: string;
  readonly compiler: CheckCompiler;
}

const MAX_NAMES = 30;
const MAX_PATTERNS = 5;
/** Maximum number of faults of one kind in one object. */
const MAX_FAULTS = 20;

/** Keywords that are tested one by one, and what they want; `#` stands for the keyword's value. */
const PHRASES: readonly (readonly [keyword: string, phrase: string])[] = [
  ["minimum", "at least #"],
  ["maximum", "at most #"],
  ["exclusiveMinimum", "more than #"],
  ["exclusiveMaximum", "less than #"],
  ["multipleOf", "a multiple of #"],
  ["minLength", "at least # characters long"],
  ["maxLength", "at most # characters long"],
  ["pattern", "text that matches #"],
  ["minItems", "a list of at least # items"],
  ["maxItems", "a list of at most # items"],
  ["minProperties", "an object with at least # properties"],
  ["maxProperties", "an object with at most # properties"],
  ["uniqueItems", "a list without repeated items"],
  ["contains", "a list with at least one matching item"],
  ["propertyNames", "an object whose keys its schema allows"],
  ["dependentSchemas", "an object that has what its keys need beside them"],
  ["not", "something its schema does not exclude"],
];

/** Lists the faults that a schema's own keywords find, those of its parts and alternatives left out. */
export function explainKeywords(schema: JsonSchemaObject, value: unknown, context: FaultContext): ValueFault[] {
  const faults = [...valueFaults(schema, value, context), ...phraseFaults(schema, value, context)];
  return isRecord(value) ? [...faults, ...propertyFaults(schema, value, context)] : faults;
}

function valueFaults(schema: JsonSchemaObject, value: unknown, { path, compiler }: FaultContext): ValueFault[] {
  const faults: ValueFault[] = [];
  for (const keyword of ["enum", "const"]) {
    if (!Object.hasOwn(schema, keyword)) continue;
    const part = { [keyword]: schema[keyword] };
    if (compiler.checkOf(part)(value)) continue;
    const names = Array.isArray(schema["enum"]) ? schema["enum"].filter((each) => typeof each === "string") : [];
    const near = typeof value === "string" ? closestName(value, names) : undefined;
    const guess = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
    const wanted = wantedBy(part, compiler);
    const place = path === "" ? "The arguments" : path;
    const change = near === undefined ? (wanted.length > 80 ? "what is allowed" : wanted) : JSON.stringify(near);
    faults.push({
      kind: "value",
      path,
      wanted,
      message: `${place} must be ${wanted}, not ${spellValue(value)}.${guess}`,
      fix: `Change ${path === "" ? "the arguments" : path} to ${change}.`,
    });
  }
  return faults;
}

function phraseFaults(schema: JsonSchemaObject, value: unknown, { path, compiler }: FaultContext): ValueFault[] {
  return PHRASES.filter(([keyword]) => {
    if (schema[keyword] === undefined) return false;
    const { minContains, maxContains } = schema;
    const beside = keyword === "contains" ? { minContains, maxContains } : {};
    return !compiler.checkOf({ [keyword]: schema[keyword], ...beside })(value);
  }).map(([keyword, phrase]) => {
    const wanted = phrase.replace("#", () => String(schema[keyword]).slice(0, 200));
    const place = path === "" ? "The arguments" : path;
    if (keyword === "not" && isEmptySchema(schema["not"])) {
      const message = `${place} cannot be anything: its schema contradicts itself and allows no value.`;
      return { kind: "other", path, message, fix: `Leave ${path === "" ? "the arguments" : path} out.` };
    }
    const message = `${place} must be ${wanted}, not ${spellValue(value)}.`;
    return { kind: "other", path, message, fix: `Change ${path === "" ? "the arguments" : path} to ${wanted}.` };
  });
}

function isEmptySchema(schema: unknown): boolean {
  return schema === true || (isSchemaObject(schema) && Object.keys(schema).length === 0);
}

function propertyFaults(schema: JsonSchemaObject, value: ValueRecord, context: FaultContext): ValueFault[] {
  const properties = isSchemaObject(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? schema["required"].map(String) : [];
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(properties, key));
  const lacking = required.filter((name) => !Object.hasOwn(value, name)).slice(0, MAX_FAULTS);
  const isClosed = schema["additionalProperties"] === false;
  const wrapped = isClosed || lacking.length > 0 ? wrappedFault(value, { unknown, properties }, context) : undefined;
  if (wrapped !== undefined) return [wrapped];
  const given = givenFor(lacking, unknown, { properties, value, context });
  const missing = lacking.map((name) => {
    const near = given.get(name);
    return { near, fault: missingFault(name, { part: partOf(properties, name), near, context }) };
  });
  const beside = neededBeside(schema, value, context.path);
  const lacked = missing.map(({ fault }) => fault);
  if (!isClosed) return [...lacked, ...beside];
  const patterned = { patternProperties: schema["patternProperties"], additionalProperties: false };
  const refuses = context.compiler.checkOf(patterned);
  const refused = unknown.filter((key) => !refuses({ [key]: value[key] })).slice(0, MAX_FAULTS);
  const allowed = allowedBy(schema);
  const faults = refused.map((key, index) => {
    // A key that is to be renamed is not to be removed as well.
    const meant = missing.find(({ near }) => near === key)?.fault.fix;
    return unknownFault(key, { allowed, isFirst: index === 0, meant }, context.path);
  });
  return [...lacked, ...beside, ...faults];
}

/** Properties that were given one level too deep, in an object under the only key that the schema does not know. */
function wrappedFault(
  value: ValueRecord,
  { unknown, properties }: { readonly unknown: readonly string[]; readonly properties: ValueRecord },
  { path }: FaultContext,
): ValueFault | undefined {
  const [wrapper, ...others] = unknown;
  if (wrapper === undefined || others.length > 0) return undefined;
  const inner = value[wrapper];
  const names = isRecord(inner) ? Object.keys(inner) : [];
  if (names.length === 0 || !names.every((name) => Object.hasOwn(properties, name))) return undefined;
  if (closestName(wrapper, Object.keys(properties)) !== undefined) return undefined;
  const shown = names.slice(0, MAX_NAMES).map((name) => JSON.stringify(name));
  const [spelled, place] = [spellLiteral(wrapper), path === "" ? "the arguments" : path];
  return {
    kind: "other",
    path: path + pointerStep(wrapper.slice(0, 100)),
    message: `${spelled} is not a known property; what it holds (${shown.join(", ")}) belongs in ${place} directly.`,
    fix: `Leave ${spelled} out and write what it holds in its place.`,
  };
}

function partOf(properties: ValueRecord, name: string): unknown {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

/**
 * The unknown keys that stand for missing ones: by a name that is near, then by a word that both names have (`file_path`
 * for `path`) where the value would do, and last the only one left for the only one that is missing, if its value would do.
 */
function givenFor(
  lacking: readonly string[],
  unknown: readonly string[],
  {
    properties,
    value,
    context,
  }: { readonly properties: ValueRecord; readonly value: ValueRecord; readonly context: FaultContext },
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const left = new Set(unknown.slice(0, MAX_FAULTS));
  const fits = (name: string, key: string): boolean => {
    const part = partOf(properties, name);
    return part !== undefined && context.compiler.checkOf(part)(value[key]);
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

/** Properties that others need beside them. */
function neededBeside(schema: JsonSchemaObject, value: ValueRecord, parent: string): readonly ValueFault[] {
  const needs = isSchemaObject(schema["dependentRequired"]) ? Object.entries(schema["dependentRequired"]) : [];
  return needs
    .filter(([name]) => Object.hasOwn(value, name))
    .flatMap(([name, needed]) => (Array.isArray(needed) ? needed.map((other) => [name, String(other)] as const) : []))
    .filter(([, other]) => !Object.hasOwn(value, other))
    .slice(0, MAX_FAULTS)
    .map(([name, other]) => {
      const path = parent + pointerStep(other);
      const message = `${path} is missing; ${JSON.stringify(name)} needs it beside it.`;
      return {
        kind: "other",
        path,
        message,
        fix: `Add ${JSON.stringify(other)}, or leave ${JSON.stringify(name)} out.`,
      };
    });
}

function missingFault(
  name: string,
  { part, near, context }: { part: unknown; near: string | undefined; context: FaultContext },
): ValueFault {
  const path = context.path + pointerStep(name);
  const guess = near === undefined ? "" : ` You gave ${JSON.stringify(near)}.`;
  const fix =
    near === undefined ? `Add ${JSON.stringify(name)}.` : `Rename ${JSON.stringify(near)} to ${JSON.stringify(name)}.`;
  return {
    kind: "other",
    path,
    message: `${path} is missing; it must be ${wantedBy(part, context.compiler)}.${guess}`,
    fix,
  };
}

/** Names and patterns of the properties that an object may have. */
function allowedBy(schema: JsonSchemaObject): AllowedNames {
  const keysOf = (part: unknown): readonly string[] => (isSchemaObject(part) ? Object.keys(part) : []);
  const properties = isSchemaObject(schema["properties"]) ? schema["properties"] : {};
  const inside = Object.entries(properties).map(([name, part]) => {
    return [name, keysOf(isSchemaObject(part) ? part["properties"] : undefined)] as const;
  });
  return { names: Object.keys(properties), patterns: keysOf(schema["patternProperties"]), inside };
}

interface AllowedNames {
  readonly names: readonly string[];
  readonly patterns: readonly string[];
  /** Names of the properties of each property that is an object. */
  readonly inside: readonly (readonly [name: string, names: readonly string[]])[];
}

interface UnknownKey {
  readonly allowed: AllowedNames;
  readonly isFirst: boolean;
  /** The correction of another fault that is one of this key too. */
  readonly meant: string | undefined;
}

/** What is allowed is listed with the first unknown property of an object alone. */
function unknownFault(
  key: string,
  { allowed: { names, patterns, inside }, isFirst, meant }: UnknownKey,
  parent: string,
): ValueFault {
  const path = parent + pointerStep(key.slice(0, 100));
  const near = closestName(key, names);
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : "";
  const shown = [
    ...names.slice(0, MAX_NAMES),
    ...patterns.slice(0, MAX_PATTERNS).map((pattern) => `names that match ${pattern.slice(0, 100)}`),
  ];
  const list = shown.length === 0 ? " No properties are allowed here." : ` Allowed: ${shown.join(", ")}${more}.`;
  const guess = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
  const home = near === undefined ? inside.find(([, within]) => within.includes(key))?.[0] : undefined;
  const away =
    home === undefined ? `Remove ${spellLiteral(key)}.` : `Move ${spellLiteral(key)} into ${JSON.stringify(home)}.`;
  const fix = meant ?? (near === undefined ? away : `Rename ${spellLiteral(key)} to ${JSON.stringify(near)}.`);
  return { kind: "other", path, message: `${path} is not a known property.${isFirst ? list : ""}${guess}`, fix };
}
