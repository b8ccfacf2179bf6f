import { endOfText, parseJson, stringifyJson } from "../exact-json.ts";
import { SlicedWork } from "../sliced-work.ts";

/** Characters of JSON text that are read or written at a stretch, within a millisecond. */
export const PIECE_CHARACTERS: number = 64 * 1024;

/** Parts of a value that are written at a stretch. */
const PIECE_PARTS = 2_000;

/** Deepest text longer than a piece that is read: reading deeper ones takes a hundred times as long. */
const MOST_DEPTH = 20_000;

const [COMMA, QUOTE, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x2c, 0x22, 0x5b, 0x5d, 0x7b, 0x7d];

/** A list or object whose end was not reached yet. */
interface OpenPart {
  readonly isList: boolean;
  /** Position of its bracket. */
  readonly start: number;
  /** Position of the first member that was not read yet. */
  from: number;
  /** Position of the member in which the reader is. */
  member: number;
  /** True after a member that was read by itself, up to the comma. */
  isAfterMember: boolean;
  /** What was read of it, once it is known to be longer than a piece. */
  target?: unknown[] | Record<string, unknown>;
}

/**
 * Reads JSON as `parseJson` does, in steps of a millisecond, for texts of megabytes. Each piece is read by the engine
 * itself; only where the pieces begin and end is found out here.
 *
 * Throws `SyntaxError`, also for a long text nested deeper than 20,000 levels.
 */
export function* parseInSteps(text: string, parse: (piece: string) => unknown = parseJson): Generator<void, unknown> {
  if (text.length <= PIECE_CHARACTERS) return parse(text);
  const reader = new PieceReader(text, parse);
  while (!reader.isDone) {
    reader.readOn();
    yield;
  }
  return reader.value;
}

/** What {@link parseInSteps} makes of a text, while other work goes on. */
export function parseSoon(text: string): Promise<unknown> {
  return new SlicedWork(() => parseInSteps(text)).soon();
}

class PieceReader {
  readonly #text: string;
  readonly #parse: (piece: string) => unknown;
  readonly #open: OpenPart[] = [];
  /** How many of the open parts, from the outermost, are read member by member. */
  #known = 0;
  #at = 0;
  #result: { readonly value: unknown; readonly end: number } | undefined;

  constructor(text: string, parse: (piece: string) => unknown) {
    this.#text = text;
    this.#parse = parse;
  }

  get isDone(): boolean {
    return this.#at >= this.#text.length;
  }

  get value(): unknown {
    if (this.#open.length > 0) throw new SyntaxError("The JSON text ends too early.");
    if (this.#result === undefined) return this.#parse(this.#text);
    assertBlank(this.#text.slice(this.#result.end));
    return this.#result.value;
  }

  /** Goes on by about a piece. */
  readOn(): void {
    const text = this.#text;
    const stop = Math.min(text.length, this.#at + PIECE_CHARACTERS);
    while (this.#at < stop) {
      const code = text.charCodeAt(this.#at);
      if (code === QUOTE) this.#at = endOfText(text, this.#at);
      else {
        if (code === OPEN_LIST || code === OPEN_OBJECT) this.#enter(code === OPEN_LIST);
        else if (code === COMMA) this.#separate();
        else if (code === CLOSE_LIST || code === CLOSE_OBJECT) this.#leave(code === CLOSE_LIST);
        this.#at += 1;
      }
    }
  }

  #enter(isList: boolean): void {
    if (this.#open.length >= MOST_DEPTH) throw new SyntaxError(`The JSON text is nested too deeply to be read.`);
    const next = this.#at + 1;
    this.#open.push({ isList, start: this.#at, from: next, member: next, isAfterMember: false });
  }

  #separate(): void {
    const inner = this.#open.at(-1);
    if (inner === undefined) throw new SyntaxError("The JSON text goes on after its end.");
    this.#learn();
    if (inner.target !== undefined) {
      if (inner.isAfterMember) assertBlank(this.#text.slice(inner.from, this.#at));
      else if (this.#at - inner.from > PIECE_CHARACTERS) this.#take(inner, this.#at);
      else {
        inner.member = this.#at + 1;
        return;
      }
      inner.isAfterMember = false;
      inner.from = this.#at + 1;
    }
    inner.member = this.#at + 1;
  }

  #leave(isList: boolean): void {
    const part = this.#open.pop();
    if (part === undefined || part.isList !== isList) throw new SyntaxError("The JSON text has a bracket too many.");
    if (part.target === undefined) return;
    const rest = this.#text.slice(part.from, this.#at);
    const isWhole = part.from === part.start + 1;
    if (part.isAfterMember) assertBlank(rest);
    else if (!isWhole || rest.trim() !== "") this.#take(part, this.#at);
    this.#known -= 1;
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#result = { value: part.target, end: this.#at + 1 };
    else {
      parent.from = this.#at + 1;
      parent.isAfterMember = true;
    }
  }

  /** Reads the open parts that have become longer than a piece member by member from now on. */
  #learn(): void {
    for (;;) {
      const part = this.#open[this.#known];
      if (part === undefined || this.#at - (this.#open[this.#known - 1]?.from ?? 0) <= PIECE_CHARACTERS) return;
      const parent = this.#open[this.#known - 1];
      part.target = part.isList ? [] : {};
      if (parent === undefined) assertBlank(this.#text.slice(0, part.start));
      else this.#attach(parent, part);
      this.#known += 1;
    }
  }

  /** Puts a part in its place in the one around it, after the members before it. */
  #attach(parent: OpenPart, part: OpenPart): void {
    if (parent.member > parent.from) this.#take(parent, parent.member - 1);
    parent.from = parent.member;
    const before = this.#text.slice(parent.member, part.start);
    if (Array.isArray(parent.target)) {
      assertBlank(before);
      parent.target.push(part.target);
      return;
    }
    const named = this.#parse(`{${before}0}`);
    for (const key of Object.keys(toObject(named))) put(parent.target, key, part.target);
  }

  /** Reads the members up to a position. */
  #take(part: OpenPart, end: number): void {
    const members = this.#text.slice(part.from, end);
    if (members.trim() === "") throw new SyntaxError("The JSON text lacks a member before a comma or bracket.");
    if (Array.isArray(part.target)) {
      const list = this.#parse(`[${members}]`);
      for (const item of Array.isArray(list) ? list : []) part.target.push(item);
      return;
    }
    const object = toObject(this.#parse(`{${members}}`));
    for (const key of Object.keys(object)) put(part.target, key, object[key]);
  }
}

/** The JSON text of a value in pieces, each written within a millisecond; with `isSorted`, keys in the order of their text. */
export function* jsonPieces(value: unknown, isSorted = false, depth = 0): Generator<string, void> {
  if (depth > MOST_DEPTH / 4 || !isLarge(value)) {
    yield stringifyJson(isSorted ? withSortedKeys(value) : value);
    return;
  }
  if (typeof value === "string") yield* textPieces(value);
  else if (Array.isArray(value)) yield* listPieces(value, isSorted, depth);
  else yield* objectPieces(toObject(value), isSorted, depth);
}

/** Writes JSON as `stringifyJson` does, in steps of a millisecond, for values of megabytes. */
function* stringifyInSteps(value: unknown): Generator<void, string> {
  const pieces: string[] = [];
  for (const piece of jsonPieces(value)) {
    pieces.push(piece);
    yield;
  }
  return pieces.join("");
}

/** What {@link stringifyInSteps} makes of a value, while other work goes on. */
export function stringifySoon(value: unknown): Promise<string> {
  return new SlicedWork(() => stringifyInSteps(value)).soon();
}

/** Whether writing a value takes longer than a step. Looks at a bounded part of it. */
export function isLarge(value: unknown): boolean {
  let left = PIECE_PARTS;
  const open: unknown[] = [value];
  while (open.length > 0) {
    const part = open.pop();
    left -= typeof part === "string" ? 1 + part.length / 32 : 1;
    if (typeof part === "object" && part !== null) {
      if (writesItself(part)) return false;
      const keys = Array.isArray(part) ? part : Object.keys(part);
      if (keys.length > left) return true;
      for (const member of Array.isArray(part) ? part : Object.values(part)) open.push(member);
    }
    if (left < 0) return true;
  }
  return false;
}

function* textPieces(text: string): Generator<string, void> {
  yield '"';
  for (let at = 0; at < text.length;) {
    const end = at + PIECE_CHARACTERS;
    // A pair of surrogates is one character.
    const code = text.charCodeAt(end - 1);
    const next = code >= 0xd800 && code < 0xdc00 ? end + 1 : end;
    yield JSON.stringify(text.slice(at, next)).slice(1, -1);
    at = next;
  }
  yield '"';
}

function* listPieces(list: readonly unknown[], isSorted: boolean, depth: number): Generator<string, void> {
  yield "[";
  for (let at = 0; at < list.length;) {
    const count = smallMembers(list, at);
    if (at > 0) yield ",";
    if (count === 0) {
      yield* jsonPieces(list[at], isSorted, depth + 1);
      at += 1;
      continue;
    }
    const part = list.slice(at, at + count);
    yield stringifyJson(isSorted ? withSortedKeys(part) : part).slice(1, -1);
    at += count;
  }
  yield "]";
}

/** How many items from a position on fit into one piece together. */
function smallMembers(list: readonly unknown[], from: number): number {
  let left = PIECE_PARTS;
  let count = 0;
  while (from + count < list.length && left > 0) {
    const item = list[from + count];
    const isScalar = typeof item !== "object" || item === null;
    left -= isScalar ? 1 + (typeof item === "string" ? item.length / 32 : 0) : 64;
    if (isScalar ? left < 0 && typeof item === "string" && isLarge(item) : isLarge(item)) break;
    count += 1;
  }
  return count;
}

function* objectPieces(object: Readonly<Record<string, unknown>>, isSorted: boolean, depth: number): Generator<string> {
  const keys = isSorted ? sortedKeys(object) : Object.keys(object);
  let isFirst = true;
  let gathered: string[] = [];
  yield "{";
  for (const key of keys) {
    const value = object[key];
    if (value === undefined || typeof value === "function" || typeof value === "symbol") continue;
    gathered.push(`${isFirst ? "" : ","}${JSON.stringify(key)}:`);
    isFirst = false;
    if (isLarge(value)) {
      yield gathered.join("");
      gathered = [];
      yield* jsonPieces(value, isSorted, depth + 1);
    } else gathered.push(stringifyJson(isSorted ? withSortedKeys(value) : value));
    if (gathered.length < PIECE_PARTS / 8) continue;
    yield gathered.join("");
    gathered = [];
  }
  yield `${gathered.join("")}}`;
}

/** A copy in which the keys of every object stand in the order of their text, but whole numbers first, as objects have it. */
function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== "object" || value === null || writesItself(value)) return value;
  const object = toObject(value);
  return Object.fromEntries(
    Object.keys(object)
      .sort()
      .map((key) => [key, withSortedKeys(object[key])]),
  );
}

/** True for a date and the like, of a host function; data has no functions. */
function writesItself(part: object): boolean {
  return "toJSON" in part && typeof part.toJSON === "function";
}

function sortedKeys(object: Readonly<Record<string, unknown>>): string[] {
  const keys = Object.keys(object).sort();
  return Object.keys(Object.fromEntries(keys.map((key) => [key, 0])));
}

function assertBlank(text: string): void {
  if (/[^ \t\r\n]/.test(text)) throw new SyntaxError("The JSON text has something between its parts.");
}

function put(target: OpenPart["target"], key: string, value: unknown): void {
  if (target === undefined) return;
  if (key !== "__proto__") Reflect.set(target, key, value);
  else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

function toObject(value: unknown): Record<string, unknown> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object is a record of whatever it holds
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
