import { isUtf8 } from "node:buffer";
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
    const text = textAt(args, path);
    return text === undefined ? [] : [[`Mcp-Param-${name}`, encode(text)] as const];
  });
  return Object.fromEntries(values);
}

/** A header of a call that is missing, unreadable, or says other than the arguments. */
export interface ParamHeaderFault {
  readonly header: string;
  /** As the end of a sentence. */
  readonly says: string;
}

/**
 * The first header of a call that does not say what its arguments say; undefined where all do. What no argument stands for
 * is not looked at.
 *
 * @param read gives the value of a header, undefined where there is none
 */
export function paramHeaderFault(
  headers: readonly ParamHeader[],
  args: Readonly<Record<string, unknown>>,
  read: (name: string) => string | undefined,
): ParamHeaderFault | undefined {
  for (const { path, name } of headers) {
    const text = textAt(args, path);
    if (text === undefined) continue;
    const header = `Mcp-Param-${name}`;
    const at = `${path.join(".")} is ${JSON.stringify(text)} in the arguments`;
    const value = read(header);
    if (value === undefined) return { header, says: `${at}, and the header ${header} is missing` };
    const said = decode(value);
    if (said === undefined) return { header, says: `the header ${header} is not valid base64 of UTF-8 text` };
    const isSame = said === text || (DECIMAL.test(said) && DECIMAL.test(text) && Number(said) === Number(text));
    if (!isSame) return { header, says: `${at}, and the header ${header} says ${JSON.stringify(said)}` };
  }
  return undefined;
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

function isHeaderName(name: unknown): name is string {
  return typeof name === "string" && TOKEN.test(name);
}

/** What a header says of the argument at a path; undefined where there is none, or one that headers do not carry. */
function textAt(args: Readonly<Record<string, unknown>>, path: readonly string[]): string | undefined {
  return textOf(path.reduce<unknown>((node, key) => (isSchemaObject(node) ? node[key] : undefined), args));
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

/** The text of a header; undefined where its marks hold anything else than the base64 of text. */
function decode(value: string): string | undefined {
  const [, base64] = /^=\?base64\?(.*)\?=$/.exec(value) ?? [];
  if (base64 === undefined) return value;
  const bytes = Buffer.from(base64, "base64");
  return bytes.toString("base64") === base64 && isUtf8(bytes) ? bytes.toString() : undefined;
}
