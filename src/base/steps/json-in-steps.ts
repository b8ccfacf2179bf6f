import { stringifyJson } from "../exact-json.ts";
import { SlicedWork } from "../sliced-work.ts";

/** Characters of JSON text that are read or written at a stretch, within a millisecond. */
export const PIECE_CHARACTERS: number = 64 * 1024;

/** Parts of a value that are written at a stretch. */
const PIECE_PARTS = 2_000;

/** Deepest text longer than a piece that is read or written in pieces: deeper ones take a hundred times as long. */
export const MOST_DEPTH: number = 20_000;

/** The JSON text of a value in pieces, each written within a millisecond; with `isSorted`, keys in the order of their text. */
export function* jsonPieces(value: unknown, isSorted = false, depth = 0): Generator<string, void> {
  // To list the names of very many members is one step of the engine, and a long one. Whoever asks has just looked at the value.
  if (depth > 0) yield "";
  const names = Array.isArray(value) ? [] : Object.keys(toObject(value));
  const isWide = names.length > PIECE_PARTS && !writesItself(toObject(value));
  if (depth > MOST_DEPTH / 4 || !(isWide || isLarge(value))) {
    yield stringifyJson(isSorted ? withSortedKeys(value) : value);
    return;
  }
  if (typeof value === "string") yield* textPieces(value);
  else if (Array.isArray(value)) yield* listPieces(value, isSorted, depth);
  else yield* objectPieces(toObject(value), { names, isSorted, depth });
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

/** What {@link stringifyInSteps} makes of a value, while other work goes on; ended by the signal. */
export function stringifySoon(value: unknown, signal?: AbortSignal): Promise<string> {
  return new SlicedWork(() => stringifyInSteps(value)).soon(signal);
}

/** Whether writing a value takes longer than a step. Looks at a bounded part of it. */
export function isLarge(value: unknown): boolean {
  return sizeOf(value) === "large";
}

/** What {@link isFew} and {@link isLarge} say of a value, from one look at it. */
export function sizeOf(value: unknown): "few" | "some" | "large" {
  const left = lookAtFew(value, FEW_PARTS);
  if (left >= 0) return "few";
  return left === WIDE || isLargeInAll(value) ? "large" : "some";
}

/** Whether a value has so few parts that they are quickly looked at, however often. */
export function isFew(value: unknown): boolean {
  return lookAtFew(value, FEW_PARTS) >= 0;
}

/** Parts that are looked at without making anything for it: nearly every value has fewer, and all are looked at often. */
const FEW_PARTS = 64;
/** Left after an object of more members than are written at a stretch. */
const WIDE = Number.NEGATIVE_INFINITY;

/** What is left of so many parts after those of a value; below 0 where they are more. */
function lookAtFew(value: unknown, most: number): number {
  if (typeof value === "string") return most - 1 - value.length / 32;
  let left = most - 1;
  // Of what is nested deeper than it may have parts nothing more is looked at.
  if (left < 0 || typeof value !== "object" || value === null) return left;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && left >= 0; index += 1) left = lookAtFew(value[index], left);
    return left;
  }
  return lookAtMembers(toObject(value), left);
}

function lookAtMembers(object: Readonly<Record<string, unknown>>, most: number): number {
  let left = most;
  let members = 0;
  for (const key in object) {
    // The engine has listed all names by now: to count them costs little, and to list them again as much.
    members += 1;
    if (left >= 0) left = lookAtFew(object[key], left);
    if (left === WIDE || (left < 0 && members > PIECE_PARTS)) return writesItself(object) ? -1 : WIDE;
  }
  return left;
}

function isLargeInAll(value: unknown): boolean {
  let left = PIECE_PARTS;
  const open: unknown[] = [value];
  while (open.length > 0) {
    const part = open.pop();
    left -= typeof part === "string" ? 1 + part.length / 32 : 1;
    if (typeof part === "object" && part !== null) {
      if (writesItself(part)) return false;
      const members: readonly unknown[] = Array.isArray(part) ? part : Object.keys(part);
      if (members.length > left) return true;
      for (const member of members) open.push(members === part ? member : Reflect.get(part, String(member)));
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

function* objectPieces(
  object: Readonly<Record<string, unknown>>,
  { names, isSorted, depth }: { readonly names: readonly string[]; readonly isSorted: boolean; readonly depth: number },
): Generator<string> {
  const keys = isSorted ? sortedKeys(names) : names;
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

function sortedKeys(names: readonly string[]): string[] {
  const keys = [...names].sort();
  return Object.keys(Object.fromEntries(keys.map((key) => [key, 0])));
}

/** The members of an object; none for anything else. */
export function toObject(value: unknown): Record<string, unknown> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object is a record of whatever it holds
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
