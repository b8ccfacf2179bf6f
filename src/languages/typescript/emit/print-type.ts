import type { ObjectShape, PropertyShape, Shape, TupleShape } from "../../../schema/shape/shape.ts";
import { shortDefault } from "../../docs.ts";
import { docComment, propertyName, quote } from "./text.ts";

/** Spelling of a type. */
export interface TypeStyle {
  /** Spelling of what is not known. */
  readonly untyped: "any" | "unknown";
  /** Name of a definition. */
  readonly nameOf: (id: number) => string;
  /** Lines of documentation of a property; without it types are printed on one line. */
  readonly docLines?: (property: PropertyShape) => readonly string[];
  /** Longest enumeration that is spelled out; a longer one becomes its base type. */
  readonly maxLiterals: number;
  /** Nesting beyond which objects and lists are not spelled out. */
  readonly maxDepth: number;
  /** Leave out the index signature of open objects that have properties, and show short defaults, as there is no documentation. */
  readonly terse?: boolean;
  /** Type that is left out where a property has it; properties are then parted by commas. */
  readonly unsaid?: string;
}

/** Members every object has, whatever its type says; a property of such a name cannot be given another type. */
const APPARENT: ReadonlySet<string> = new Set([
  "constructor",
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "toLocaleString",
  "toString",
  "valueOf",
  "__proto__",
]);

type Precedence = "union" | "intersection" | "atom";

interface Printed {
  readonly text: string;
  readonly precedence: Precedence;
}

/** Spells a shape as a TypeScript type. */
export function printType(shape: Shape, style: TypeStyle): string {
  return print(shape, style, 0).text;
}

/** Spells a shape and says how tightly its text holds together. */
function print(shape: Shape, style: TypeStyle, depth: number): Printed {
  if (shape.kind === "union") return printUnion(shape.members, style, depth);
  if (shape.kind === "intersection") return printIntersection(shape.members, style, depth);
  return atom(printAtom(shape, style, depth));
}

type AtomShape = Exclude<Shape, { readonly kind: "union" | "intersection" }>;

function printAtom(shape: AtomShape, style: TypeStyle, depth: number): string {
  switch (shape.kind) {
    case "unknown":
      return style.untyped;
    case "integer":
      return "number";
    case "literal":
      return typeof shape.value === "string" ? quote(shape.value) : String(shape.value);
    case "reference":
      return style.nameOf(shape.id);
    case "array":
      return `${atomic(shape.items, style, depth)}[]`;
    case "tuple":
      return depth >= style.maxDepth ? `${style.untyped}[]` : printTuple(shape, style, depth);
    case "object":
      return depth >= style.maxDepth ? `{ [key: string]: ${style.untyped} }` : printObject(shape, style, depth);
    default:
      return shape.kind;
  }
}

function atom(text: string): Printed {
  return { text, precedence: "atom" };
}

function atomic(shape: Shape, style: TypeStyle, depth: number): string {
  const printed = print(shape, style, depth);
  return printed.precedence === "atom" ? printed.text : `(${printed.text})`;
}

function printUnion(members: readonly Shape[], style: TypeStyle, depth: number): Printed {
  const literals = members.filter((member) => member.kind === "literal");
  const spelled = literals.length > style.maxLiterals ? members.map(widen) : members;
  const texts = new Set(spelled.map((member) => print(member, style, depth).text));
  if (texts.has("true") && texts.has("false")) {
    texts.delete("true");
    texts.delete("false");
    texts.add("boolean");
  }
  if (texts.has(style.untyped)) return atom(style.untyped);
  const text = [...texts].join(" | ");
  return { text, precedence: texts.size === 1 ? "atom" : "union" };
}

function widen(shape: Shape): Shape {
  if (shape.kind !== "literal") return shape;
  return { kind: typeof shape.value === "string" ? "string" : typeof shape.value === "number" ? "number" : "boolean" };
}

function printIntersection(members: readonly Shape[], style: TypeStyle, depth: number): Printed {
  const printed = members.map((member) => print(member, style, depth));
  const texts = printed
    .filter(({ text }) => text !== style.untyped)
    .map(({ text, precedence }) => (precedence === "union" ? `(${text})` : text));
  if (texts.length === 0) return atom(style.untyped);
  return { text: [...new Set(texts)].join(" & "), precedence: "intersection" };
}

function printTuple(shape: TupleShape, style: TypeStyle, depth: number): string {
  const items = shape.items.map((item, index) =>
    index < shape.required ? print(item, style, depth).text : `${atomic(item, style, depth)}?`,
  );
  if (shape.rest !== undefined) items.push(`...${atomic(shape.rest, style, depth)}[]`);
  return `[${items.join(", ")}]`;
}

function printObject(shape: ObjectShape, style: TypeStyle, depth: number): string {
  const index = indexSignature(shape, style, depth + 1);
  const members = shape.properties.map((property) => ({
    docs: style.docLines?.(property) ?? [],
    text: printProperty(property, style, depth + 1),
  }));
  if (index !== undefined) members.push({ docs: [], text: index });
  const single = members.length === 1 && index !== undefined && !index.includes("\n");
  if (style.docLines === undefined || single)
    return `{ ${members.map(({ text }) => text).join(style.unsaid === undefined ? "; " : ", ")} }`;
  const indent = "  ".repeat(depth + 1);
  const lines = members.flatMap(({ docs, text }) => [...docComment(docs), `${text};`].map((line) => indent + line));
  return `{\n${lines.join("\n")}\n${"  ".repeat(depth)}}`;
}

function printProperty(property: PropertyShape, style: TypeStyle, depth: number): string {
  const type = APPARENT.has(property.name) ? "any" : print(property.shape, style, depth).text;
  const value = style.terse === true && !property.required ? shortDefault(property.docs) : undefined;
  const shown = value === undefined ? "" : typeof value === "string" ? quote(value) : String(value);
  const comment = shown === "" || shown.includes("*/") ? "" : ` /* = ${shown} */`;
  const said = type === style.unsaid ? "" : `: ${type}`;
  return `${propertyName(property.name)}${property.required ? "" : "?"}${said}${comment}`;
}

/** The index signature has to allow what the named properties allow, or the type contradicts itself. */
function indexSignature(shape: ObjectShape, style: TypeStyle, depth: number): string | undefined {
  if (shape.index === undefined) {
    if (shape.properties.length > 0) return undefined;
    return `[key: string]: ${shape.closed ? "never" : style.untyped}`;
  }
  if (shape.properties.length === 0) return `[key: string]: ${print(shape.index, style, depth).text}`;
  const quiet: TypeStyle = {
    nameOf: style.nameOf,
    untyped: style.untyped,
    maxLiterals: style.maxLiterals,
    maxDepth: style.maxDepth,
  };
  const texts = new Set(
    [shape.index, ...shape.properties.map((each) => each.shape)].map((each) => print(each, quiet, depth).text),
  );
  const loose = texts.has(style.untyped) || texts.has("any") || shape.properties.some(({ name }) => APPARENT.has(name));
  if (loose && style.terse === true) return undefined;
  if (shape.properties.some((each) => !each.required)) texts.add("undefined");
  return `[key: string]: ${loose ? style.untyped : [...texts].join(" | ")}`;
}
