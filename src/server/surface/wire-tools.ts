import type { Tool } from "@modelcontextprotocol/server";
import type { AgentTool } from "../../tools/agent-tool.ts";
import type { ClientProfile } from "../clients/client-profile.ts";
import { answerText } from "../sessions/answer-text.ts";
import { isSame, type StateOfTexts } from "./state-of-texts.ts";
import type { Surface } from "./surface.ts";

/** The texts of lists that were made, by what they are made of: most clients are listed the same. */
const texts = new WeakMap<readonly AgentTool[], Map<string, { readonly state: StateOfTexts; readonly text: string }>>();

/**
 * JSON text of the answer to `tools/list` as far as its id; undefined where tools of servers are offered by themselves,
 * which may be many and come in pages.
 */
export function listText({ tools, direct, state }: Surface, profile: ClientProfile): string | undefined {
  if (direct.length > 0) return undefined;
  const { keeps, takesStructure, readsAnthropicMeta } = profile;
  const key = JSON.stringify([keeps, takesStructure, readsAnthropicMeta]);
  const known = texts.get(tools) ?? new Map<string, { readonly state: StateOfTexts; readonly text: string }>();
  texts.set(tools, known);
  const before = known.get(key);
  if (before !== undefined && isSame(before.state, state)) return before.text;
  const text = answerText({ result: { tools: tools.map((tool) => toWireTool(tool, profile)) } });
  known.set(key, { state, text });
  return text;
}

/** A tool of ours as it is listed for a client. */
export function toWireTool(
  tool: AgentTool,
  { keeps, takesStructure, readsAnthropicMeta = false }: ClientProfile,
): Tool {
  const { name, title, outputSchema, annotations } = tool;
  const { description, inputSchema } = tool.present?.(keeps) ?? tool;
  return {
    name,
    title,
    description,
    inputSchema: { ...inputSchema, type: "object" },
    ...(takesStructure ? { outputSchema: { ...outputSchema, type: "object" } } : {}),
    annotations,
    ...(readsAnthropicMeta ? { _meta: anthropicMeta(name) } : {}),
  };
}

/** Tools a model needs from the start; the others may stay behind the client's own search. */
const ALWAYS_LOADED: ReadonlySet<string> = new Set(["execute_code", "search_tools"]);
/** Results are within our own reading budget, and what a program emits beside it is wanted whole. */
const RESULT_CHARACTERS = 200_000;

function anthropicMeta(name: string): Record<string, unknown> {
  return {
    ...(ALWAYS_LOADED.has(name) ? { "anthropic/alwaysLoad": true } : {}),
    ...(name === "execute_code" ? { "anthropic/searchHint": "run a program that calls several tools" } : {}),
    "anthropic/maxResultSizeChars": RESULT_CHARACTERS,
  };
}
