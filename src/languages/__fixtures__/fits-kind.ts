import type { JsonSchema } from "../../schema/json-schema.ts";
import { createReferenceResolver } from "../../schema/resolve.ts";

const OBJECT = ["properties", "required", "additionalProperties", "patternProperties", "propertyNames"];
const LIST = ["items", "prefixItems", "additionalItems"];

/**
 * Tells whether a value is of the kind a schema without `type` is about. JSON Schema lets `{ properties: … }` accept a
 * number; no generator of types does, and no author means it.
 */
export function fitsKind(document: JsonSchema, value: unknown): boolean {
  const resolver = createReferenceResolver(document);
  const fits = (schema: unknown, part: unknown, depth: number): boolean => {
    if (typeof schema !== "object" || schema === null || depth > 20) return true;
    const node = schema as Record<string, unknown>;
    const isObject = typeof part === "object" && part !== null && !Array.isArray(part);
    const mentions = (keywords: string[]): boolean => keywords.some((each) => node[each] !== undefined && node[each] !== true);
    if (node["type"] === undefined && (mentions(OBJECT) || mentions(LIST))) {
      if (!(mentions(OBJECT) && isObject) && !(mentions(LIST) && Array.isArray(part))) return false;
    }
    if (typeof node["$ref"] === "string" && !fits(resolver.resolve(node["$ref"], node)?.schema, part, depth + 1)) return false;
    const properties = (node["properties"] ?? {}) as Record<string, unknown>;
    return !isObject || Object.entries(part).every(([key, inner]) => fits(properties[key], inner, depth + 1));
  };
  return fits(document, value, 0);
}
