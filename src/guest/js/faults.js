// Report to the host about an error that ended the program, with all the error knows.

import {
  NativeBigInt,
  NativeError,
  NativeNumber,
  NativePromise,
  NativeRegExp,
  NativeSet,
  NativeString,
  append,
  defineMethod,
  getOwnPropertyDescriptor,
  indexOf,
  isArray,
  isOutOfMemory,
  keys,
  max,
  min,
  parse,
  readText,
  regexpExec,
  setAdd,
  setHas,
  slice,
  split,
  stringify,
  trim,
  uncurry,
} from "codemode:guest/intrinsics";
import { looksAtText, noteOnce } from "codemode:guest/calls";
import { toJson } from "codemode:guest/marshal";
import { ToolError } from "codemode:guest/tool-error";

const MOST_TEXT = 20_000;
const MOST_DETAIL = 2000;
const MOST_RELATED = 10;
const MOST_RELATED_TEXT = 1000;
const MOST_FIELDS_TEXT = 500;

/** The last value that was thrown without being an error, and an error made where that was. */
let thrownValue;
let thrownSite;

/** Programs throw through this, so that a thrown value that is not an error has a place too. */
export function noteThrown(value) {
  if (value instanceof NativeError) return value;
  thrownValue = value;
  thrownSite = new NativeError();
  return value;
}

const rejectWith = uncurry(NativePromise.reject);

defineMethod(NativePromise, "reject", function reject(reason) {
  return rejectWith(this, noteThrown(reason));
});

/** The error as JSON, with what else is to be said; `contentBytes` bounds the content of a failed call. Never throws. */
export function describeFault(given, contentBytes, notes) {
  try {
    const error = lackOfMemory(given) ?? given;
    const isError = error instanceof NativeError;
    const fault = isError ? faultOf(error, contentBytes) : { ...thrown(error, MOST_TEXT), code: undefined };
    if (notes.length > 0) fault.notes = notes;
    return stringify(fault);
  } catch {
    // Written out, because a program can make even the captured writer fail, by a setter on Array.prototype.
    return '{"name":"Error","message":"The program failed with an error that cannot be shown.","stack":""}';
  }
}

/** The first of the errors that one gathers, where all of them say that memory was used up. */
function lackOfMemory(error) {
  const errors = error instanceof NativeError ? ownValue(error, "errors") : undefined;
  if (!isArray(errors)) return undefined;
  for (let index = 0; index < errors.length; index += 1) if (!isOutOfMemory(errors[index])) return undefined;
  return errors[0];
}

function faultOf(error, contentBytes) {
  const fault = brief(error, MOST_TEXT);
  if (isFailedCall(error)) {
    fault.code = shortText(error, "code");
    fault.hint = shortText(error, "hint");
    fault.content = dataOf(error, "content", contentBytes);
    fault.structuredContent = dataOf(error, "structuredContent", contentBytes);
  }
  const related = [];
  gather(error, related, new NativeSet());
  if (related.length > 0) fault.related = related;
  const fields = ownFields(error);
  if (fields !== undefined) fault.fields = fields;
  return fault;
}

function shortText(error, name) {
  const text = readText(error, name);
  return text === undefined ? undefined : short(text, MOST_DETAIL);
}

function dataOf(error, name, mostBytes) {
  try {
    const value = error[name];
    return value === undefined ? undefined : parse(toJson(value, mostBytes).json);
  } catch {
    return undefined;
  }
}

function isFailedCall(error) {
  return error instanceof ToolError || readText(error, "name") === "ToolError";
}

function brief(error, mostText) {
  return {
    __proto__: null,
    name: short(readText(error, "name") ?? "Error", mostText),
    message: short(readText(error, "message") ?? "", mostText),
    stack: short(readText(error, "stack") ?? "", MOST_TEXT),
    ...(isFailedCall(error) ? { tool: shortText(error, "tool") } : {}),
  };
}

function thrown(value, mostText) {
  const stack = value === thrownValue && thrownSite !== undefined ? thrownSite.stack : "";
  return { __proto__: null, name: "Error", message: short(`Thrown: ${shown(value)}`, mostText), stack };
}

function shown(value) {
  try {
    return typeof value === "object" && value !== null ? toJson(value, MOST_TEXT).json : NativeString(value);
  } catch {
    return "a value that cannot be shown";
  }
}

/** The causes of an error and the errors it gathers, each with its relation, innermost last. */
function gather(error, related, seen) {
  setAdd(seen, error);
  const errors = ownValue(error, "errors");
  if (isArray(errors)) {
    for (let index = 0; index < errors.length; index += 1) {
      add(errors[index], `${index + 1} of ${errors.length}`, { __proto__: null, related, seen });
    }
  }
  const cause = ownValue(error, "cause");
  if (cause !== undefined) add(cause, "cause", { __proto__: null, related, seen });
}

function add(value, relation, { related, seen }) {
  if (related.length >= MOST_RELATED || (typeof value === "object" && value !== null && setHas(seen, value))) return;
  const isError = value instanceof NativeError;
  const what = isError ? brief(value, MOST_RELATED_TEXT) : thrown(value, MOST_RELATED_TEXT);
  if (!isError) what.message = short(shown(value), MOST_RELATED_TEXT);
  append(related, { ...what, name: isError ? what.name : "", relation });
  if (isError) gather(value, related, seen);
}

function ownValue(object, name) {
  try {
    return getOwnPropertyDescriptor(object, name) === undefined ? undefined : object[name];
  } catch {
    return undefined;
  }
}

/** Fields that the program gave an error, as JSON. */
function ownFields(error) {
  try {
    const names = keys(error);
    const failed = isFailedCall(error);
    const fields = { __proto__: null };
    let count = 0;
    for (let index = 0; index < names.length && count < 20; index += 1) {
      const name = names[index];
      if (STANDARD[name] === true || typeof error[name] === "function" || (failed && CALL[name] === true)) continue;
      fields[name] = error[name];
      count += 1;
    }
    return count === 0 ? undefined : short(toJson(fields, MOST_TEXT).json, MOST_FIELDS_TEXT);
  } catch {
    return undefined;
  }
}

/** Fields of a failed call that are reported by themselves. */
const CALL = { __proto__: null, code: true, hint: true, tool: true, content: true, structuredContent: true };
const STANDARD = { __proto__: null, name: true, message: true, stack: true, cause: true, errors: true };

function short(text, most) {
  return text.length > most ? `${slice(text, 0, most)}…` : text;
}

// `JSON.parse` quotes its input, because a reader of the error rarely sees the text or value.

const MOST_SHOWN = 60;
const MOST_PARSED = 300;

defineMethod(JSON, "parse", function parseJson(text, reviver) {
  if (typeof reviver === "function") return parse(text, reviver);
  try {
    const value = parse(text);
    if (typeof text === "string" && looksAtText()) noteRounded(short(text, MOST_BEGINNING));
    return value;
  } catch (error) {
    if (isOutOfMemory(error)) throw error;
    throw new SyntaxError(notJson(text, readText(error, "message") ?? ""));
  }
});
defineMethod(JSON.parse, "name", "parse");

/** Characters of a text in which such integers are looked for, since lists are mostly of one kind; one that is cut is followed by `…`, and is none. */
const MOST_BEGINNING = 4_000;
/** More digits than every number keeps, which is looked for first since it costs least. */
const MANY_DIGITS = new NativeRegExp("[1-9][0-9]{15}");
const LONG_INTEGER = new NativeRegExp("(?:^|[:\\[,])\\s*(-?[1-9][0-9]{15,300})\\s*(?:$|[,\\]}])", "g");

/** Says that an integer was rounded, since nothing in the value shows it and it may be somebody's id. */
function noteRounded(text) {
  if (regexpExec(MANY_DIGITS, text) === null) return;
  LONG_INTEGER.lastIndex = 0;
  for (;;) {
    const digits = regexpExec(LONG_INTEGER, text)?.[1];
    if (digits === undefined) return;
    const number = NativeNumber(digits);
    if (NativeBigInt(digits) === NativeBigInt(number)) continue;
    noteOnce(
      "JSON.parse rounded ",
      `${short(digits, MOST_SHOWN)} to ${NativeString(number)}, since numbers keep integers up to 2^53. ` +
        "Results of tools keep them as bigint; quote such integers in other text before it is parsed.",
    );
    return;
  }
}

function notJson(value, reason) {
  if (typeof value === "object" && value !== null) {
    const kind = isArray(value) ? "a list" : "an object";
    const start = slice(shown(value), 0, MOST_PARSED);
    return `JSON.parse was given ${kind}, not text: the value is parsed already, so use it without JSON.parse. It is ${start}`;
  }
  if (typeof value !== "string")
    return `JSON.parse was given ${typeof value === "undefined" ? "undefined" : shown(value)}, not text`;
  if (value === "") return "JSON.parse was given an empty text";
  const start = stringify(slice(value, 0, MOST_SHOWN));
  return `JSON.parse was given text that is not JSON (${reason}); it begins with ${start}${insteadOfParse(value)}`;
}

/** What to write for text that holds JSON and is none, where that is plain. */
function insteadOfParse(text) {
  if (text.length > MOST_SEARCHED) return "";
  const lines = split(trim(text), "\n");
  if (lines.length > 1 && isJson(lines[0]) && isJson(lines[1]))
    return '. Each line is JSON of its own: write text.trim().split("\\n").map((line) => JSON.parse(line))';
  const found = regexpExec(FENCED, text);
  if (found !== null && isJson(found[1])) return ". It stands in a code block: take off the ``` lines first";
  const at = beginOf(text);
  if (at > 0 && isJson(slice(text, at)))
    return `. JSON begins at character ${at}: write JSON.parse(text.slice(text.indexOf(${stringify(text[at])})))`;
  return regexpExec(PYTHON, text) === null
    ? ""
    : ". It is a value written in Python, with single quotes, None or True: replace those first";
}

/** Where the first bracket of a text is. */
function beginOf(text) {
  const list = indexOf(text, "[");
  const object = indexOf(text, "{");
  if (list < 0 || object < 0) return max(list, object);
  return min(list, object);
}

function isJson(text) {
  try {
    return typeof parse(text) === "object";
  } catch {
    return false;
  }
}

const MOST_SEARCHED = 100_000;
const FENCED = new NativeRegExp("^\\s*```\\w*\\s*\\n([^]*?)\\n?```\\s*$");
const PYTHON = new NativeRegExp("^\\s*[[{(][^]*(?:'|\\bNone\\b|\\bTrue\\b|\\bFalse\\b)");
