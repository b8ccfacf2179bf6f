import type { CheckCompiler } from "./check-compiler.ts";
import { closestName } from "../../base/closest-name.ts";
import { givenFor, innerOf, keysWithin, partOf } from "./given-names.ts";
import { isSchemaObject, type JsonSchemaObject } from "../json-schema.ts";
import { isRecord } from "../../base/is-record.ts";
import { pointerStep, type ValueRecord } from "./value-checks.ts";
import { spellLiteral, wantedBy } from "./wanted.ts";

/** A fault and what it is about: the type, one of listed values, or anything else. */
export interface ValueFault {
  readonly kind: "type" | "value" | "other";
  readonly path: string;
  readonly message: string;
  readonly fix: string;
  readonly wanted?: string;
}

/** Place of a value and the reader of its schema. */
export interface FaultContext {
  readonly path: string;
  readonly compiler: CheckCompiler;
}

const MAX_NAMES = 30;
const MAX_PATTERNS = 5;
/** Maximum number of faults of one kind in one object. */
const MAX_FAULTS = 20;
/** Characters of what is wanted of a value beside its new name. */
const MAX_WANTED = 80;

/** Lists what is wrong with the properties of an object, those of its parts left out: missing ones, unknown ones, needed ones. */
export function propertyFaults(schema: JsonSchemaObject, value: ValueRecord, context: FaultContext): ValueFault[] {
  const properties = isSchemaObject(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? schema["required"].map(String) : [];
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(properties, key));
  const lacking = required.filter((name) => !Object.hasOwn(value, name)).slice(0, MAX_FAULTS);
  const isClosed = schema["additionalProperties"] === false;
  const wrapped = isClosed || lacking.length > 0 ? wrappedFault(value, { unknown, properties }, context) : undefined;
  if (wrapped !== undefined) return [wrapped];
  const missing = missingFaults(lacking, { unknown, properties, value }, context);
  const beside = neededBeside(schema, value, context.path);
  const lacked = missing.map(({ fault }) => fault);
  const left = unknown.slice(0, MAX_NAMES).filter((key) => missing.every(({ used }) => !used.includes(key)));
  if (!isClosed) return [...lacked, ...beside, ...unusedFault(left, schema, { lacking, path: context.path })];
  const patterned = { patternProperties: schema["patternProperties"], additionalProperties: false };
  const refuses = context.compiler.checkOf(patterned);
  const refused = unknown.filter((key) => !refuses({ [key]: value[key] })).slice(0, MAX_FAULTS);
  const allowed = allowedBy(schema, context);
  const free = new Set(allowed.names.filter((name) => !Object.hasOwn(value, name)));
  for (const { name, used } of missing) if (used.length > 0) free.delete(name);
  const faults = refused.map((key, index) => {
    // A key that is to be renamed or moved is not to be removed as well.
    const meant = missing.find(({ used }) => used.includes(key));
    const near = meant === undefined ? closestName(key, [...free]) : meant.renamed;
    if (near !== undefined) free.delete(near);
    return unknownFault(key, { allowed, near, isFirst: index === 0, fix: meant?.fault.fix }, context.path);
  });
  return [...lacked, ...beside, ...faults];
}

/** Parts that may list properties too. */
const LISTING = ["allOf", "anyOf", "oneOf", "if", "$ref", "patternProperties", "additionalProperties"];

/** Keys that were given beside what is missing, of an object that lists all its properties and says nothing of others. */
function unusedFault(
  keys: readonly string[],
  schema: JsonSchemaObject,
  { lacking, path }: { readonly lacking: readonly string[]; readonly path: string },
): readonly ValueFault[] {
  // It is known as soon as it is known what is missing.
  const [first] = keys.length === 0 ? [] : lacking;
  if (first === undefined) return [];
  if (schema["type"] !== "object" || LISTING.some((keyword) => schema[keyword] !== undefined)) return [];
  const shown = keys.map(spellLiteral).join(", ");
  const what = keys.length === 1 ? "is not a known property" : "are not known properties";
  return [{ kind: "other", path: path + pointerStep(first), message: `${shown} ${what}.`, fix: "" }];
}

/** Something that is missing of an object, and the keys that were given for it. */
interface Missing {
  readonly name: string;
  readonly used: readonly string[];
  /** The name, where the key that was given is spelt like it. */
  readonly renamed: string | undefined;
  readonly fault: ValueFault;
}

/** What is missing of an object; a key that was given instead is taken for one property only. */
function missingFaults(
  lacking: readonly string[],
  { unknown, properties, value }: { unknown: readonly string[]; properties: ValueRecord; value: ValueRecord },
  context: FaultContext,
): readonly Missing[] {
  const free = new Set(unknown);
  const take = (keys: readonly string[]): readonly string[] => keys.filter((key) => free.delete(key));
  const flat = new Map(
    lacking.map((name) => [name, take(keysWithin(partOf(properties, name), [...free], context.compiler))] as const),
  );
  const named = lacking.filter((name) => flat.get(name)?.length === 0);
  const given = givenFor(named, [...free], { properties, value, compiler: context.compiler });
  return lacking.map((name): Missing => {
    const part = partOf(properties, name);
    const used = flat.get(name) ?? [];
    if (used.length > 0) return { name, used, renamed: undefined, fault: flatFault(name, { part, used, context }) };
    const near = given.get(name);
    const fault = missingFault(name, { part, near, value, context });
    const isClose = near !== undefined && closestName(near, [name]) !== undefined;
    return { name, used: near === undefined ? [] : [near], renamed: isClose ? name : undefined, fault };
  });
}

/** For what an object or the items of a list should hold, and was given beside them. */
function flatFault(
  name: string,
  { part, used, context }: { part: unknown; used: readonly string[]; context: FaultContext },
): ValueFault {
  const { fix: _add, ...fault } = missingFault(name, { part, near: undefined, value: {}, context });
  const { names, isList } = innerOf(part, context.compiler);
  const given = used.slice(0, MAX_NAMES).map(spellLiteral).join(", ");
  const inner = `{ ${names.slice(0, MAX_NAMES).join(", ")} }`;
  const whole = `${JSON.stringify(name)}: ${isList ? `[${inner}]` : inner}`;
  return { ...fault, message: `${fault.message} You gave ${given} beside it.`, fix: `Put ${given} into ${whole}.` };
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
  {
    part,
    near,
    value,
    context,
  }: { part: unknown; near: string | undefined; value: ValueRecord; context: FaultContext },
): ValueFault {
  const path = context.path + pointerStep(name);
  const wanted = wantedBy(part, context.compiler);
  const message = `${path} is missing; it must be ${wanted}.`;
  if (near === undefined) return { kind: "other", path, message, fix: `Add ${JSON.stringify(name)}.` };
  // What is not known yet has no type that is wrong.
  const isWrong = value[near] !== undefined && !context.compiler.checkOf(part)(value[near]);
  const make = isWrong && wanted.length <= MAX_WANTED ? ` and make it ${wanted}` : "";
  const fix = `Rename ${spellLiteral(near)} to ${JSON.stringify(name)}${make}.`;
  return { kind: "other", path, message: `${message} You gave ${spellLiteral(near)}.`, fix };
}

/** Names and patterns of the properties that an object may have. */
function allowedBy(schema: JsonSchemaObject, { compiler }: FaultContext): AllowedNames {
  const keysOf = (part: unknown): readonly string[] => (isSchemaObject(part) ? Object.keys(part) : []);
  const properties = isSchemaObject(schema["properties"]) ? schema["properties"] : {};
  const inside = Object.entries(properties).map(([name, part]) => [name, innerOf(part, compiler).names] as const);
  return { names: Object.keys(properties), patterns: keysOf(schema["patternProperties"]), inside };
}

interface AllowedNames {
  readonly names: readonly string[];
  readonly patterns: readonly string[];
  /** Names of the properties of each property that is an object, or a list of objects. */
  readonly inside: readonly (readonly [name: string, names: readonly string[]])[];
}

/** What is allowed is listed with the first unknown property of an object alone. */
function unknownFault(
  key: string,
  {
    allowed: { names, patterns, inside },
    near,
    isFirst,
    fix,
  }: {
    readonly allowed: AllowedNames;
    readonly near: string | undefined;
    readonly isFirst: boolean;
    readonly fix: string | undefined;
  },
  parent: string,
): ValueFault {
  const path = parent + pointerStep(key.slice(0, 100));
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
  const mend = near === undefined ? away : `Rename ${spellLiteral(key)} to ${JSON.stringify(near)}.`;
  const message = `${path} is not a known property.${isFirst ? list : ""}${guess}`;
  return { kind: "other", path, message, fix: fix ?? mend };
}
