import { distance } from "fastest-levenshtein";
import { compareCodePoints } from "../base/code-point-order.ts";
import { foldName } from "./fold-name.ts";
import type { ToolEntry } from "./tool.ts";

/** Names and queries are compared by at most this many characters; longer ones are not typing mistakes. */
const MAX_LENGTH = 120;

const NAMES_PER_STEP = 16;

/** A name without case and separators, with the characters in it as bits. */
interface FoldedName {
  readonly text: string;
  readonly bits: number;
}

/** Finds full names that look like a mistyped one, best first; nothing when none is near. */
type NameSuggester = (name: string, limit?: number) => string[];

/** Gets names ready to be compared, in small steps. */
export function* createNameSuggester(entries: readonly ToolEntry[]): Generator<void, NameSuggester> {
  const full = new NameSketches(entries, ({ name }) => name);
  const bare = new NameSketches(entries, ({ toolName }) => toolName);
  for (const place of entries.keys()) {
    full.add(place);
    bare.add(place);
    if (place % NAMES_PER_STEP === 0) yield;
  }
  return (name, limit = 3) => {
    const cut = name.slice(0, MAX_LENGTH);
    const [whole, last] = [fold(cut), fold(bareName(cut))];
    if (whole.text === "" || limit < 1) return [];
    const near = new NearNames(Math.floor(limit), tolerance(last));
    for (const [place, entry] of entries.entries()) {
      const off = penalty(cut, entry);
      const nearest = Math.min(
        full.rate(whole, place, near.farthest),
        bare.rate(whole, place, near.farthest),
        bare.rate(last, place, near.farthest - off) + off,
      );
      near.add(entry.name, nearest);
    }
    return near.names;
  };
}

/** The nearest of some names, best first, and in the order of their text where they are as near. */
class NearNames {
  readonly #limit: number;
  readonly #near: { readonly name: string; readonly distance: number }[] = [];
  /** A name farther than this is none of them. */
  farthest: number;

  constructor(limit: number, farthest: number) {
    this.#limit = limit;
    this.farthest = farthest;
  }

  get names(): string[] {
    return this.#near.map(({ name }) => name);
  }

  add(name: string, edits: number): void {
    if (edits > this.farthest) return;
    const next = this.#near.findIndex((each) => (each.distance - edits || compareCodePoints(each.name, name)) > 0);
    this.#near.splice(next === -1 ? this.#near.length : next, 0, { name, distance: edits });
    if (this.#near.length < this.#limit) return;
    this.#near.length = this.#limit;
    this.farthest = this.#near.at(-1)?.distance ?? this.farthest;
  }
}

/** What is known ahead of the names of a catalog: enough to rule most of them out, and made without making any text. */
class NameSketches {
  readonly #entries: readonly ToolEntry[];
  readonly #nameOf: (entry: ToolEntry) => string;
  /** The characters in each name as bits, and its length, without case and separators. */
  readonly #bits: Int32Array;
  readonly #lengths: Uint16Array;

  constructor(entries: readonly ToolEntry[], nameOf: (entry: ToolEntry) => string) {
    this.#entries = entries;
    this.#nameOf = nameOf;
    this.#bits = new Int32Array(entries.length);
    this.#lengths = new Uint16Array(entries.length);
  }

  add(place: number): void {
    const name = this.#nameAt(place);
    const most = Math.min(name.length, MAX_LENGTH);
    let [length, bits] = [0, 0];
    for (let index = 0; index < most; index++) {
      const code = name.charCodeAt(index);
      if (code >= IS_SEPARATOR.length) {
        const folded = fold(name);
        [length, bits] = [folded.text.length, folded.bits];
        break;
      }
      if (IS_SEPARATOR[code] === true) continue;
      // A letter has the same bit in either case.
      bits |= bitOf(code);
      length += 1;
    }
    this.#bits[place] = bits;
    this.#lengths[place] = length;
  }

  /**
   * Edits from one name to the other, infinitely many for more than `most`; fewer where one contains the other, since a part was
   * left out, not mistyped.
   */
  rate(query: FoldedName, place: number, most: number): number {
    const [length, bits] = [this.#lengths[place] ?? 0, this.#bits[place] ?? 0];
    const difference = Math.abs(query.text.length - length);
    const [missing, further] = [query.bits & ~bits, bits & ~query.bits];
    const mayContain = Math.min(query.text.length, length) > 3 && (missing === 0 || further === 0);
    // Each character that only one of them has takes an edit, which rules out most names without comparing them.
    const fewest = Math.max(difference, countBits(missing), countBits(further));
    const mayBeNear = fewest <= Math.min(most, tolerance(query));
    if (!mayBeNear && !(mayContain && Math.min(2, difference) <= most)) return Number.POSITIVE_INFINITY;
    const { text } = fold(this.#nameAt(place));
    if (mayContain && (text.includes(query.text) || query.text.includes(text))) return Math.min(2, difference);
    return mayBeNear ? distance(query.text, text) : Number.POSITIVE_INFINITY;
  }

  #nameAt(place: number): string {
    const entry = this.#entries[place];
    return entry === undefined ? "" : this.#nameOf(entry);
  }
}

/** Characters of ASCII that are not compared. */
const IS_SEPARATOR: readonly boolean[] = Array.from(
  { length: 128 },
  (_, code) => foldName(String.fromCharCode(code)) === "",
);

const bitOf = (code: number): number => 1 << (code & 31);

function fold(name: string): FoldedName {
  const text = foldName(name.slice(0, MAX_LENGTH));
  let bits = 0;
  for (let index = 0; index < text.length; index++) bits |= bitOf(text.charCodeAt(index));
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

function tolerance(query: FoldedName): number {
  return Math.max(2, Math.floor(query.text.length * 0.35));
}

function countBits(bits: number): number {
  let rest = bits;
  let count = 0;
  for (; rest !== 0; count++) rest &= rest - 1;
  return count;
}
