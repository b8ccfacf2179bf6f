import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createIdentifierMap } from "../../catalog/identifiers.ts";
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

/** A server of a catalog made of raw tools. */
export function serverOf(raw: RawServer, identifier: string = createIdentifierMap([raw.name], "server").get(raw.name) ?? "_"): CatalogServer {
  const names = raw.tools.map((tool) => tool.name);
  const identifiers = createIdentifierMap(names, "tool");
  const tools = raw.tools.map(
    (tool): ToolEntry => ({
      description: "",
      ...tool,
      name: `${raw.name}__${tool.name}`,
      serverName: raw.name,
      toolName: tool.name,
      serverIdentifier: identifier,
      identifier: identifiers.get(tool.name) ?? "_",
      deferLoading: false,
    }),
  );
  return { name: raw.name, identifier, tools, ...(raw.description === undefined ? {} : { description: raw.description }) };
}

/** Meaning of JSON text, as a schema. */
export function schemaOf(value: unknown): JsonSchema {
  return value as JsonSchema;
}

/** A server with one tool. */
export function toolOf(tool: Partial<RawTool> & { inputSchema: JsonSchema }): ToolEntry {
  const entry = serverOf({ name: "demo", tools: [{ name: "run", ...tool }] }).tools[0];
  if (entry === undefined) throw new Error("a server with one tool has none");
  return entry;
}

/** Every server of the tool corpus; two of them are called the same, as happens with servers of one's own. */
export function corpusServers(): CatalogServer[] {
  const raw = readdirSync(`${corpora}tools`)
    .sort()
    .flatMap((file) => (JSON.parse(readFileSync(`${corpora}tools/${file}`, "utf8")) as { servers: RawServer[] }).servers);
  const names = new Set<string>();
  const servers = raw.map((server) => {
    const name = names.has(server.name) ? `${server.name} 2` : server.name;
    names.add(name);
    return { ...server, name };
  });
  const identifiers = createIdentifierMap(names, "server");
  return servers.map((server) => serverOf(server, identifiers.get(server.name)));
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
