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
  mapClear,
  mapGet,
  mapSet,
  parse,
  stringify,
} from "codemode:guest/intrinsics";
import { NAMESPACE, host } from "codemode:guest/host";
import { call } from "codemode:guest/calls";
import { toolErrorAt } from "codemode:guest/tool-error";

/** From this size on functions are made one by one as they are used. */
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
    const name = names[index];
    defineLazy(globalThis, name);
    if (name !== "then")
      defineProperty(servers, name, { __proto__: null, enumerable: true, get: () => namespace(name) });
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
  const entries = parse(host(NAMESPACE, name) ?? "[]");
  const object = entries.length < LARGE ? smallNamespace(entries) : largeNamespace(name, entries);
  mapSet(built, name, object);
  return object;
}

function targetFunction(property, target) {
  const json = stringify(target);
  const fn = (argument, options) => {
    // As a callback of `map` a tool is also given an index and a list.
    if (options === undefined || typeof options === "number") return callTarget(json, argument, property);
    return call('"codemode:call"', { name: target, arguments: argument ?? {}, options }, new NativeError());
  };
  defineProperty(fn, "name", { __proto__: null, value: property, configurable: true });
  return freeze(fn);
}

/**
 * `then` would make the object look like a promise to `await`, so that one goes by `then_`, as a reserved word does.
 */
function propertyName(property, taken) {
  return property === "then" && !taken("then_") ? "then_" : property;
}

function callTarget(json, argument, property) {
  const site = new NativeError();
  if (argument === undefined || (typeof argument === "object" && argument !== null)) return call(json, argument, site);
  const tool = parse(json);
  const message = `${tool} takes one object, not ${stringify(argument) ?? "a function"}.`;
  const hint = `Name the parameter: ${property}({ name: value }); as a callback (item) => ${property}({ name: item }).`;
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
    if (property === "then" && name !== "then") put(name, target);
  }
  return freeze(object);
}

function largeNamespace(name, entries) {
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
  return lazyObject(name, targets, names);
}

function lazyObject(name, targets, names) {
  const made = create(null);
  const get = (property) => {
    if (typeof property !== "string" || property === "then") return undefined;
    const ready = getOwnPropertyDescriptor(made, property);
    if (ready !== undefined) return ready.value;
    const target = mapGet(targets, property);
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
  return new NativeProxy(made, {
    __proto__: null,
    get: (_, property) => get(property),
    has: (_, property) => get(property) !== undefined,
    ownKeys: () => names,
    getOwnPropertyDescriptor: (_, property) => {
      const value = get(property);
      return value === undefined ? undefined : { value, writable: true, enumerable: true, configurable: true };
    },
    set: refuse,
    defineProperty: refuse,
    deleteProperty: refuse,
    setPrototypeOf: refuse,
    preventExtensions: () => false,
  });
}
