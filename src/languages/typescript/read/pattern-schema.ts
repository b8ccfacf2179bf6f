import { isSchemaObject, type JsonSchemaObject } from "../../../schema/json-schema.ts";
import { emptySchema, objectSchema, schemaOfValue, withDefault } from "../../schema-parts.ts";
import { literalValue } from "./literal-value.ts";
import { nameOf, nodeAt, nodesAt, type SyntaxNode } from "./syntax-node.ts";

/** The schema of an object that is only described by the pattern that takes it apart. */
export function patternSchema(pattern: SyntaxNode): JsonSchemaObject {
  const parts = nodesAt(pattern, "properties");
  const properties = parts.flatMap((part) => {
    const name = part.type === "Property" && part.computed !== true ? nameOf(nodeAt(part, "key")) : undefined;
    if (name === undefined) return [];
    const value = nodeAt(part, "value");
    const isOptional = value?.type === "AssignmentPattern";
    const initial = isOptional ? literalValue(nodeAt(value, "right")) : undefined;
    const schema = initial === undefined ? emptySchema() : withDefault(schemaOfValue(initial.value), initial);
    return [{ name, schema, required: !isOptional }];
  });
  return objectSchema(properties, parts.some(({ type }) => type === "RestElement") ? true : undefined);
}

/** Refuses undeclared properties, so that a misspelt one is reported, and adds the defaults the pattern has. */
export function closeObject(schema: JsonSchemaObject, pattern: SyntaxNode | undefined): JsonSchemaObject {
  const closed = "additionalProperties" in schema ? schema : { ...schema, additionalProperties: false };
  const known = isSchemaObject(closed.properties) ? closed.properties : {};
  const written = pattern === undefined ? undefined : patternSchema(pattern).properties;
  if (!isSchemaObject(written)) return closed;
  const properties = Object.entries(known).map(([name, property]) => {
    const fromPattern = Object.hasOwn(written, name) ? written[name] : undefined;
    const hasDefault = isSchemaObject(property) && isSchemaObject(fromPattern) && "default" in fromPattern;
    return [name, hasDefault ? { ...property, default: fromPattern.default } : property];
  });
  return { ...closed, properties: Object.fromEntries(properties) };
}
