import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ToolDefinition } from "../../src/catalog.ts";

const searchSet = z.object({
  name: z.string(),
  tools: z.array(
    z.object({
      id: z.string(),
      server: z.string(),
      serverDescription: z.string(),
      name: z.string(),
      description: z.string(),
      params: z.array(z.object({ name: z.string(), description: z.string() })),
    }),
  ),
  queries: z.array(z.object({ query: z.string(), relevant: z.array(z.string()) })),
});

/** Tools and questions whose answers are known. */
export interface SearchSet {
  readonly name: string;
  /** Each tool's full name is its place among the tools, so that no name gives a hint twice. */
  readonly tools: readonly ToolDefinition[];
  /** Questions with the places of the tools that answer them. */
  readonly queries: readonly { readonly query: string; readonly relevant: ReadonlySet<number> }[];
  /** Whether a tool belongs to the half that nothing is trained on. */
  readonly heldOut: readonly boolean[];
}

/** Reads every search set of a folder, in the order of their names. */
export function readSearchSets(folder: string): SearchSet[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.sort().map((file) => toSearchSet(JSON.parse(readFileSync(join(folder, file), "utf8"))));
}

/** Whether the tool with this id is kept for scoring: half of them, by a hash of the id. */
function isHeldOut(id: string): boolean {
  return (createHash("sha256").update(`search:${id}`).digest()[0] ?? 0) % 2 === 1;
}

function toSearchSet(document: unknown): SearchSet {
  const { name, tools, queries } = searchSet.parse(document);
  const places = new Map(tools.map((tool, place) => [tool.id, place]));
  return {
    name,
    tools: tools.map(({ server, serverDescription, name: toolName, description, params }) => {
      const serverName = server === "" ? "catalog" : server;
      const properties = Object.fromEntries(params.map((parameter) => [parameter.name, parameter]));
      const inputSchema = { type: "object" as const, properties: withoutNames(properties) };
      return { name: `${serverName}__${toolName}`, serverName, toolName, serverDescription, description, inputSchema };
    }),
    queries: queries.map(({ query, relevant }) => ({
      query,
      relevant: new Set(relevant.flatMap((id) => places.get(id) ?? [])),
    })),
    heldOut: tools.map((tool) => isHeldOut(tool.id)),
  };
}

function withoutNames(parameters: Readonly<Record<string, { readonly description: string }>>): Record<string, object> {
  return Object.fromEntries(Object.entries(parameters).map(([name, { description }]) => [name, { description }]));
}
