import { expandDefinitions } from "../../../schema/shape/expand.ts";
import type { ObjectShape, Shape, ShapeDocument } from "../../../schema/shape/shape.ts";
import { printPythonType, type PythonStyle } from "./print-type.ts";
import { quotePython } from "./text.ts";

/** Amount of a type that is spelled in one line. */
export interface PrettyLimits {
  readonly maxLiterals: number;
  readonly maxDepth: number;
}

/**
 * Spells a type on one line for readers: `list[str] | None`, and objects as `{"path": str, "head?": float}`, where a
 * question mark stands for an optional key. The text is an expression of Python.
 */
export function prettyType(shape: Shape, limits: PrettyLimits): string {
  const style: PythonStyle = {
    ...limits,
    bars: true,
    nameOf: (word) => (word === "List" || word === "Dict" ? word.toLowerCase() : word),
    definitionOf: () => "Any",
    objectOf: (object, { depth, path }) =>
      objectText(object, (part) => printPythonType(part, style, { depth: depth + 1, path })),
  };
  return printPythonType(shape, style, { depth: 0, path: "" });
}

/** A document for one-line texts, with its definitions put in place. */
export function inlineDocument(document: ShapeDocument): ShapeDocument {
  return { ...document, root: expandDefinitions(document), definitions: [] };
}

function objectText({ properties }: ObjectShape, typeOf: (shape: Shape) => string): string {
  const fields = properties.map(
    ({ name, required, shape }) => `${quotePython(required ? name : `${name}?`)}: ${typeOf(shape)}`,
  );
  return `{${fields.join(", ")}}`;
}
