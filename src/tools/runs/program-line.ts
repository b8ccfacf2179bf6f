import { stringifyJson } from "../../base/exact-json.ts";
import { isRecord } from "../../base/is-record.ts";
import type { ServerMode } from "../../host/configuration/configuration.ts";
import type { ToolRegistry } from "../../sources/tool-registry.ts";

/** Longest arguments that are repeated. */
const MOST_CHARACTERS = 2_000;

/**
 * The way to call a tool of the catalog that was called as if it were one of ours, as text for a model: the exact line of a
 * program. Undefined for a name that no tool has.
 *
 * @param call.name in any spelling, also with the `mcp__` that clients put before names
 * @param call.mode how the client is served: with `search` it is the call of `call_tool`
 */
export function programLine(
  registry: ToolRegistry,
  {
    name,
    arguments: args,
    mode = "code",
  }: { readonly name: string; readonly arguments: unknown; readonly mode?: ServerMode },
): string | undefined {
  const tool = registry.getTool(name) ?? registry.getTool(name.replace(/^mcp__(?:codemode__)?/, ""));
  if (tool === undefined) return undefined;
  const written = isRecord(args) && Object.keys(args).length > 0 ? stringifyJson(args) : "{}";
  const shown = written.length > MOST_CHARACTERS ? "{ … }" : written;
  if (mode === "search") {
    const call = `{"tool_name": ${JSON.stringify(tool.name)}, "arguments": ${shown}}`;
    return `${name} is called with call_tool. Call call_tool with these arguments:\n\n${call}`;
  }
  return `${name} is called from a program, not as a tool of its own. Call execute_code with this code:\n\nawait ${tool.serverIdentifier}.${tool.identifier}(${shown})`;
}
