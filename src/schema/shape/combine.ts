import { defined } from "../../base/defined.ts";
import { NEVER, UNKNOWN, type Literal, type ObjectShape, type PropertyShape, type Shape } from "./shape.ts";

/** Maximum number of alternatives that are multiplied out; a larger intersection is kept unchanged. */
const MAX_DISTRIBUTED = 40;

const keys = new WeakMap<Shape, string>();

/** Joins alternatives: flat, without repetitions, and as wide as the widest of them. */
export function unionOf(shapes: readonly Shape[]): Shape {
  const [alone] = shapes;
  if (shapes.length === 1 && alone !== undefined) return alone;
  const members = new Map<string, Shape>();
  for (const shape of shapes.flatMap((each) => (each.kind === "union" ? each.members : [each]))) {
    if (shape.kind === "unknown") return UNKNOWN;
    if (shape.kind !== "never") members.set(shapeKey(shape), shape);
  }
  if (members.has("number")) members.delete("integer");
  const list = [...members.values()];
  const [only] = list;
  if (only === undefined) return NEVER;
  return list.length === 1 ? only : { kind: "union", members: list };
}

/** Joins demands that hold together. What cannot be merged into one shape stays an intersection. */
export function intersectionOf(shapes: readonly Shape[]): Shape {
  const merged: Shape[] = [];
  for (const shape of shapes.flatMap((each) => (each.kind === "intersection" ? each.members : [each]))) {
    mergeInto(merged, shape);
  }
  if (merged.some((shape) => shape.kind === "never")) return NEVER;
  const [only] = merged;
  if (only === undefined) return UNKNOWN;
  return merged.length === 1 ? only : { kind: "intersection", members: merged };
}

/** A text that is equal for equal shapes, whatever their documentation says. */
export function shapeKey(shape: Shape): string {
  const known = keys.get(shape);
  if (known !== undefined) return known;
  const key = computeKey(shape);
  keys.set(shape, key);
  return key;
}

function mergeInto(merged: Shape[], shape: Shape): void {
  if (shape.kind === "unknown") return;
  for (const [index, other] of merged.entries()) {
    const met = meet(other, shape);
    if (met !== undefined) {
      merged.splice(index, 1);
      mergeInto(merged, met);
      return;
    }
  }
  merged.push(shape);
}

/** The one shape two demands amount to; undefined when only an intersection can say it. */
function meet(left: Shape, right: Shape): Shape | undefined {
  if (shapeKey(left) === shapeKey(right)) return left;
  if (left.kind === "never" || right.kind === "never") return NEVER;
  if (left.kind === "union") return distribute(left.members, right);
  if (right.kind === "union") return distribute(right.members, left);
  if (isOpaque(left) || isOpaque(right)) return undefined;
  return meetPlain(left, right);
}

/** Neither side is a union, a reference or an intersection here. */
function meetPlain(left: Shape, right: Shape): Shape | undefined {
  if (isScalar(left) || isScalar(right)) return meetScalars(left, right);
  if (left.kind === "object" && right.kind === "object") return mergeObjects(left, right);
  if (left.kind === "object" || right.kind === "object") return NEVER;
  return meetLists(left, right);
}

function isOpaque(shape: Shape): boolean {
  return shape.kind === "reference" || shape.kind === "intersection" || shape.kind === "unknown";
}

function isScalar(shape: Shape): boolean {
  return !["object", "array", "tuple"].includes(shape.kind);
}

function distribute(members: readonly Shape[], other: Shape): Shape | undefined {
  if (other.kind === "object" && (other.properties.length > 0 || other.index !== undefined)) {
    if (members.some((member) => member.kind === "object")) return undefined;
  }
  if (other.kind === "union" && members.length * other.members.length > MAX_DISTRIBUTED * 10) return undefined;
  if (members.length > MAX_DISTRIBUTED && !members.every(isScalar)) return undefined;
  const met: Shape[] = [];
  for (const member of members) {
    const one = meet(member, other);
    if (one === undefined) return undefined;
    met.push(one);
  }
  return unionOf(met);
}

function meetScalars(left: Shape, right: Shape): Shape {
  if (left.kind === "literal") return allows(right, left.value) ? left : NEVER;
  if (right.kind === "literal") return allows(left, right.value) ? right : NEVER;
  if (left.kind === "integer" && right.kind === "number") return left;
  if (left.kind === "number" && right.kind === "integer") return right;
  return NEVER;
}

function allows(shape: Shape, value: Literal): boolean {
  if (shape.kind === "literal") return shape.value === value;
  if (value === null) return shape.kind === "null";
  if (typeof value === "number") {
    return shape.kind === "number" || (shape.kind === "integer" && Number.isInteger(value));
  }
  return shape.kind === typeof value;
}

function meetLists(left: Shape, right: Shape): Shape | undefined {
  if (left.kind === "array" && right.kind === "array") {
    return { kind: "array", items: intersectionOf([left.items, right.items]) };
  }
  if (left.kind === "array" && right.kind === "tuple") return meetLists(right, left);
  if (left.kind !== "tuple" || right.kind !== "array") return undefined;
  const items = left.items.map((each) => intersectionOf([each, right.items]));
  const rest = left.rest === undefined ? undefined : intersectionOf([left.rest, right.items]);
  return { kind: "tuple", items, required: left.required, ...defined({ rest }) };
}

function mergeObjects(left: ObjectShape, right: ObjectShape): ObjectShape {
  const properties = new Map<string, PropertyShape>();
  for (const property of [...left.properties, ...right.properties]) {
    const known = properties.get(property.name);
    properties.set(property.name, known === undefined ? property : mergeProperties(known, property));
  }
  const indexes = [left.index, right.index].filter((index) => index !== undefined);
  return {
    kind: "object",
    properties: [...properties.values()],
    ...(indexes.length === 0 ? {} : { index: intersectionOf(indexes) }),
    closed: left.closed || right.closed,
  };
}

function mergeProperties(left: PropertyShape, right: PropertyShape): PropertyShape {
  const description = left.docs.description ?? right.docs.description;
  const facts = [...new Set([...left.docs.facts, ...right.docs.facts])];
  return {
    name: left.name,
    shape: intersectionOf([left.shape, right.shape]),
    required: left.required || right.required,
    docs: description === undefined ? { facts } : { description, facts },
  };
}

function computeKey(shape: Shape): string {
  switch (shape.kind) {
    case "literal":
      return JSON.stringify(shape.value);
    case "array":
      return `[${shapeKey(shape.items)}]`;
    case "tuple":
      return `[${shape.items.map(shapeKey).join(",")};${shape.required};${shape.rest ? shapeKey(shape.rest) : ""}]`;
    case "object":
      return objectKey(shape);
    case "union":
      return `(${shape.members.map(shapeKey).sort().join("|")})`;
    case "intersection":
      return `(${shape.members.map(shapeKey).join("&")})`;
    case "reference":
      return `$${shape.id}`;
    default:
      return shape.kind;
  }
}

function objectKey(shape: ObjectShape): string {
  const properties = shape.properties.map(
    (each) => `${JSON.stringify(each.name)}${each.required ? "" : "?"}:${shapeKey(each.shape)}`,
  );
  const index = shape.index === undefined ? "" : `*:${shapeKey(shape.index)}`;
  return `{${properties.join(",")};${index}${shape.closed ? "!" : ""}}`;
}
