import { CodemodeError } from "../../../base/codemode-error.ts";
import { SlicedWork } from "../../../base/sliced-work.ts";
import { csvRows } from "./csv-rows.ts";
import { PIECE_BYTES, type Stored, storedPieces, storedRange } from "./stored-bytes.ts";

/** Bytes of all rows that one reading returns. */
const MOST_BYTES = 16 * 1024 * 1024;

const [QUOTE, COMMA, NEWLINE, RETURN] = [0x22, 0x2c, 0x0a, 0x0d];

/** What may stand before the names. */
const ORDER_MARK = Buffer.from("\ufeff");

/** A place at which a record begins, with the number of rows before it; the names are row -1. */
interface RecordPlace {
  readonly byte: number;
  readonly row: number;
}

/**
 * Stored CSV that is read in pieces: of a text of any size one piece and the rows that were asked for are in memory. Places that
 * were passed are remembered, so that reading on does not begin anew. Other work goes on meanwhile.
 */
export class CsvFile {
  readonly #stored: Stored;
  readonly #places: RecordPlace[] = [{ byte: 0, row: -1 }];
  #namesEnd = 0;

  constructor(stored: Stored) {
    this.#stored = stored;
  }

  /** Rows as {@link csvRows} has them. Rejects with `result_too_large` where these are very long. */
  rows(offset: number, limit: number): Promise<Record<string, string>[]> {
    return new SlicedWork(() => this.#rowsInSteps(offset, limit)).soon();
  }

  *#rowsInSteps(offset: number, limit: number): Generator<void, Record<string, string>[]> {
    return yield* csvRows(yield* this.#textOf(offset, limit), { offset: 0, limit }, MOST_BYTES);
  }

  /** The line of the names with some rows. */
  *#textOf(offset: number, limit: number): Generator<void, string> {
    const { from, to } = yield* this.#find(offset, limit);
    if (to - from + this.#namesEnd > MOST_BYTES) throw tooLong();
    const names = yield* storedRange(this.#stored, 0, this.#namesEnd);
    const rows = yield* storedRange(this.#stored, from, to);
    return Buffer.concat([...names, ...rows]).toString();
  }

  *#find(offset: number, limit: number): Generator<void, { readonly from: number; readonly to: number }> {
    const place = this.#places.findLast(({ row }) => row <= offset) ?? { byte: 0, row: -1 };
    let { row } = place;
    let from = row === offset ? place.byte : undefined;
    let to = place.byte;
    const ends = new RecordEnds(place.byte, (at) => {
      row += 1;
      this.#remember({ byte: at, row });
      if (row === offset) from = at;
      to = at;
      return row === offset + limit;
    });
    for (const piece of storedPieces(this.#stored, place.byte)) {
      if (ends.readOn(piece)) return { from: from ?? to, to };
      yield;
    }
    if (this.#namesEnd === 0) this.#namesEnd = ends.at;
    return { from: from ?? ends.at, to: ends.at };
  }

  #remember(place: RecordPlace): void {
    if (place.row === 0) this.#namesEnd = place.byte;
    const last = this.#places.at(-1);
    if (place.row === 0 || place.byte - (last?.byte ?? 0) >= PIECE_BYTES) this.#places.push(place);
  }
}

/** Finds where records end, in bytes that come in pieces. */
class RecordEnds {
  at: number;
  /** Returns true to hear of no more. */
  readonly #onEnd: (at: number) => boolean;
  #place: "begin" | "plain" | "quoted" | "quote" | "return" = "begin";

  constructor(at: number, onEnd: (at: number) => boolean) {
    this.at = at;
    this.#onEnd = onEnd;
  }

  readOn(bytes: Uint8Array): boolean {
    for (let place = 0; place < bytes.length; place++) {
      const byte = bytes[place];
      this.at += 1;
      if (this.at <= ORDER_MARK.length && byte === ORDER_MARK[this.at - 1]) continue;
      if (this.#place === "return") {
        this.#place = "begin";
        if (this.#onEnd(byte === NEWLINE ? this.at : this.at - 1)) return true;
        if (byte === NEWLINE) continue;
      }
      if (this.#pass(byte) && this.#onEnd(this.at)) return true;
    }
    return false;
  }

  /** Whether a record ends behind this byte. */
  #pass(byte: number | undefined): boolean {
    if (this.#place === "quoted") {
      if (byte === QUOTE) this.#place = "quote";
      return false;
    }
    if (byte === QUOTE && this.#place !== "plain") {
      this.#place = "quoted";
      return false;
    }
    this.#place = byte === COMMA || byte === NEWLINE ? "begin" : byte === RETURN ? "return" : "plain";
    return byte === NEWLINE;
  }
}

function tooLong(): CodemodeError {
  return new CodemodeError("result_too_large", `These rows have more than ${MOST_BYTES} bytes.`, {
    hint: "Ask for fewer rows, or read a range of characters by offset and limit.",
  });
}
