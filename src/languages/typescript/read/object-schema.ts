import type { JsonSchema, JsonSchemaObject } from "../../../schema/json-schema.ts";
import { describeSchema, objectSchema, type SchemaProperty } from "../../schema-parts.ts";
import { nameOf, nodeAt, type SyntaxNode } from "./syntax-node.ts";
import { allowsUndefined, type TypeContext } from "./type-context.ts";

/** The schema of an object type from its members. Methods are left out: functions do not cross to a caller. */
export function readMembers(members: readonly SyntaxNode[], context: TypeContext): JsonSchemaObject {
  let additional: JsonSchema | undefined;
  const properties: SchemaProperty[] = [];
  for (const member of members) {
    if (member.type === "TSIndexSignature") additional = context.read(nodeAt(member, "typeAnnotation"), context);
    else if (member.type === "TSPropertySignature") properties.push(...readProperty(member, context));
  }
  return objectSchema(properties, additional);
}

function readProperty(member: SyntaxNode, context: TypeContext): SchemaProperty[] {
  const key = nodeAt(member, "key");
  const annotation = nodeAt(member, "typeAnnotation");
  const name = nameOf(key) ?? (typeof key?.value === "number" ? String(key.value) : undefined);
  const isFunction = nodeAt(annotation, "typeAnnotation")?.type === "TSFunctionType";
  if (name === undefined || member.computed === true || isFunction) return [];
  const description = context.module.docBefore(member)?.description;
  const required = member.optional !== true && !allowsUndefined(annotation);
  return [{ name, required, schema: describeSchema(context.read(annotation, context), description) }];
}
