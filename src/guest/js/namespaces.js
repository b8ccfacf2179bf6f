// The groups of host functions, as globals and under `servers`. Nothing is built before it is looked at.

import {
  NativeError,
  NativeMap,
  NativePromise,
  NativeProxy,
  NativeTypeError,
  create,
  defineProperty,
  freeze,
  getOwnPropertyDescriptor,
  has,
  isArray,
  mapClear,
  mapGet,
  mapSet,
  parse,
  stringify,
} from "codemode:guest/intrinsics";
import { NAMESPACE, host } from "codemode:guest/host";
import { call, callNamed } from "codemode:guest/calls";
import { toolErrorAt } from "codemode:guest/tool-error";

/** From this size on, functions are made one by one when they are used. */
const LARGE = 64;

const built = new NativeMap();
let version;

/** Defines the globals for a table of namespaces, unless they are those that are there already. */
export function useNamespaces(nextVersion, names) {
  if (nextVersion === version) return;
  version = nextVersion;
  mapClear(built);
  const servers = create(null);
  for (let index = 0; index < names.length; index += 1) {
    const { 0: name, 1: alias } = names[index];
    defineLazy(globalThis, name);
    const get = () => namespace(name);
    // Not a function, so `await servers` does not take a server called then for a promise.
    defineProperty(servers, name, { __proto__: null, enumerable: true, get });
    if (alias !== name) defineProperty(servers, alias, { __proto__: null, enumerable: false, get });
  }
  // A function that the program leaves to be called takes what it needs out of one object, under names of its own.
  for (const name of ["servers", "tools", "codemode"]) {
    const get = () => (name === "codemode" ? globalThis.codemode : servers);
    if (!has(servers, name)) defineProperty(servers, name, { __proto__: null, enumerable: false, get });
  }
  defineProperty(globalThis, "servers", {
    __proto__: null,
    value: freeze(servers),
    writable: true,
    configurable: true,
  });
}

/** A global that is built when it is read and can be replaced like any other. */
function defineLazy(target, name) {
  defineProperty(target, name, {
    __proto__: null,
    configurable: true,
    get: () => namespace(name),
    set: (value) => {
      defineProperty(target, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
    },
  });
}

/** The object of a namespace. */
export function namespace(name) {
  const known = mapGet(built, name);
  if (known !== undefined) return known;
  const said = parse(host(NAMESPACE, name) ?? "[]");
  const object = isArray(said) ? namespaceOf(name, said) : lazyNamespace(name, said.functions, said.openTarget);
  mapSet(built, name, object);
  return object;
}

function namespaceOf(name, entries) {
  return entries.length < LARGE ? smallNamespace(entries) : lazyNamespace(name, entries);
}

function targetFunction(property, target) {
  const json = stringify(target);
  const fn = (argument, options) => {
    // Nearly all calls: the error that knows where they are made costs more with each frame around it.
    if (options === undefined && typeof argument === "object" && argument !== null)
      return call(json, argument, new NativeError());
    // The writer of JSON calls what has this name, with a key; a tool is given an object.
    if (property === "toJSON" && typeof argument === "string") return undefined;
    // As a callback of `map` a tool is also given an index and a list.
    if (options === undefined || typeof options === "number") return callTarget(json, argument, property);
    return callNamed({ __proto__: null, name: target, args: argument, options }, new NativeError());
  };
  defineProperty(fn, "name", { __proto__: null, value: property, configurable: true });
  return freeze(fn);
}

/**
 * Getter of the tool `then` of a namespace. `await` asks an object for it and calls it with two functions; that is
 * answered with the object itself, which looks like no promise meanwhile, so the tool can be called by its own name.
 */
function readerOfThen(target, self) {
  const run = targetFunction("then", target);
  let resolving = false;
  const then = (argument, options) => {
    if (typeof argument !== "function") return run(argument, options);
    resolving = true;
    try {
      return argument(self());
    } finally {
      resolving = false;
    }
  };
  freeze(then);
  return () => (resolving ? undefined : then);
}

/** `then` is also there as `then_`, as a reserved word is, and only that one is listed. */
function propertyName(property, taken) {
  return property === "then" && !taken("then_") ? "then_" : property;
}

function callTarget(json, argument, property) {
  const site = new NativeError();
  if (argument === undefined || (typeof argument === "object" && argument !== null)) return call(json, argument, site);
  const tool = parse(json);
  const message = `${tool} takes one object, not ${stringify(argument) ?? "a function"}.`;
  const hint = `Name the parameter: ${property}({ parameter: value }); as a callback (item) => ${property}({ parameter: item }).`;
  return NativePromise.reject(toolErrorAt(site, message, { __proto__: null, code: "invalid_arguments", tool, hint }));
}

function smallNamespace(entries) {
  const object = create(null);
  const put = (property, target) =>
    defineProperty(object, property, { __proto__: null, value: targetFunction(property, target), enumerable: true });
  for (let index = 0; index < entries.length; index += 1) {
    const { 0: property, 1: target } = entries[index];
    if (property !== "then") put(property, target);
  }
  for (let index = 0; index < entries.length; index += 1) {
    const { 0: property, 1: target } = entries[index];
    const name = propertyName(property, (other) => has(object, other));
    if (property !== "then") continue;
    if (name !== "then") put(name, target);
    const get = readerOfThen(target, () => object);
    defineProperty(object, "then", { __proto__: null, get, enumerable: false });
  }
  return freeze(object);
}

/** Functions are made as they are used; `openTarget` begins the targets of all properties that are not listed. */
function lazyNamespace(name, entries, openTarget) {
  const targets = new NativeMap();
  const names = [];
  for (let index = 0; index < entries.length; index += 1) {
    const { 0: property, 1: target } = entries[index];
    mapSet(targets, property, target);
  }
  for (let index = 0; index < entries.length; index += 1) {
    const property = entries[index][0];
    const shown = propertyName(property, (other) => mapGet(targets, other) !== undefined);
    if (shown === "then") continue;
    if (shown !== property) mapSet(targets, shown, entries[index][1]);
    defineProperty(names, names.length, {
      __proto__: null,
      value: shown,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return lazyObject({ __proto__: null, name, targets, names, openTarget });
}

/** Names that the language itself asks any object for are no tools. */
function openTargetOf(openTarget, property) {
  return openTarget === undefined || property === "toJSON" || property === "constructor"
    ? undefined
    : openTarget + property;
}

function lazyObject({ name, targets, names, openTarget }) {
  const made = create(null);
  const thenTarget = mapGet(targets, "then");
  const readThen = thenTarget === undefined ? undefined : readerOfThen(thenTarget, () => proxy);
  const get = (property) => {
    if (property === "then") return readThen?.();
    if (typeof property !== "string") return undefined;
    const ready = getOwnPropertyDescriptor(made, property);
    if (ready !== undefined) return ready.value;
    const target = mapGet(targets, property) ?? openTargetOf(openTarget, property);
    if (target === undefined) return undefined;
    const fn = targetFunction(property, target);
    defineProperty(made, property, {
      __proto__: null,
      value: fn,
      writable: true,
      enumerable: true,
      configurable: true,
    });
    return fn;
  };
  const refuse = () => {
    throw new NativeTypeError(`${name} cannot be changed`);
  };
  const proxy = new NativeProxy(made, {
    __proto__: null,
    get: (_, property) => get(property),
    has: (_, property) => mapGet(targets, property) !== undefined,
    ownKeys: () => names,
    getOwnPropertyDescriptor: (_, property) => {
      const isListed = property !== "then" && mapGet(targets, property) !== undefined;
      const value = isListed ? get(property) : undefined;
      return value === undefined ? undefined : { value, writable: true, enumerable: true, configurable: true };
    },
    set: refuse,
    defineProperty: refuse,
    deleteProperty: refuse,
    setPrototypeOf: refuse,
    preventExtensions: () => false,
  });
  return proxy;
}
