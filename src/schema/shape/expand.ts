import { UNKNOWN, type Shape, type ShapeDocument } from "./shape.ts";
import { mapReferences } from "./shape-tree.ts";

const MAX_EXPANSIONS = 30;

/**
 * The root with its definitions put in place, for a text that can name none. A definition inside itself, and whatever
 * goes beyond the limit, becomes `unknown`.
 *
 * @param turns times that a definition is put in place inside itself too, so that a reader sees that it goes on
 */
export function expandDefinitions(document: ShapeDocument, turns = 0): Shape {
  const shapes = new Map(document.definitions.map((definition) => [definition.id, definition.shape]));
  let left = MAX_EXPANSIONS;
  const isClosed = (id: number, open: readonly number[]): boolean => open.filter((each) => each === id).length > turns;
  const expand = (shape: Shape, open: readonly number[]): Shape =>
    mapReferences(shape, (id) => {
      const definition = shapes.get(id);
      if (definition === undefined || isClosed(id, open) || left-- <= 0) return UNKNOWN;
      return expand(definition, [...open, id]);
    });
  return expand(document.root, []);
}
