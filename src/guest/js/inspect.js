// Shows values as people expect them on a console. Only output depends on it.

import {
  NativeError,
  NativeSet,
  append,
  bigintToString,
  functionToString,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isArray,
  isDate,
  isMap,
  isSet,
  keys,
  mapForEach,
  mapSize,
  ownKeys,
  readText,
  regexpToString,
  repeat,
  replaceAll,
  setAdd,
  setDelete,
  setForEach,
  setHas,
  setSize,
  slice,
  stringify,
  symbolToString,
  toISOString,
} from "codemode:guest/intrinsics";
import { programFrames } from "codemode:guest/tool-error";

const MOST_DEPTH = 4;
const MOST_ITEMS = 100;
const MOST_TEXT = 10_000;
const LINE_WIDTH = 76;

/** The value as text, objects by their contents. */
export function inspect(value) {
  return show(value, { __proto__: null, path: new NativeSet(), left: 5000 }, 0);
}

function show(value, state, depth) {
  switch (typeof value) {
    case "string":
      return quote(value.length > MOST_TEXT ? `${slice(value, 0, MOST_TEXT)}…` : value);
    case "bigint":
      return `${bigintToString(value)}n`;
    case "symbol":
      return symbolToString(value);
    case "function":
      return showFunction(value);
    case "object":
      return value === null ? "null" : showObject(value, state, depth);
    default:
      return Object.is(value, -0) ? "-0" : `${value}`;
  }
}

function quote(text) {
  const json = stringify(text);
  return `'${replaceAll(replaceAll(slice(json, 1, -1), '\\"', '"'), "'", "\\'")}'`;
}

function showFunction(fn) {
  const kind = slice(functionToString(fn), 0, 5) === "class" ? "class" : "Function";
  const name = readText(fn, "name");
  return kind === "class" ? `[class ${name || "(anonymous)"}]` : `[Function${name ? `: ${name}` : " (anonymous)"}]`;
}

function showObject(value, state, depth) {
  if (setHas(state.path, value)) return "[Circular]";
  state.left -= 1;
  if (depth > MOST_DEPTH || state.left < 0) return isArray(value) ? "[Array]" : "[Object]";
  setAdd(state.path, value);
  try {
    return showKind(value, state, depth);
  } catch {
    return "[Object that cannot be shown]";
  } finally {
    setDelete(state.path, value);
  }
}

function showKind(value, state, depth) {
  if (value instanceof NativeError) return showError(value, state, depth);
  if (isArray(value)) return showList(value, state, depth);
  if (isDate(value)) return Number.isNaN(+value) ? "Invalid Date" : toISOString(value);
  if (isMap(value)) return showMap(value, state, depth);
  if (isSet(value)) return showSet(value, state, depth);
  if (value instanceof RegExp) return regexpToString(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return `${readText(value.constructor, "name") ?? "TypedArray"}(${value.length}) ${showList(value, state, depth)}`;
  }
  if (value instanceof Promise) return "Promise {}";
  return showFields(value, state, depth);
}

/** An error with its name, message and the program's own frames. */
function showError(error, state, depth) {
  const name = readText(error, "name") ?? "Error";
  const message = readText(error, "message") ?? "";
  const stack = depth === 0 ? programFrames(readText(error, "stack")) : "";
  const head = message === "" ? name : `${name}: ${message}`;
  const extra = keys(error).length > 0 ? ` ${showFields(error, state, depth)}` : "";
  const text = stack === "" ? head : `${head}\n${slice(stack, 0, -1)}`;
  const kept = `${extra}${showKept(error, "cause", [state, depth])}${showKept(error, "errors", [state, depth])}`;
  return depth === 0 ? `${text}${kept}` : `[${head}]${kept}`;
}

/** An error or a list of them that an error keeps in a field that is not shown otherwise. */
function showKept(error, name, [state, depth]) {
  const own = getOwnPropertyDescriptor(error, name);
  if (own === undefined || own.enumerable) return "";
  return `\n${repeat("  ", depth + 1)}[${name}]: ${show(own.value, state, depth + 1)}`;
}

function showList(list, state, depth) {
  const parts = [];
  for (let index = 0; index < list.length && index < MOST_ITEMS; index += 1) {
    append(parts, show(list[index], state, depth + 1));
  }
  if (list.length > MOST_ITEMS) append(parts, `... ${list.length - MOST_ITEMS} more items`);
  return enclose(["[", "]"], parts, depth);
}

function showMap(map, state, depth) {
  const parts = [];
  mapForEach(map, (value, key) => {
    if (parts.length < MOST_ITEMS) append(parts, `${show(key, state, depth + 1)} => ${show(value, state, depth + 1)}`);
  });
  return enclose([`Map(${mapSize(map)}) {`, "}"], parts, depth);
}

function showSet(set, state, depth) {
  const parts = [];
  setForEach(set, (value) => {
    if (parts.length < MOST_ITEMS) append(parts, show(value, state, depth + 1));
  });
  return enclose([`Set(${setSize(set)}) {`, "}"], parts, depth);
}

function showFields(value, state, depth) {
  const names = ownKeys(value);
  const parts = [];
  let count = 0;
  for (let index = 0; index < names.length; index += 1) {
    const property = getOwnPropertyDescriptor(value, names[index]);
    if (property === undefined || !property.enumerable) continue;
    count += 1;
    if (count > MOST_ITEMS) continue;
    const shown = "value" in property ? show(property.value, state, depth + 1) : property.get ? "[Getter]" : "[Setter]";
    append(parts, `${fieldName(names[index])}: ${shown}`);
  }
  if (count > MOST_ITEMS) append(parts, `... ${count - MOST_ITEMS} more properties`);
  return enclose([`${className(value)}{`, "}"], parts, depth);
}

function fieldName(name) {
  if (typeof name === "symbol") return `[${symbolToString(name)}]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}

function className(value) {
  const proto = getPrototypeOf(value);
  if (proto === null) return "[Object: null prototype] ";
  const name = proto === Object.prototype ? undefined : readText(value.constructor ?? {}, "name");
  return name ? `${name} ` : "";
}

function enclose([start, end], parts, depth) {
  if (parts.length === 0) return `${start}${end}`;
  let width = start.length + 2 * parts.length;
  let multiline = false;
  for (let index = 0; index < parts.length; index += 1) {
    width += parts[index].length;
    multiline ||= parts[index].includes("\n");
  }
  const wide = multiline || width > LINE_WIDTH;
  const indent = wide ? `\n${repeat("  ", depth + 1)}` : " ";
  let text = start;
  for (let index = 0; index < parts.length; index += 1) text += `${index === 0 ? "" : ","}${indent}${parts[index]}`;
  const close = wide ? `\n${repeat("  ", depth)}` : " ";
  return `${text}${start === "[" && !wide ? " " : close}${end}`;
}
