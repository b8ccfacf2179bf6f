import { toObject } from "../../base/steps/json-in-steps.ts";

/** Deepest result of a host function. */
const MOST_DEPTH = 2_000;

/** Parts that are looked at between two steps. */
const STEP_PARTS = 2_000;

/**
 * Looks through what a host function returned, in steps, and returns it as JSON can hold it: maps as objects, sets and
 * typed arrays as lists, errors as objects with name and message, patterns as text; the same object where nothing of it
 * has to change. Throws, with its place and what to return instead, for what JSON would lose: promises, generators,
 * streams, responses, and objects that hold themselves.
 */
export function* plainResult(value: unknown): Generator<void, unknown> {
  return (yield* hasSpecial(value)) ? toPlain(value, "") : value;
}

/** True for a value of few parts that is what {@link plainResult} would make of it, as nearly every one is. */
export function isData(value: unknown): boolean {
  if (!isObject(value)) return true;
  if (Array.isArray(value)) return value.every(isData);
  if (!isPlain(value)) return false;
  const object = toObject(value);
  for (const name in object) if (!isData(object[name])) return false;
  return true;
}

/**
 * A copy of a value of few parts that is what reading its JSON text would give, without that; undefined for a value with
 * anything in it that JSON does not hold as it is, or that reading would make something else of.
 */
export function copyOfData(value: unknown): unknown {
  if (!isObject(value)) return isExact(value) ? value : undefined;
  if (Array.isArray(value)) return hasToJson(value) ? undefined : copyOfList(value);
  if (!isPlain(value)) return undefined;
  const object = toObject(value);
  const copy: Record<string, unknown> = {};
  for (const name in object) {
    const part = name === "__proto__" ? undefined : copyOfData(object[name]);
    if (part === undefined) return undefined;
    copy[name] = part;
  }
  return copy;
}

function copyOfList(list: readonly unknown[]): readonly unknown[] | undefined {
  const copy: unknown[] = [];
  for (const item of list) {
    const part = copyOfData(item);
    if (part === undefined) return undefined;
    copy.push(part);
  }
  return copy;
}

/** Whether a scalar is the same once its JSON text has been read; long integers become those of another type. */
function isExact(value: unknown): boolean {
  if (typeof value === "number") return Math.abs(value) <= Number.MAX_SAFE_INTEGER && !Object.is(value, -0);
  return typeof value === "string" || typeof value === "boolean" || value === null;
}

interface HeldObject {
  readonly value: object;
  readonly depth: number;
}

function* hasSpecial(whole: unknown): Generator<void, boolean> {
  const open: HeldObject[] = isObject(whole) ? [{ value: whole, depth: 0 }] : [];
  let found = false;
  for (let seen = 1, part = open.pop(); part !== undefined; part = open.pop(), seen += 1) {
    const { value, depth } = part;
    if (depth > MOST_DEPTH) throw new Error(TOO_DEEP);
    found ||= isSpecial(value);
    const names = hasMembers(value) ? Object.keys(value) : [];
    const members = names.length > STEP_PARTS ? yield* membersInSteps(value, names) : membersOf(value);
    for (const member of members) if (isObject(member)) open.push({ value: member, depth: depth + 1 });
    if (seen % STEP_PARTS === 0) yield;
  }
  return found;
}

/** The objects among very many members: the engine takes several times as long for all values at once as for the names. */
function* membersInSteps(value: object, names: readonly string[]): Generator<void, readonly object[]> {
  const object = toObject(value);
  const members: object[] = [];
  for (const [at, name] of names.entries()) {
    if (at % STEP_PARTS === 0) yield;
    const member = object[name];
    if (isObject(member)) members.push(member);
  }
  return members;
}

/** True for an object whose content is in its members. */
function hasMembers(value: object): boolean {
  const isOther = Array.isArray(value) || value instanceof Map || value instanceof Set || ArrayBuffer.isView(value);
  return !isOther && !hasToJson(value);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

const TOO_DEEP =
  `The function returned an object that holds itself, or is nested deeper than ${MOST_DEPTH} levels: ` +
  "return plain data without references back.";

function membersOf(value: object): Iterable<unknown> {
  if (hasMembers(value)) return Object.values(value);
  if (Array.isArray(value)) return value;
  return (value instanceof Map || value instanceof Set) && !hasToJson(value) ? value.values() : [];
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function hasToJson(value: object): boolean {
  return "toJSON" in value && typeof value.toJSON === "function";
}

/** True for an object of the platform, whose content is not in its members. */
function isSpecial(value: object): boolean {
  if (isPlain(value) || Array.isArray(value) || hasToJson(value)) return false;
  return value instanceof Error || value instanceof RegExp || tagOf(value) !== undefined || isThenable(value);
}

function tagOf(value: object): string | undefined {
  const tag: unknown = Reflect.get(value, Symbol.toStringTag);
  return typeof tag === "string" && (Object.keys(value).length === 0 || ArrayBuffer.isView(value)) ? tag : undefined;
}

/** True for a promise, or what is awaited like one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && "then" in value && typeof value.then === "function";
}

function toPlain(value: unknown, path: string): unknown {
  if (!isObject(value) || hasToJson(value)) return value;
  if (Array.isArray(value)) return value.map((item, index) => toPlain(item, `${path}[${index}]`));
  if (isSpecial(value)) return toPlain(readSpecial(value, path), path);
  return Object.fromEntries(
    Object.entries(toObject(value)).map(([key, part]) => [key, toPlain(part, `${path}.${key}`)]),
  );
}

function readSpecial(value: object, path: string): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, part]) => [String(key), part]));
  if (value instanceof Set) return [...value];
  if (value instanceof Error) return { ...toObject(value), name: value.name, message: value.message };
  if (value instanceof RegExp) return String(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Object.values(value);
  throw new Error(lost(value, path));
}

function lost(value: object, path: string): string {
  const tag = isThenable(value) ? "Promise" : (tagOf(value) ?? "object");
  const place = path === "" ? "" : ` at ${path.replace(/^\./, "")}`;
  return `The function returned ${/^[AEIOU]/.test(tag) ? "an" : "a"} ${tag}${place}, of which JSON keeps nothing: ${INSTEAD.get(tag) ?? "return plain data"}.`;
}

const COLLECT = "collect what it yields into a list and return that";
const READ = "return what is in it, as in `await response.json()`";

const INSTEAD: ReadonlyMap<string, string> = new Map([
  ["Promise", "await it before you return"],
  ["Generator", COLLECT],
  ["AsyncGenerator", COLLECT],
  ["ReadableStream", COLLECT],
  ["Response", READ],
  ["Blob", "return its text or its bytes"],
  ["Headers", "return Object.fromEntries(headers)"],
  ["FormData", "return Object.fromEntries(form)"],
  ["URLSearchParams", "return Object.fromEntries(parameters)"],
]);
