import { stringifyJson } from "../../base/exact-json.ts";
import { isRecord } from "../../base/is-record.ts";
import type { ToolRegistry } from "../../sources/tool-registry.ts";

/** Longest arguments that are repeated. */
const MOST_CHARACTERS = 2_000;

/**
 * The way to call a tool of the catalog that was called as if it were one of ours, as text for a model: the exact line of a
 * program. Undefined for a name that no tool has.
 *
 * @param name in any spelling, also with the `mcp__` that clients put before names
 */
export function programLine(registry: ToolRegistry, name: string, args: unknown): string | undefined {
  const tool = registry.getTool(name) ?? registry.getTool(name.replace(/^mcp__(?:codemode__)?/, ""));
  if (tool === undefined) return undefined;
  const written = isRecord(args) && Object.keys(args).length > 0 ? stringifyJson(args) : "{}";
  const shown = written.length > MOST_CHARACTERS ? "{ … }" : written;
  return `${name} is called from a program, not as a tool of its own. Call execute_code with this code:\n\nawait ${tool.serverIdentifier}.${tool.identifier}(${shown})`;
}
