import { intersectionOf } from "./combine.ts";
import { UNKNOWN, type Shape, type ShapeDefinition } from "./shape.ts";
import { mapParts } from "./shape-tree.ts";

/** A root and the definitions it reaches. */
export interface SettledShapes {
  readonly root: Shape;
  readonly definitions: readonly ShapeDefinition[];
}

/** Compilers multiply the alternatives of an intersection out and refuse when there are too many. */
const MAX_PRODUCT = 2000;
/** Alternatives that only add up are cheap. */
const MAX_SUM = 20_000;

/**
 * Drops alternatives from intersections that would multiply beyond what a compiler takes. The shapes then allow more,
 * never less.
 */
export function boundChoices({ root, definitions }: SettledShapes): SettledShapes {
  const bounded = new Map<number, Shape>();
  const weights = new Map<number, number>();
  const shapes = new Map(definitions.map((definition) => [definition.id, definition.shape]));
  const weigh = (shape: Shape): number => {
    if (shape.kind === "union") return shape.members.reduce((sum, member) => sum + weigh(member), 0);
    if (shape.kind === "intersection") return shape.members.reduce((product, member) => product * weigh(member), 1);
    if (shape.kind !== "reference") return 1;
    const known = weights.get(shape.id);
    if (known !== undefined) return known;
    weights.set(shape.id, 1);
    const weight = weigh(define(shape.id));
    weights.set(shape.id, weight);
    return weight;
  };
  const define = (id: number): Shape => {
    const known = bounded.get(id);
    if (known !== undefined) return known;
    bounded.set(id, UNKNOWN);
    const shape = bound(shapes.get(id) ?? UNKNOWN);
    bounded.set(id, shape);
    return shape;
  };
  const bound = (shape: Shape): Shape => {
    const inner = mapParts(shape, bound);
    const weight = weigh(inner);
    if (inner.kind !== "intersection") return weight > MAX_SUM ? UNKNOWN : inner;
    return weight > MAX_PRODUCT ? intersectionOf(inner.members.filter((member) => weigh(member) === 1)) : inner;
  };
  const settled = bound(root);
  return {
    root: settled,
    definitions: definitions.map((definition) => ({ ...definition, shape: define(definition.id) })),
  };
}
