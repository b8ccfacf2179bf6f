import { distance } from "fastest-levenshtein";
import { compareCodePoints } from "../base/code-point-order.ts";
import { foldName } from "./fold-name.ts";
import type { ToolEntry } from "./tool.ts";

/** Names and queries are compared by at most this many characters; longer ones are not typing mistakes. */
const MAX_LENGTH = 120;

/** A name without case and separators, with the characters in it as bits. */
interface FoldedName {
  readonly text: string;
  readonly bits: number;
}

/** Finds full names that look like a mistyped one, best first; nothing when none is near. */
type NameSuggester = (name: string, limit?: number) => string[];

/** Gets names ready to be compared, in small steps. */
export function* createNameSuggester(entries: readonly ToolEntry[]): Generator<void, NameSuggester> {
  const [full, bare] = [new FoldedNames(entries.length), new FoldedNames(entries.length)];
  for (const { name, toolName } of entries) {
    full.add(name);
    bare.add(toolName);
    yield;
  }
  return (name, limit = 3) => {
    const cut = name.slice(0, MAX_LENGTH);
    const [whole, last] = [fold(cut), fold(bareName(cut))];
    if (whole.text === "") return [];
    const near: { name: string; distance: number }[] = [];
    for (const [place, entry] of entries.entries()) {
      const nearest = Math.min(
        rate(whole, full, place),
        rate(whole, bare, place),
        rate(last, bare, place) + penalty(cut, entry),
      );
      if (nearest <= tolerance(last)) near.push({ name: entry.name, distance: nearest });
    }
    near.sort((a, b) => a.distance - b.distance || compareCodePoints(a.name, b.name));
    return near.slice(0, Math.max(0, limit)).map((match) => match.name);
  };
}

/** Names of a catalog without case and separators, one after the other. */
class FoldedNames {
  readonly texts: string[] = [];
  /** The characters in each name as bits. */
  readonly bits: Int32Array;

  constructor(count: number) {
    this.bits = new Int32Array(count);
  }

  add(name: string): void {
    const { text, bits } = fold(name);
    this.bits[this.texts.length] = bits;
    // A name without capitals and separators is kept once.
    this.texts.push(text === name ? name : text);
  }
}

function fold(name: string): FoldedName {
  const text = foldName(name.slice(0, MAX_LENGTH));
  let bits = 0;
  for (let index = 0; index < text.length; index++) bits |= 1 << (text.charCodeAt(index) & 31);
  return { text, bits };
}

/** The part after the server's name, if the name has that form. */
function bareName(name: string): string {
  const underscores = name.lastIndexOf("__");
  return name.slice(Math.max(underscores === -1 ? 0 : underscores + 2, name.lastIndexOf(".") + 1));
}

/** A right tool at another server is a weaker guess than the same one at the server that was named. */
function penalty(name: string, entry: ToolEntry): number {
  return name.startsWith(entry.serverName) || name.startsWith(entry.serverIdentifier) ? 0 : 0.5;
}

/** Edits from one name to the other; fewer where one contains the other, since a part was left out, not mistyped. */
function rate(query: FoldedName, { texts, bits }: FoldedNames, place: number): number {
  const [text, held] = [texts[place] ?? "", bits[place] ?? 0];
  const { length } = query.text;
  const difference = Math.abs(length - text.length);
  if (length > 3 && text.length > 3 && (text.includes(query.text) || query.text.includes(text))) {
    return Math.min(2, difference);
  }
  // Each character that only one of them has takes an edit, which rules out most names without comparing them.
  const fewest = Math.max(difference, countBits(query.bits & ~held), countBits(held & ~query.bits));
  return fewest > tolerance(query) ? Number.POSITIVE_INFINITY : distance(query.text, text);
}

function tolerance(query: FoldedName): number {
  return Math.max(2, Math.floor(query.text.length * 0.35));
}

function countBits(bits: number): number {
  let rest = bits;
  let count = 0;
  for (; rest !== 0; count++) rest &= rest - 1;
  return count;
}
