import { intersectionOf, unionOf } from "../../../schema/shape/combine.ts";
import { mapParts } from "../../../schema/shape/shape-tree.ts";
import {
  UNKNOWN,
  type ObjectShape,
  type PropertyShape,
  type Shape,
  type ShapeDocument,
} from "../../../schema/shape/shape.ts";

/** Maximum number of combinations of alternatives that an intersection is spelled out as. */
const MAX_COMBINATIONS = 6;
const MAX_DEPTH = 12;

/**
 * Rewrites a document without intersections, which Python's types cannot say.
 *
 * Alternatives are multiplied out while they are few; beyond that one object with the properties of all stands for
 * them. The result allows more than the original, never less.
 */
export function withoutIntersections(document: ShapeDocument): ShapeDocument {
  const shapes = new Map(document.definitions.map((definition) => [definition.id, definition.shape]));
  const plain = (shape: Shape): Shape => {
    const inner = mapParts(shape, plain);
    return inner.kind === "intersection" ? combine(inner.members, shapes) : inner;
  };
  return {
    ...document,
    root: plain(document.root),
    definitions: document.definitions.map((definition) => ({ ...definition, shape: plain(definition.shape) })),
  };
}

/** All properties of an object or of alternatives that are objects, loosely: required only where every one demands it. */
export function mergedObject(shape: Shape, document: ShapeDocument): ObjectShape | undefined {
  const shapes = new Map(document.definitions.map((definition) => [definition.id, definition.shape]));
  const alternatives = alternativesOf(shape, shapes, 0);
  const objects = alternatives.filter((each) => each.kind === "object");
  if (objects.length === 0 || objects.length < alternatives.length) return undefined;
  return looseUnion(objects);
}

type Definitions = ReadonlyMap<number, Shape>;

function combine(members: readonly Shape[], definitions: Definitions): Shape {
  const choices = members.map((member) => alternativesOf(member, definitions, 0));
  const count = choices.reduce((product, { length }) => product * length, 1);
  if (count <= MAX_COMBINATIONS) {
    const combined = choices.reduce<Shape[]>(
      (found, alternatives) => found.flatMap((left) => alternatives.map((right) => intersectionOf([left, right]))),
      [UNKNOWN],
    );
    if (!combined.some(({ kind }) => kind === "intersection")) return unionOf(combined);
  }
  return looseIntersection(choices) ?? UNKNOWN;
}

/** Alternatives of a shape, with names and nested alternatives opened. */
function alternativesOf(shape: Shape, definitions: Definitions, depth: number): Shape[] {
  if (depth > MAX_DEPTH) return [UNKNOWN];
  if (shape.kind === "reference") return alternativesOf(definitions.get(shape.id) ?? UNKNOWN, definitions, depth + 1);
  if (shape.kind === "union") return shape.members.flatMap((member) => alternativesOf(member, definitions, depth + 1));
  if (shape.kind === "intersection") return [combineAgain(shape.members, definitions, depth)];
  return [shape];
}

function combineAgain(members: readonly Shape[], definitions: Definitions, depth: number): Shape {
  return looseIntersection(members.map((member) => alternativesOf(member, definitions, depth + 1))) ?? UNKNOWN;
}

/** One object for demands that are objects or alternatives of objects. */
function looseIntersection(choices: readonly (readonly Shape[])[]): ObjectShape | undefined {
  const objects = choices.map((alternatives) => {
    const found = alternatives.filter((each) => each.kind === "object");
    return found.length < alternatives.length ? undefined : looseUnion(found);
  });
  const [first, ...rest] = objects.filter((each) => each !== undefined);
  return first === undefined ? undefined : rest.reduce(joinObjects, first);
}

function joinObjects(left: ObjectShape, right: ObjectShape): ObjectShape {
  const joined = intersectionOf([left, right]);
  return joined.kind === "object" ? joined : left;
}

function looseUnion(objects: readonly ObjectShape[]): ObjectShape {
  const properties = new Map<string, PropertyShape>();
  for (const property of objects.flatMap((object) => object.properties)) {
    const known = properties.get(property.name);
    const required = objects.every((object) =>
      object.properties.some((each) => each.name === property.name && each.required),
    );
    const shape = known === undefined ? property.shape : unionOf([known.shape, property.shape]);
    properties.set(property.name, { ...(known ?? property), shape, required });
  }
  const indexes = objects.flatMap(({ index }) => (index === undefined ? [] : [index]));
  return {
    kind: "object",
    properties: [...properties.values()],
    ...(indexes.length === 0 ? {} : { index: unionOf(indexes) }),
    closed: objects.every(({ closed }) => closed),
  };
}
