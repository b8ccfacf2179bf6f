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

/**
 * The short signature of a tool in at most so many characters, where that can be: a longer one has the parameters that must be
 * given, the first of the others, and `…` for those left out. A result of which nothing is known is left out too: it says
 * nothing, in as many words as a parameter.
 */
export function briefSignature(
  tool: ToolEntry,
  language: GuestLanguage,
  most: number = Number.POSITIVE_INFINITY,
): string {
  const whole = withoutUnknownResult(signatureOf(tool, language, true));
  if (whole.length <= most) return whole;
  const signatures = known.get(tool);
  const kind = `${most} ${language}`;
  const brief = signatures?.get(kind) ?? cutSignature(tool, language, { whole, most });
  signatures?.set(kind, brief);
  return brief;
}

function cutSignature(
  tool: ToolEntry,
  language: GuestLanguage,
  { whole, most }: { readonly whole: string; readonly most: number },
): string {
  const { inputSchema: schema } = tool;
  if (!isSchemaObject(schema) || !isSchemaObject(schema.properties)) return whole;
  const required = new Set<unknown>(Array.isArray(schema.required) ? schema.required : []);
  const all = Object.entries(schema.properties);
  const needed = all.filter(([name]) => required.has(name));
  const others = all.filter(([name]) => !required.has(name));
  let brief = whole;
  for (let count = needed.length === 0 ? 1 : 0; count < others.length; count += 1) {
    const properties = Object.fromEntries([...needed, ...others.slice(0, count)]);
    const next = signatureWith(tool, language, { ...schema, properties });
    if (next === undefined || next.length >= (brief === whole ? whole.length : most + 1)) break;
    brief = next;
  }
  return brief;
}

/** Where the parameters end in a list to which one can be added. */
const END: Readonly<Record<GuestLanguage, RegExp>> = { typescript: / \}\)$/, python: /(?<!\/)\)$/ };

/** The signature of a tool with only some of its parameters; undefined for one that has other parts than parameters. */
function signatureWith(tool: ToolEntry, language: GuestLanguage, inputSchema: JsonSchema): string | undefined {
  const { outputSchema: _, ...input } = tool;
  const call = withoutUnknownResult(signatureOf({ ...input, inputSchema }, language, true));
  if (!END[language].test(call)) return undefined;
  const none = { type: "object", properties: {}, additionalProperties: false } as const;
  const result = withoutUnknownResult(signatureOf({ ...tool, inputSchema: none }, language, true));
  return call.replace(END[language], (end) => `, …${end}`) + result.slice(`${tool.identifier}()`.length);
}

function withoutUnknownResult(signature: string): string {
  return signature.replace(/(?:: Promise<unknown>| -> Any)$/, "");
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
