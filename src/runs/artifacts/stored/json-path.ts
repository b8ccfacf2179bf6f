import { MOST_DEPTH } from "../../../base/steps/json-in-steps.ts";
import { JsonMarks, TEXT_END } from "./json-marks.ts";
import { PIECE_BYTES, type Stored, storedPieces } from "./stored-bytes.ts";

/** A step of a path: the name of a member, or the number of an item. */
export type PathStep = string | number;

/** A row whose place is remembered. */
interface RowPlace {
  readonly row: number;
  readonly byte: number;
}

/** Something in stored JSON: its first byte, the one behind its last, and some of its rows if it has any. */
export interface FoundJson {
  readonly from: number;
  to: number;
  /** Rows are the items of a list, or values one after the other that are no JSON together, as in JSON lines. */
  kind: "list" | "sequence" | "other";
  readonly places: RowPlace[];
}

const [COMMA, COLON] = [0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

const STEP = /\.([\p{L}_][\p{L}\p{N}_]*)|\[(\d{1,15})\]|\['([^'\\]*)'\]|\["([^"\\]*)"\]/uy;

/** Longest name that is looked at. */
const MOST_NAME_BYTES = 4096;

/** The steps of a path that leads to one place, such as `$.items[0]["name"]`; undefined for any other path. */
export function stepsOf(path: string): readonly PathStep[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const steps: PathStep[] = [];
  for (STEP.lastIndex = 1; STEP.lastIndex < path.length;) {
    const match = STEP.exec(path);
    if (match === null) return undefined;
    const [, name, index, ...quoted] = match;
    steps.push(index === undefined ? (name ?? quoted.find((each) => each !== undefined) ?? "") : Number(index));
  }
  return steps;
}

/**
 * Where a path leads in stored JSON, found in small steps; undefined where it leads nowhere. Of a name that is there twice the
 * last one counts. Throws `SyntaxError` where brackets do not match.
 */
export function* findAtPath(stored: Stored, steps: readonly PathStep[]): Generator<void, FoundJson | undefined> {
  const finder = new PathFinder(steps);
  const marks = new JsonMarks(finder, 0);
  for (const piece of storedPieces(stored, 0)) {
    finder.begin(piece);
    marks.readOn(piece);
    finder.end();
    yield;
  }
  return finder.found;
}

/** An open part that the path leads through. */
interface PartOnPath {
  readonly isList: boolean;
  index: number;
  name: string | undefined;
  /** A value comes next, and not a name. */
  isAtValue: boolean;
}

class PathFinder {
  readonly #steps: readonly PathStep[];
  readonly #parts: PartOnPath[] = [];
  /** Whether each open part is a list. */
  readonly #open: boolean[] = [];
  readonly #sequence: FoundJson = { from: 0, to: 0, kind: "sequence", places: [] };
  #values = 0;
  #target: FoundJson | undefined;
  #isInTarget = false;
  #row = 0;
  #piece: Uint8Array = new Uint8Array();
  #passed = 0;
  #nameFrom: number | undefined;
  #nameBegin = "";

  constructor(steps: readonly PathStep[]) {
    this.#steps = steps;
  }

  get found(): FoundJson | undefined {
    if (this.#open.length > 0) throw new SyntaxError("The JSON text ends too early.");
    if (this.#values > 1) return { ...this.#sequence, to: this.#passed };
    if (this.#isInTarget && this.#target !== undefined) this.#target.to = this.#passed;
    return this.#target;
  }

  begin(piece: Uint8Array): void {
    this.#piece = piece;
  }

  end(): void {
    if (this.#nameFrom !== undefined) this.#nameBegin += this.#pieceOfName(this.#nameFrom, this.#piece.length);
    this.#passed += this.#piece.length;
  }

  mark(byte: number, at: number): boolean {
    const isHere = this.#open.length === this.#parts.length;
    const inner = isHere ? this.#parts.at(-1) : undefined;
    if (byte === TEXT_END) this.#endName(inner, at);
    else if (byte === COMMA) this.#separate(inner, at);
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.#leave(byte === CLOSE_LIST, at);
    else if (byte === COLON) this.#expectValue(inner);
    else if (inner?.isAtValue === false) this.#nameFrom = at + 1;
    else {
      if (isHere) this.#begin(byte, at, inner);
      if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#enter(byte === OPEN_LIST);
    }
    return false;
  }

  #expectValue(inner: PartOnPath | undefined): void {
    if (inner !== undefined) inner.isAtValue = true;
  }

  /** A value begins in the innermost part on the path, or outside of all parts. */
  #begin(byte: number, at: number, inner: PartOnPath | undefined): void {
    if (inner === undefined) this.#beginNext(at);
    const depth = this.#parts.length;
    if (inner !== undefined && this.#steps[depth - 1] !== (inner.isList ? inner.index : inner.name)) return;
    this.#target = undefined;
    if (depth < this.#steps.length) {
      if (byte !== OPEN_LIST && byte !== OPEN_OBJECT) return;
      this.#parts.push({ isList: byte === OPEN_LIST, index: 0, name: undefined, isAtValue: byte === OPEN_LIST });
      return;
    }
    const isList = byte === OPEN_LIST;
    this.#target = { from: at, to: at, kind: isList ? "list" : "other", places: [{ row: 0, byte: at + 1 }] };
    this.#isInTarget = true;
    this.#row = 0;
  }

  #beginNext(at: number): void {
    this.#endTarget(at);
    remember(this.#sequence.places, { row: this.#values, byte: at });
    this.#values += 1;
  }

  #separate(inner: PartOnPath | undefined, at: number): void {
    if (this.#open.length === 0) throw new SyntaxError("The JSON text goes on after its end.");
    if (inner !== undefined) {
      this.#endTarget(at);
      inner.index += 1;
      inner.isAtValue = inner.isList;
    } else if (this.#isInTarget && this.#open.length === this.#parts.length + 1) {
      this.#row += 1;
      remember(this.#target?.places ?? [], { row: this.#row, byte: at + 1 });
    }
  }

  #enter(isList: boolean): void {
    if (this.#open.push(isList) > MOST_DEPTH) throw new SyntaxError("The JSON text is nested too deeply to be read.");
  }

  #leave(isList: boolean, at: number): void {
    if (this.#open.at(-1) !== isList) throw new SyntaxError("The JSON text has a bracket that closes nothing.");
    if (this.#open.length === this.#parts.length) {
      this.#endTarget(at);
      this.#parts.pop();
    }
    this.#open.pop();
    if (this.#open.length === this.#parts.length) this.#endTarget(at + 1);
  }

  #endTarget(at: number): void {
    if (this.#isInTarget && this.#target !== undefined) this.#target.to = at;
    this.#isInTarget = false;
  }

  #endName(inner: PartOnPath | undefined, at: number): void {
    if (this.#nameFrom === undefined || inner === undefined) return;
    inner.name = nameOf(this.#nameBegin + this.#pieceOfName(this.#nameFrom, at - this.#passed));
    this.#nameFrom = undefined;
    this.#nameBegin = "";
  }

  #pieceOfName(from: number, to: number): string {
    if (this.#nameBegin.length > MOST_NAME_BYTES) return "";
    const { buffer, byteOffset } = this.#piece;
    const begin = Math.max(0, from - this.#passed);
    return Buffer.from(buffer, byteOffset + begin, to - begin).toString("latin1", 0, MOST_NAME_BYTES + 1);
  }
}

/** Some of the rows, so that the way from one to the next is short. */
function remember(places: RowPlace[], place: RowPlace): void {
  const last = places.at(-1);
  if (last === undefined || place.byte - last.byte >= PIECE_BYTES) places.push(place);
}

const PLAIN_NAME = /^[ !#-[\]-~]*$/;

function nameOf(bytes: string): string | undefined {
  if (bytes.length > MOST_NAME_BYTES) return undefined;
  // Most names are what they are written as.
  if (PLAIN_NAME.test(bytes)) return bytes;
  try {
    const name: unknown = JSON.parse(`"${Buffer.from(bytes, "latin1").toString()}"`);
    return String(name);
  } catch {
    return undefined;
  }
}
