import { isSchemaObject, type JsonSchema } from "../../../schema/json-schema.ts";
import { emptySchema, objectSchema, propertiesOf, type SchemaProperty, unionSchema } from "../../schema-parts.ts";
import { readMembers } from "./object-schema.ts";
import { nameOf, nodeAt, nodesAt, type SyntaxNode } from "./syntax-node.ts";
import type { TypeContext } from "./type-context.ts";

type Arguments = readonly JsonSchema[];

/** Types every TypeScript program knows, from the schemas of their type arguments. */
const KNOWN_TYPES: Readonly<Record<string, (types: Arguments) => JsonSchema>> = {
  Array: ([items = emptySchema()]) => ({ type: "array", items }),
  ReadonlyArray: ([items = emptySchema()]) => ({ type: "array", items }),
  Promise: ([value = emptySchema()]) => value,
  PromiseLike: ([value = emptySchema()]) => value,
  Awaited: ([value = emptySchema()]) => value,
  Readonly: ([value = emptySchema()]) => value,
  NonNullable: ([value = emptySchema()]) => value,
  Partial: ([value = emptySchema()]) => mapProperties(value, (property) => ({ ...property, required: false })),
  Required: ([value = emptySchema()]) => mapProperties(value, (property) => ({ ...property, required: true })),
  Pick: ([value = emptySchema(), keys]) => selectProperties(value, keys, true),
  Omit: ([value = emptySchema(), keys]) => selectProperties(value, keys, false),
  Record: ([keys = emptySchema(), value = emptySchema()]) => recordSchema(keys, value),
};

/** The schema of a named type: a type parameter, a declaration of the file, or one that every program knows. */
export function readReference(node: SyntaxNode, context: TypeContext): JsonSchema {
  const name = nameOf(nodeAt(node, "typeName") ?? nodeAt(node, "expression"));
  if (name === undefined) return emptySchema();
  const bound = context.scope.get(name);
  if (bound !== undefined) return bound;
  const types = nodesAt(nodeAt(node, "typeArguments") ?? nodeAt(node, "typeParameters"), "params").map((type) =>
    context.read(type, context),
  );
  const declaration = context.declarations.get(name);
  if (declaration !== undefined) return context.open.has(name) ? emptySchema() : expand(name, types, context);
  return Object.hasOwn(KNOWN_TYPES, name) ? (KNOWN_TYPES[name]?.(types) ?? emptySchema()) : emptySchema();
}

function expand(name: string, types: Arguments, outer: TypeContext): JsonSchema {
  const declaration = outer.declarations.get(name);
  if (declaration === undefined) return emptySchema();
  const parameters = nodesAt(nodeAt(declaration, "typeParameters"), "params");
  const open = new Set([...outer.open, name]);
  const scope = new Map<string, JsonSchema>();
  const context = { ...outer, open, scope };
  parameters.forEach((parameter, index) => {
    const own = nameOf(nodeAt(parameter, "name")) ?? parameter.name;
    const fallback = nodeAt(parameter, "default");
    const schema = types[index] ?? (fallback === undefined ? emptySchema() : context.read(fallback, context));
    if (typeof own === "string") scope.set(own, schema);
  });
  if (declaration.type === "TSTypeAliasDeclaration")
    return context.read(nodeAt(declaration, "typeAnnotation"), context);
  if (declaration.type === "TSEnumDeclaration") return readEnum(declaration);
  return readInterface(declaration, context);
}

function readInterface(declaration: SyntaxNode, context: TypeContext): JsonSchema {
  const own = readMembers(nodesAt(nodeAt(declaration, "body"), "body"), context);
  const bases = nodesAt(declaration, "extends").map((base) => readReference(base, context));
  const inherited = bases.flatMap((base) => propertiesOf(base));
  const additional = [own, ...bases].filter(isSchemaObject).find((schema) => "additionalProperties" in schema);
  const schema = additional?.additionalProperties;
  return objectSchema(
    [...inherited, ...propertiesOf(own)],
    typeof schema === "boolean" || isSchemaObject(schema) ? schema : undefined,
  );
}

function readEnum(declaration: SyntaxNode): JsonSchema {
  let next: number | undefined = 0;
  const body = nodeAt(declaration, "body") ?? declaration;
  const values = nodesAt(body, "members").map((member) => {
    const initializer = nodeAt(member, "initializer");
    const value: unknown = initializer === undefined ? next : initializer.value;
    next = typeof value === "number" ? value + 1 : undefined;
    return value;
  });
  const isReadable = values.every((value) => typeof value === "string" || typeof value === "number");
  return isReadable ? unionSchema(values.map((value) => ({ const: value }))) : emptySchema();
}

function recordSchema(keys: JsonSchema, value: JsonSchema): JsonSchema {
  const names = constantNames(keys);
  if (names === undefined) return { type: "object", additionalProperties: value };
  return objectSchema(names.map((name) => ({ name, schema: value, required: true })));
}

function selectProperties(schema: JsonSchema, keys: JsonSchema | undefined, isPick: boolean): JsonSchema {
  const names = keys === undefined ? undefined : constantNames(keys);
  if (names === undefined || propertiesOf(schema).length === 0) return emptySchema();
  return objectSchema(propertiesOf(schema).filter(({ name }) => names.includes(name) === isPick));
}

function mapProperties(schema: JsonSchema, change: (property: SchemaProperty) => SchemaProperty): JsonSchema {
  const properties = propertiesOf(schema);
  return properties.length === 0 ? schema : objectSchema(properties.map(change));
}

function constantNames(schema: JsonSchema): readonly string[] | undefined {
  if (!isSchemaObject(schema)) return undefined;
  const values: readonly unknown[] = "const" in schema ? [schema.const] : Array.isArray(schema.enum) ? schema.enum : [];
  const names = values.filter((value): value is string => typeof value === "string");
  return names.length > 0 && names.length === values.length ? names : undefined;
}
