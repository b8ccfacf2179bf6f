import type { CheckCompiler } from "./check-compiler.ts";
import { typesOf, isOfType } from "./check-compiler.ts";
import { explainKeywords } from "./keyword-faults.ts";
import type { ValueFault } from "./property-faults.ts";
import { isSchemaObject, type JsonSchemaObject } from "../json-schema.ts";
import { defined } from "../../base/defined.ts";
import { isRecord } from "../../base/is-record.ts";
import { pointerStep } from "./value-checks.ts";
import { spellValue, wantedBy } from "./wanted.ts";

/** One thing that is wrong with a value, written for a model or a person that has to mend it. */
export interface ValidationIssue {
  /** JSON pointer to the field concerned; for a missing field, where it belongs. */
  readonly path: string;
  /** The fault and the allowed values. */
  readonly message: string;
  /** Next step for the caller. */
  readonly fix: string;
  /** What the schema wants there, to stand after "must be"; absent where the fault is not about one value. */
  readonly wanted?: string;
}

const MAX_ISSUES = 20;
const MAX_DEPTH = 64;
/** Alternatives that are named. */
const MAX_GROUPS = 12;

/** Lists what is wrong with a value that a schema refuses; at least one issue, at most 20. */
export function explainFaults(schema: unknown, value: unknown, compiler: CheckCompiler): ValidationIssue[] {
  const issues = new Map<string, ValidationIssue>();
  for (const { path, message, fix, wanted } of new Explainer(compiler).explain(schema, value, { path: "", depth: 0 })) {
    if (issues.size < MAX_ISSUES) issues.set(message, { path, message, fix, ...defined({ wanted }) });
  }
  if (issues.size === 0) {
    issues.set("", { path: "", message: "The arguments do not match the schema.", fix: "Look at the tool's schema." });
  }
  return [...issues.values()];
}

interface ValuePlace {
  readonly path: string;
  readonly depth: number;
}

class Explainer {
  readonly #compiler: CheckCompiler;

  constructor(compiler: CheckCompiler) {
    this.#compiler = compiler;
  }

  explain(schema: unknown, value: unknown, place: ValuePlace): ValueFault[] {
    if (this.#compiler.checkOf(schema)(value)) return [];
    if (schema === false) return [notAllowed(place.path)];
    if (!isSchemaObject(schema) || place.depth > MAX_DEPTH) return [];
    const types = typesOf(schema);
    if (types.length > 0 && !types.some((type) => isOfType(value, type))) {
      return [wrongValue(place.path, value, { kind: "type", wanted: wantedBy(schema, this.#compiler) })];
    }
    return [
      ...explainKeywords(schema, value, { path: place.path, compiler: this.#compiler }),
      ...this.#parts(schema, value, place),
      ...this.#references(schema, value, place),
      ...this.#choices(schema, value, place),
      ...this.#conditions(schema, value, place),
    ];
  }

  #parts(schema: JsonSchemaObject, value: unknown, place: ValuePlace): ValueFault[] {
    const below = (part: unknown, key: string | number, inner: unknown): ValueFault[] =>
      this.explain(part, inner, { path: place.path + pointerStep(key), depth: place.depth + 1 });
    if (Array.isArray(value)) {
      const prefix = Array.isArray(schema["prefixItems"]) ? schema["prefixItems"] : [];
      const partAt = (index: number): unknown => (index < prefix.length ? prefix[index] : (schema["items"] ?? true));
      return value.flatMap((item, index) => below(partAt(index), index, item));
    }
    if (!isRecord(value)) return [];
    const properties = isSchemaObject(schema["properties"]) ? schema["properties"] : {};
    const additional = isSchemaObject(schema["additionalProperties"]) ? schema["additionalProperties"] : true;
    const patterned = schema["patternProperties"] === undefined ? additional : true;
    const byPattern = isSchemaObject(schema["patternProperties"]) ? Object.entries(schema["patternProperties"]) : [];
    const own = (key: string): unknown => (Object.hasOwn(properties, key) ? properties[key] : patterned);
    const named = (key: string): ValueFault[] =>
      byPattern
        .filter(
          ([name, part]) => !this.#compiler.checkOf({ patternProperties: { [name]: part } })({ [key]: value[key] }),
        )
        .flatMap(([, part]) => below(part, key, value[key]));
    return Object.keys(value).flatMap((key) => below(own(key), key, value[key]).concat(named(key)));
  }

  #conditions(schema: JsonSchemaObject, value: unknown, { path, depth }: ValuePlace): ValueFault[] {
    if (schema["if"] === undefined) return [];
    const isMet = this.#compiler.checkOf(schema["if"])(value);
    return this.explain(schema[isMet ? "then" : "else"] ?? true, value, { path, depth: depth + 1 });
  }

  #references(schema: JsonSchemaObject, value: unknown, place: ValuePlace): ValueFault[] {
    const inner = { path: place.path, depth: place.depth + 1 };
    const all = Array.isArray(schema["allOf"]) ? schema["allOf"] : [];
    const target = schema["$ref"] === undefined ? [] : [this.#compiler.definitionOf(schema["$ref"])];
    return [...target, ...all].flatMap((part) => this.explain(part, value, inner));
  }

  #choices(schema: JsonSchemaObject, value: unknown, place: ValuePlace): ValueFault[] {
    return ["anyOf", "oneOf"].flatMap((keyword) => {
      const parts: unknown = schema[keyword];
      if (!Array.isArray(parts)) return [];
      const fitting = parts.filter((part) => this.#compiler.checkOf(part)(value)).length;
      if (keyword === "anyOf" ? fitting > 0 : fitting === 1) return [];
      if (fitting > 1) return [ambiguous(place.path, fitting)];
      const choice = this.#choice(parts, value, place) ?? this.#eitherMissing(parts, value, place);
      return choice ?? [this.#noneFits({ [keyword]: parts }, value, place)];
    });
  }

  #noneFits(choice: JsonSchemaObject, value: unknown, place: ValuePlace): ValueFault {
    return wrongValue(place.path, value, { kind: "type", wanted: wantedBy(choice, this.#compiler) });
  }

  /** When exactly one alternative is of the right type and tag, it was the one meant, and its faults say more. */
  #choice(parts: readonly unknown[], value: unknown, place: ValuePlace): ValueFault[] | undefined {
    const found = parts.map((part) => ({
      part,
      findings: this.explain(part, value, { path: place.path, depth: place.depth + 1 }),
    }));
    const typed = found.filter(({ findings }) => !findings.some((finding) => isOtherType(finding, place.path)));
    const tagged = typed.filter(({ findings }) => !findings.some((finding) => isOtherTag(finding, place.path)));
    const [meant, ...others] = typed.length === 1 ? typed : tagged;
    if (meant !== undefined && others.length === 0) return meant.findings;
    const unknown =
      tagged.length > 0
        ? undefined
        : this.#unknownTag(
            typed.map(({ part }) => part),
            value,
            place,
          );
    if (unknown !== undefined) return unknown;
    // Alternatives told apart by the key that each has: the one whose keys are there was meant.
    const named = parts.filter((part) => this.#hasItsKeys(part, value));
    const [only] = named;
    return named.length === 1 ? this.explain(only, value, { path: place.path, depth: place.depth + 1 }) : undefined;
  }

  /** When a key has a value of its own in each alternative, and none of them, these are what it may be. */
  #unknownTag(parts: readonly unknown[], value: unknown, place: ValuePlace): ValueFault[] | undefined {
    if (!isRecord(value) || parts.length < 2) return undefined;
    const schemas = parts.map((part) => this.#resolved(part));
    for (const key of Object.keys(value)) {
      const values = schemas.map((schema) => tagsOf(schema, key));
      if (!values.every((tags) => tags !== undefined)) continue;
      const below = { path: place.path + pointerStep(key), depth: place.depth + 1 };
      const faults = this.explain({ enum: [...new Set(values.flat())] }, value[key], below);
      if (faults.length > 0) return faults;
    }
    return undefined;
  }

  /** When all that each alternative misses are keys, these say what to add. */
  #eitherMissing(parts: readonly unknown[], value: unknown, { path, depth }: ValuePlace): ValueFault[] | undefined {
    if (!isRecord(value)) return undefined;
    const missing = parts.map((part) => this.#requiredBy(part).filter((key) => !Object.hasOwn(value, key)));
    const isAll = parts.every(
      (part, index) => this.explain(part, value, { path, depth: depth + 1 }).length === missing[index]?.length,
    );
    if (!isAll || missing.some((keys) => keys.length === 0)) return undefined;
    const groups = missing.map((keys) => keys.map((key) => JSON.stringify(key)).join(" and "));
    const list = [...new Set(groups)].slice(0, MAX_GROUPS).join(" or ");
    const place = path === "" ? "The arguments" : path;
    return [{ kind: "other", path, message: `${place} must have ${list}.`, fix: `Add ${list}.` }];
  }

  #hasItsKeys(part: unknown, value: unknown): boolean {
    const required = this.#requiredBy(part);
    return required.length > 0 && isRecord(value) && required.every((key) => Object.hasOwn(value, key));
  }

  #requiredBy(part: unknown): readonly string[] {
    const schema = this.#resolved(part);
    const required: unknown = isSchemaObject(schema) ? schema["required"] : undefined;
    return Array.isArray(required) ? required.map(String) : [];
  }

  #resolved(part: unknown): unknown {
    return isSchemaObject(part) && part["$ref"] !== undefined ? this.#compiler.definitionOf(part["$ref"]) : part;
  }
}

/** Tells whether a fault shows that an alternative was not meant at all, since it is of another type. */
function isOtherType(finding: ValueFault, path: string): boolean {
  return finding.kind === "type" && finding.path === path;
}

/** Tells whether a fault shows that an alternative was not meant, since it has another tag. */
function isOtherTag(finding: ValueFault, path: string): boolean {
  return finding.kind === "value" && finding.path.lastIndexOf("/") <= path.length;
}

/** The values that a schema lets a property have, where it names them. */
function tagsOf(schema: unknown, key: string): readonly unknown[] | undefined {
  const properties = isSchemaObject(schema) ? schema["properties"] : undefined;
  const tag = isSchemaObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (!isSchemaObject(tag)) return undefined;
  if (Object.hasOwn(tag, "const")) return [tag["const"]];
  return Array.isArray(tag["enum"]) ? tag["enum"] : undefined;
}

function wrongValue(path: string, value: unknown, fault: { kind: ValueFault["kind"]; wanted: string }): ValueFault {
  const place = path === "" ? "The arguments" : path;
  return {
    kind: fault.kind,
    path,
    wanted: fault.wanted,
    message: `${place} must be ${fault.wanted}, not ${spellValue(value)}.`,
    fix: `Change ${path === "" ? "the arguments" : path} to ${fault.wanted.length > 80 ? "what is allowed" : fault.wanted}.`,
  };
}

function notAllowed(path: string): ValueFault {
  return {
    kind: "other",
    path,
    message: `${path === "" ? "An argument" : path} is not allowed.`,
    fix: `Remove ${path}.`,
  };
}

function ambiguous(path: string, count: number): ValueFault {
  const place = path === "" ? "The arguments" : path;
  const message = `${place} must fit exactly one of the alternatives, but fits ${count}.`;
  return { kind: "other", path, message, fix: "Leave out what belongs to the other alternatives." };
}
