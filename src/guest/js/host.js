/* oxlint-disable no-underscore-dangle -- names that no program will use by accident */
// The one way out of the sandbox: a function of an operation number and a text. It is taken off the global object
// before any program runs and passed to no other code.

import { defineProperty } from "codemode:guest/intrinsics";

const native = globalThis.__host;
delete globalThis.__host;

export const CALLS = 1;
export const STDOUT = 2;
export const STDERR = 3;
export const FINISHED = 4;
export const FAILED = 5;
export const STOPPED = 6;
/** Asks for the functions of a namespace. */
export const NAMESPACE = 10;
/** Asks for a part of our guest code that is loaded when it is first used. */
export const PART = 11;
/** Requests a service that the engine lacks and the host platform has. */
export const PLATFORM = 12;

export function host(operation, text) {
  return native(operation, text);
}

/** Hands the functions the host calls to it, once. */
export function setEnter(enter) {
  defineProperty(globalThis, "__enter", { __proto__: null, value: enter, configurable: true });
}

/** Takes them off the global object again. */
export function hideEnter() {
  delete globalThis.__enter;
}
