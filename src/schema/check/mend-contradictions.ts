import { isOfType, typesOf } from "./check-compiler.ts";
import { isSchemaObject, type JsonSchema, type JsonSchemaObject } from "../json-schema.ts";
import { subschemasOf } from "../subschemas.ts";

const RANGES: readonly (readonly [least: string, most: string])[] = [
  ["minimum", "maximum"],
  ["exclusiveMinimum", "maximum"],
  ["minimum", "exclusiveMaximum"],
  ["exclusiveMinimum", "exclusiveMaximum"],
  ["minLength", "maxLength"],
  ["minItems", "maxItems"],
  ["minProperties", "maxProperties"],
];

/**
 * Takes out of a canonical schema, in place, what makes parts of it impossible to satisfy: values beside a type that
 * none of them has, a lower bound above the upper, a required property that a closed object does not name, closed
 * objects combined with `allOf`. Returns what was taken out, as sentences.
 */
export function mendContradictions(document: JsonSchema): readonly string[] {
  const problems = new Set<string>();
  if (!isSchemaObject(document)) return [];
  const definitions = isSchemaObject(document["$defs"]) ? document["$defs"] : {};
  const pending: JsonSchemaObject[] = [document];
  const seen = new Set<JsonSchemaObject>();
  for (let schema = pending.pop(); schema !== undefined; schema = pending.pop()) {
    if (seen.has(schema)) continue;
    seen.add(schema);
    mend(schema, { definitions, report: (problem) => problems.add(problem) });
    pending.push(...subschemasOf(schema));
  }
  return [...problems];
}

interface MendContext {
  readonly definitions: JsonSchemaObject;
  readonly report: (problem: string) => void;
}

/** The copies are the rewriter's own, so they may be changed. */
function mend(schema: Record<string, unknown>, { definitions, report }: MendContext): void {
  freeValues(schema, report);
  for (const [least, most] of RANGES) {
    const [low, high] = [schema[least], schema[most]];
    if (typeof low !== "number" || typeof high !== "number" || low <= high) continue;
    report(`\`${least}\` ${low} is above \`${most}\` ${high}, so neither is checked.`);
    delete schema[least];
    delete schema[most];
  }
  openParts(schema, definitions, report);
  nameRequired(schema, report);
}

/** Listed values rule over a type that does not fit them. */
function freeValues(schema: Record<string, unknown>, report: (problem: string) => void): void {
  const types = typesOf(schema);
  const constant = Object.hasOwn(schema, "const") ? [schema["const"]] : undefined;
  const values: readonly unknown[] | undefined = Array.isArray(schema["enum"]) ? schema["enum"] : constant;
  if (types.length === 0 || values === undefined) return;
  if (values.some((value) => types.some((type) => isOfType(value, type)))) return;
  report(`None of the listed values is of the type ${types.join(" or ")}, so the type is not checked.`);
  delete schema["type"];
}

function nameRequired(schema: Record<string, unknown>, report: (problem: string) => void): void {
  if (schema["additionalProperties"] !== false || isSchemaObject(schema["patternProperties"])) return;
  const properties = propertiesOf(schema);
  const ghosts = requiredOf(schema).filter((name) => !Object.hasOwn(properties, name));
  if (ghosts.length === 0) return;
  report(`It requires ${ghosts.map((name) => JSON.stringify(name)).join(", ")} without naming it as a property.`);
  schema["properties"] = withNames(properties, ghosts);
}

/** Closed objects under `allOf` shut out one another's properties; each then takes those of the others too. */
function openParts(
  schema: Record<string, unknown>,
  definitions: JsonSchemaObject,
  report: (problem: string) => void,
): void {
  const parts = Array.isArray(schema["allOf"]) ? schema["allOf"].map((part) => resolved(part, definitions)) : [];
  if (schema["$ref"] !== undefined) parts.push(resolved(schema, definitions));
  const members = [schema, ...parts.filter(isSchemaObject)];
  const closed = members.filter((member) => member["additionalProperties"] === false);
  const names = [...new Set(members.flatMap((member) => Object.keys(propertiesOf(member))))];
  if (members.length < 2 || closed.length === 0 || names.length === 0) return;
  const required = members.flatMap(requiredOf);
  const allowed = (name: string): boolean => closed.every((member) => admits(member, name));
  if (required.every(allowed) && names.some(allowed)) return;
  report("Its closed parts shut out one another's properties, so each takes those of all.");
  const opened = parts.map((part) => (isSchemaObject(part) ? withAll(part, names) : part));
  delete schema["$ref"];
  schema["allOf"] = opened;
  if (schema["additionalProperties"] === false) schema["properties"] = withNames(propertiesOf(schema), names);
}

function withAll(part: JsonSchemaObject, names: readonly string[]): JsonSchemaObject {
  if (part["additionalProperties"] !== false) return part;
  return { ...part, properties: withNames(propertiesOf(part), names) };
}

function withNames(properties: JsonSchemaObject, names: readonly string[]): JsonSchemaObject {
  const added = names.filter((name) => !Object.hasOwn(properties, name));
  return { ...properties, ...Object.fromEntries(added.map((name) => [name, true])) };
}

function admits(schema: JsonSchemaObject, name: string): boolean {
  return Object.hasOwn(propertiesOf(schema), name) || isSchemaObject(schema["patternProperties"]);
}

function resolved(part: unknown, definitions: JsonSchemaObject): unknown {
  const reference = isSchemaObject(part) ? part["$ref"] : undefined;
  return typeof reference === "string" ? definitions[reference.replace("#/$defs/", "")] : part;
}

function propertiesOf(schema: JsonSchemaObject): JsonSchemaObject {
  return isSchemaObject(schema["properties"]) ? schema["properties"] : {};
}

function requiredOf(schema: JsonSchemaObject): readonly string[] {
  return Array.isArray(schema["required"]) ? schema["required"].map(String) : [];
}
