// What the text of a program calls that the program did not write: see `rewrite-program.ts`.

import { NativeTypeError, NativeWeakMap, apply, defineProperty, weakGet, weakSet } from "codemode:guest/intrinsics";

const { asyncIterator, iterator } = Symbol;
/** What an async iterator does after its loop was left early, by the iterator that the loop goes through. */
const leavings = new NativeWeakMap();

/** A function under the name that the program gave it. */
export function renamed(fn, name) {
  return defineProperty(fn, "name", { __proto__: null, value: name, configurable: true }) ? fn : undefined;
}

/** What a `for await` goes through: a source that remembers what it does when the loop is left early. */
export function entered(items) {
  const begin = items === undefined || items === null ? undefined : items[asyncIterator];
  if (typeof begin !== "function") {
    if (typeof items?.[iterator] !== "function") throw new NativeTypeError("value is not iterable");
    return items;
  }
  const walk = apply(begin, items, []);
  const { next } = walk;
  const source = {
    __proto__: null,
    next: () => apply(next, walk, []),
    return: () => {
      const end = walk.return;
      const left = end === undefined || end === null ? { __proto__: null, done: true } : apply(end, walk, []);
      weakSet(leavings, source, left);
      return left;
    },
    [asyncIterator]: () => source,
  };
  return source;
}

/** What the source of a loop does after it was left early; undefined when it does nothing. */
export function leaving(source) {
  return weakGet(leavings, source);
}

/** The error that a loop was left with, once its source has ended; an error of that one counts less. */
export async function failed(source, error) {
  try {
    await leaving(source);
  } catch {
    // The first error says more.
  }
  if (leaving(source) !== undefined) weakSet(leavings, source, undefined);
  return { __proto__: null, error };
}
