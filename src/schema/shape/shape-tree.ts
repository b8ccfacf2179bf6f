import { intersectionOf, unionOf } from "./combine.ts";
import type { Shape } from "./shape.ts";

type Replace = (id: number) => Shape;

/** Ids a shape refers to, with repetitions; `nested` false leaves out those inside objects and lists. */
export function* referencesOf(shape: Shape, nested = true): Generator<number> {
  if (shape.kind === "reference") yield shape.id;
  const contained = shape.kind === "array" || shape.kind === "tuple" || shape.kind === "object";
  if (contained && !nested) return;
  for (const part of partsOf(shape)) yield* referencesOf(part, nested);
}

/** The shapes directly below a shape. */
function partsOf(shape: Shape): readonly Shape[] {
  switch (shape.kind) {
    case "array":
      return [shape.items];
    case "tuple":
      return shape.rest === undefined ? shape.items : [...shape.items, shape.rest];
    case "object": {
      const parts = shape.properties.map((property) => property.shape);
      return shape.index === undefined ? parts : [...parts, shape.index];
    }
    case "union":
    case "intersection":
      return shape.members;
    default:
      return [];
  }
}

/** Nesting depth of a shape. */
export function heightOf(shape: Shape): number {
  return 1 + Math.max(0, ...partsOf(shape).map(heightOf));
}

/** Number of types in a shape, itself included. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  mapParts(shape, (part) => {
    size += sizeOf(part);
    return part;
  });
  return size;
}

/** Replaces the references that are not inside objects and lists. */
export function mapDirectReferences(shape: Shape, replace: Replace): Shape {
  if (shape.kind === "reference") return replace(shape.id);
  if (shape.kind === "union") return unionOf(shape.members.map((each) => mapDirectReferences(each, replace)));
  if (shape.kind === "intersection") {
    return intersectionOf(shape.members.map((each) => mapDirectReferences(each, replace)));
  }
  return shape;
}

/** Replaces every reference. */
export function mapReferences(shape: Shape, replace: Replace): Shape {
  if (shape.kind === "reference") return replace(shape.id);
  return mapParts(shape, (part) => mapReferences(part, replace));
}

/** Replaces the shapes directly below a shape. */
export function mapParts(shape: Shape, replace: (part: Shape) => Shape): Shape {
  switch (shape.kind) {
    case "array":
      return { kind: "array", items: replace(shape.items) };
    case "tuple": {
      const items = shape.items.map(replace);
      return { ...shape, items, ...(shape.rest === undefined ? {} : { rest: replace(shape.rest) }) };
    }
    case "object":
      return {
        ...shape,
        properties: shape.properties.map((each) => ({ ...each, shape: replace(each.shape) })),
        ...(shape.index === undefined ? {} : { index: replace(shape.index) }),
      };
    case "union":
      return unionOf(shape.members.map(replace));
    case "intersection":
      return intersectionOf(shape.members.map(replace));
    default:
      return shape;
  }
}
