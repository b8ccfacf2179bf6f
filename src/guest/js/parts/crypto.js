// Random values from the seed of the sandbox, and digests. Keys and ciphers are not here.

import { NativeError, NativePromise, NativeTypeError, NativeUint8Array, slice } from "codemode:guest/intrinsics";
import { ask, provide } from "codemode:guest/parts";
import { nextUint32 } from "codemode:guest/random";

const MOST_BYTES = 65_536;
const HEX = "0123456789abcdef";

const viewOf = (data) =>
  ArrayBuffer.isView(data)
    ? new NativeUint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new NativeUint8Array(data);

function getRandomValues(array) {
  if (!ArrayBuffer.isView(array) || array instanceof Float32Array || array instanceof Float64Array)
    throw new NativeTypeError("getRandomValues takes a typed array of integers");
  if (array.byteLength > MOST_BYTES) {
    const error = new NativeError(`getRandomValues fills at most ${MOST_BYTES} bytes at a time`);
    error.name = "QuotaExceededError";
    throw error;
  }
  const bytes = viewOf(array);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = nextUint32() >>> 11;
  return array;
}

function randomUUID() {
  const bytes = getRandomValues(new NativeUint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = toHex(bytes);
  return `${slice(hex, 0, 8)}-${slice(hex, 8, 12)}-${slice(hex, 12, 16)}-${slice(hex, 16, 20)}-${slice(hex, 20)}`;
}

function toHex(bytes) {
  let text = "";
  for (let index = 0; index < bytes.length; index += 1) text += HEX[bytes[index] >> 4] + HEX[bytes[index] & 15];
  return text;
}

function fromHex(text) {
  const bytes = new NativeUint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index += 1)
    bytes[index] = Number(`0x${slice(text, 2 * index, 2 * index + 2)}`);
  return bytes;
}

async function digest(algorithm, data) {
  const name = typeof algorithm === "string" ? algorithm : `${algorithm?.name}`;
  return fromHex(ask("Digest", name.toUpperCase(), ["[]", `["${toHex(viewOf(data))}"]`])).buffer;
}

const refuse = (name) => () =>
  NativePromise.reject(
    new NativeTypeError(`crypto.subtle.${name} is not supported here; only digest is. Use a tool for keys.`),
  );
const subtle = { digest };
for (const name of [
  "encrypt",
  "decrypt",
  "sign",
  "verify",
  "generateKey",
  "importKey",
  "exportKey",
  "deriveBits",
  "deriveKey",
])
  subtle[name] = refuse(name);

const crypto = { getRandomValues, randomUUID, subtle: Object.freeze(subtle) };

provide("crypto", { __proto__: null, crypto: Object.freeze(crypto) });
