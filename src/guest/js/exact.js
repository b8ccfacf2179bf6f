// JSON as it crosses to the host. Integers beyond 2^53 are bigints here; in the text that crosses they are texts that
// begin with a mark, since no reader of JSON in this engine keeps their digits.

import {
  NativeBigInt,
  append,
  bigintToString,
  defineProperty,
  indexOf,
  keys,
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
