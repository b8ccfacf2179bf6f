import { isSchemaObject } from "../../../schema/json-schema.ts";

/** An argument that a server of revision 2026-07-28 wants as a header too, where it can be seen on the way. */
export interface ParamHeader {
  readonly path: readonly string[];
  readonly name: string;
}

const KEY = "x-mcp-header";
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TYPES: ReadonlySet<unknown> = new Set(["string", "integer", "boolean"]);
const MOST_DEPTH = 64;

/**
 * The arguments that a tool's input schema marks with `x-mcp-header`; undefined for a schema that marks them in a way the
 * protocol forbids, whose tool must not be offered.
 */
export function paramHeaders(inputSchema: unknown): readonly ParamHeader[] | undefined {
  const found: ParamHeader[] = [];
  const names = new Set<string>();
  /** False once something is forbidden; `path` is undefined where no chain of properties leads. */
  const visit = (node: unknown, path: readonly string[] | undefined, depth: number): boolean => {
    if (depth > MOST_DEPTH) return true;
    if (Array.isArray(node)) return node.every((item) => visit(item, undefined, depth + 1));
    if (!isSchemaObject(node)) return true;
    if (Object.hasOwn(node, KEY)) {
      const name = node[KEY];
      if (path === undefined || path.length === 0 || !isHeaderName(name) || !TYPES.has(node["type"])) return false;
      if (names.has(name.toLowerCase())) return false;
      names.add(name.toLowerCase());
      found.push({ path, name });
    }
    return Object.entries(node).every(([key, child]) => {
      if (key !== "properties") return visit(child, undefined, depth + 1);
      const properties = Object.entries(isSchemaObject(child) ? child : {});
      return properties.every(([name, property]) => visit(property, path && [...path, name], depth + 1));
    });
  };
  return visit(inputSchema, [], 0) ? found : undefined;
}

/** The headers for the arguments of one call. */
export function paramHeaderValues(
  headers: readonly ParamHeader[],
  args: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const values = headers.flatMap(({ path, name }) => {
    const text = textOf(path.reduce<unknown>((node, key) => (isSchemaObject(node) ? node[key] : undefined), args));
    return text === undefined ? [] : [[`Mcp-Param-${name}`, encode(text)] as const];
  });
  return Object.fromEntries(values);
}

function isHeaderName(name: unknown): name is string {
  return typeof name === "string" && TOKEN.test(name);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  return typeof value === "number" && Number.isFinite(value) ? String(value) : undefined;
}

/** Text that a header cannot carry unchanged travels as base64, in the marks of the protocol. */
function encode(text: string): string {
  const isPlain = /^[\t\x20-\x7e]+$/.test(text) && text === text.trim() && !/^=\?base64\?.*\?=$/.test(text);
  return isPlain ? text : `=?base64?${Buffer.from(text).toString("base64")}?=`;
}
