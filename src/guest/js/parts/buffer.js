/* oxlint-disable max-params -- the signatures are those of Node */
// The common part of Node's `Buffer`: bytes and texts in the usual encodings.

import { NativeRangeError, NativeTypeError, defineProperty, isArray } from "codemode:guest/intrinsics";
import { provide } from "codemode:guest/parts";

const ENCODINGS = {
  __proto__: null,
  utf8: "utf8",
  "utf-8": "utf8",
  hex: "hex",
  base64: "base64",
  base64url: "base64url",
  latin1: "latin1",
  binary: "latin1",
  ascii: "ascii",
  utf16le: "utf16le",
  "utf-16le": "utf16le",
  ucs2: "utf16le",
  "ucs-2": "utf16le",
};

function encodingOf(encoding) {
  const name = `${encoding ?? "utf8"}`;
  const known = ENCODINGS[name.toLowerCase()];
  if (known !== undefined) return known;
  const error = new NativeTypeError(`Unknown encoding: ${name}`);
  error.code = "ERR_UNKNOWN_ENCODING";
  throw error;
}

const units = (text, take) => Uint8Array.from({ length: text.length }, (_, index) => take(text.charCodeAt(index)));

function bytesOf(text, encoding) {
  switch (encodingOf(encoding)) {
    case "hex":
      return hexBytes(text);
    case "base64":
    case "base64url":
      return base64Bytes(text);
    case "latin1":
    case "ascii":
      return units(text, (code) => code & 255);
    case "utf16le": {
      const bytes = new Uint8Array(2 * text.length);
      for (let index = 0; index < text.length; index += 1) {
        bytes[2 * index] = text.charCodeAt(index) & 255;
        bytes[2 * index + 1] = text.charCodeAt(index) >> 8;
      }
      return bytes;
    }
    default:
      return new TextEncoder().encode(text);
  }
}

function hexBytes(text) {
  const digits = /^(?:[\da-f]{2})*/i.exec(text)[0];
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  );
}

function base64Bytes(text) {
  const plain = text
    .replace(/[-_]/g, (sign) => (sign === "-" ? "+" : "/"))
    .replace(/=[^]*$/, "")
    .replace(/[^A-Za-z0-9+/]/g, "");
  return units(atob(plain.length % 4 === 1 ? plain.slice(0, -1) : plain), (code) => code);
}

function textOf(bytes, encoding) {
  switch (encodingOf(encoding)) {
    case "hex":
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    case "base64":
      return btoa(characters(bytes, 255));
    case "base64url":
      return btoa(characters(bytes, 255))
        .replace(/[+/]/g, (sign) => (sign === "+" ? "-" : "_"))
        .replace(/=+$/, "");
    case "latin1":
      return characters(bytes, 255);
    case "ascii":
      return characters(bytes, 127);
    case "utf16le":
      return Array.from({ length: bytes.length >> 1 }, (_, index) =>
        String.fromCharCode(bytes[2 * index] | (bytes[2 * index + 1] << 8)),
      ).join("");
    default:
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  }
}

const characters = (bytes, mask) => Array.from(bytes, (byte) => String.fromCharCode(byte & mask)).join("");

class Buffer extends Uint8Array {
  static from(value, encodingOrOffset, length) {
    if (typeof value === "string") return Buffer.#over(bytesOf(value, encodingOrOffset));
    if (value instanceof ArrayBuffer) return new Buffer(value, encodingOrOffset, length);
    if (ArrayBuffer.isView(value) || isArray(value)) return Buffer.#over(Uint8Array.from(value));
    if (value?.type === "Buffer" && isArray(value.data)) return Buffer.#over(Uint8Array.from(value.data));
    throw new NativeTypeError("Buffer.from takes a text, a list of bytes, a typed array or an ArrayBuffer");
  }

  static #over(bytes) {
    return new Buffer(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  static of(...bytes) {
    return Buffer.from(bytes);
  }

  static alloc(size, fill, encoding) {
    const buffer = new Buffer(size);
    return fill === undefined ? buffer : buffer.fill(fill, 0, size, encoding);
  }

  static allocUnsafe(size) {
    return new Buffer(size);
  }

  static concat(list, total = list.reduce((sum, each) => sum + each.length, 0)) {
    const buffer = new Buffer(total);
    let at = 0;
    for (const each of list) {
      const part = each.subarray(0, Math.max(0, total - at));
      buffer.set(part, at);
      at += part.length;
    }
    return buffer;
  }

  static byteLength(value, encoding) {
    return typeof value === "string" ? bytesOf(value, encoding).length : value.byteLength;
  }

  static isBuffer(value) {
    return value instanceof Buffer;
  }

  static isEncoding(name) {
    return typeof name === "string" && ENCODINGS[name.toLowerCase()] !== undefined;
  }

  static compare(one, other) {
    const length = Math.min(one.length, other.length);
    for (let index = 0; index < length; index += 1)
      if (one[index] !== other[index]) return one[index] < other[index] ? -1 : 1;
    return Math.sign(one.length - other.length);
  }

  toString(encoding, start = 0, end = this.length) {
    return textOf(super.subarray(start, end), encoding);
  }

  toJSON() {
    return { type: "Buffer", data: Array.from(this) };
  }

  /** As a console shows it: the first 50 bytes. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    const bytes = Array.from(super.subarray(0, 50), (byte) => ` ${byte.toString(16).padStart(2, "0")}`).join("");
    const left = this.length - 50;
    return `<Buffer${bytes}${left > 0 ? ` ... ${left} more byte${left === 1 ? "" : "s"}` : ""}>`;
  }

  equals(other) {
    return Buffer.compare(this, other) === 0;
  }

  compare(other) {
    return Buffer.compare(this, other);
  }

  /** Like Node's, a view of the same bytes. */
  slice(start, end) {
    return this.subarray(start, end);
  }

  write(text, offset = 0, length = this.length - offset, encoding = "utf8") {
    if (typeof offset === "string") return this.write(text, 0, this.length, offset);
    if (typeof length === "string") return this.write(text, offset, this.length - offset, length);
    const bytes = bytesOf(`${text}`, encoding).subarray(0, Math.min(length, this.length - offset));
    this.set(bytes, offset);
    return bytes.length;
  }

  copy(target, targetStart = 0, start = 0, end = this.length) {
    const bytes = super.subarray(start, Math.min(end, start + target.length - targetStart));
    target.set(bytes, targetStart);
    return bytes.length;
  }

  fill(value, start = 0, end = this.length, encoding = "utf8") {
    if (typeof value !== "string") return super.fill(value, start, end);
    const bytes = bytesOf(value, typeof start === "string" ? start : encoding);
    const from = typeof start === "string" ? 0 : start;
    for (let index = from; index < end; index += 1) this[index] = bytes[(index - from) % bytes.length] ?? 0;
    return this;
  }

  indexOf(value, from = 0, encoding = "utf8") {
    if (typeof value === "number") return super.indexOf(value & 255, from);
    const wanted = typeof value === "string" ? bytesOf(value, encoding) : value;
    for (let at = from < 0 ? Math.max(0, this.length + from) : from; at + wanted.length <= this.length; at += 1) {
      if (wanted.every((byte, index) => this[at + index] === byte)) return at;
    }
    return -1;
  }

  includes(value, from, encoding) {
    return this.indexOf(value, from, encoding) >= 0;
  }
}

/** Numbers at an offset, by the methods of a `DataView`. */
const NUMBERS = {
  UInt8: ["Uint8", 1],
  Int8: ["Int8", 1],
  UInt16: ["Uint16", 2],
  Int16: ["Int16", 2],
  UInt32: ["Uint32", 4],
  Int32: ["Int32", 4],
  BigUInt64: ["BigUint64", 8],
  BigInt64: ["BigInt64", 8],
  Float: ["Float32", 4],
  Double: ["Float64", 8],
};

function define(name, value) {
  defineProperty(Buffer.prototype, name, { __proto__: null, value, writable: true, configurable: true });
}

function viewAt(buffer, offset, size) {
  if (!(offset >= 0) || offset + size > buffer.length)
    throw new NativeRangeError(`The offset ${offset} is out of range`);
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

for (const [name, [kind, size]] of Object.entries(NUMBERS)) {
  for (const [ending, little] of size === 1
    ? [["", true]]
    : [
        ["LE", true],
        ["BE", false],
      ]) {
    const read = function (offset = 0) {
      return viewAt(this, offset, size)[`get${kind}`](offset, little);
    };
    const write = function (value, offset = 0) {
      viewAt(this, offset, size)[`set${kind}`](offset, value, little);
      return offset + size;
    };
    define(`read${name}${ending}`, read);
    define(`write${name}${ending}`, write);
    if (name.includes("UInt")) {
      define(`read${name.replace("UInt", "Uint")}${ending}`, read);
      define(`write${name.replace("UInt", "Uint")}${ending}`, write);
    }
  }
}

provide("buffer", { __proto__: null, Buffer });
