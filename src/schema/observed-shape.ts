import { isRecord } from "../base/is-record.ts";
import type { JsonSchemaObject } from "./json-schema.ts";

/**
 * What has been seen of the values at one place: how often each type, and for objects and lists what was inside. It holds
 * names of properties and counts, never a value.
 */
export interface ObservedShape {
  /** Values seen here. */
  readonly count: number;
  /** How often each type was among them. */
  readonly types: Readonly<Partial<Record<ObservedType, number>>>;
  /** Properties of objects that have names of their own. */
  readonly properties?: Readonly<Record<string, ObservedShape>>;
  /** Values of objects whose names are data, such as ids. */
  readonly values?: ObservedShape;
  /** Items of lists. */
  readonly items?: ObservedShape;
}

/** Type of a JSON value. */
export type ObservedType = "null" | "boolean" | "integer" | "number" | "string" | "object" | "array";

const NO_DRIFT: readonly string[] = [];
const NOTHING: ObservedShape = { count: 0, types: {} };

/** Bounds on what one value can add. */
const MAX_DEPTH = 8;
const MAX_ITEMS = 200;
/** Parts of a value that are looked into, so that it takes milliseconds whatever a server sends. */
const MOST_PARTS = 2_000;
/** Places of a shape beyond which it learns no more. */
const MOST_PLACES = 4_000;

/** Parts that may still be looked into. */
interface Room {
  left: number;
}

/** An object with more names than this is a map. */
const MOST_NAMES = 60;

/** Names that are written by people who make interfaces; anything else is data. */
const NAME = /^(?=.{1,48}$)[A-Za-z_$][A-Za-z_$-]*\d{0,2}[A-Za-z_$-]*$/;

/** A shape with one more value learned, of a large one with its first parts; one that has very many places stays as it is. */
export function learnShape(shape: ObservedShape | undefined, value: unknown): ObservedShape {
  if (shape !== undefined && countPlaces(shape) > MOST_PLACES) return shape;
  return learnPart(shape, value, { depth: 0, room: { left: MOST_PARTS } });
}

interface PartPlace {
  readonly depth: number;
  readonly room: Room;
}

function learnPart(shape: ObservedShape | undefined, value: unknown, { depth, room }: PartPlace): ObservedShape {
  const known = shape ?? NOTHING;
  const type = typeOf(value);
  const next = { ...known, count: known.count + 1, types: { ...known.types, [type]: (known.types[type] ?? 0) + 1 } };
  room.left -= 1;
  if (depth >= MAX_DEPTH || room.left <= 0) return next;
  const inside = { depth: depth + 1, room };
  if (Array.isArray(value)) return value.length === 0 ? next : { ...next, items: learnAll(known.items, value, inside) };
  return isRecord(value) ? learnObject(next, value, inside) : next;
}

/** Counts no further than is of interest. */
function countPlaces({ properties, values, items }: ObservedShape, most: number = MOST_PLACES): number {
  let count = 1;
  for (const part of [...Object.values(properties ?? {}), values, items]) {
    if (count > most) break;
    if (part !== undefined) count += countPlaces(part, most - count);
  }
  return count;
}

/** The shape as a schema: a property is required when every object had it; nothing else is forbidden. */
export function shapeSchema(shape: ObservedShape): JsonSchemaObject {
  // Where there was never anything but null, anything may come.
  if (isOnlyNull(shape)) return {};
  const members = typesIn(shape).map((type) => memberSchema(shape, type));
  return members.length === 1 ? (members[0] ?? {}) : { anyOf: members };
}

/** Types of a schema, in the order in which they were seen; whole numbers are among the others. */
function typesIn({ types }: ObservedShape): readonly string[] {
  const names = Object.keys(types);
  return types.number === undefined ? names : names.filter((type) => type !== "integer");
}

/** Whether two shapes are the same as schemas, of which none is made. */
export function haveSameSchema(one: ObservedShape, other: ObservedShape): boolean {
  if (isOnlyNull(one) || isOnlyNull(other)) return isOnlyNull(one) && isOnlyNull(other);
  const [types, others] = [typesIn(one), typesIn(other)];
  if (types.length !== others.length) return false;
  return types.every((type, index) => type === others[index] && haveSameMembers(type, one, other));
}

function haveSameMembers(type: string, one: ObservedShape, other: ObservedShape): boolean {
  if (type === "array") return areBothSame(one.items, other.items);
  if (type !== "object") return true;
  if (one.values !== undefined || other.values !== undefined) return areBothSame(one.values, other.values);
  const others = Object.entries(other.properties ?? {});
  const properties = Object.entries(one.properties ?? {});
  if (properties.length !== others.length) return false;
  return properties.every(([name, each], index) => {
    const [otherName, otherEach] = others[index] ?? ["", NOTHING];
    const isRequired = each.count === one.types.object;
    if (name !== otherName || isRequired !== (otherEach.count === other.types.object)) return false;
    return haveSameSchema(each, otherEach);
  });
}

function areBothSame(one: ObservedShape | undefined, other: ObservedShape | undefined): boolean {
  return one === undefined || other === undefined ? one === other : haveSameSchema(one, other);
}

/** How a value departs from what was seen before, as the first few sentences; nothing where its first parts fit. */
export function shapeDrift(shape: ObservedShape, value: unknown): readonly string[] {
  return driftFrom(shape, value, { left: MOST_PARTS }).map((departure) => `result${departure}`);
}

/** Departures with their place in the value. Every result of a well-known tool is looked at, so nothing is made where nothing is found. */
function driftFrom(shape: ObservedShape, value: unknown, room: Room): readonly string[] {
  const type = typeOf(value);
  room.left -= 1;
  if (isOnlyNull(shape) || room.left < 0) return NO_DRIFT;
  const isKnown = shape.types[type] !== undefined || (type === "integer" && shape.types.number !== undefined);
  // A null where there was none before may be one that is rare.
  if (!isKnown) return type === "null" ? NO_DRIFT : [` is ${spoken(type)}, it was ${typesOf(shape)}`];
  if (Array.isArray(value))
    return shape.items === undefined ? NO_DRIFT : driftOfAll(shape.items, value, { place: "[]", room });
  return isRecord(value) ? objectDrift(shape, value, room) : NO_DRIFT;
}

function driftOfAll(
  shape: ObservedShape,
  values: readonly unknown[],
  { place, room }: { readonly place: string; readonly room: Room },
): readonly string[] {
  let found: string[] | undefined;
  const reserve = room.left / 2;
  for (let index = 0; index < values.length && index < MAX_ITEMS && room.left > reserve; index += 1) {
    found = joined(found, place, driftFrom(shape, values[index], room));
  }
  return found ?? NO_DRIFT;
}

function joined(found: string[] | undefined, place: string, more: readonly string[]): string[] | undefined {
  if (more.length === 0) return found;
  const all = found ?? [];
  for (const departure of more) all.push(`${place}${departure}`);
  return all;
}

function isOnlyNull({ count, types }: ObservedShape): boolean {
  return count > 0 && types.null === count;
}

/** Half of the room is left to what comes behind, so that a long list hides nothing. */
function learnAll(shape: ObservedShape | undefined, values: readonly unknown[], inside: PartPlace): ObservedShape {
  let known = shape ?? NOTHING;
  const reserve = inside.room.left / 2;
  for (let index = 0; index < values.length && index < MAX_ITEMS && inside.room.left > reserve; index += 1) {
    known = learnPart(known, values[index], inside);
  }
  return known;
}

function learnObject(shape: ObservedShape, value: Readonly<Record<string, unknown>>, inside: PartPlace): ObservedShape {
  const names = Object.keys(value);
  const known = shape.properties ?? {};
  const isMap =
    shape.values !== undefined ||
    names.some((name) => !NAME.test(name)) ||
    new Set([...names, ...Object.keys(known)]).size > MOST_NAMES;
  if (!isMap) {
    const learned = names.map((name) => [name, learnPart(ownShape(known, name), value[name], inside)] as const);
    return { ...shape, properties: { ...known, ...Object.fromEntries(learned) } };
  }
  const { properties: _, ...rest } = shape;
  const before = Object.values(known).reduce(mergeShapes, shape.values ?? NOTHING);
  return {
    ...rest,
    values: learnAll(
      before,
      names.slice(0, MAX_ITEMS).map((name) => value[name]),
      inside,
    ),
  };
}

/** Servers name properties like what objects inherit, such as `constructor`. */
function ownShape(shapes: Readonly<Record<string, ObservedShape>>, name: string): ObservedShape | undefined {
  return Object.hasOwn(shapes, name) ? shapes[name] : undefined;
}

function mergeShapes(a: ObservedShape, b: ObservedShape): ObservedShape {
  const types = { ...a.types };
  for (const type of TYPES) if (b.types[type] !== undefined) types[type] = (types[type] ?? 0) + b.types[type];
  const properties = mergeProperties(a.properties, b.properties);
  const values = mergeMaybe(a.values, b.values);
  const items = mergeMaybe(a.items, b.items);
  return {
    count: a.count + b.count,
    types,
    ...(properties === undefined ? {} : { properties }),
    ...(values === undefined ? {} : { values }),
    ...(items === undefined ? {} : { items }),
  };
}

function mergeMaybe(a: ObservedShape | undefined, b: ObservedShape | undefined): ObservedShape | undefined {
  return a === undefined || b === undefined ? (a ?? b) : mergeShapes(a, b);
}

function mergeProperties(a: ObservedShape["properties"], b: ObservedShape["properties"]): ObservedShape["properties"] {
  if (a === undefined || b === undefined) return a ?? b;
  const merged = Object.entries(b).map(
    ([name, shape]) => [name, mergeMaybe(ownShape(a, name), shape) ?? shape] as const,
  );
  return { ...a, ...Object.fromEntries(merged) };
}

function memberSchema(shape: ObservedShape, type: string): JsonSchemaObject {
  if (type === "array") return shape.items === undefined ? { type } : { type, items: shapeSchema(shape.items) };
  if (type !== "object") return { type };
  if (shape.values !== undefined) return { type, additionalProperties: shapeSchema(shape.values) };
  const properties = Object.entries(shape.properties ?? {});
  const required = properties.filter(([, each]) => each.count === shape.types.object).map(([name]) => name);
  return {
    type,
    properties: Object.fromEntries(properties.map(([name, each]) => [name, shapeSchema(each)])),
    required,
  };
}

function objectDrift(shape: ObservedShape, value: Readonly<Record<string, unknown>>, room: Room): readonly string[] {
  const { properties, values } = shape;
  if (values !== undefined) return driftOfAll(values, Object.values(value), { place: "{}", room });
  let found: string[] | undefined;
  for (const name in properties) {
    const each = properties[name];
    if (each === undefined) continue;
    if (Object.hasOwn(value, name)) found = joined(found, `.${name}`, driftFrom(each, value[name], room));
    else if (each.count === shape.types.object) found = joined(found, `.${name}`, MISSING);
  }
  return found ?? NO_DRIFT;
}

const MISSING: readonly string[] = [" is missing"];

const TYPES = ["null", "boolean", "integer", "number", "string", "object", "array"] as const;

function typeOf(value: unknown): ObservedType {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  if (typeof value === "bigint") return "integer";
  if (typeof value === "string") return "string";
  return typeof value === "boolean" ? "boolean" : "object";
}

function typesOf(shape: ObservedShape): string {
  return TYPES.filter((type) => shape.types[type] !== undefined)
    .map(spoken)
    .join(" or ");
}

function spoken(type: ObservedType): string {
  if (type === "null") return "null";
  return `${type === "integer" || type === "object" || type === "array" ? "an" : "a"} ${type === "array" ? "array" : type}`;
}
