import type { JsonSchema } from "../../../schema/json-schema.ts";
import { describeSchema, emptySchema, toNullable, unionSchema } from "../../schema-parts.ts";
import { type AnnotationContext, lastName } from "./annotation-context.ts";
import { classSchema } from "./class-schema.ts";
import { literalValue, stringValue } from "./literal-value.ts";
import { childrenOf, parsePythonExpression, type PythonPart, textOf } from "./parse-module.ts";

const MAX_DEPTH = 40;

const NAMES: Readonly<Record<string, JsonSchema>> = {
  int: { type: "integer" },
  float: { type: "number" },
  str: { type: "string" },
  LiteralString: { type: "string" },
  bool: { type: "boolean" },
  None: { type: "null" },
};

/** The JSON Schema of an annotation; what has none there becomes a schema that accepts anything. */
export function readAnnotation(part: PythonPart | undefined, outer: AnnotationContext): JsonSchema {
  if (part === undefined || outer.depth > MAX_DEPTH || outer.budget.left-- <= 0) return emptySchema();
  const context = { ...outer, depth: outer.depth + 1 };
  switch (part.node.name) {
    case "None":
      return { type: "null" };
    case "String":
      return readAnnotation(parsePythonExpression(stringValue(textOf(part)) ?? ""), context);
    case "ParenthesizedExpression":
      return readAnnotation(childrenOf(part)[1], context);
    case "BinaryExpression":
      return readAlternatives(part, context);
    case "VariableName":
      return readName(textOf(part), [], context);
    case "MemberExpression":
      return readMember(part, context);
    default:
      return emptySchema();
  }
}

function readAlternatives(part: PythonPart, context: AnnotationContext): JsonSchema {
  const [left, operator, right] = childrenOf(part);
  if (textOf(operator) !== "|") return emptySchema();
  return unionSchema([readAnnotation(left, context), readAnnotation(right, context)]);
}

function readMember(part: PythonPart, context: AnnotationContext): JsonSchema {
  const children = childrenOf(part);
  const [base, bracket] = children;
  if (base === undefined || bracket?.node.name !== "[") return readName(lastName(part), [], context);
  const types = children.slice(2).filter(({ node }) => node.name !== "," && node.name !== "]");
  return readName(lastName(base), types, context);
}

type GenericReader = (types: readonly PythonPart[], context: AnnotationContext) => JsonSchema;

const readList: GenericReader = ([item], context) => ({ type: "array", items: readAnnotation(item, context) });
const readInner: GenericReader = ([type], context) => readAnnotation(type, context);

/** Types that take others in brackets, by the forms of their names. */
const GENERICS: readonly (readonly [RegExp, GenericReader])[] = [
  [/^(?:list|List|Sequence|MutableSequence|Iterable|Collection|set|Set|frozenset|FrozenSet|AbstractSet)$/, readList],
  [/^(?:dict|Dict|Mapping|MutableMapping|OrderedDict|DefaultDict|defaultdict)$/, dictSchema],
  [/^(?:Final|ClassVar|Required|NotRequired|ReadOnly|Awaitable)$/, readInner],
  [/^Coroutine$/, (types, context) => readAnnotation(types[2], context)],
  [/^Optional$/, ([type], context) => toNullable(readAnnotation(type, context))],
  [/^Union$/, (types, context) => unionSchema(types.map((type) => readAnnotation(type, context)))],
  [/^[tT]uple$/, tupleSchema],
  [/^Literal$/, literalSchema],
  [/^Annotated$/, annotatedSchema],
];

function readName(name: string, types: readonly PythonPart[], context: AnnotationContext): JsonSchema {
  const declaration = context.declarations.get(name);
  if (declaration !== undefined) return readDeclaration(name, declaration, context);
  if (Object.hasOwn(NAMES, name)) return NAMES[name] ?? emptySchema();
  const read = GENERICS.find(([pattern]) => pattern.test(name))?.[1];
  return read === undefined ? emptySchema() : read(types, context);
}

function readDeclaration(name: string, declaration: PythonPart, outer: AnnotationContext): JsonSchema {
  if (outer.open.has(name)) return emptySchema();
  const context = { ...outer, open: new Set([...outer.open, name]) };
  return declaration.node.name === "ClassDefinition"
    ? classSchema(declaration, context)
    : readAnnotation(declaration, context);
}

function dictSchema(types: readonly PythonPart[], context: AnnotationContext): JsonSchema {
  const [, value] = types;
  return value === undefined
    ? { type: "object" }
    : { type: "object", additionalProperties: readAnnotation(value, context) };
}

function tupleSchema(types: readonly PythonPart[], context: AnnotationContext): JsonSchema {
  if (types.length === 0) return { type: "array" };
  if (types[1]?.node.name === "Ellipsis") return { type: "array", items: readAnnotation(types[0], context) };
  const prefixItems = types.map((type) => readAnnotation(type, context));
  return { type: "array", prefixItems, items: false, minItems: types.length, maxItems: types.length };
}

function literalSchema(types: readonly PythonPart[]): JsonSchema {
  const values = types.map((type) => literalValue(type));
  if (!values.every((value) => value !== undefined)) return emptySchema();
  return unionSchema(values.map(({ value }) => ({ const: value })));
}

function annotatedSchema([type, ...notes]: readonly PythonPart[], context: AnnotationContext): JsonSchema {
  const text = notes.map((note) => literalValue(note)?.value).find((value) => typeof value === "string");
  return describeSchema(readAnnotation(type, context), typeof text === "string" ? text : undefined);
}
