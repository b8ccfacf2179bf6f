// JSON as it crosses to the host. Integers beyond 2^53 are bigints here; in the text that crosses they are texts that
// begin with a mark, since no reader of JSON in this engine keeps their digits.

import {
  NativeBigInt,
  NativeError,
  NativeMap,
  NativePromise,
  NativeRegExp,
  NativeSet,
  append,
  arrayPrototype,
  bigintToString,
  defineProperty,
  getPrototypeOf,
  indexOf,
  isFinite,
  isView,
  keys,
  objectPrototype,
  slice,
  stringify,
} from "codemode:guest/intrinsics";

let bigintMet = false;

// So that `JSON.stringify` of a program works on what tools gave it.
defineProperty(NativeBigInt.prototype, "toJSON", {
  __proto__: null,
  value: function toJSON() {
    bigintMet = true;
    return bigintToString(this);
  },
  writable: true,
  configurable: true,
});

/** The JSON text of a value; with bigints in it, a head `~mark~` before it. Throws what `JSON.stringify` throws. */
export function crossingText(value) {
  bigintMet = false;
  const text = stringify(value);
  if (!bigintMet) return text;
  let mark = "bigint-0:";
  for (let number = 1; indexOf(text, mark) >= 0; number += 1) mark = `bigint-${number}:`;
  const marked = stringify(value, function replace(key, part) {
    const raw = this[key];
    return typeof raw === "bigint" ? mark + bigintToString(raw) : part;
  });
  return `~${mark}~${marked}`;
}

/** A parsed value with its marked texts as bigints. */
export function revive(value, mark) {
  const root = { __proto__: null, value };
  const pending = [root];
  for (let index = 0; index < pending.length; index += 1) {
    const object = pending[index];
    const names = keys(object);
    for (let at = 0; at < names.length; at += 1) {
      const part = object[names[at]];
      if (typeof part === "object" && part !== null) append(pending, part);
      else if (typeof part === "string" && indexOf(part, mark) === 0)
        defineProperty(object, names[at], {
          __proto__: null,
          value: NativeBigInt(slice(part, mark.length)),
          writable: true,
          enumerable: true,
          configurable: true,
        });
    }
  }
  return root.value;
}

/** What of a value its JSON text lost without a word, such as `a Map at values`; undefined when nothing was. */
export function lostPart(value, text) {
  // What is lost leaves one of these behind.
  if (indexOf(text, "null") < 0 && indexOf(text, "{}") < 0 && indexOf(text, '{"0":') < 0) return undefined;
  const pending = [{ __proto__: null, value, path: "" }];
  for (let index = 0; index < pending.length; index += 1) {
    const { value: part, path } = pending[index];
    const kind = lostKind(part);
    if (kind !== undefined) return path === "" ? kind : `${kind} at ${path}`;
    if (!isPlain(part)) continue;
    const names = keys(part);
    for (let at = 0; at < names.length; at += 1) {
      const name = names[at];
      append(pending, { __proto__: null, value: part[name], path: path === "" ? name : `${path}.${name}` });
    }
  }
  return undefined;
}

function isPlain(value) {
  if (typeof value !== "object" || value === null || typeof value.toJSON === "function") return false;
  const proto = getPrototypeOf(value);
  return proto === objectPrototype || proto === arrayPrototype || proto === null;
}

function lostKind(value) {
  if (typeof value === "number") return isFinite(value) ? undefined : `${value}`;
  if (typeof value !== "object" || value === null || typeof value.toJSON === "function") return undefined;
  if (value instanceof NativeMap) return "a Map";
  if (value instanceof NativeSet) return "a Set";
  if (value instanceof NativePromise) return "a promise that was not awaited";
  if (value instanceof NativeRegExp) return "a regular expression";
  if (value instanceof NativeError) return "an Error";
  return isView(value) ? "a typed array" : undefined;
}
