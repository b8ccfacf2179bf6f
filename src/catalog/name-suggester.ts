import { distance } from "fastest-levenshtein";
import { compareCodePoints } from "./code-point-order.ts";
import { foldName } from "./fold-name.ts";
import type { ToolEntry } from "./tool.ts";

/** Names and queries are compared by this many characters at most; longer ones are not typing mistakes. */
const MAX_LENGTH = 120;

/** A tool's names without case and separators. */
interface FoldedNames {
  readonly entry: ToolEntry;
  readonly full: string;
  readonly bare: string;
}

/** Finds full names that look like a mistyped one, best first; nothing when none is near. */
export function createNameSuggester(entries: readonly ToolEntry[]): (name: string, limit?: number) => string[] {
  const folded = entries.map(foldEntry);
  return (name, limit = 3) => {
    const cut = name.slice(0, MAX_LENGTH);
    const full = foldName(cut);
    const bare = foldName(bareName(cut));
    if (full === "") return [];
    const near: { name: string; distance: number }[] = [];
    for (const names of folded) {
      const found = Math.min(
        rate(full, names.full),
        rate(bare, names.bare) + penalty(cut, names.entry),
        rate(full, names.bare),
      );
      if (found <= tolerance(bare)) near.push({ name: names.entry.name, distance: found });
    }
    near.sort((a, b) => a.distance - b.distance || compareCodePoints(a.name, b.name));
    return near.slice(0, Math.max(0, limit)).map((match) => match.name);
  };
}

function foldEntry(entry: ToolEntry): FoldedNames {
  return {
    entry,
    full: foldName(entry.name.slice(0, MAX_LENGTH)),
    bare: foldName(entry.toolName.slice(0, MAX_LENGTH)),
  };
}

/** What follows the server's name, if the name has that form. */
function bareName(name: string): string {
  const underscores = name.lastIndexOf("__");
  return name.slice(Math.max(underscores === -1 ? 0 : underscores + 2, name.lastIndexOf(".") + 1));
}

/** A right tool at another server is a weaker guess than the same one at the server that was named. */
function penalty(name: string, entry: ToolEntry): number {
  return name.startsWith(entry.serverName) || name.startsWith(entry.serverIdentifier) ? 0 : 0.5;
}

/** Edits from one name to the other; less where one contains the other, since a part was left out and nothing mistyped. */
function rate(query: string, name: string): number {
  if (query.length > 3 && name.length > 3 && (name.includes(query) || query.includes(name))) {
    return Math.min(2, Math.abs(query.length - name.length));
  }
  return Math.abs(query.length - name.length) > tolerance(query) ? Number.POSITIVE_INFINITY : distance(query, name);
}

function tolerance(query: string): number {
  return Math.max(2, Math.floor(query.length * 0.35));
}
