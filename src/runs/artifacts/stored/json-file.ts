import { compactJson } from "../../../base/steps/compact-json.ts";
import { SlicedWork } from "../../../base/sliced-work.ts";
import { findAtPath, type FoundJson, type PathStep } from "./json-path.ts";
import { JsonMarks, TEXT_END } from "./json-marks.ts";
import { storedPieces, storedRange, type Stored } from "./stored-bytes.ts";

/** Most bytes that are made a text here; more is read where memory is bounded. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Paths in one text whose places are remembered. */
const MOST_PATHS = 20;

const [COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x2c, 0x5b, 0x5d, 0x7b, 0x7d];

/** JSON text of what was asked for, or why there is none. */
type JsonReading = { readonly json: string } | { readonly missing: "value" | "list" | "room" };

/** Bytes of rows that stand side by side, each row with its end. */
interface RowBytes {
  readonly from: number;
  readonly ends: readonly number[];
}

/**
 * Stored JSON that is read in pieces: of a text of any size one piece and what was asked for are in memory. Where a path leads
 * and where rows begin is found once and remembered. Other work goes on meanwhile.
 *
 * What is returned was checked; of what was passed over the brackets were. Rejects with `SyntaxError` for what is no JSON.
 */
export class JsonFile {
  readonly #stored: Stored;
  readonly #found = new Map<string, Promise<FoundJson | undefined>>();

  constructor(stored: Stored) {
    this.#stored = stored;
  }

  /** What is at a path. */
  async value(steps: readonly PathStep[]): Promise<JsonReading> {
    const found = await this.#at(steps);
    if (found === undefined || found.kind === "sequence") return { missing: "value" };
    const { from, to } = found;
    if (to - from > MOST_BYTES) return { missing: "room" };
    return { json: await this.#text(["", ""], { from, ends: [to] }) };
  }

  /**
   * Rows of the list at a path, as a list. Values one after the other, as in JSON lines, are rows too.
   * @param range of rows; `isLines` where a single value is one row
   */
  async rows(
    steps: readonly PathStep[],
    range: { readonly offset: number; readonly limit: number; readonly isLines: boolean },
  ): Promise<JsonReading> {
    let found = await this.#at(steps);
    if (found?.kind === "other" && range.isLines && steps.length === 0)
      found = { ...found, kind: "sequence", places: [{ row: 0, byte: found.from }] };
    if (found === undefined || (found.kind === "sequence" && steps.length > 0)) return { missing: "value" };
    if (found.kind === "other") return { missing: "list" };
    const list = found;
    const rows = await new SlicedWork(() => findRows(this.#stored, list, range)).soon();
    if ((rows.ends.at(-1) ?? rows.from) - rows.from > MOST_BYTES) return { missing: "room" };
    return { json: await this.#text(["[", "]"], rows) };
  }

  #at(steps: readonly PathStep[]): Promise<FoundJson | undefined> {
    const key = JSON.stringify(steps);
    const found = this.#found.get(key) ?? new SlicedWork(() => findAtPath(this.#stored, steps)).soon();
    this.#found.delete(key);
    this.#found.set(key, found);
    const [oldest = key] = this.#found.keys();
    if (this.#found.size > MOST_PATHS) this.#found.delete(oldest);
    return found;
  }

  async #text([begin, end]: readonly [string, string], { from, ends }: RowBytes): Promise<string> {
    const stored = this.#stored;
    const work = new SlicedWork(function* () {
      const parts: Buffer[] = [Buffer.from(begin)];
      let at = from;
      for (const to of ends) {
        if (at > from) parts.push(Buffer.from(","));
        parts.push(...(yield* storedRange(stored, at, to)));
        at = to;
      }
      return yield* compactJson([...parts, Buffer.from(end)]);
    });
    const { pieces } = await work.soon();
    return Buffer.concat(pieces).toString();
  }
}

/** Where some rows stand. Those of a list need no commas between them, so that they have one end. */
function* findRows(
  stored: Stored,
  found: FoundJson,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Generator<void, RowBytes> {
  const place = found.places.findLast(({ row }) => row <= offset) ?? { row: 0, byte: found.from };
  const cutter = new RowCutter(found, { first: offset - place.row, count: limit, from: place.byte });
  const marks = new JsonMarks(cutter, place.byte);
  for (const piece of storedPieces(stored, place.byte)) {
    if (marks.readOn(piece)) break;
    yield;
  }
  return cutter.rows;
}

class RowCutter {
  readonly #found: FoundJson;
  readonly #first: number;
  readonly #last: number;
  readonly #ends: number[] = [];
  #from: number | undefined;
  #row = 0;
  #depth = 0;
  #isBegun = false;

  /** @param first first row to read, counted from the one that begins at `from` */
  constructor(found: FoundJson, { first, count, from }: { first: number; count: number; from: number }) {
    this.#found = found;
    this.#first = first;
    this.#last = first + count;
    if (first === 0) this.#from = from;
  }

  get rows(): RowBytes {
    const { kind, to } = this.#found;
    // Behind the last of several values stands no mark.
    if (kind === "sequence" && this.#from !== undefined && this.#row < this.#last) this.#ends.push(to);
    return { from: this.#from ?? 0, ends: this.#from === undefined ? [] : this.#ends };
  }

  mark(byte: number, at: number): boolean {
    const isClose = byte === CLOSE_LIST || byte === CLOSE_OBJECT;
    const isEnd = this.#found.kind === "list" ? byte === COMMA || isClose : this.#isNext(byte);
    if (this.#depth === 0 && isEnd && this.#passRow(at, isClose)) return true;
    if (isClose) this.#depth -= 1;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#depth += 1;
    return false;
  }

  /** Whether a value begins that is not the first one. */
  #isNext(byte: number): boolean {
    if (byte === TEXT_END || this.#depth > 0) return false;
    const isNext = this.#isBegun;
    this.#isBegun = true;
    return isNext;
  }

  #passRow(at: number, isLast: boolean): boolean {
    if (this.#row >= this.#first) {
      if (this.#found.kind === "list") this.#ends.length = 0;
      this.#ends.push(at);
    }
    this.#row += 1;
    if (this.#row === this.#first) this.#from = this.#found.kind === "list" ? at + 1 : at;
    return isLast || this.#row === this.#last;
  }
}
