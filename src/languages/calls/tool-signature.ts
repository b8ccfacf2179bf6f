import type { ToolEntry } from "../../catalog/tool.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import { isSchemaObject, type JsonSchema } from "../../schema/json-schema.ts";
import { emittersFor } from "../language-emitters.ts";

/** Values in the schemas of a tool that are read for its signature; of tools in use the largest has 323. */
const MOST_VALUES = 1_500;
/** Parameters named in the signature of a tool with more values than that. */
const MOST_PARAMETERS = 40;

const known = new WeakMap<ToolEntry, Map<string, string>>();

/**
 * The one-line signature of a tool, made once and kept as long as the entry is; `isShort` leaves out the types of strings, which
 * the text around it has to say.
 *
 * Of a tool with very large schemas only the names and plain types of its first parameters are said, so that no server
 * can make a list or a search slow.
 */
export function signatureOf(tool: ToolEntry, language: GuestLanguage, isShort = false): string {
  const signatures = known.get(tool) ?? new Map<string, string>();
  known.set(tool, signatures);
  const kind = isShort ? `short ${language}` : language;
  const before = signatures.get(kind);
  if (before !== undefined) return before;
  const { outputSchema, ...input } = tool;
  const isLarge = isLargerThan([tool.inputSchema, outputSchema], MOST_VALUES);
  const shown = isLarge ? { ...input, inputSchema: surfaceOf(tool.inputSchema) } : tool;
  const emitters = emittersFor(language);
  const signature = isShort ? emitters.shortSignature(shown) : emitters.signature(shown);
  signatures.set(kind, signature);
  return signature;
}

/** Counts the values of some data, up to the limit. */
function isLargerThan(data: unknown, most: number): boolean {
  const open: unknown[] = [data];
  for (let count = 0; open.length > 0; count += 1) {
    const value = open.pop();
    if (count + open.length > most) return true;
    if (typeof value === "object" && value !== null) for (const each of Object.values(value)) open.push(each);
  }
  return false;
}

function surfaceOf(schema: JsonSchema): JsonSchema {
  if (!isSchemaObject(schema) || !isSchemaObject(schema.properties)) return { type: "object" };
  const properties = Object.entries(schema.properties).slice(0, MOST_PARAMETERS);
  return {
    type: "object",
    properties: Object.fromEntries(properties.map(([name, property]) => [name, plainType(property)])),
    ...(Array.isArray(schema.required) ? { required: schema.required.slice(0, MOST_VALUES) } : {}),
  };
}

function plainType(property: unknown): JsonSchema {
  return isSchemaObject(property) && typeof property.type === "string" ? { type: property.type } : {};
}
