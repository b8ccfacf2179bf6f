/* oxlint-disable import/no-unassigned-import -- these modules define globals */
// Where the host enters: one function of an operation and a value.

import {
  NativeError,
  NativePromise,
  NativeString,
  defineProperty,
  functionToString,
  getOwnPropertyDescriptor,
  imul,
  parse,
  readText,
  slice,
  stringify,
} from "codemode:guest/intrinsics";
import { FAILED, FINISHED, STOPPED, hideEnter, host, setEnter } from "codemode:guest/host";
import { ToolError, closeCalls, deliver, flushCalls, openCalls } from "codemode:guest/calls";
import { resetConsole } from "codemode:guest/console";
import { TOO_LARGE, toJson } from "codemode:guest/marshal";
import { useNamespaces } from "codemode:guest/namespaces";
import { clearTimers, fireTimer, nextTimerMs } from "codemode:guest/timers";
import "codemode:guest/web";
import "codemode:guest/codemode";

const LARGEST_VALUE_HINT =
  "Return less, for instance a summary or the first rows, or keep the data with codemode.artifacts.save.";
const MOST_FAULT_TEXT = 20_000;

const settled = NativePromise.resolve();
let valueBytes = 0;
let expected = "";
let running = false;

/** Prepares for a cell. */
function prepare(text) {
  const cell = parse(text);
  valueBytes = cell.valueBytes;
  expected = cell.wrapped;
  if (cell.seed !== undefined) seedRandom(cell.seed);
  useNamespaces(cell.table, cell.namespaces);
  const names = cell.globals;
  for (let index = 0; index < names.length; index += 1) declare(names[index]);
  resetConsole();
  openCalls(cell.argumentBytes);
}

/** Makes a global for a name that has none of its own kind yet; a namespace of that name gives way. */
function declare(name) {
  if (getOwnPropertyDescriptor(globalThis, name) !== undefined) return;
  defineProperty(globalThis, name, {
    __proto__: null,
    value: undefined,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

/** Runs the function a cell was made into. */
function start(fn) {
  if (typeof fn !== "function" || functionToString(fn) !== expected) {
    return finishWith(
      FAILED,
      stringify({
        __proto__: null,
        name: "SyntaxError",
        message: "The program closes a block that it did not open.",
        stack: "",
      }),
    );
  }
  running = true;
  void settle(fn);
  return undefined;
}

async function settle(fn) {
  try {
    // From a job of its own the program has a short stack, which makes the stack of every call cheap.
    await settled;
    const value = await fn();
    finishValue(value);
  } catch (error) {
    finishWith(FAILED, describeFaultSafely(error));
  }
}

function finishValue(value) {
  let result;
  try {
    result = toJson(value, valueBytes);
  } catch (error) {
    if (error !== TOO_LARGE) throw error;
    return stopTooLarge(`more than ${valueBytes}`);
  }
  if (result.json.length > valueBytes) return stopTooLarge(`${result.json.length}`);
  return finishWith(FINISHED, `${stringify(result.notes)}\n${result.json}`);
}

function stopTooLarge(size) {
  const message = `The value is ${size} bytes of JSON; the limit is ${valueBytes}.`;
  finishWith(STOPPED, stringify({ __proto__: null, code: "result_too_large", message, hint: LARGEST_VALUE_HINT }));
}

/** Ends the cell: calls made after this are refused, timers are gone. */
function finishWith(operation, text) {
  running = false;
  flushCalls();
  closeCalls();
  clearTimers();
  host(operation, text);
}

function describeFaultSafely(error) {
  try {
    return describeFault(error);
  } catch {
    // Written out, because a program can make even the captured writer fail, by a setter on Array.prototype.
    return '{"name":"Error","message":"The program failed with an error that cannot be shown.","stack":""}';
  }
}

function describeFault(error) {
  if (!(error instanceof NativeError)) return describeThrown(error);
  const fault = {
    __proto__: null,
    name: short(readText(error, "name") ?? "Error"),
    message: short(readText(error, "message") ?? ""),
    stack: short(readText(error, "stack") ?? ""),
  };
  if (error instanceof ToolError || fault.name === "ToolError") {
    fault.code = shortOrNone(readText(error, "code"));
    fault.tool = shortOrNone(readText(error, "tool"));
    fault.hint = shortOrNone(readText(error, "hint"));
    fault.content = dataOf(error, "content");
    fault.structuredContent = dataOf(error, "structuredContent");
  }
  return stringify(fault);
}

function dataOf(error, name) {
  try {
    const value = error[name];
    return value === undefined ? undefined : parse(toJson(value, valueBytes).json);
  } catch {
    return undefined;
  }
}

function describeThrown(value) {
  let message;
  try {
    message = typeof value === "object" && value !== null ? toJson(value, MOST_FAULT_TEXT).json : NativeString(value);
  } catch {
    message = "a value that cannot be shown";
  }
  return stringify({ __proto__: null, name: "Error", message: short(`Thrown: ${message}`), stack: "" });
}

function shortOrNone(text) {
  return text === undefined ? undefined : short(text);
}

function short(text) {
  return text.length > MOST_FAULT_TEXT ? `${slice(text, 0, MOST_FAULT_TEXT)}…` : text;
}

// Random numbers start from a seed of the host, since every sandbox starts from the same state.
let s0 = 1;
let s1 = 2;
let s2 = 3;
let s3 = 4;

function seedRandom(seed) {
  s0 = seed[0] | 0;
  s1 = seed[1] | 0;
  s2 = seed[2] | 0;
  s3 = seed[3] | 1;
}

function nextUint32() {
  const t = imul(s1, 5);
  const result = imul((t << 7) | (t >>> 25), 9) >>> 0;
  const u = s1 << 9;
  s2 ^= s0;
  s3 ^= s1;
  s1 ^= s2;
  s0 ^= s3;
  s2 ^= u;
  s3 = (s3 << 11) | (s3 >>> 21);
  return result;
}

defineProperty(Math, "random", {
  __proto__: null,
  value: function random() {
    return ((nextUint32() >>> 5) * 67_108_864 + (nextUint32() >>> 6)) / 9_007_199_254_740_992;
  },
  writable: true,
  configurable: true,
});

setEnter((operation, value) => {
  switch (operation) {
    case 0:
      return hideEnter();
    case 1:
      return prepare(value);
    case 2:
      return start(value);
    case 3:
      return deliver(value);
    case 4:
      return fireTimer();
    case 5:
      if (running) flushCalls();
      return nextTimerMs();
    default:
      closeCalls();
      return clearTimers();
  }
});
