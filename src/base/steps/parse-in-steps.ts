import { endOfText, parseJson } from "../exact-json.ts";
import { SlicedWork } from "../sliced-work.ts";
import { MOST_DEPTH, PIECE_CHARACTERS, toObject } from "./json-in-steps.ts";

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

/** What {@link parseInSteps} makes of a text, while other work goes on; ended by the signal. */
export function parseSoon(text: string, signal?: AbortSignal): Promise<unknown> {
  return new SlicedWork(() => parseInSteps(text)).soon(signal);
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
    const named = this.#parse(`{${before}[]}`);
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

function assertBlank(text: string): void {
  if (/[^ \t\r\n]/.test(text)) throw new SyntaxError("The JSON text has something between its parts.");
}

function put(target: OpenPart["target"], key: string, value: unknown): void {
  if (target === undefined) return;
  if (key !== "__proto__") Reflect.set(target, key, value);
  else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
