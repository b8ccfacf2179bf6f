/** A value that can be spelled as a literal type. */
export type Literal = string | number | boolean | null;

/**
 * Values that a schema allows, in the terms type systems share. It may allow more than the schema does, never less.
 */
export type Shape =
  | { readonly kind: "unknown" }
  | { readonly kind: "never" }
  | { readonly kind: "null" | "boolean" | "integer" | "number" | "string" }
  | { readonly kind: "literal"; readonly value: Literal }
  | { readonly kind: "array"; readonly items: Shape }
  | TupleShape
  | ObjectShape
  | { readonly kind: "union"; readonly members: readonly Shape[] }
  | { readonly kind: "intersection"; readonly members: readonly Shape[] }
  | { readonly kind: "reference"; readonly id: number };

/** A list whose first items have types of their own. */
export interface TupleShape {
  readonly kind: "tuple";
  readonly items: readonly Shape[];
  /** Number of `items` that must be present. */
  readonly required: number;
  /** Shape of values that may follow `items`; none may when absent. */
  readonly rest?: Shape;
}

/** An object. Without `index` its other properties are not spelled out, whether or not the schema allows some. */
export interface ObjectShape {
  readonly kind: "object";
  readonly properties: readonly PropertyShape[];
  /** Type of the properties that are not listed, where the schema has one. */
  readonly index?: Shape;
  /** True when other properties are refused. */
  readonly closed: boolean;
}

/** A property of an {@link ObjectShape}. */
export interface PropertyShape {
  readonly name: string;
  readonly shape: Shape;
  readonly required: boolean;
  readonly docs: ShapeDocs;
}

/** Documentation beside the type. Untrusted text: escape it where it is printed. */
export interface ShapeDocs {
  readonly description?: string;
  /** Constraints, default, examples, each a short phrase such as `minimum 1`. */
  readonly facts: readonly string[];
}

/** A part of a schema that needs a name, because it contains itself or because repeating it would be long. */
export interface ShapeDefinition {
  readonly id: number;
  /** Name in the schema; may be any text. */
  readonly name: string;
  readonly shape: Shape;
  readonly docs: ShapeDocs;
}

/** The shape of a whole schema. */
export interface ShapeDocument {
  readonly root: Shape;
  readonly docs: ShapeDocs;
  /** Every definition that `root` reaches, in the order it reaches them. */
  readonly definitions: readonly ShapeDefinition[];
  /** Constraints that could not be expressed, as sentences. */
  readonly problems: readonly string[];
}

/** The shape that allows everything. */
export const UNKNOWN: Shape = { kind: "unknown" };
/** The shape that allows nothing. */
export const NEVER: Shape = { kind: "never" };
/** No documentation. */
export const NO_DOCS: ShapeDocs = { facts: [] };
