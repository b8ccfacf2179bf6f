import { defined } from "../../base/defined.ts";
import { unionOf } from "./combine.ts";
import { isSchemaObject, type JsonSchemaObject } from "../json-schema.ts";
import { UNKNOWN, type PropertyShape, type Shape, type ShapeDocs } from "./shape.ts";
import { own } from "../subschemas.ts";

/** Services that reading a part of a schema needs from the reader of the whole. */
export interface ShapeContext {
  shapeOf(schema: unknown, depth: number): Shape;
  /** Documentation of a part; a title that only repeats its name is dropped. */
  docsOf(schema: unknown, name?: string): ShapeDocs;
  /** Notes what is left out and returns the shape that allows everything. */
  giveUp(problem: string): Shape;
}

const OBJECT_KEYWORDS = ["properties", "required", "additionalProperties", "patternProperties", "propertyNames"];
const LIST_KEYWORDS = ["items", "prefixItems", "additionalItems"];
const MAX_TUPLE = 64;
const MAX_NAMES = 50;
const MAX_NAME = 500;
const MAX_PROPERTIES = 1000;

/** Patterns that every name matches: how some libraries write a map. */
const CATCH_ALL = /^\^?(?:\.\*|\(\.\*\))\$?$/;

/** The shape that `type` and the keywords about properties and items describe; the other keywords are ignored. */
export function structureShape(schema: JsonSchemaObject, depth: number, context: ShapeContext): Shape {
  const types = typesOf(schema);
  if (types.length === 0) return UNKNOWN;
  return unionOf(
    types.map((type) => {
      switch (type) {
        case "object":
          return objectShape(schema, depth, context);
        case "array":
          return listShape(schema, depth, context);
        case "null":
        case "boolean":
        case "integer":
        case "number":
        case "string":
          return { kind: type };
        default:
          return UNKNOWN;
      }
    }),
  );
}

/** Without `type`, keywords about properties or items say what is meant. Other keywords leave every type open. */
function typesOf(schema: JsonSchemaObject): unknown[] {
  const type = own(schema, "type");
  if (typeof type === "string") return [type];
  if (Array.isArray(type)) return type;
  if (type !== undefined || Object.hasOwn(schema, "enum") || Object.hasOwn(schema, "const")) return [];
  const mentions = (keywords: readonly string[]): boolean =>
    keywords.some((keyword) => {
      const value = own(schema, keyword);
      return value !== undefined && value !== true;
    });
  return [...(mentions(OBJECT_KEYWORDS) ? ["object"] : []), ...(mentions(LIST_KEYWORDS) ? ["array"] : [])];
}

function objectShape(schema: JsonSchemaObject, depth: number, context: ShapeContext): Shape {
  const declared = own(schema, "properties");
  const all = isSchemaObject(declared) ? Object.entries(declared) : [];
  const entries = all.filter(([name]) => name.length <= MAX_NAME).slice(0, MAX_PROPERTIES);
  if (entries.length < all.length) context.giveUp("The schema has more or longer properties than can be typed.");
  const required = new Set(stringsOf(own(schema, "required")));
  const properties = entries.map(([name, part]) => ({
    name,
    shape: context.shapeOf(part, depth + 1),
    required: required.has(name),
    docs: context.docsOf(part, name),
  }));
  const rest = entries.length < all.length ? UNKNOWN : restShape(schema, depth, context);
  const closed = own(schema, "additionalProperties") === false || own(schema, "propertyNames") === false;
  const implied = impliedProperties(schema, rest, new Set(entries.map(([name]) => name)));
  const index = rest === undefined || (implied.named && properties.length === 0) ? undefined : rest;
  return {
    kind: "object",
    properties: [...properties, ...implied.properties],
    ...defined({ index }),
    closed,
  };
}

/** Properties that are only named: by `required`, or by a list of names in `propertyNames`. */
function impliedProperties(
  schema: JsonSchemaObject,
  rest: Shape | undefined,
  declared: ReadonlySet<string>,
): { properties: PropertyShape[]; named: boolean } {
  const required = new Set(stringsOf(own(schema, "required")).slice(0, MAX_PROPERTIES));
  const names = own(schema, "propertyNames");
  const allowed = isSchemaObject(names) ? stringsOf(own(names, "enum") ?? [own(names, "const")]) : [];
  const named = allowed.length > 0 && allowed.length <= MAX_NAMES;
  const wanted = new Set(
    [...required, ...(named ? allowed : [])].filter((name) => !declared.has(name) && name.length <= MAX_NAME),
  );
  const properties = [...wanted].map((name) => ({
    name,
    shape: rest ?? UNKNOWN,
    required: required.has(name),
    docs: { facts: [] },
  }));
  return { properties, named };
}

/** The type of properties that are not listed; undefined where the schema says nothing about them. */
function restShape(schema: JsonSchemaObject, depth: number, context: ShapeContext): Shape | undefined {
  const additional = own(schema, "additionalProperties");
  const patterns = own(schema, "patternProperties");
  const patterned = isSchemaObject(patterns) ? Object.keys(patterns) : [];
  const covered = additional === false || patterned.some((pattern) => CATCH_ALL.test(pattern));
  if (
    patterned.length === 0 ? additional === undefined || additional === false : additional === undefined && !covered
  ) {
    return undefined;
  }
  const alternatives = isSchemaObject(patterns)
    ? Object.values(patterns).map((part) => context.shapeOf(part, depth + 1))
    : [];
  if (!covered) alternatives.push(context.shapeOf(additional, depth + 1));
  return unionOf(alternatives);
}

function listShape(schema: JsonSchemaObject, depth: number, context: ShapeContext): Shape {
  const items = own(schema, "items");
  const prefix = own(schema, "prefixItems") ?? (Array.isArray(items) ? items : undefined);
  if (!Array.isArray(prefix) || prefix.length === 0 || prefix.length > MAX_TUPLE) {
    const usable = items !== undefined && !Array.isArray(items) && !Array.isArray(prefix);
    return { kind: "array", items: usable ? context.shapeOf(items, depth + 1) : UNKNOWN };
  }
  return tupleShape(schema, prefix, { depth, context });
}

function tupleShape(
  schema: JsonSchemaObject,
  prefix: readonly unknown[],
  { depth, context }: { depth: number; context: ShapeContext },
): Shape {
  const after = Array.isArray(own(schema, "items")) ? own(schema, "additionalItems") : own(schema, "items");
  const most = countOf(own(schema, "maxItems"), Infinity);
  const items = prefix.map((part) => context.shapeOf(part, depth + 1));
  const rest = after === undefined ? UNKNOWN : context.shapeOf(after, depth + 1);
  return {
    kind: "tuple",
    items: items.slice(0, most),
    required: Math.min(countOf(own(schema, "minItems"), 0), items.length, most),
    ...(after === false || most <= items.length ? {} : { rest }),
  };
}

function countOf(value: unknown, otherwise: number): number {
  return typeof value === "number" && value >= 0 ? Math.floor(value) : otherwise;
}

function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
