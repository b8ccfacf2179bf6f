import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CatalogServer, ToolEntry } from "../../catalog/tool.ts";
import type { JsonSchema } from "../../schema/json-schema.ts";

const corpora = fileURLToPath(new URL("../../../test/corpora/", import.meta.url));

export interface RawTool {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema;
  readonly inputExamples?: readonly unknown[];
}

export interface RawServer {
  readonly name: string;
  readonly description?: string;
  readonly tools: readonly RawTool[];
}

/** A stand-in for the catalog's own map of names, enough for texts about bindings. */
export function identifiersOf(names: readonly string[], reserved: readonly string[] = []): string[] {
  const taken = new Set(reserved);
  return names.map((name) => {
    const base = /^[A-Za-z_]/.test(name) ? name.replace(/[^A-Za-z0-9_]/gu, "_") : `_${name.replace(/[^A-Za-z0-9_]/gu, "_")}`;
    let identifier = RESERVED.has(base) ? `${base}_` : base;
    for (let count = 2; taken.has(identifier); count++) identifier = `${base}_${count}`;
    taken.add(identifier);
    return identifier;
  });
}

const RESERVED = new Set(
  "arguments async await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield NaN Infinity False None True and as assert def del elif except from global is lambda nonlocal not or pass raise then constructor prototype toString toLocaleString valueOf toJSON hasOwnProperty isPrototypeOf propertyIsEnumerable __proto__".split(
    " ",
  ),
);

/** A server of a catalog made of raw tools. */
export function serverOf(raw: RawServer, identifier: string = identifiersOf([raw.name])[0] ?? "_"): CatalogServer {
  const identifiers = identifiersOf(raw.tools.map((tool) => tool.name));
  const tools = raw.tools.map(
    (tool, index): ToolEntry => ({
      description: "",
      ...tool,
      name: `${raw.name}__${tool.name}`,
      serverName: raw.name,
      toolName: tool.name,
      serverIdentifier: identifier,
      identifier: identifiers[index] ?? "_",
      deferLoading: false,
    }),
  );
  return { name: raw.name, identifier, tools, ...(raw.description === undefined ? {} : { description: raw.description }) };
}

/** What JSON text means, as a schema. */
export function schemaOf(value: unknown): JsonSchema {
  return value as JsonSchema;
}

/** A server with one tool. */
export function toolOf(tool: Partial<RawTool> & { inputSchema: JsonSchema }): ToolEntry {
  const entry = serverOf({ name: "demo", tools: [{ name: "run", ...tool }] }).tools[0];
  if (entry === undefined) throw new Error("a server with one tool has none");
  return entry;
}

/** Every server of the tool corpus. */
export function corpusServers(): CatalogServer[] {
  const raw = readdirSync(`${corpora}tools`)
    .sort()
    .flatMap((file) => (JSON.parse(readFileSync(`${corpora}tools/${file}`, "utf8")) as { servers: RawServer[] }).servers);
  const identifiers = identifiersOf(raw.map((server) => server.name));
  return raw.map((server, index) => serverOf(server, identifiers[index]));
}

export interface NastyCase {
  readonly name: string;
  readonly kind: string;
  readonly schema: JsonSchema;
  readonly valid: readonly unknown[];
  readonly invalid: readonly unknown[];
}

export interface SuiteGroup {
  readonly draft: string;
  readonly file: string;
  readonly description: string;
  readonly schema: JsonSchema;
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[];
}

export function nastyCases(): NastyCase[] {
  return JSON.parse(readFileSync(`${corpora}schema-cases/nasty-dev.json`, "utf8")) as NastyCase[];
}

export function suiteGroups(): SuiteGroup[] {
  return JSON.parse(readFileSync(`${corpora}schema-cases/json-schema-test-suite.json`, "utf8")) as SuiteGroup[];
}
