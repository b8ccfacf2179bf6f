import type { JsonSchemaObject } from "../json-schema.ts";
import { own } from "../subschemas.ts";

const TYPES: ReadonlySet<unknown> = new Set(["object", "array", "string", "number", "integer", "boolean", "null"]);
const COUNTS = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];
const BOUNDS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];

/** Services that copying needs from the rewriter. */
interface ScalarContext {
  readonly isPattern: (source: string) => boolean;
  readonly leaveOut: (problem: string) => void;
}

/** Copies the keywords that hold no schemas, each only when its value makes sense. */
export function copyScalars(schema: JsonSchemaObject, copy: Record<string, unknown>, context: ScalarContext): void {
  copyType(schema, copy, context);
  copyValues(schema, copy);
  copyNumbers(schema, copy);
  const pattern = own(schema, "pattern");
  if (typeof pattern === "string") {
    if (context.isPattern(pattern)) copy["pattern"] = pattern;
    else context.leaveOut(`The pattern ${JSON.stringify(pattern.slice(0, 100))} cannot be used.`);
  }
  copyRequired(schema, copy);
  if (own(schema, "uniqueItems") === true) copy["uniqueItems"] = true;
}

function copyType(schema: JsonSchemaObject, copy: Record<string, unknown>, context: ScalarContext): void {
  const type = own(schema, "type");
  if (type === undefined) return;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  if (types.length > 0 && types.every((each) => TYPES.has(each))) {
    copy["type"] = types.length === 1 ? types[0] : [...new Set(types)];
  } else {
    context.leaveOut(`The type ${JSON.stringify(type)?.slice(0, 100)} is unknown.`);
  }
}

function copyValues(schema: JsonSchemaObject, copy: Record<string, unknown>): void {
  const values = own(schema, "enum");
  if (Array.isArray(values)) {
    if (values.length === 0) copy["allOf"] = [{ not: {} }];
    else copy["enum"] = values;
  }
  if (Object.hasOwn(schema, "const")) copy["const"] = schema["const"];
}

/** Draft-04 wrote an exclusive bound as a boolean beside the bound. */
function copyNumbers(schema: JsonSchemaObject, copy: Record<string, unknown>): void {
  for (const keyword of [...COUNTS, ...BOUNDS, "multipleOf"]) {
    const value = own(schema, keyword);
    if (typeof value !== "number" || !Number.isFinite(value)) continue;
    const usable = keyword === "multipleOf" ? value > 0 : !COUNTS.includes(keyword) || value >= 0;
    if (usable) copy[keyword] = COUNTS.includes(keyword) ? Math.floor(value) : value;
  }
  for (const [bound, exclusive] of [
    ["minimum", "exclusiveMinimum"],
    ["maximum", "exclusiveMaximum"],
  ] as const) {
    if (own(schema, exclusive) !== true || copy[bound] === undefined) continue;
    copy[exclusive] = copy[bound];
    delete copy[bound];
  }
}

function copyRequired(schema: JsonSchemaObject, copy: Record<string, unknown>): void {
  const required = own(schema, "required");
  if (Array.isArray(required)) copy["required"] = [...new Set(required.filter((each) => typeof each === "string"))];
  const dependent = own(schema, "dependentRequired");
  if (typeof dependent !== "object" || dependent === null || Array.isArray(dependent)) return;
  const entries = Object.entries(dependent).filter(([, names]) => Array.isArray(names));
  copy["dependentRequired"] = Object.fromEntries(
    entries.map(([name, names]: [string, unknown[]]) => [name, names.filter((each) => typeof each === "string")]),
  );
}
