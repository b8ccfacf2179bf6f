import { isRecord } from "../../base/is-record.ts";
import { canonicalText, codePointCount, hasUniqueItems, type ValueRecord } from "./value-checks.ts";
import type { GuardedPattern } from "./guarded-pattern.ts";
import { isSchemaObject, type JsonSchema, type JsonSchemaObject } from "../json-schema.ts";
import type { ValidationBudget } from "./validation-budget.ts";

/** Tells whether a value satisfies one schema. Throws `ValidationOverrun` when it takes too long. */
export type Check = (value: unknown) => boolean;

/** Turns parts of one canonical schema into checks, each once. */
export interface CheckCompiler {
  /** The check of a schema or of any part of it. */
  checkOf(schema: unknown): Check;
  /** Target of a `$ref` of the schema. */
  definitionOf(reference: unknown): JsonSchema;
}

/** Context that checks need beside the schema. */
interface CheckParts {
  readonly budget: ValidationBudget;
  readonly patternOf: (source: string) => GuardedPattern | undefined;
}

const ANYTHING: Check = () => true;
const NOTHING: Check = () => false;

/**
 * Compiles a schema in canonical form into closures. No code is generated, so no text of a schema is ever run, and
 * every step counts against the budget, so no schema can hold up the process.
 */
export function createCheckCompiler(document: JsonSchema, parts: CheckParts): CheckCompiler {
  return new Compiler(document, parts);
}

class Compiler implements CheckCompiler {
  readonly #definitions: ReadonlyMap<string, JsonSchema>;
  readonly #parts: CheckParts;
  /** Weak, since explaining a fault makes schemas of its own. */
  readonly #known = new WeakMap<JsonSchemaObject, Check>();

  constructor(document: JsonSchema, parts: CheckParts) {
    const definitions = isSchemaObject(document) && isSchemaObject(document["$defs"]) ? document["$defs"] : {};
    const entries = Object.entries(definitions).map(([name, schema]) => [`#/$defs/${name}`, toSchema(schema)] as const);
    this.#definitions = new Map(entries);
    this.#parts = parts;
  }

  definitionOf(reference: unknown): JsonSchema {
    return this.#definitions.get(String(reference)) ?? true;
  }

  checkOf(schema: unknown): Check {
    if (schema === false) return NOTHING;
    if (!isSchemaObject(schema)) return ANYTHING;
    const known = this.#known.get(schema);
    if (known !== undefined) return known;
    const check = this.#compile(schema);
    this.#known.set(schema, check);
    return check;
  }

  #compile(schema: JsonSchemaObject): Check {
    const { budget } = this.#parts;
    const tests = [
      ...typeTests(schema),
      ...this.#scalarTests(schema),
      ...this.#objectTests(schema),
      ...this.#listTests(schema),
      ...this.#logicTests(schema),
    ];
    return (value) => {
      budget.step();
      for (const test of tests) if (!test(value)) return false;
      return true;
    };
  }

  #scalarTests(schema: JsonSchemaObject): Check[] {
    const tests = [...numberTests(schema), ...lengthTests(schema)];
    const source = schema["pattern"];
    const pattern = typeof source === "string" ? this.#parts.patternOf(source) : undefined;
    if (pattern !== undefined) tests.push((value) => typeof value !== "string" || pattern.test(value));
    return tests;
  }

  #objectTests(schema: JsonSchemaObject): Check[] {
    const tests: ((value: ValueRecord) => boolean)[] = [...requiredTests(schema)];
    const named = new Map(entriesOf(schema["properties"]).map(([name, part]) => [name, this.checkOf(part)]));
    for (const [name, check] of named) tests.push((value) => !Object.hasOwn(value, name) || check(value[name]));
    const rest = this.#restTest(schema, named);
    if (rest !== undefined) tests.push(rest);
    if (schema["propertyNames"] !== undefined) {
      const check = this.checkOf(schema["propertyNames"]);
      tests.push((value) => Object.keys(value).every(check));
    }
    for (const [name, part] of entriesOf(schema["dependentSchemas"])) {
      const check = this.checkOf(part);
      tests.push((value) => !Object.hasOwn(value, name) || check(value));
    }
    if (tests.length === 0) return [];
    return [(value) => !isRecord(value) || tests.every((test) => test(value))];
  }

  /** Properties that are not listed: those with a pattern, then the others. */
  #restTest(
    schema: JsonSchemaObject,
    named: ReadonlyMap<string, Check>,
  ): ((value: ValueRecord) => boolean) | undefined {
    const patterned = entriesOf(schema["patternProperties"]).flatMap(([source, part]) => {
      const pattern = this.#parts.patternOf(source);
      return pattern === undefined ? [] : [{ pattern, check: this.checkOf(part) }];
    });
    const additional = this.checkOf(schema["additionalProperties"]);
    if (patterned.length === 0 && additional === ANYTHING) return undefined;
    return (value) => {
      for (const key of Object.keys(value)) {
        const matching = patterned.filter(({ pattern }) => pattern.test(key));
        if (!matching.every(({ check }) => check(value[key]))) return false;
        if (matching.length === 0 && !named.has(key) && !additional(value[key])) return false;
      }
      return true;
    };
  }

  #listTests(schema: JsonSchemaObject): Check[] {
    const tests: ((list: readonly unknown[]) => boolean)[] = [];
    const prefix = listOf(schema["prefixItems"]).map((part) => this.checkOf(part));
    const rest = this.checkOf(schema["items"]);
    if (prefix.length > 0)
      tests.push((list) => prefix.every((check, index) => index >= list.length || check(list[index])));
    if (rest !== ANYTHING) {
      tests.push((list) => {
        for (let index = prefix.length; index < list.length; index++) if (!rest(list[index])) return false;
        return true;
      });
    }
    const contains = this.#containsTest(schema);
    if (contains !== undefined) tests.push(contains);
    if (schema["uniqueItems"] === true) tests.push((list) => hasUniqueItems(list, this.#parts.budget));
    if (tests.length === 0) return [];
    return [(value) => !Array.isArray(value) || tests.every((test) => test(value))];
  }

  #containsTest(schema: JsonSchemaObject): ((list: readonly unknown[]) => boolean) | undefined {
    if (schema["contains"] === undefined) return undefined;
    const check = this.checkOf(schema["contains"]);
    const least = numberOf(schema["minContains"]) ?? 1;
    const most = numberOf(schema["maxContains"]) ?? Infinity;
    return (list) => {
      const count = list.reduce<number>((sum, item) => sum + (check(item) ? 1 : 0), 0);
      return count >= least && count <= most;
    };
  }

  #logicTests(schema: JsonSchemaObject): Check[] {
    const tests: Check[] = [];
    if (schema["$ref"] !== undefined) {
      let target: Check | undefined;
      tests.push((value) => (target ??= this.checkOf(this.definitionOf(schema["$ref"])))(value));
    }
    for (const part of listOf(schema["allOf"])) tests.push(this.checkOf(part));
    const any = listOf(schema["anyOf"]).map((part) => this.checkOf(part));
    if (any.length > 0) tests.push((value) => any.some((check) => check(value)));
    const one = listOf(schema["oneOf"]).map((part) => this.checkOf(part));
    if (one.length > 0) tests.push((value) => one.filter((check) => check(value)).length === 1);
    if (schema["not"] !== undefined) {
      const check = this.checkOf(schema["not"]);
      tests.push((value) => !check(value));
    }
    if (schema["if"] !== undefined) {
      const [condition, yes, no] = ["if", "then", "else"].map((keyword) => this.checkOf(schema[keyword]));
      tests.push((value) => (condition?.(value) === true ? yes : no)?.(value) !== false);
    }
    return tests;
  }
}

function typeTests(schema: JsonSchemaObject): Check[] {
  const tests: Check[] = [];
  const types = typesOf(schema);
  const [only] = types;
  if (types.length === 1 && only !== undefined) tests.push((value) => isOfType(value, only));
  else if (types.length > 1) tests.push((value) => types.some((type) => isOfType(value, type)));
  if (Array.isArray(schema["enum"])) {
    const texts = new Set(schema["enum"].map(canonicalText));
    tests.push((value) => texts.has(canonicalText(value)) || texts.has(roundedText(value)));
  }
  if (Object.hasOwn(schema, "const")) {
    const text = canonicalText(schema["const"]);
    tests.push((value) => canonicalText(value) === text || roundedText(value) === text);
  }
  return tests;
}

/** The numbers of a schema are doubles, so an integer beyond 2^53 is compared with them as one too. */
function roundedText(value: unknown): string {
  return typeof value === "bigint" ? canonicalText(Number(value)) : "";
}

/** The types a schema names, none when it leaves the type open. */
export function typesOf(schema: JsonSchemaObject): string[] {
  const type = schema["type"];
  return (Array.isArray(type) ? type : [type]).filter((each) => typeof each === "string");
}

/** Tells whether a JSON value is of a type of JSON Schema. */
export function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case "object":
      return isRecord(value);
    case "array":
      return Array.isArray(value);
    case "null":
      return value === null;
    case "integer":
      return Number.isInteger(value) || typeof value === "bigint";
    case "number":
      return typeof value === "number" || typeof value === "bigint";
    default:
      return typeof value === type;
  }
}

function numberTests(schema: JsonSchemaObject): Check[] {
  const tests: ((value: number | bigint) => boolean)[] = [];
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (typeof minimum === "number") tests.push((value) => value >= minimum);
  if (typeof maximum === "number") tests.push((value) => value <= maximum);
  if (typeof exclusiveMinimum === "number") tests.push((value) => value > exclusiveMinimum);
  if (typeof exclusiveMaximum === "number") tests.push((value) => value < exclusiveMaximum);
  if (typeof multipleOf === "number") tests.push((value) => isMultiple(value, multipleOf));
  if (tests.length === 0) return [];
  return [(value) => !(typeof value === "number" || typeof value === "bigint") || tests.every((test) => test(value))];
}

/** Tolerates what binary fractions do to decimal ones. */
function isMultiple(value: number | bigint, step: number): boolean {
  if (typeof value === "bigint") return !Number.isInteger(step) || value % BigInt(step) === 0n;
  const quotient = value / step;
  if (!Number.isFinite(quotient)) return Number.isInteger(step) || Number.isInteger(1 / step);
  return Math.abs(quotient - Math.round(quotient)) <= 1e-9 * Math.max(1, Math.abs(quotient));
}

function lengthTests(schema: JsonSchemaObject): Check[] {
  const sizes: readonly (readonly [string, string, (value: unknown) => number | undefined])[] = [
    ["minLength", "maxLength", (value) => (typeof value === "string" ? codePointCount(value) : undefined)],
    ["minItems", "maxItems", (value) => (Array.isArray(value) ? value.length : undefined)],
    ["minProperties", "maxProperties", (value) => (isRecord(value) ? Object.keys(value).length : undefined)],
  ];
  return sizes.flatMap(([lower, upper, sizeOf]) => {
    const least = numberOf(schema[lower]) ?? 0;
    const most = numberOf(schema[upper]) ?? Infinity;
    if (least === 0 && most === Infinity) return [];
    return [
      (value: unknown): boolean => {
        const size = sizeOf(value);
        return size === undefined || (size >= least && size <= most);
      },
    ];
  });
}

function requiredTests(schema: JsonSchemaObject): ((value: ValueRecord) => boolean)[] {
  const tests: ((value: ValueRecord) => boolean)[] = [];
  const names = listOf(schema["required"]).map(String);
  if (names.length > 0) tests.push((value) => names.every((name) => Object.hasOwn(value, name)));
  for (const [name, needed] of entriesOf(schema["dependentRequired"])) {
    const others = listOf(needed).map(String);
    tests.push((value) => !Object.hasOwn(value, name) || others.every((other) => Object.hasOwn(value, other)));
  }
  return tests;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function entriesOf(value: unknown): [string, unknown][] {
  return isSchemaObject(value) ? Object.entries(value) : [];
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function toSchema(value: unknown): JsonSchema {
  return isSchemaObject(value) || value === false ? value : true;
}
