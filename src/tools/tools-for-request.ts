import { defined } from "../base/defined.ts";
import { CHARACTERS_PER_TOKEN } from "../catalog/catalog-text.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import type { CodeModeExecutor } from "../host/executor.ts";
import { findTools, type FoundTool } from "../languages/discovery.ts";

/** Tools that are shown at most. */
const MOST_TOOLS = 12;
/** Characters of a request that are searched for: its end, where what is to be done mostly stands. */
const MAX_REQUEST = 1_000;
const TITLE = "Tools that may fit, by search; search_tools finds others:";

/**
 * The typed signatures of the tools that fit the words of a request best, as text to put behind that request in the message
 * to the model: it can then write its program at once, and the descriptions of the tools stay the same for every request, so
 * that a prompt cache keeps its value. Empty where no tool fits. What servers say about their tools in words is left out,
 * since it would speak with the voice of the person who asks.
 *
 * It searches in what is known now, and waits for no server.
 *
 * @param options `language` of the signatures, TypeScript by default; `maxTokens`, estimated as a quarter of the
 * characters, 800 by default; and `earlier`, the messages of the person so far, whose signatures are not
 * shown again
 */
export async function toolsForRequest(
  { registry, observed, embedded }: CodeModeExecutor,
  request: string,
  options: { readonly language?: GuestLanguage; readonly maxTokens?: number; readonly earlier?: string } = {},
): Promise<string> {
  const { language = "typescript", maxTokens = 800, earlier = "" } = options;
  const catalog = observed.apply(registry.catalog());
  const query = request.slice(-MAX_REQUEST);
  if (query.trim() === "") return "";
  const found = await findTools(catalog, query, { language, limit: MOST_TOOLS, ...defined({ embedded }) });
  const shown = signaturesIn(earlier);
  const lines = [...byServer(found.tools)].flatMap(([server, tools]) => {
    const title = `## ${catalog.server(server)?.identifier ?? server}`;
    const unseen = tools.filter(({ signature }) => !shown.has(`${title}\n${signature}`));
    return unseen.map(({ signature }, at) => (at > 0 ? signature : `${title}\n${signature}`));
  });
  const kept = withinRoom([TITLE, ...lines], maxTokens * CHARACTERS_PER_TOKEN);
  return kept.length > 1 ? kept.join("\n") : "";
}

/** Lines of an earlier text, each with the title of its server before it. */
function signaturesIn(earlier: string): ReadonlySet<string> {
  let title = "";
  const lines = new Set<string>();
  for (const line of earlier.split("\n")) {
    if (line.startsWith("## ")) title = line;
    else lines.add(`${title}\n${line}`);
  }
  return lines;
}

function withinRoom(lines: readonly string[], characters: number): readonly string[] {
  let left = characters;
  const end = lines.findIndex((line) => (left -= line.length + 1) < 0);
  return end === -1 ? lines : lines.slice(0, end);
}

function byServer(tools: readonly FoundTool[]): ReadonlyMap<string, readonly FoundTool[]> {
  const groups = new Map<string, FoundTool[]>();
  for (const tool of tools) groups.set(tool.server, [...(groups.get(tool.server) ?? []), tool]);
  return groups;
}
