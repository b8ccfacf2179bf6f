import type { ToolFilter } from "../server-config.ts";

/** Tells for each tool name whether a filter lets it through. */
export function createNameFilter(filter: ToolFilter): (name: string) => boolean {
  const allow = filter.allow?.map(matcherOf);
  const deny = filter.deny?.map(matcherOf) ?? [];
  return (name) => (allow?.some((matches) => matches(name)) ?? true) && !deny.some((matches) => matches(name));
}

/** Linear in the name, whatever the pattern: the pieces between stars are searched from left to right. */
function matcherOf(pattern: string): (name: string) => boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return (name) => name === pattern;
  return (name) => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
    const end = name.length - last.length;
    let at = first.length;
    for (const piece of rest) {
      const found = name.indexOf(piece, at);
      if (found === -1 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}
