import { wildcard } from "../../../base/wildcard.ts";
import type { ToolFilter } from "../server-input.ts";

/** Tells for each tool name whether a filter lets it through. */
export function createNameFilter(filter: ToolFilter): (name: string) => boolean {
  const allow = filter.allow?.map(wildcard);
  const deny = filter.deny?.map(wildcard) ?? [];
  return (name) => (allow?.some((matches) => matches(name)) ?? true) && !deny.some((matches) => matches(name));
}
