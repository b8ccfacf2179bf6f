/* oxlint-disable complexity -- decoders are tables in the shape of branches */
// Small pieces of the web platform that programs expect: texts, base64, copies, the clock.

import {
  NativeMap,
  NativeTypeError,
  append,
  defineGlobal,
  defineMethod,
  getPrototypeOf,
  indexOf,
  isArray,
  isDate,
  isMap,
  isSet,
  keys,
  mapForEach,
  mapGet,
  mapHas,
  mapSet,
  now,
  readText,
  running,
  setForEach,
  uncurry,
} from "codemode:guest/intrinsics";

// The engine's iterator helpers end the iterator below them by its `return`, also where it has none, as those of arrays.
const helpers = getPrototypeOf([].values().map((item) => item));
const endHelper = uncurry(helpers.return);
defineMethod(helpers, "return", function end() {
  try {
    return endHelper(this);
  } catch (error) {
    if (error instanceof NativeTypeError && indexOf(readText(error, "stack") ?? "", "    at return (native)") === 0)
      return { value: undefined, done: true };
    throw error;
  }
});

let origin = now();
const performance = Object.freeze({
  get timeOrigin() {
    return origin;
  },
  now: () => running() - origin,
});

/** Has the time of a new sandbox begin now. */
export function startTime() {
  origin = running();
}

defineGlobal("performance", performance);

class TextEncoder {
  get encoding() {
    return "utf-8";
  }

  encode(input) {
    const source = (input === undefined ? "" : `${input}`).toWellFormed();
    const bytes = [];
    for (let index = 0; index < source.length; index += 1) {
      const code = source.codePointAt(index);
      if (code > 0xffff) index += 1;
      appendUtf8(bytes, code);
    }
    return new Uint8Array(bytes);
  }

  encodeInto(input, target) {
    const source = `${input}`;
    let read = 0;
    let written = 0;
    for (const character of source) {
      const bytes = this.encode(character);
      if (written + bytes.length > target.length) break;
      target.set(bytes, written);
      written += bytes.length;
      read += character.length;
    }
    return { read, written };
  }
}

function appendUtf8(bytes, code) {
  if (code < 0x80) append(bytes, code);
  else if (code < 0x800) {
    append(bytes, 0xc0 | (code >> 6));
    append(bytes, 0x80 | (code & 63));
  } else if (code < 0x10000) {
    append(bytes, 0xe0 | (code >> 12));
    append(bytes, 0x80 | ((code >> 6) & 63));
    append(bytes, 0x80 | (code & 63));
  } else {
    append(bytes, 0xf0 | (code >> 18));
    append(bytes, 0x80 | ((code >> 12) & 63));
    append(bytes, 0x80 | ((code >> 6) & 63));
    append(bytes, 0x80 | (code & 63));
  }
}

/** What windows-1252, which the web means by latin1, has where the others have control characters. */
const WINDOWS =
  "\u20AC\x81\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\x8D\u017D\x8F\x90\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\x9D\u017E\u0178";

const LABELS = [
  ["utf-8", /^(?:unicode-1-1-|x-unicode20)?utf-?8$/i],
  ["utf-16le", /^(?:utf-16(?:le)?|ucs-2|unicode)$/i],
  ["windows-1252", /^(?:(?:windows-|x-cp|cp)1252|(?:us-)?ascii|latin-?1|l1|iso-?8859-1)$/i],
];

class TextDecoder {
  #encoding;
  #fatal;
  #keepsMark;

  constructor(encoding = "utf-8", options = {}) {
    this.#encoding = LABELS.find(([, label]) => label.test(encoding.trim()))?.[0];
    if (this.#encoding === undefined)
      throw new RangeError(`Only utf-8, utf-16le and latin1 can be decoded here, not ${encoding}`);
    this.#fatal = Boolean(options.fatal);
    this.#keepsMark = Boolean(options.ignoreBOM);
  }

  get encoding() {
    return this.#encoding;
  }

  get fatal() {
    return this.#fatal;
  }

  get ignoreBOM() {
    return this.#keepsMark;
  }

  decode(input = new Uint8Array()) {
    const bytes = ArrayBuffer.isView(input)
      ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
      : new Uint8Array(input);
    const text = this.#encoding === "utf-8" ? this.#decodeUtf8(bytes) : decodeUnits(bytes, this.#encoding);
    return text[0] === "\uFEFF" && !this.#keepsMark ? text.slice(1) : text;
  }

  #decodeUtf8(bytes) {
    let text = "";
    for (let at = 0; at < bytes.length;) {
      const { code, size } = readUtf8(bytes, at);
      if (code < 0 && this.#fatal) throw new TypeError("The bytes are not valid UTF-8");
      text += code < 0 ? "\uFFFD" : String.fromCodePoint(code);
      at += size;
    }
    return text;
  }
}

function decodeUnits(bytes, encoding) {
  let text = "";
  if (encoding === "windows-1252") {
    for (const byte of bytes) text += byte >> 5 === 4 ? WINDOWS[byte - 0x80] : String.fromCharCode(byte);
    return text;
  }
  for (let at = 0; at + 1 < bytes.length; at += 2) text += String.fromCharCode(bytes[at] | (bytes[at + 1] << 8));
  return (bytes.length % 2 === 0 ? text : `${text}\uFFFD`).toWellFormed();
}

const LEAST = [0, 0, 0x80, 0x800, 0x10000];

function readUtf8(bytes, at) {
  const first = bytes[at];
  if (first < 0x80) return { code: first, size: 1 };
  const length =
    first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
  if (length === 0) return { code: -1, size: 1 };
  let code = first & (0xff >> (length + 1));
  for (let index = 1; index < length; index += 1) {
    const next = bytes[at + index];
    if (next === undefined || (next & 0xc0) !== 0x80) return { code: -1, size: index };
    code = (code << 6) | (next & 63);
  }
  const valid = code >= LEAST[length] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return { code: valid ? code : -1, size: length };
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function btoa(text) {
  const source = `${text}`;
  let result = "";
  for (let index = 0; index < source.length; index += 3) {
    const codes = [source.charCodeAt(index), source.charCodeAt(index + 1), source.charCodeAt(index + 2)];
    if (codes.some((code) => code > 255)) throw new RangeError("btoa takes text of characters up to U+00FF only");
    const [a, b, c] = codes;
    result += DIGITS[a >> 2] + DIGITS[((a & 3) << 4) | (b >> 4)];
    result += Number.isNaN(b) ? "=" : DIGITS[((b & 15) << 2) | (c >> 6)];
    result += Number.isNaN(c) ? "=" : DIGITS[c & 63];
  }
  return result;
}

function atob(text) {
  const source = `${text}`.replace(/[\t\n\f\r ]/g, "").replace(/={1,2}$/, "");
  if (/[^A-Za-z0-9+/]/.test(source) || source.length % 4 === 1) throw new RangeError("The text is not base64");
  let result = "";
  let bits = 0;
  let held = 0;
  for (const digit of source) {
    held = ((held << 6) | DIGITS.indexOf(digit)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    result += String.fromCharCode((held >> bits) & 255);
  }
  return result;
}

/** A deep copy: plain data, dates, maps, sets, errors, regular expressions and bytes; anything else is refused. */
function structuredClone(value) {
  return clone(value, new NativeMap());
}

function clone(value, seen) {
  if (typeof value === "function" || typeof value === "symbol") {
    throw new DOMException(`A ${typeof value} cannot be cloned`, "DataCloneError");
  }
  if (typeof value !== "object" || value === null) return value;
  if (mapHas(seen, value)) return mapGet(seen, value);
  return cloneKind(
    value,
    (copy) => {
      mapSet(seen, value, copy);
      return copy;
    },
    seen,
  );
}

function cloneKind(value, keep, seen) {
  if (isDate(value)) return keep(new Date(+value));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (value instanceof ArrayBuffer) return keep(value.slice(0));
  if (ArrayBuffer.isView(value))
    return keep(new value.constructor(clone(value.buffer, seen), value.byteOffset, value.length ?? value.byteLength));
  if (isMap(value)) {
    const copy = keep(new Map());
    mapForEach(value, (item, key) => mapSet(copy, clone(key, seen), clone(item, seen)));
    return copy;
  }
  if (isSet(value)) {
    const copy = keep(new Set());
    setForEach(value, (item) => copy.add(clone(item, seen)));
    return copy;
  }
  if (value instanceof Error) {
    const copy = keep(new Error(value.message));
    copy.name = value.name;
    return copy;
  }
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet)
    throw new TypeError(`A ${value.constructor.name} cannot be cloned`);
  const copy = keep(isArray(value) ? [] : {});
  for (const key of keys(value)) {
    Object.defineProperty(copy, key, {
      value: clone(value[key], seen),
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return copy;
}

for (const [name, value] of Object.entries({ TextEncoder, TextDecoder, btoa, atob, structuredClone })) {
  defineGlobal(name, value);
}

/** A list of what an async iterable, an iterable or a list of promises holds, which the engine lacks. */
async function fromAsync(items, map) {
  const list = [];
  const add = async (item) => append(list, map === undefined ? await item : await map(await item, list.length));
  if (items[Symbol.asyncIterator] !== undefined) for await (const item of items) await add(item);
  else if (items[Symbol.iterator] !== undefined) for (const item of items) await add(item);
  else for (let index = 0; index < items.length; index += 1) await add(items[index]);
  return list;
}
if (Array.fromAsync === undefined) defineMethod(Array, "fromAsync", fromAsync);

/** Removes what could share memory, compile code or measure time finely. */
for (const name of ["SharedArrayBuffer", "Atomics", "WebAssembly"]) delete globalThis[name];
