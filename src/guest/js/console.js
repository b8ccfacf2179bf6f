// The console: every line goes to the host when it is written.

import {
  append,
  charCodeAt,
  defineProperty,
  freeze,
  functionToString,
  holdsObjectText,
  indexOf,
  isArray,
  isMap,
  isSet,
  keys,
  mapForEach,
  mapGet,
  mapSet,
  NativeMap,
  running,
  repeat,
  replaceAll,
  setForEach,
  slice,
} from "codemode:guest/intrinsics";
import { defineGlobal } from "codemode:guest/intrinsics";
import { STDERR, STDOUT, host } from "codemode:guest/host";
import { inspect } from "codemode:guest/inspect";
import { programFrames } from "codemode:guest/tool-error";

const CHUNK = 16_384;
let indent = "";
let printedObject = false;
let shown = false;

/** Notes that the reader of the program is shown something beside its value. */
export function noteShown() {
  shown = true;
}

/** True when the reader is shown something beside the value. */
export const hasShown = () => shown;

/** True when the program has printed an object that had become text. */
export const hasPrintedObject = () => printedObject;

/** Writes text in pieces, so that a huge line needs no second copy of itself. A NUL is shown as its symbol. */
function write(operation, text) {
  noteShown();
  for (let from = 0; from < text.length;) {
    let to = from + CHUNK;
    if (to < text.length && isHighSurrogate(charCodeAt(text, to - 1))) to -= 1;
    const piece = from === 0 && to >= text.length ? text : slice(text, from, to);
    host(operation, indexOf(piece, "\0") < 0 ? piece : replaceAll(piece, "\0", "\u2400"));
    from = to;
  }
}

function isHighSurrogate(code) {
  return code >= 0xd800 && code <= 0xdbff;
}

function print(operation, args) {
  const text = format(args);
  if (holdsObjectText(text)) printedObject = true;
  write(operation, indent === "" ? `${text}\n` : `${indent}${replaceAll(text, "\n", `\n${indent}`)}\n`);
}

/** Arguments as one line, with the `%` directives of the first. */
export function format(args) {
  let text = "";
  let next = 0;
  if (typeof args[0] === "string") {
    next = 1;
    text = args.length > 1 && indexOf(args[0], "%") >= 0 ? expand(args, (used) => (next = used)) : args[0];
  }
  for (; next < args.length; next += 1) {
    const piece = typeof args[next] === "string" ? args[next] : inspect(args[next]);
    text += next === 0 ? piece : ` ${piece}`;
  }
  return text;
}

function expand(args, setNext) {
  const template = args[0];
  let text = "";
  let next = 1;
  let from = 0;
  for (let at = indexOf(template, "%"); at >= 0; at = indexOf(template, "%", from)) {
    text += slice(template, from, at);
    const directive = template[at + 1];
    from = at + 2;
    if (directive === "%") text += "%";
    else if (next < args.length && directive !== undefined && indexOf("sdifjoOc", directive) >= 0) {
      text += expandOne(directive, args[next]);
      next += 1;
    } else from = (text += "%") && at + 1;
  }
  setNext(next);
  return text + slice(template, from);
}

function expandOne(directive, value) {
  switch (directive) {
    case "s":
      return typeof value === "string" || hasOwnText(value) ? `${value}` : inspect(value);
    case "d":
      return typeof value === "object" ? "NaN" : `${Number(value)}`;
    case "i":
      return typeof value === "object" ? "NaN" : `${parseInt(value, 10)}`;
    case "f":
      return `${parseFloat(value)}`;
    case "j":
      return JSON.stringify(value) ?? "undefined";
    case "c":
      return "";
    default:
      return inspect(value);
  }
}

/** True for an object that the program itself says how to make text of. */
function hasOwnText(value) {
  if (typeof value !== "object" || value === null || typeof value.toString !== "function") return false;
  return indexOf(functionToString(value.toString), "[native code]") < 0;
}

/** Shows an uncaught error. */
export function reportError(what, error) {
  write(STDERR, `${what}: ${inspect(error)}\n`);
}

/** The rows of a table and the title of their first column. */
function rowsOf(data) {
  const rows = [];
  if (isMap(data)) mapForEach(data, (value, key) => append(rows, [rows.length, { Key: key, Values: value }]));
  else if (isSet(data)) setForEach(data, (value) => append(rows, [rows.length, { Values: value }]));
  else for (const key of keys(data)) append(rows, [key, data[key]]);
  return rows.map(([key, row]) => [key, typeof row === "object" && row !== null ? row : { Values: row }]);
}

/** Rows in columns; only the named ones, if there are any. */
function table(data, only) {
  if (typeof data !== "object" || data === null) return print(STDOUT, [data]);
  const rows = rowsOf(data);
  const columns = isArray(only) ? only : [];
  if (columns !== only)
    for (const [, cells] of rows)
      for (const column of keys(cells)) if (!columns.includes(column)) append(columns, column);
  const head = [isMap(data) || isSet(data) ? "(iteration index)" : "(index)", ...columns];
  const cellsOf = ([key, cells]) =>
    columns.reduce((row, column) => row.concat(column in cells ? inspect(cells[column]) : ""), [`${key}`]);
  const body = rows.map(cellsOf);
  const widths = head.map((title, index) => Math.max(title.length, ...body.map((row) => row[index].length)));
  const line = (row) =>
    row
      .map((cell, index) => cell + repeat(" ", widths[index] - cell.length))
      .join("  ")
      .trimEnd();
  return print(STDOUT, [[line(head), ...body.map(line)].join("\n")]);
}

const counts = new NativeMap();
const starts = new NativeMap();
const out = (...args) => print(STDOUT, args);
const err = (...args) => print(STDERR, args);

function group(...args) {
  if (args.length > 0) print(STDOUT, args);
  indent += "  ";
}

const methods = {
  log: out,
  info: out,
  debug: out,
  dirxml: out,
  dir: (value) => print(STDOUT, [inspect(value)]),
  table,
  warn: err,
  error: err,
  trace: (...args) => {
    const site = new Error();
    write(STDERR, `Trace: ${format(args)}\n${programFrames(site.stack)}`);
  },
  assert: (condition, ...args) => {
    if (condition) return;
    const [first, ...others] = args;
    if (typeof first === "string") print(STDERR, [`Assertion failed: ${first}`, ...others]);
    else print(STDERR, args.length === 0 ? ["Assertion failed"] : ["Assertion failed:", ...args]);
  },
  group,
  groupCollapsed: group,
  groupEnd: () => {
    indent = slice(indent, 2);
  },
  count: (label = "default") => {
    mapSet(counts, label, (mapGet(counts, label) ?? 0) + 1);
    print(STDOUT, [`${label}: ${mapGet(counts, label)}`]);
  },
  time: (label = "default") => {
    mapSet(starts, label, running());
  },
  countReset: (label = "default") => {
    mapSet(counts, label, 0);
  },
  timeLog: (label = "default", ...args) => {
    print(STDOUT, [`${label}: ${running() - (mapGet(starts, label) ?? running())}ms`, ...args]);
  },
  timeStamp: () => {},
  timeEnd: (label = "default") => {
    print(STDOUT, [`${label}: ${running() - (mapGet(starts, label) ?? running())}ms`]);
  },
  clear: () => {},
};

const console = {};
for (const name of keys(methods)) {
  defineProperty(methods[name], "name", { __proto__: null, value: name, configurable: true });
  console[name] = methods[name];
}
freeze(methods);
defineGlobal("console", console);

/** Ends open groups; a new cell starts at the margin. */
export function resetConsole() {
  printedObject = shown = false;
  indent = "";
}
