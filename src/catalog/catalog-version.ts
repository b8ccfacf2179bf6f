import { hash } from "node:crypto";
import { compareCodePoints } from "../base/code-point-order.ts";
import type { ServerDetails } from "./create-tool-catalog.ts";
import type { ToolDefinition } from "./tool.ts";

/** Definitions are read-only data that sources hand on from catalog to catalog, so each is hashed once. */
const definitionHashes = new WeakMap<ToolDefinition, string>();

/**
 * A short hash of everything a catalog was made from. The order of tools and servers does not count, since it depends
 * on which server answered first; the order of properties inside a schema does, since bindings show it.
 */
export function hashCatalog(tools: readonly ToolDefinition[], servers: readonly ServerDetails[]): string {
  const parts = tools.map((tool) => hashDefinition(tool));
  for (const { name, description, instructions } of servers) {
    parts.push(hash("sha256", JSON.stringify([name, description, instructions])));
  }
  return hash("sha256", parts.sort(compareCodePoints).join("\n")).slice(0, 16);
}

/** A hash of everything a definition says, in its order. */
export function hashDefinition(tool: ToolDefinition): string {
  const known = definitionHashes.get(tool);
  if (known !== undefined) return known;
  const result = hash("sha256", toText(contentOf(tool)));
  definitionHashes.set(tool, result);
  return result;
}

function contentOf(tool: ToolDefinition): unknown[] {
  const names = [tool.name, tool.serverName, tool.toolName, tool.serverDescription, tool.title, tool.description];
  const schemas = [tool.inputSchema, tool.outputSchema, tool.inputExamples];
  return [...names, ...schemas, tool.annotations, tool.deferLoading ?? false, tool.meta, tool.problem];
}

/** Values too deep for `JSON.stringify`, with cycles or with big integers are spelled out by `structuralText`. */
function toText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return structuralText(value);
  }
}

/** Spells out any value without recursion; an object seen before is named by its number. */
function structuralText(root: unknown): string {
  const numbers = new Map<object, number>();
  const pending: unknown[] = [root];
  const parts: string[] = [];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== "object" || value === null) {
      parts.push(`${typeof value}:${String(value)}`);
      continue;
    }
    const number = numbers.get(value);
    if (number !== undefined) {
      parts.push(`#${number}`);
      continue;
    }
    numbers.set(value, numbers.size);
    const entries = Object.entries(value);
    parts.push(`${Array.isArray(value) ? "array" : "object"}:${JSON.stringify(entries.map(([key]) => key))}`);
    for (const [, item] of entries) pending.push(item);
  }
  return parts.join("\n");
}
