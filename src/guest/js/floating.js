// Work that nothing in the program waits for: promises are watched to the end of the run, and promises inside values
// and arguments are waited for.

import {
  NativeMap,
  NativeError,
  NativePromise,
  NativeRegExp,
  NativeWeakMap,
  append,
  apply,
  defineProperty,
  getOwnPropertyDescriptor,
  isArray,
  mapClear,
  mapDelete,
  mapForEach,
  mapGet,
  mapSet,
  regexpExec,
  promiseThen,
  weakGet,
  weakSet,
} from "codemode:guest/intrinsics";

const watched = new NativeMap();
const results = new NativeMap();
const idles = new NativeWeakMap();
let failures = [];
let coerced = "";

export const isPromise = (value) => value instanceof NativePromise;

/** Forgets what an earlier cell left. */
export function resetFloating() {
  mapClear(watched);
  mapClear(results);
  failures = [];
  coerced = "";
}

const KEPT = 1;
const IDLE = 2;

/**
 * Watches what a statement in `line` leaves behind: a promise, a list of promises, or what a callback returns each time.
 * What is `KEPT` may be looked at later and is left alone otherwise; what is `IDLE` does no work of its own. Gives the
 * value back.
 */
export function floating(value, line, how) {
  if (isPromise(value)) watch(value, line, how === IDLE);
  else if (how === KEPT) return value;
  else if (typeof value === "function") return watchedCallback(value, line);
  else if (isArray(value)) {
    for (let index = 0; index < value.length; index += 1) if (isPromise(value[index])) watch(value[index], line);
  }
  return value;
}

function watchedCallback(fn, line) {
  return function (...args) {
    return floating(apply(fn, this, args), line);
  };
}

function watch(promise, line, idle = false) {
  if (mapGet(watched, promise) !== undefined) return;
  const entry = { __proto__: null, line, seen: false, idle: idle || weakGet(idles, promise) === true };
  const forget = () => mapDelete(watched, promise);
  const fail = (error) => {
    forget();
    reportFailure(error, entry);
  };
  try {
    promiseThen(promise, forget, fail);
  } catch {
    return;
  }
  mapSet(watched, promise, entry);
  if (getOwnPropertyDescriptor(promise, "constructor") !== undefined) return;
  // Whatever waits for a promise, `await`, `then` or `Promise.all`, asks for its constructor first.
  const seen = () => {
    entry.seen = true;
    return NativePromise;
  };
  try {
    defineProperty(promise, "constructor", { __proto__: null, get: seen, configurable: true });
  } catch {
    // A frozen promise can still be watched.
  }
}

/** Keeps an error that nothing has caught so far. */
export function reportFailure(error, entry = { __proto__: null, line: 0, seen: false }) {
  append(failures, { __proto__: null, error, entry });
}

/** The first error that nothing in the program caught, as `{ error, line }`. */
export function uncaught() {
  for (let index = 0; index < failures.length; index += 1) {
    const { error, entry } = failures[index];
    if (!entry.seen) return { __proto__: null, error, line: entry.line };
  }
  return undefined;
}

/** Lines of the statements whose promises are still open and that nothing waits for, each once. */
export function openLines() {
  const lines = [];
  mapForEach(watched, ({ line, seen }, promise) => {
    if (seen || line === 0 || weakGet(idles, promise) === true) return;
    for (let index = 0; index < lines.length; index += 1) if (lines[index] === line) return;
    append(lines, line);
  });
  return lines;
}

/** Marks a promise as one that only lets a wait end. */
export function markIdle(promise) {
  weakSet(idles, promise, true);
}

/** Whether work is open that nothing waits for. */
export function hasOpenWork() {
  let found = false;
  mapForEach(watched, ({ seen, idle }) => {
    found ||= !seen && !idle;
  });
  return found;
}

/** Waits for promises and keeps their results for {@link resultOf}. Throws what the first of them rejects with. */
export async function settlePromises(promises) {
  for (let index = 0; index < promises.length; index += 1) {
    // A rejection of a later one is known by then and must not count as uncaught.
    promiseThen(promises[index], undefined, () => {});
  }
  for (let index = 0; index < promises.length; index += 1) {
    const value = await promises[index];
    mapSet(results, promises[index], { __proto__: null, value });
  }
}

/** Value a promise was fulfilled with, as `{ value }`; undefined while nothing has waited for it here. */
export function resultOf(promise) {
  return mapGet(results, promise);
}

/** Description of the last use of a promise as if it were its value; empty when there was none. */
export function coercion() {
  return coerced;
}

/** Where the program is now, for the host to put its own line in. */
function place() {
  const found = regexpExec(FRAME, new NativeError().stack);
  return found === null ? "" : ` in line {${found[1]}:${found[2]}}`;
}

const FRAME = new NativeRegExp("\\(?(?:program\\.ts):(\\d+):(\\d+)\\)?");
const ADVICE = "write `await` before the call that gives it.";

defineProperty(NativePromise.prototype, "toJSON", {
  __proto__: null,
  value: function toJSON() {
    coerced = `A promise was written as JSON${place()}, which gives {}: ${ADVICE}`;
    return {};
  },
  writable: true,
  configurable: true,
});

defineProperty(NativePromise.prototype, Symbol.toPrimitive, {
  __proto__: null,
  value: (hint) => {
    coerced = `A promise was used as a ${hint === "number" ? "number" : "text"}${place()}: ${ADVICE}`;
    return hint === "number" ? NaN : "[object Promise]";
  },
  writable: true,
  configurable: true,
});
