import { isSchemaObject, type JsonSchema, type JsonSchemaObject } from "../schema/json-schema.ts";

/**
 * Rule by which the value of a call is taken out of a tool's `structuredContent`.
 *
 * `untyped`: the tool declares no output, so whatever it sends becomes the value. `value`: `structuredContent` itself.
 * `wrapped`: its property `property`. `schema` describes the value as the program sees it.
 */
type ResultShape =
  | { readonly kind: "untyped" }
  | { readonly kind: "value"; readonly schema: JsonSchema }
  | { readonly kind: "wrapped"; readonly property: "result" | "content" | "text"; readonly schema: JsonSchema };

const WRAPPERS = ["content", "result", "text"] as const;

/**
 * Reads from an output schema what a call resolves to, so that the declared type and the value always agree.
 *
 * A result that FastMCP wrapped (`x-fastmcp-wrap-result`) is its `result`; an object whose only property is a required
 * string called `content`, `result` or `text` is that string; everything else stays unchanged.
 */
export function resultShape(outputSchema: JsonSchema | undefined): ResultShape {
  if (outputSchema === undefined) return { kind: "untyped" };
  if (!isSchemaObject(outputSchema)) return { kind: "value", schema: outputSchema };
  const properties = own(outputSchema, "properties");
  if (!isSchemaObject(properties)) return { kind: "value", schema: outputSchema };
  const result = own(properties, "result");
  if (own(outputSchema, "x-fastmcp-wrap-result") === true && (isSchemaObject(result) || typeof result === "boolean")) {
    return { kind: "wrapped", property: "result", schema: within(outputSchema, result) };
  }
  return onlyText(outputSchema, properties) ?? { kind: "value", schema: outputSchema };
}

/** An object that is nothing but one text under a usual name. */
function onlyText(outputSchema: JsonSchemaObject, properties: JsonSchemaObject): ResultShape | undefined {
  const names = Object.keys(properties);
  const property = WRAPPERS.find((name) => name === names[0]);
  if (property === undefined || names.length !== 1) return undefined;
  const schema = own(properties, property);
  const required = own(outputSchema, "required");
  if (!isSchemaObject(schema) || own(schema, "type") !== "string") return undefined;
  const sure = Array.isArray(required) && required.includes(property) && isPlainObject(outputSchema);
  return sure ? { kind: "wrapped", property, schema } : undefined;
}

/** Tells whether the listed properties are all there can be said about the object. */
function isPlainObject(schema: JsonSchemaObject): boolean {
  const extra = ["allOf", "anyOf", "oneOf", "$ref", "patternProperties", "if"].some((keyword) => keyword in schema);
  const additional = own(schema, "additionalProperties");
  const type = own(schema, "type");
  return !extra && (type === undefined || type === "object") && (additional === undefined || additional === false);
}

/** A part of a document on its own, with the definitions its references point at. */
function within(document: JsonSchemaObject, part: JsonSchema): JsonSchema {
  if (!isSchemaObject(part)) return part;
  const shared = ["$schema", "$defs", "definitions"].filter((keyword) => Object.hasOwn(document, keyword));
  return { ...Object.fromEntries(shared.map((keyword) => [keyword, document[keyword]])), ...part };
}

function own(object: JsonSchemaObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
