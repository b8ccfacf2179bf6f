/* oxlint-disable import/no-unassigned-import -- these modules define globals */
// Where the host enters: one function of an operation and a value.

import {
  NativePromise,
  append,
  defineProperty,
  functionToString,
  getOwnPropertyDescriptor,
  parse,
  stringify,
} from "codemode:guest/intrinsics";
import { FAILED, FINISHED, STOPPED, hideEnter, host, setEnter } from "codemode:guest/host";
import { changedArguments, closeCalls, deliver, flushCalls, openCalls } from "codemode:guest/calls";
import { describeFault } from "codemode:guest/faults";
import { resetConsole } from "codemode:guest/console";
import { seedRandom } from "codemode:guest/random";
import { TOO_LARGE, toJson } from "codemode:guest/marshal";
import { useNamespaces } from "codemode:guest/namespaces";
import { clearTimers, fireTimer, nextTimerMs } from "codemode:guest/timers";
import "codemode:guest/web";
import "codemode:guest/codemode";
import "codemode:guest/locale";

const LARGEST_VALUE_HINT =
  "Return less, for instance a summary or the first rows, or keep the data with codemode.artifacts.save.";

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
        code: "syntax_error",
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
    finishWith(FAILED, describeFault(error, valueBytes));
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
  return finishWith(FINISHED, `${stringify(allNotes(result.notes))}\n${result.json}`);
}

/** What was changed in arguments comes first. */
function allNotes(notes) {
  const all = changedArguments();
  for (let index = 0; index < notes.length; index += 1) append(all, notes[index]);
  return all;
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
