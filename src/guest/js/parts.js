// Parts of our guest code that most programs never use: loaded when one of their globals is first read.

import {
  NativeError,
  NativeRangeError,
  NativeTypeError,
  create,
  defineGlobal,
  defineProperty,
  indexOf,
  parse,
  slice,
} from "codemode:guest/intrinsics";
import { PART, PLATFORM, host } from "codemode:guest/host";

/** Characters of one question to the platform. */
const MOST_TEXT = 200_000;
const provided = create(null);

/** Hands what other modules need of a part to them. */
export function provide(part, value) {
  provided[part] = value;
}

/** Exports of a part; loads it first. */
export function usePart(part) {
  if (provided[part] === undefined) host(PART, part);
  if (provided[part] === undefined) throw new NativeError(`The part ${part} of the sandbox could not be loaded.`);
  return provided[part];
}

/** Globals that are there like any other, and are made when they are first read. */
export function defineLazyGlobals(names, part) {
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index];
    defineProperty(globalThis, name, {
      __proto__: null,
      configurable: true,
      enumerable: false,
      get: () => {
        const value = usePart(part)[name];
        defineGlobal(name, value);
        return value;
      },
      set: (value) => defineGlobal(name, value),
    });
  }
}

/** Asks the platform: text in, plain data out. `setup` and `args` are JSON texts. */
export function ask(kind, method, [setup, args]) {
  if (setup.length + args.length > MOST_TEXT) {
    throw new NativeRangeError(`${kind} takes at most ${MOST_TEXT} characters at a time here; pass less of the text.`);
  }
  const answer = host(PLATFORM, `${kind}\n${method}\n${setup}\n${args}`);
  if (answer[0] === "=") return parse(slice(answer, 1));
  const end = indexOf(answer, "\n");
  const name = slice(answer, 1, end);
  const message = slice(answer, end + 1);
  if (name === "RangeError") throw new NativeRangeError(message);
  if (name === "TypeError") throw new NativeTypeError(message);
  throw new NativeError(message);
}

defineLazyGlobals(["Intl"], "intl");
defineLazyGlobals(["URL", "URLSearchParams"], "url");
defineLazyGlobals(["AbortController", "AbortSignal", "DOMException", "Event", "EventTarget", "CustomEvent"], "events");
defineLazyGlobals(["Buffer"], "buffer");
defineLazyGlobals(["crypto"], "crypto");
