// The table of what stands for the built-in kinds of objects in JSON. The same one holds for the value of a program and for
// what it passes to tools.

import {
  NativeError,
  NativeMap,
  NativeRegExp,
  NativeSet,
  NativeUint8Array,
  append,
  apply,
  arrayBufferBytes,
  create,
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isDate,
  isKind,
  isSet,
  isView,
  keys,
  mapForEach,
  objectPrototype,
  objectToString,
  readText,
  regexpToString,
  setForEach,
  slice,
  stringify,
  symbolToString,
  toISOString,
  uncurry,
} from "codemode:guest/intrinsics";

const NativeArrayBuffer = ArrayBuffer;
const NativeDataView = DataView;
const { iterator, asyncIterator } = Symbol;
const BOXES = { __proto__: null, "[object Number]": Number, "[object String]": String, "[object Boolean]": Boolean };
const unbox = [Number, String, Boolean, BigInt].map((Class) => uncurry(Class.prototype.valueOf));

/** Items taken of an iterator, which may have no end. */
const MOST_ITEMS = 10_000;

/** The text of a key of a map. */
export function keyText(key) {
  if (typeof key === "symbol") return symbolToString(key);
  if (typeof key === "object" && key !== null) {
    try {
      return stringify(key) ?? "object";
    } catch {
      return "object";
    }
  }
  return `${key}`;
}

/** `JSON.stringify` of a program writes these kinds by the same table, where it would give {} without a word. */
function writeAs(Class, read) {
  defineProperty(Class.prototype, "toJSON", {
    __proto__: null,
    value: function toJSON() {
      try {
        return read(this);
      } catch {
        return {};
      }
    },
    writable: true,
    configurable: true,
  });
}

writeAs(NativeMap, (map) => {
  const fields = create(null);
  mapForEach(map, (value, key) => {
    defineProperty(fields, keyText(key), { __proto__: null, value, enumerable: true });
  });
  return fields;
});
writeAs(NativeSet, itemsOfSet);
writeAs(NativeError, errorFields);
writeAs(NativeRegExp, (pattern) => regexpToString(pattern));

export const DATES = "Dates became ISO text.";

/** The form of an object as `{ value }`, where it has one of its own; `context` takes notes and counts work. */
export function plainForm(value, context) {
  if (isDate(value)) return form(dateText(value), context, DATES);
  if (isSet(value)) return form(itemsOfSet(value), context, "Sets became lists.");
  if (value instanceof NativeError)
    return form(errorFields(value), context, "Errors became objects with name and message.");
  if (value instanceof NativeRegExp && isKind(regexpToString, value))
    return form(regexpToString(value), context, "Regular expressions became text.");
  if (isView(value)) return form(numbersIn(value), context, "Typed arrays became lists of numbers.");
  if (value instanceof NativeArrayBuffer && isKind(arrayBufferBytes, value))
    return form(numbersIn(new NativeUint8Array(value)), context, "Array buffers became lists of bytes.");
  return boxed(value) ?? listed(value, context) ?? opaque(value, context);
}

function form(value, context, note) {
  context.note(value === null ? "Dates that are not valid became null." : note);
  return { __proto__: null, value };
}

function dateText(value) {
  try {
    return toISOString(value);
  } catch {
    return null;
  }
}

function itemsOfSet(set) {
  const items = [];
  setForEach(set, (value) => append(items, value));
  return items;
}

/** Fields of an error: those every error has, those of a failed call, and the program's own. */
function errorFields(error) {
  const fields = { name: readText(error, "name") ?? "Error", message: readText(error, "message") ?? "" };
  for (const name of ["code", "tool", "hint", "cause", "errors"]) {
    const own = getOwnPropertyDescriptor(error, name);
    if (own !== undefined) fields[name] = error[name];
  }
  const names = keys(error);
  for (let index = 0; index < names.length; index += 1) {
    if (names[index] !== "__proto__") fields[names[index]] = error[names[index]];
  }
  return fields;
}

function numbersIn(view) {
  const array =
    view instanceof NativeDataView ? new NativeUint8Array(view.buffer, view.byteOffset, view.byteLength) : view;
  const numbers = [];
  for (let index = 0; index < array.length; index += 1) append(numbers, array[index]);
  return numbers;
}

function boxed(value) {
  const tag = objectToString(value);
  if (BOXES[tag] === undefined && tag !== "[object BigInt]") return undefined;
  for (let index = 0; index < unbox.length; index += 1) {
    if (isKind(unbox[index], value)) return { __proto__: null, value: unbox[index](value) };
  }
  return undefined;
}

/** Iterators, and collections of a program's own that keep nothing in fields. */
function listed(value, context) {
  const start = value[iterator];
  if (typeof start !== "function") return undefined;
  if (typeof value.next === "function")
    return form(taken(value, start, context), context, "Iterators became lists of what was left in them.");
  if (keys(value).length > 0 || getPrototypeOf(value) === objectPrototype) return undefined;
  return form(taken(value, start, context), context, "Collections that can be iterated became lists.");
}

function taken(value, start, context) {
  const source = apply(start, value, []);
  const items = [];
  for (;;) {
    context.spend();
    const step = source.next();
    if (step.done) return items;
    if (items.length >= MOST_ITEMS) break;
    append(items, step.value);
  }
  context.note(`Of an iterator only the first ${MOST_ITEMS} items were taken.`);
  if (typeof source.return === "function") source.return();
  return items;
}

/** Objects whose state cannot be read. */
function opaque(value, context) {
  const tag = slice(objectToString(value), 8, -1);
  const isAsync = typeof value[asyncIterator] === "function" && typeof value.next === "function";
  if (!isAsync && !(tag === "Promise" || tag === "WeakMap" || tag === "WeakSet" || tag === "WeakRef")) return undefined;
  const what = isAsync
    ? "An async iterator was not read; collect it with `for await`."
    : `What a ${tag} holds cannot be read.`;
  return form(`[${isAsync ? "async iterator" : tag}]`, context, what);
}
