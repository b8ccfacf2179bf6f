import type { Literal, ObjectShape, Shape } from "../../../schema/shape/shape.ts";
import { pythonScalar } from "./text.ts";

/** Spelling of a Python type. */
export interface PythonStyle {
  /** Name of something from `typing` or of a builtin type, as this text has to write it. */
  readonly nameOf: (word: TypeWord) => string;
  /** Spelling of an object with properties. */
  readonly objectOf: (shape: ObjectShape, place: TypePlace) => string;
  /** Spelling of a definition. */
  readonly definitionOf: (id: number) => string;
  /** `A | B` instead of `Union[A, B]`. */
  readonly bars: boolean;
  /** Longest enumeration that is spelled out. */
  readonly maxLiterals: number;
  /** Nesting beyond which objects are not spelled out. */
  readonly maxDepth: number;
}

/** Place of a type. */
export interface TypePlace {
  readonly depth: number;
  /** Words for the name of the type, from the outside in. */
  readonly path: string;
}

/** Names the types are made of. */
export type TypeWord =
  | "Any"
  | "Dict"
  | "List"
  | "Literal"
  | "NoReturn"
  | "Optional"
  | "Tuple"
  | "Union"
  | "bool"
  | "float"
  | "int"
  | "str";

const SCALARS = { boolean: "bool", integer: "int", number: "float", string: "str" } as const;

/** Spells a shape without intersections as a Python type. */
export function printPythonType(shape: Shape, style: PythonStyle, place: TypePlace): string {
  switch (shape.kind) {
    case "union":
      return printUnion(shape.members, style, place);
    case "unknown":
    case "intersection":
      return style.nameOf("Any");
    case "never":
      return style.nameOf("NoReturn");
    case "null":
      return "None";
    case "reference":
      return style.definitionOf(shape.id);
    case "literal":
      return printUnion([shape], style, place);
    case "array":
    case "tuple":
      return printList(shape, style, place);
    case "object":
      return printObject(shape, style, place);
    default:
      return style.nameOf(SCALARS[shape.kind]);
  }
}

/** JSON lists become Python lists, whatever their length, so a tuple is a list of all that it may hold. */
function printList(shape: Extract<Shape, { kind: "array" | "tuple" }>, style: PythonStyle, place: TypePlace): string {
  const parts =
    shape.kind === "array" ? [shape.items] : [...shape.items, ...(shape.rest === undefined ? [] : [shape.rest])];
  const inner = { depth: place.depth, path: `${place.path} Item` };
  const item = parts.length === 0 ? style.nameOf("NoReturn") : printUnion(parts, style, inner);
  return `${style.nameOf("List")}[${item}]`;
}

function printObject(shape: ObjectShape, style: PythonStyle, place: TypePlace): string {
  const open = `${style.nameOf("Dict")}[${style.nameOf("str")}, ${style.nameOf("Any")}]`;
  if (place.depth >= style.maxDepth) return open;
  if (shape.properties.length > 0) return style.objectOf(shape, place);
  if (shape.index === undefined) return open;
  const value = printPythonType(shape.index, style, { depth: place.depth + 1, path: `${place.path} Value` });
  return `${style.nameOf("Dict")}[${style.nameOf("str")}, ${value}]`;
}

function printUnion(members: readonly Shape[], style: PythonStyle, place: TypePlace): string {
  const flat = members.flatMap((member) => (member.kind === "union" ? member.members : [member]));
  const values = flat.flatMap((member) => (member.kind === "literal" ? [member.value] : []));
  const spelled = values.length <= style.maxLiterals;
  const literals = spelled ? values.filter(isSpellable) : [];
  const texts = new Set<string>();
  if (literals.length > 0) texts.add(`${style.nameOf("Literal")}[${literals.map(pythonScalar).join(", ")}]`);
  for (const value of values) if (!literals.includes(value)) texts.add(style.nameOf(wordOf(value)));
  for (const [index, member] of flat.entries()) {
    const path = flat.length === 1 ? place.path : `${place.path} ${index + 1}`;
    if (member.kind !== "literal") texts.add(printPythonType(member, style, { depth: place.depth, path }));
  }
  return joinUnion(texts, style);
}

function joinUnion(texts: Set<string>, style: PythonStyle): string {
  if (texts.has(style.nameOf("Any"))) return style.nameOf("Any");
  const nullable = texts.delete("None");
  const list = [...texts];
  if (list.length === 0) return "None";
  if (style.bars) return [...list, ...(nullable ? ["None"] : [])].join(" | ");
  const [only = ""] = list;
  const union = list.length === 1 ? only : `${style.nameOf("Union")}[${list.join(", ")}]`;
  return nullable ? `${style.nameOf("Optional")}[${union}]` : union;
}

/** Python's `Literal` takes no fractions. */
function isSpellable(value: Literal): boolean {
  return typeof value !== "number" || Number.isSafeInteger(value);
}

function wordOf(value: Literal): "str" | "bool" | "float" | "Any" {
  if (typeof value === "string") return "str";
  return typeof value === "boolean" ? "bool" : typeof value === "number" ? "float" : "Any";
}
