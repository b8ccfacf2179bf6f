import { isSchemaObject, type JsonSchema } from "./json-schema.ts";

/** The dialects that differ in what they mean here. Anything older than draft-07 is read as draft-07. */
export type Dialect = "draft-07" | "2019-09" | "2020-12";

/**
 * Tells which dialect a schema is written in; draft-07 when it does not say, unless it uses a keyword of 2020-12.
 */
export function dialectOf(schema: JsonSchema): Dialect {
  const declared = declaredDialect(schema);
  if (declared !== undefined) return declared;
  if (!isSchemaObject(schema)) return "draft-07";
  return "$defs" in schema || "prefixItems" in schema || "$dynamicRef" in schema ? "2020-12" : "draft-07";
}

/** Tells whether `$ref` hides the keywords beside it, as every dialect up to draft-07 demands. */
export function refHidesSiblings(schema: JsonSchema): boolean {
  return declaredDialect(schema) === "draft-07";
}

function declaredDialect(schema: JsonSchema): Dialect | undefined {
  const uri = isSchemaObject(schema) ? schema["$schema"] : undefined;
  if (typeof uri !== "string") return undefined;
  if (uri.includes("2020-12")) return "2020-12";
  if (uri.includes("2019-09")) return "2019-09";
  return /draft-0[3-7]/.test(uri) ? "draft-07" : undefined;
}
