// Turns values of a program into JSON text: what it returns, and what it passes to tools. Plain data goes through the engine's own writer; only what JSON cannot hold is
// copied first, with a note about each kind of change.

import {
  NativeMap,
  NativeSet,
  NativeTypeError,
  append,
  apply,
  bigintToString,
  create,
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isArray,
  isFinite,
  isMap,
  isOutOfMemory,
  keys,
  mapForEach,
  mapGet,
  mapSet,
  objectPrototype,
  ownKeys,
  readText,
  setAdd,
  setDelete,
  setHas,
  slice,
  stringify,
} from "codemode:guest/intrinsics";
import { isPromise, resultOf } from "codemode:guest/floating";
import { crossingText } from "codemode:guest/exact";
import { TOO_LARGE, hasGroups, plainJson } from "codemode:guest/plain-data";
import { keyText, plainForm } from "codemode:guest/plain-form";

const MOST_DEPTH = 400;
const MOST_NOTES = 20;
/** Names what a built-in kind of object stands for, among the parts of an object that are read once. */
const FORM = { __proto__: null };

/**
 * The value as `{ json, notes, promises }`; `mostBytes` bounds the work done for it. While `promises` has any whose results
 * are not known yet, they are null in the text; {@link toJsonAgain} reads them. Where something may be done with the value
 * it is `strict`, "host" or "tool": what cannot be read, or refers back to itself, throws instead of being replaced, and so
 * does NaN on its way to a tool.
 */
export function toJson(value, mostBytes, strict = false) {
  const notes = [];
  // A program may have given all lists a way to write themselves.
  put(notes, "toJSON", undefined);
  const json = plainJson(value, mostBytes);
  if (json !== undefined) return { __proto__: null, json, notes, promises: [] };
  const budget = { __proto__: null, nodes: mostBytes };
  const state = { __proto__: null, strict, budget, notes, seen: new NativeSet(), known: new NativeMap() };
  state.note = (text) => note(state, text);
  state.spend = () => spend(budget);
  return copyRound({ __proto__: null, value, mostBytes, state });
}

/** The same for a value whose promises have been waited for since: code of the program that it runs has run already. */
export const toJsonAgain = ({ again }) => copyRound(again);

function copyRound(again) {
  const { value, mostBytes, state } = again;
  state.budget.nodes = mostBytes;
  state.promises = [];
  state.path = new NativeSet();
  const copied = copy(value, state, 0);
  const { notes, promises } = state;
  const write = state.strict ? crossingText : stringify;
  return { __proto__: null, json: copied === undefined ? "null" : write(copied), notes, promises, again };
}

/** What `read` gave for a part of an object when it was first asked for. */
function once(object, part, { known, read }) {
  let parts = mapGet(known, object);
  if (parts === undefined) mapSet(known, object, (parts = new NativeMap()));
  let found = mapGet(parts, part);
  if (found === undefined) mapSet(parts, part, (found = { __proto__: null, value: read() }));
  return found.value;
}

function spend(budget) {
  budget.nodes -= 1;
  if (budget.nodes < 0) throw TOO_LARGE;
}

function note(state, text) {
  if (setHas(state.seen, text) || state.notes.length >= MOST_NOTES) return;
  setAdd(state.seen, text);
  append(state.notes, text);
}

function copy(value, state, depth) {
  spend(state.budget);
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return isFinite(value) ? value : copyNumber(value, state);
    case "bigint":
      return copyBigint(value, state);
    case "undefined":
      return depth === 0 ? null : undefined;
    case "function":
      note(state, "Functions were left out.");
      return undefined;
    case "symbol":
      note(state, "Symbols were left out.");
      return undefined;
    default:
      return value === null ? null : copyObject(value, state, depth);
  }
}

function copyNumber(value, state) {
  // What follows from a calculation that went wrong must not reach a tool as if nothing were there.
  if (state.strict === "tool" && value !== value) throw new NativeTypeError("a number that is NaN");
  note(state, "Numbers that are not finite became null.");
  return null;
}

/** Those in arguments cross with all their digits. */
function copyBigint(value, state) {
  if (state.strict) return value;
  note(state, "Big integers became text.");
  return bigintToString(value);
}

function copyObject(value, state, depth) {
  if (setHas(state.path, value)) {
    if (state.strict) throw new NativeTypeError("a reference back to an enclosing object");
    note(state, 'References back to an enclosing object became "[Circular]".');
    return "[Circular]";
  }
  if (depth >= MOST_DEPTH) {
    note(state, `What was nested deeper than ${MOST_DEPTH} levels became "[Too deep]".`);
    return "[Too deep]";
  }
  setAdd(state.path, value);
  try {
    return copyKind(value, state, depth);
  } catch (error) {
    if (error === TOO_LARGE || state.strict || isOutOfMemory(error)) throw error;
    note(state, "What could not be read became null.");
    return null;
  } finally {
    setDelete(state.path, value);
  }
}

function copyKind(value, state, depth) {
  if (isArray(value)) return copyList(value, state, depth);
  if (isPromise(value)) return copyPromise(value, state, depth);
  if (isMap(value)) return copyMap(value, state, depth);
  const { known } = state;
  const form = once(value, FORM, { known, read: () => plainForm(value, state) });
  if (form !== undefined) return copy(form.value, state, depth + 1);
  const { toJSON } = value;
  if (typeof toJSON === "function") {
    const given = once(value, toJSON, { known, read: () => apply(toJSON, value, [""]) });
    if (given === undefined)
      note(state, "An object whose toJSON returns nothing has no form in JSON and was left out.");
    return copy(given, state, depth + 1);
  }
  return copyFields(value, state, depth);
}

function copyPromise(promise, state, depth) {
  const result = resultOf(promise);
  if (result !== undefined) return copy(result.value, state, depth + 1);
  append(state.promises, promise);
  return null;
}

function put(target, name, value) {
  defineProperty(target, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}

function copyList(list, state, depth) {
  const target = [];
  if (hasGroups(list)) note(state, "Named groups of a match were left out: they are in its `groups`.");
  for (let index = 0; index < list.length; index += 1) {
    const item = copy(list[index], state, depth + 1);
    if (item === undefined && list[index] === undefined) note(state, "What was undefined in a list became null.");
    put(target, index, item === undefined ? null : item);
  }
  put(target, "toJSON", undefined);
  return target;
}

function copyMap(map, state, depth) {
  note(state, "Maps became objects.");
  const target = create(null);
  mapForEach(map, (value, key) => {
    const item = copy(value, state, depth + 1);
    if (item !== undefined) put(target, keyText(key), item);
  });
  return target;
}

function copyFields(value, state, depth) {
  const target = create(null);
  const names = keys(value);
  let kept = 0;
  for (let index = 0; index < names.length; index += 1) {
    const item = copyField(() => fieldOf(value, names[index], state), state, depth);
    if (item === undefined) continue;
    put(target, names[index], item);
    kept += 1;
  }
  if (kept === 0) noteEmpty(value, names.length, state);
  const all = ownKeys(value);
  for (let index = 0; index < all.length; index += 1) {
    if (typeof all[index] === "symbol") note(state, "Symbols were left out.");
  }
  return target;
}

/** Nothing becomes `{}` unseen that was more. */
function noteEmpty(value, fields, state) {
  const proto = getPrototypeOf(value);
  if (fields > 0) {
    // What is undefined is not given to a tool, and what is left out for another reason is noted.
    if (state.strict !== "tool") note(state, "An object without any field that JSON can hold became {}.");
  } else if (proto !== objectPrototype && proto !== null) {
    const name = readText(value.constructor ?? {}, "name") || "its class";
    note(
      state,
      `An object of ${slice(name, 0, 60)} has no fields of its own, so it became {}; return the values you need from it.`,
    );
  }
}

function fieldOf(object, name, { known }) {
  const field = getOwnPropertyDescriptor(object, name);
  if (field !== undefined && field.get === undefined) return field.value;
  return once(object, name, { known, read: () => object[name] });
}

function copyField(read, state, depth) {
  try {
    return copy(read(), state, depth + 1);
  } catch (error) {
    if (error === TOO_LARGE || state.strict || isOutOfMemory(error)) throw error;
    note(state, "What could not be read became null.");
    return null;
  }
}
