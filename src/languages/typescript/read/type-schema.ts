import type { JsonSchema, JsonSchemaObject } from "../../../schema/json-schema.ts";
import { emptySchema, toNullable, unionSchema } from "../../schema-parts.ts";
import { readMembers } from "./object-schema.ts";
import { readReference } from "./reference-schema.ts";
import { nodeAt, nodesAt, type SyntaxNode } from "./syntax-node.ts";
import { allowsUndefined, type TypeContext } from "./type-context.ts";

type TypeReader = (node: SyntaxNode, context: TypeContext) => JsonSchema;

const READERS: Readonly<Record<string, TypeReader>> = {
  TSStringKeyword: () => ({ type: "string" }),
  TSNumberKeyword: () => ({ type: "number" }),
  TSBooleanKeyword: () => ({ type: "boolean" }),
  TSObjectKeyword: () => ({ type: "object" }),
  TSNullKeyword: () => ({ type: "null" }),
  TSUndefinedKeyword: readNothing,
  TSVoidKeyword: readNothing,
  TSTemplateLiteralType: () => ({ type: "string" }),
  TSParenthesizedType: readInner,
  TSOptionalType: readInner,
  TSTypeOperator: (node, context) => (node.operator === "readonly" ? readInner(node, context) : emptySchema()),
  TSNamedTupleMember: (node, context) => readType(nodeAt(node, "elementType"), context),
  TSArrayType: (node, context) => ({ type: "array", items: readType(nodeAt(node, "elementType"), context) }),
  TSTupleType: readTuple,
  TSUnionType: readUnion,
  TSIntersectionType: readIntersection,
  TSLiteralType: readLiteral,
  TSTypeLiteral: (node, context) => readMembers(nodesAt(node, "members"), context),
  TSTypeReference: readReference,
};

/** The JSON Schema of a type; what has none there becomes a schema that accepts anything. */
export function readType(node: SyntaxNode | undefined, context: TypeContext): JsonSchema {
  if (node === undefined || context.budget.left-- <= 0) return emptySchema();
  if (node.type === "TSTypeAnnotation") return readInner(node, context);
  const read = Object.hasOwn(READERS, node.type) ? READERS[node.type] : undefined;
  return read === undefined ? emptySchema() : read(node, context);
}

function readInner(node: SyntaxNode, context: TypeContext): JsonSchema {
  return readType(nodeAt(node, "typeAnnotation"), context);
}

function readNothing(_node: SyntaxNode, context: TypeContext): JsonSchema {
  return context.isOutput ? { type: "null" } : emptySchema();
}

function readTuple(node: SyntaxNode, context: TypeContext): JsonSchema {
  const elements = nodesAt(node, "elementTypes");
  const fixed = elements.filter(({ type }) => type !== "TSRestType");
  const rest = elements.find(({ type }) => type === "TSRestType");
  const required = fixed.filter((element) => element.type !== "TSOptionalType" && element.optional !== true);
  const tuple: JsonSchemaObject = {
    type: "array",
    prefixItems: fixed.map((element) => readType(element, context)),
    minItems: required.length,
  };
  if (rest === undefined) return { ...tuple, items: false, maxItems: fixed.length };
  const restSchema = readInner(rest, context);
  const items = typeof restSchema === "object" && "items" in restSchema ? restSchema.items : emptySchema();
  return { ...tuple, items };
}

function readUnion(node: SyntaxNode, context: TypeContext): JsonSchema {
  const members = nodesAt(node, "types");
  const present = members.filter((member) => !allowsUndefined(member) || member.type === "TSUnionType");
  const union = unionSchema(present.map((member) => readType(member, context)));
  return context.isOutput && present.length < members.length ? toNullable(union) : union;
}

function readIntersection(node: SyntaxNode, context: TypeContext): JsonSchema {
  return { allOf: nodesAt(node, "types").map((member) => readType(member, context)) };
}

function readLiteral(node: SyntaxNode): JsonSchema {
  const literal = nodeAt(node, "literal");
  if (literal?.type === "Literal") return isConstant(literal.value) ? { const: literal.value } : emptySchema();
  if (literal?.type === "TemplateLiteral") return { type: "string" };
  const operand =
    literal?.type === "UnaryExpression" && literal.operator === "-" ? nodeAt(literal, "argument") : undefined;
  return typeof operand?.value === "number" ? { const: -operand.value } : emptySchema();
}

function isConstant(value: unknown): boolean {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
