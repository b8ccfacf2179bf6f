/* oxlint-disable typescript/unbound-method, no-underscore-dangle -- methods are taken apart here on purpose */
// The built-ins our guest code relies on, taken before any program runs, so that a program that replaces them harms
// only itself. Rules for the code beside this file: call methods only through the functions below, keep records in
// null-prototype objects or captured maps, and use no iteration protocol where a program's data or our state is at stake.

const { bind, call } = Function.prototype;

/** Turns a method into a function that takes `this` first. */
export const uncurry = bind.bind(call);

export const NativeError = Error;
export const NativeTypeError = TypeError;
export const NativeRangeError = RangeError;
export const NativeReferenceError = ReferenceError;
export const NativePromise = Promise;
export const NativeMap = Map;
export const NativeSet = Set;
export const NativeDate = Date;
export const NativeString = String;
export const NativeNumber = Number;
export const NativeProxy = Proxy;
export const NativeSyntaxError = SyntaxError;
export const NativeInternalError = InternalError;
export const NativeUint8Array = Uint8Array;
export const NativeBigInt = BigInt;
export const NativeRegExp = RegExp;

export const { apply, ownKeys, defineProperty, getPrototypeOf, getOwnPropertyDescriptor, has } = Reflect;
export const { create, freeze, keys } = Object;
export const { isArray } = Array;
export const { parse, stringify } = JSON;
export const { now } = Date;
let down = 0;
/** The clock that timers and durations go by: it stands still while nothing runs. */
export const running = () => now() - down;
/** Sets how long nothing ran so far. */
export const setDown = (milliseconds) => {
  down = milliseconds;
};
export const { floor, imul, max, min, round, sqrt } = Math;
export const { isFinite, isInteger } = Number;
export const { fromCharCode } = String;

export const { isView } = ArrayBuffer;
export const arrayBufferBytes = uncurry(Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength").get);
export const objectPrototype = Object.prototype;
export const arrayPrototype = Array.prototype;

export const lookupGetter = uncurry(Object.prototype.__lookupGetter__);
export const objectToString = uncurry(Object.prototype.toString);
export const weakGet = uncurry(WeakMap.prototype.get);
export const weakSet = uncurry(WeakMap.prototype.set);
export const NativeWeakMap = WeakMap;
export const numberValueOf = uncurry(Number.prototype.valueOf);
export const bigintValueOf = uncurry(BigInt.prototype.valueOf);
export const join = uncurry(Array.prototype.join);
export const toUpperCase = uncurry(String.prototype.toUpperCase);
export const toLowerCase = uncurry(String.prototype.toLowerCase);
export const mapGet = uncurry(Map.prototype.get);
export const mapSet = uncurry(Map.prototype.set);
export const mapHas = uncurry(Map.prototype.has);
export const mapDelete = uncurry(Map.prototype.delete);
export const mapClear = uncurry(Map.prototype.clear);
export const mapForEach = uncurry(Map.prototype.forEach);
export const mapSize = uncurry(Object.getOwnPropertyDescriptor(Map.prototype, "size").get);
export const setHas = uncurry(Set.prototype.has);
export const setAdd = uncurry(Set.prototype.add);
export const setDelete = uncurry(Set.prototype.delete);
export const setClear = uncurry(Set.prototype.clear);
export const setForEach = uncurry(Set.prototype.forEach);
export const setSize = uncurry(Object.getOwnPropertyDescriptor(Set.prototype, "size").get);
export const stringValueOf = uncurry(String.prototype.valueOf);
export const slice = uncurry(String.prototype.slice);
export const indexOf = uncurry(String.prototype.indexOf);
/** True for a text in which an object became text without anybody saying how. */
export const holdsObjectText = (text) => indexOf(text, "[object Object]") >= 0;
export const trim = uncurry(String.prototype.trim);
export const split = uncurry(String.prototype.split);
export const replaceAll = uncurry(String.prototype.replaceAll);
export const charCodeAt = uncurry(String.prototype.charCodeAt);
export const repeat = uncurry(String.prototype.repeat);
export const toISOString = uncurry(Date.prototype.toISOString);
export const getTime = uncurry(Date.prototype.getTime);
export const functionToString = uncurry(Function.prototype.toString);
export const bigintToString = uncurry(BigInt.prototype.toString);
export const symbolToString = uncurry(Symbol.prototype.toString);
export const promiseThen = uncurry(Promise.prototype.then);
export const regexpExec = uncurry(RegExp.prototype.exec);
export const regexpToString = uncurry(RegExp.prototype.toString);
export const booleanValueOf = uncurry(Boolean.prototype.valueOf);

/** Adds to the end of a list of ours, never through a setter on a prototype. */
export function append(list, value) {
  defineProperty(list, list.length, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}

/** True when a method reads `value` as its own kind: the only proof of a built-in class that cannot be forged. */
export function isKind(probe, value) {
  try {
    probe(value);
    return true;
  } catch {
    return false;
  }
}

// The class comes first because a failed probe makes an error with a whole stack.
export const isMap = (value) => value instanceof NativeMap && isKind(mapSize, value);
export const isSet = (value) => value instanceof NativeSet && isKind(setSize, value);
export const isDate = (value) => value instanceof NativeDate && isKind(getTime, value);

/** A property as text, whatever reading it does. */
export function readText(object, name) {
  try {
    const value = object[name];
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** True for the engine's error of a program whose memory is used up, which is not to become anything else. */
export function isOutOfMemory(error) {
  if (!(error instanceof NativeInternalError)) return false;
  const message = readText(error, "message");
  // There may have been none for the message either.
  return message === "" || message === "out of memory";
}

/** Defines a global like the built-in ones: writable, configurable, not enumerable. */
export function defineGlobal(name, value) {
  defineMethod(globalThis, name, value);
}

/** Defines a method like the built-in ones. */
export function defineMethod(owner, name, value) {
  defineProperty(owner, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
}
