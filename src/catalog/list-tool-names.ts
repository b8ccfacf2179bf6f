import { foldName } from "./fold-name.ts";
import type { ListOptions, ToolNameList } from "./catalog.ts";
import type { NameLookup } from "./name-lookup.ts";
import type { ToolEntry } from "./tool.ts";

/** Lists full names in catalog order. An unknown server has none. */
export function listToolNames(
  entries: readonly ToolEntry[],
  lookup: NameLookup,
  { server, keywords = [], limit = Number.POSITIVE_INFINITY, includeDeferred = false }: ListOptions,
): ToolNameList {
  const candidates = server === undefined ? entries : (lookup.server(server)?.tools ?? []);
  const wanted = keywords.map((keyword) => keyword.trim().toLowerCase()).filter((keyword) => keyword !== "");
  const names = candidates
    .filter((entry) => includeDeferred || !entry.deferLoading)
    .filter((entry) => wanted.length === 0 || mentions(entry, wanted))
    .map((entry) => entry.name);
  return { tools: names.slice(0, Math.max(0, limit)), total: names.length };
}

function mentions(entry: ToolEntry, keywords: readonly string[]): boolean {
  const text = `${entry.name}\n${entry.description}`.toLowerCase();
  const name = foldName(entry.name);
  return keywords.some((keyword) => {
    const folded = foldName(keyword);
    return text.includes(keyword) || (folded !== "" && name.includes(folded));
  });
}
