// Shows values as people expect them on a console. Only output depends on it.

import {
  NativeError,
  NativeSet,
  append,
  apply,
  arrayBufferBytes,
  bigintToString,
  booleanValueOf,
  create,
  functionToString,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  indexOf,
  isArray,
  isDate,
  isKind,
  isMap,
  isSet,
  isView,
  keys,
  mapForEach,
  mapSize,
  max,
  numberValueOf,
  objectToString,
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
  stringValueOf,
  stringify,
  symbolToString,
  toISOString,
} from "codemode:guest/intrinsics";
import { enclose, fitsLine, inColumns } from "codemode:guest/layout";
import { programFrames } from "codemode:guest/tool-error";

const MOST_DEPTH = 4;
const MOST_ITEMS = 100;
const MOST_TEXT = 10_000;
const MOST_HOLES = 10_000;
/** The method by which an object shows itself on a console of Node. */
const OWN_TEXT = Symbol.for("nodejs.util.inspect.custom");

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
    case "object":
      return value === null ? "null" : showObject(value, state, depth);
    default:
      return Object.is(value, -0) ? "-0" : `${value}`;
  }
}

/** The text in the quotes that it does not hold itself, single ones first. */
function quote(text) {
  const plain = replaceAll(slice(stringify(text), 1, -1), '\\"', '"');
  if (indexOf(text, "'") < 0) return `'${plain}'`;
  if (indexOf(text, '"') < 0) return `"${plain}"`;
  if (indexOf(text, "`") < 0 && indexOf(text, "${") < 0) return `\`${plain}\``;
  return `'${replaceAll(plain, "'", "\\'")}'`;
}

function functionHead(fn) {
  const name = readText(fn, "name");
  if (slice(functionToString(fn), 0, 5) !== "class") {
    return `[${readText(fn, Symbol.toStringTag) ?? "Function"}${name ? `: ${name}` : " (anonymous)"}]`;
  }
  const parent = readText(getPrototypeOf(fn), "name");
  return `[class ${name || "(anonymous)"}${parent ? ` extends ${parent}` : ""}]`;
}

function showObject(value, state, depth) {
  if (setHas(state.path, value)) return "[Circular]";
  state.left -= 1;
  if (depth > MOST_DEPTH || state.left < 0) return isArray(value) ? "[Array]" : "[Object]";
  setAdd(state.path, value);
  try {
    return showOwn(value, depth) ?? showKind(value, state, depth);
  } catch {
    return "[Object that cannot be shown]";
  } finally {
    setDelete(state.path, value);
  }
}

/** The text that an object has of itself for consoles, as those of Node may; undefined without one. */
function showOwn(value, depth) {
  const own = value[OWN_TEXT];
  if (typeof own !== "function") return undefined;
  const shown = apply(own, value, [MOST_DEPTH - depth, create(null), inspect]);
  return replaceAll(typeof shown === "string" ? shown : inspect(shown), "\n", `\n${repeat("  ", depth)}`);
}

function showKind(value, state, depth) {
  if (typeof value === "function") return showHeaded(functionHead(value), value, [state, depth]);
  if (value instanceof NativeError) return showError(value, state, depth);
  if (isArray(value)) return showList(value, state, depth);
  if (isMap(value)) return showMap(value, state, depth);
  if (isSet(value)) return showSet(value, state, depth);
  if (isView(value) && !(value instanceof DataView)) {
    return `${readText(value.constructor, "name") ?? "TypedArray"}(${value.length}) ${showList(value, state, depth)}`;
  }
  if (objectToString(value) === "[object Arguments]") return `[Arguments] ${showList(value, state, depth)}`;
  return plainText(value) ?? boxedText(value) ?? showFields(value, state, depth);
}

/** Objects that are shown as one text; undefined for others. */
function plainText(value) {
  if (isDate(value)) return Number.isNaN(+value) ? "Invalid Date" : toISOString(value);
  if (value instanceof RegExp) return regexpToString(value);
  if (value instanceof ArrayBuffer) return `ArrayBuffer { byteLength: ${arrayBufferBytes(value)} }`;
  return value instanceof Promise ? "Promise {}" : undefined;
}

/** A text, a number or a truth value that was made an object. */
function boxedText(value) {
  const tag = objectToString(value);
  if (tag === "[object Number]" && isKind(numberValueOf, value)) return `[Number: ${show(numberValueOf(value))}]`;
  if (tag === "[object Boolean]" && isKind(booleanValueOf, value)) return `[Boolean: ${booleanValueOf(value)}]`;
  return tag === "[object String]" && isKind(stringValueOf, value)
    ? `[String: ${quote(stringValueOf(value))}]`
    : undefined;
}

/** What has a short form, with the fields that it holds besides. */
function showHeaded(head, value, [state, depth]) {
  const parts = [];
  addFields(parts, value, [state, depth, keys(value)]);
  return parts.length === 0 ? head : `${head} ${enclose(["{", "}"], parts, depth)}`;
}

/** An error with its name, message and the program's own frames. */
function showError(error, state, depth) {
  const name = readText(error, "name") ?? "Error";
  const message = readText(error, "message") ?? "";
  const stack = depth === 0 ? programFrames(readText(error, "stack")) : "";
  const head = message === "" ? name : `${name}: ${message}`;
  const fields = [];
  addFields(fields, error, [state, depth, ownKeys(error)]);
  const extra = fields.length > 0 ? ` ${enclose(["{", "}"], fields, depth)}` : "";
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
  let index = 0;
  let left = MOST_HOLES;
  while (index < list.length && parts.length < MOST_ITEMS && left > 0) {
    const holes = holesFrom(list, index, left);
    if (holes > 0) append(parts, `<${holes} empty ${holes === 1 ? "item" : "items"}>`);
    else append(parts, show(list[index], state, depth + 1));
    left -= holes;
    index += max(holes, 1);
  }
  const items = fitsLine("[", parts) ? parts : inColumns(parts, list, depth);
  addRest(items, list.length - index, ["item", "items"]);
  if (isArray(list) && list.length <= MOST_HOLES) addFields(items, list, [state, depth, namesAfterItems(list)]);
  const kind = isArray(list) ? constructorName(list) : "Array";
  return `${kind === "Array" || kind === "Object" ? "" : `${kind}(${list.length}) `}${enclose(["[", "]"], items, depth)}`;
}

/** How many items from this one on, up to a limit, a list does not have. */
function holesFrom(list, from, most) {
  let to = from;
  if (!isArray(list)) return 0;
  while (to < list.length && to - from < most && getOwnPropertyDescriptor(list, to) === undefined) to += 1;
  return to - from;
}

/** What a list holds under names: a match has its place and its groups so. */
function namesAfterItems(list) {
  const names = keys(list);
  const after = [];
  for (let at = 0; at < names.length; at += 1) if (!/^\d+$/.test(names[at])) append(after, names[at]);
  return after;
}

function addRest(parts, count, [one, many]) {
  if (count > 0) append(parts, `... ${count} more ${count === 1 ? one : many}`);
}

function showMap(map, state, depth) {
  const parts = [];
  mapForEach(map, (value, key) => {
    if (parts.length < MOST_ITEMS) append(parts, `${show(key, state, depth + 1)} => ${show(value, state, depth + 1)}`);
  });
  addRest(parts, mapSize(map) - parts.length, ["item", "items"]);
  return enclose([`Map(${mapSize(map)}) {`, "}"], parts, depth);
}

function showSet(set, state, depth) {
  const parts = [];
  setForEach(set, (value) => {
    if (parts.length < MOST_ITEMS) append(parts, show(value, state, depth + 1));
  });
  addRest(parts, setSize(set) - parts.length, ["item", "items"]);
  return enclose([`Set(${setSize(set)}) {`, "}"], parts, depth);
}

function showFields(value, state, depth) {
  const parts = [];
  addFields(parts, value, [state, depth, ownKeys(value)]);
  return enclose([`${className(value)}{`, "}"], parts, depth);
}

function addFields(parts, value, [state, depth, names]) {
  let count = 0;
  for (let index = 0; index < names.length; index += 1) {
    const property = getOwnPropertyDescriptor(value, names[index]);
    if (property === undefined || !property.enumerable) continue;
    count += 1;
    if (count > MOST_ITEMS) continue;
    const shown = "value" in property ? show(property.value, state, depth + 1) : accessorText(property);
    append(parts, `${fieldName(names[index])}: ${shown}`);
  }
  addRest(parts, count - MOST_ITEMS, ["property", "properties"]);
}

function accessorText({ get, set }) {
  if (get === undefined) return "[Setter]";
  return set === undefined ? "[Getter]" : "[Getter/Setter]";
}

function fieldName(name) {
  if (typeof name === "symbol") return `[${symbolToString(name)}]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}

function className(value) {
  if (getPrototypeOf(value) === null) return "[Object: null prototype] ";
  const name = constructorName(value);
  const tag = readText(value, Symbol.toStringTag) || name;
  if (tag !== name) return `${name} [${tag}] `;
  return name === "Object" ? "" : `${name} `;
}

/** Name of the class of a value, or of the nearest class that it extends and that has one. */
function constructorName(value) {
  for (let from = value, steps = 0; from !== null && steps < MOST_DEPTH; from = getPrototypeOf(from), steps += 1) {
    const made = from.constructor;
    if (typeof made !== "function") return "Object";
    const name = readText(made, "name");
    if (name) return name;
  }
  return "Object";
}
