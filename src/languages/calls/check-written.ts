import { isRecord } from "../../base/is-record.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import { acceptArguments } from "../../schema/check/accept-arguments.ts";
import type { ValidationIssue } from "../../schema/check/explain.ts";
import { pointerStep } from "../../schema/check/value-checks.ts";
import { isSchemaObject, type JsonSchema } from "../../schema/json-schema.ts";
import type { Validator } from "../../schema/validator.ts";
import { type ArgumentRefusal, refusedArguments } from "./refused-arguments.ts";
import { signatureOf } from "./tool-signature.ts";
import { withHoles, type WrittenArguments } from "./written-arguments.ts";

/** Keywords by which what one part of a value may be depends on another part. */
const CROSSING: ReadonlySet<string> = new Set(
  "anyOf oneOf allOf not if $ref $dynamicRef $recursiveRef enum const dependentSchemas dependentRequired dependencies patternProperties propertyNames unevaluatedProperties unevaluatedItems minProperties maxProperties uniqueItems contains prefixItems".split(
    " ",
  ),
);

/** A name that a schema does not list, and would let through. */
interface UnlistedName {
  readonly name: string;
  readonly at: number;
  /** The names it does list. */
  readonly listed: readonly string[];
}

/** What is wrong with the arguments of a call as they are written. */
export interface WrittenProblems {
  /** Why the tool surely refuses them, with the offset of the first place that is wrong. */
  readonly refusal?: ArgumentRefusal & { readonly at: number };
  readonly unlisted: readonly UnlistedName[];
}

/** Checks the arguments of a call of a tool as far as the text spells them out, without running anything. */
export function checkWritten(
  tool: ToolEntry,
  written: WrittenArguments,
  { validator, language }: { readonly validator: Validator; readonly language: GuestLanguage },
): WrittenProblems {
  const { issues, unlisted } = problemsIn(tool.inputSchema, written, validator);
  if (issues.length === 0) return { unlisted };
  const refusal = refusedArguments({ name: tool.name, signature: signatureOf(tool, language) }, issues);
  return { refusal: { ...refusal, at: placeOf(issues, written.places) }, unlisted: [] };
}

/** What a schema surely refuses in the arguments of a call as they are written, and the names it does not list. */
function problemsIn(
  schema: JsonSchema,
  written: WrittenArguments,
  validator: Validator,
): { readonly issues: readonly ValidationIssue[]; readonly unlisted: readonly UnlistedName[] } {
  const { value, holes, open } = written;
  const unlisted = unlistedNames(schema, written);
  if (!isRecord(value) || holes.length + open.length > 0)
    return { issues: sureIssues(schema, written, validator), unlisted };
  const verdict = acceptArguments(validator, schema, value);
  return { issues: verdict.ok ? [] : verdict.issues, unlisted };
}

function unlistedNames(schema: JsonSchema, { value, holes, places }: WrittenArguments): readonly UnlistedName[] {
  if (!isRecord(value) || !isSchemaObject(schema) || !isPlain(schema)) return [];
  const { properties, additionalProperties } = schema;
  if (!isSchemaObject(properties) || additionalProperties !== undefined) return [];
  const listed = Object.keys(properties);
  if (listed.length === 0) return [];
  const at = new Map(places);
  const names = Object.keys(value).filter((name) => !listed.includes(name));
  return names.flatMap((name) => {
    const start = at.get(pointerStep(name));
    const isAbsent = value[name] === null && !holes.includes(pointerStep(name));
    return start === undefined || isAbsent ? [] : [{ name, at: start, listed }];
  });
}

/**
 * What a schema refuses in arguments of which the text does not say every value, whatever the others are.
 *
 * A value that is not known makes everything around it unknown up to the first part whose schema looks at each of its parts
 * alone. A null is left out where it is not wanted, so none is refused.
 */
function sureIssues(schema: JsonSchema, written: WrittenArguments, validator: Validator): readonly ValidationIssue[] {
  const { value, holes, open } = written;
  if (!isPlain(schema)) return [];
  const unknown = new Set(holes.map((path) => unknownPart(schema, path)));
  const verdict = validator.validate(schema, withHoles(written));
  if (verdict.ok) return [];
  return verdict.issues.filter(({ path }) => {
    const [name, ...outer] = outerPaths(path);
    if (name === undefined || outer.some((part) => unknown.has(part))) return false;
    if (unknown.has(path)) return isUnknownName(schema, path);
    const part = partAt(value, path);
    return part === undefined ? !open.includes(outer[0] ?? "") : part !== null;
  });
}

/** The path itself, and those of what it is in, the innermost first; nothing for the whole. */
function outerPaths(path: string): readonly string[] {
  const paths: string[] = [];
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) paths.push(path.slice(0, end));
  return paths;
}

function isPlain(schema: unknown): boolean {
  return !isSchemaObject(schema) || !Object.keys(schema).some((keyword) => CROSSING.has(keyword));
}

/** The outermost part of the arguments that depends on what stands at a path. */
function unknownPart(schema: JsonSchema, path: string): string {
  for (const outer of outerPaths(path).toReversed()) if (!isPlain(schemaAt(schema, outer))) return outer;
  return path;
}

/** The schema of a part that plain schemas lead to. */
function schemaAt(schema: JsonSchema, path: string): unknown {
  let found: unknown = schema;
  for (const step of stepsOf(path)) {
    if (!isSchemaObject(found)) return undefined;
    const { properties, additionalProperties, items } = found;
    const named = isSchemaObject(properties) && Object.hasOwn(properties, step) ? properties[step] : undefined;
    found = named ?? (/^\d+$/.test(step) && items !== undefined ? items : additionalProperties);
  }
  return found;
}

/** True for a name that the schema of the object it stands in does not allow, whatever its value is. */
function isUnknownName(schema: JsonSchema, path: string): boolean {
  return schemaAt(schema, path) === false;
}

/** The part of a value at a path; undefined where there is none. */
function partAt(value: unknown, path: string): unknown {
  return stepsOf(path).reduce((part: unknown, step) => {
    if (Array.isArray(part)) return part[Number(step)];
    return isRecord(part) && Object.hasOwn(part, step) ? part[step] : undefined;
  }, value);
}

function stepsOf(path: string): readonly string[] {
  return path
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The first place where something wrong is written; of what is missing, the object it is missing in. */
function placeOf(issues: readonly ValidationIssue[], places: WrittenArguments["places"]): number {
  const at = new Map(places);
  const written = issues.flatMap(({ path }) => (path === "" ? [] : (at.get(path) ?? [])));
  if (written.length > 0) return Math.min(...written);
  const [{ path } = { path: "" }] = issues;
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
    const outer = at.get(path.slice(0, end));
    if (outer !== undefined) return outer;
  }
  return at.get("") ?? 0;
}
