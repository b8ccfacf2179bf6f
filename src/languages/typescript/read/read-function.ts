import { isSchemaObject, type JsonSchema, type JsonSchemaObject } from "../../../schema/json-schema.ts";
import { type DocText, EMPTY_DOC } from "../../doc-text.ts";
import { describeSchema, emptySchema, isEmptySchema, schemaOfValue, withDefault } from "../../schema-parts.ts";
import { namedArguments } from "../../skills/named-arguments.ts";
import type { SkillFunction, SkillParameter } from "../../function.ts";
import { closeObject, patternSchema } from "./pattern-schema.ts";
import type { LiteralValue } from "../../schema-parts.ts";
import { literalValue } from "./literal-value.ts";
import { parseTypeText } from "./parse-module.ts";
import { nameOf, nodeAt, nodesAt, type SyntaxNode } from "./syntax-node.ts";
import { allowsUndefined, type TypeContext } from "./type-context.ts";
import { readType } from "./type-schema.ts";

/** A function that a module exports, before its signature is read. */
export interface ExportedFunction {
  readonly name: string;
  readonly exportedAs: string;
  readonly node: SyntaxNode;
  readonly doc: DocText | undefined;
}

/** The signature of a function as a skill offers it. */
export function readFunction(found: ExportedFunction, base: Omit<TypeContext, "isOutput" | "read">): SkillFunction {
  const { node, doc = EMPTY_DOC } = found;
  const scope = new Map(
    nodesAt(nodeAt(node, "typeParameters"), "params").flatMap(({ name }) =>
      typeof name === "string" ? [[name, emptySchema()] as const] : [],
    ),
  );
  const inputContext: TypeContext = { ...base, scope, isOutput: false, read: readType };
  const nodes = nodesAt(node, "params").filter((parameter) => nameOf(parameter) !== "this");
  const parameters = nodes.map((parameter, index) => readParameter(parameter, { index, doc, context: inputContext }));
  const returns = nodeAt(node, "returnType");
  const output = returns === undefined ? undefined : readType(returns, { ...inputContext, isOutput: true });
  const object = argumentsObject(nodes, parameters);
  return {
    name: found.name,
    exportedAs: found.exportedAs,
    description: doc.description,
    calling: object === undefined ? "parameters" : "object",
    parameters,
    inputSchema: object === undefined ? namedArguments(parameters) : describeProperties(object, doc),
    ...(output === undefined || isEmptySchema(output) ? {} : { outputSchema: describeSchema(output, doc.returns) }),
    isAsync: node.async === true,
    line: base.module.lineAt(node.start),
  };
}

interface ParameterPlace {
  readonly index: number;
  readonly doc: DocText;
  readonly context: TypeContext;
}

function readParameter(node: SyntaxNode, place: ParameterPlace): SkillParameter {
  const isRest = node.type === "RestElement";
  const initial = node.type === "AssignmentPattern" ? nodeAt(node, "right") : undefined;
  const target = targetOf(node);
  const annotation = annotationOf(node);
  const name = nameOf(target) ?? `argument_${place.index + 1}`;
  const doc = place.doc.parameters.get(name);
  const value = shortLiteral(initial);
  const typed =
    annotation === undefined
      ? untypedSchema(target, value, { ...place, type: doc?.type })
      : readType(annotation, place.context);
  const schema = describeSchema(withDefault(typed, value), doc?.text);
  const isOptional = isRest || initial !== undefined || mayBeMissing(node) || doc?.isOptional === true;
  return {
    name,
    passing: isRest ? "rest" : "positional",
    required: !isOptional,
    schema: isRest ? asList(schema) : schema,
  };
}

/** Binding of a parameter, without its default or dots. */
function targetOf(node: SyntaxNode | undefined): SyntaxNode | undefined {
  if (node?.type === "AssignmentPattern") return nodeAt(node, "left");
  return node?.type === "RestElement" ? nodeAt(node, "argument") : node;
}

function annotationOf(node: SyntaxNode): SyntaxNode | undefined {
  return nodeAt(targetOf(node), "typeAnnotation") ?? nodeAt(node, "typeAnnotation");
}

function mayBeMissing(node: SyntaxNode): boolean {
  return targetOf(node)?.optional === true || allowsUndefined(annotationOf(node));
}

/** A default that is worth showing: long ones say little. */
function shortLiteral(node: SyntaxNode | undefined): LiteralValue | undefined {
  const value = literalValue(node);
  return value === undefined || JSON.stringify(value.value).length > 1_000 ? undefined : value;
}

/** Without an annotation the pattern, the doc comment and the default say what they can. */
function untypedSchema(
  target: SyntaxNode | undefined,
  value: { readonly value: unknown } | undefined,
  { context, type }: ParameterPlace & { readonly type: string | undefined },
): JsonSchema {
  if (target?.type === "ObjectPattern") return patternSchema(target);
  if (type !== undefined) return readType(parseTypeText(type.replace(/=$/, "")), context);
  return value === undefined ? emptySchema() : schemaOfValue(value.value);
}

function asList(schema: JsonSchema): JsonSchema {
  return isSchemaObject(schema) && schema.type === "array" ? schema : { type: "array" };
}

/** The schema of the one object a function takes as its arguments; undefined when it takes them one by one. */
function argumentsObject(
  nodes: readonly SyntaxNode[],
  parameters: readonly SkillParameter[],
): JsonSchemaObject | undefined {
  const [parameter] = parameters;
  if (parameter === undefined || parameters.length > 1 || parameter.passing === "rest") return undefined;
  const target = targetOf(nodes[0]);
  const pattern = target?.type === "ObjectPattern" ? target : undefined;
  const { schema } = parameter;
  if (!isSchemaObject(schema)) return undefined;
  if (schema.type === "object" && "properties" in schema) return closeObject(schema, pattern);
  return Array.isArray(schema.allOf) || pattern !== undefined ? { type: "object", ...schema } : undefined;
}

/** Gives properties the descriptions of `@param options.name` or `@param name`. */
function describeProperties(schema: JsonSchemaObject, doc: DocText): JsonSchemaObject {
  if (!isSchemaObject(schema.properties)) return schema;
  const texts = new Map([...doc.parameters].map(([name, { text }]) => [name.split(".").at(-1) ?? name, text]));
  const properties = Object.entries(schema.properties).map(([name, property]) => [
    name,
    isSchemaObject(property) ? describeSchema(property, texts.get(name)) : property,
  ]);
  return { ...schema, properties: Object.fromEntries(properties) };
}
