import { SlicedWork } from "../../../base/sliced-work.ts";
import { LineList, type PartRange } from "../artifact-part.ts";
import { TEXT_UNITS } from "../text-units.ts";
import { type Stored, storedPieces } from "./stored-bytes.ts";

const NEWLINE = 10;

/** A place in a text at which a character begins, with what stands before it. */
interface Place {
  readonly byte: number;
  /** In units of UTF-16. */
  readonly characters: number;
  readonly points: number;
  readonly lines: number;
}

const BEGIN: Place = { byte: 0, characters: 0, points: 0, lines: 0 };

/** Part of a text, with the number of characters of all of it. */
interface CutText {
  readonly text: string;
  readonly total: number;
}

/**
 * A stored UTF-8 text that is read in pieces: of a text of any size one piece and what was asked for are in memory. Places
 * that were passed are remembered, so that reading on does not begin anew. Other work goes on meanwhile.
 */
export class TextFile {
  readonly #stored: Stored;
  readonly #places: Place[] = [BEGIN];
  #end: Place | undefined;

  constructor(stored: Stored) {
    this.#stored = stored;
  }

  /** The characters of a range, of which the last is a whole one. */
  range(range: PartRange): Promise<CutText> {
    return new SlicedWork(() => this.#range(range)).soon();
  }

  /** Lines from the line `offset` on, without their ends. Throws `result_too_large` where these are very long. */
  lines(offset: number, limit: number): Promise<string[]> {
    return new SlicedWork(() => this.#lines(offset, limit)).soon();
  }

  *#range({ offset, limit, unit }: PartRange): Generator<void, CutText> {
    if (this.#end === undefined) for (const _ of this.#pieces(this.#places.at(-1))) yield;
    const { length, slice } = TEXT_UNITS[unit];
    const before = ({ points, characters }: Place): number => (unit === "codePoints" ? points : characters);
    const from = this.#places.findLast((place) => before(place) <= offset) ?? BEGIN;
    let text = "";
    let skipped = offset - before(from);
    let open = limit;
    for (const bytes of this.#pieces(from)) {
      const piece = bytes.toString();
      const there = length(piece);
      if (skipped < there) text += slice(piece, skipped, open);
      if (skipped + open <= there) break;
      open -= Math.max(0, there - skipped);
      skipped = Math.max(0, skipped - there);
      yield;
    }
    return { text, total: before(this.#end ?? BEGIN) };
  }

  *#lines(offset: number, limit: number): Generator<void, string[]> {
    // A piece may begin in the middle of a line, so a line is found from one before it on.
    const from = offset === 0 ? this.#places[0] : this.#places.findLast(({ lines }) => lines < offset);
    const list = new LineList();
    if (limit <= 0) return list.lines;
    let skip = offset - (from?.lines ?? 0);
    let open = "";
    for (const bytes of this.#pieces(from)) {
      const piece = bytes.toString();
      let start = 0;
      for (let end = piece.indexOf("\n"); end !== -1; end = piece.indexOf("\n", start)) {
        if (skip > 0) skip -= 1;
        else list.add(open + piece.slice(start, end));
        open = "";
        start = end + 1;
        if (list.lines.length === limit) return list.lines;
      }
      if (skip === 0) {
        open += piece.slice(start);
        list.hold(open.length);
      }
      yield;
    }
    if (skip === 0) list.add(open);
    return list.lines;
  }

  /** The pieces from a place on, each valid until the next. The places after each are remembered. */
  *#pieces(from: Place = BEGIN): Generator<Buffer> {
    let place = from;
    for (const piece of storedPieces(this.#stored, from.byte)) {
      place = {
        byte: place.byte + piece.length,
        ...countCharacters(piece, place),
        lines: place.lines + countLines(piece),
      };
      if (place.byte > (this.#places.at(-1)?.byte ?? 0)) this.#places.push(place);
      yield piece;
    }
    this.#end = place;
  }
}

/** The characters behind some more UTF-8 bytes, found without making a string of them. */
function countCharacters(
  buffer: Buffer,
  { characters, points }: Pick<Place, "characters" | "points">,
): Pick<Place, "characters" | "points"> {
  let begun = 0;
  let pairs = 0;
  for (let at = 0; at < buffer.length; at++) {
    const byte = buffer[at] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    begun += 1;
    if (byte >= 0xf0) pairs += 1;
  }
  return { characters: characters + begun + pairs, points: points + begun };
}

function countLines(buffer: Buffer): number {
  let count = 0;
  for (let at = buffer.indexOf(NEWLINE); at !== -1; at = buffer.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}
