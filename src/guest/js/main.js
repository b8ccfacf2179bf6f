/* oxlint-disable import/no-unassigned-import -- these modules define globals */
// Where the host enters: one function of an operation and a value.

import {
  NativePromise,
  NativeReferenceError,
  append,
  defineProperty,
  functionToString,
  getOwnPropertyDescriptor,
  holdsObjectText,
  isFinite,
  min,
  parse,
  running as time,
  setDown,
  stringify,
} from "codemode:guest/intrinsics";
import { FAILED, FINISHED, STOPPED, hideEnter, host, setEnter } from "codemode:guest/host";
import {
  OBJECT_TEXT,
  callsLeftMs,
  changedArguments,
  closeCalls,
  deliver,
  flushCalls,
  hasOpenCalls,
  hold,
  openCalls,
  openToolCalls,
} from "codemode:guest/calls";
import { hasPrintedObject, hasShown, resetConsole } from "codemode:guest/console";
import {
  floating,
  hasOpenWork,
  openLines,
  resetFloating,
  settlePromises,
  coercion,
  uncaught,
} from "codemode:guest/floating";
import { describeFault } from "codemode:guest/faults";
import { seedRandom } from "codemode:guest/random";
import { toJson, toJsonAgain } from "codemode:guest/marshal";
import { TOO_LARGE } from "codemode:guest/plain-data";
import { useNamespaces } from "codemode:guest/namespaces";
import { RESOLVES_MS, clearTimers, fireTimer, isTimerLeft, nextTimerMs, timersLeft } from "codemode:guest/timers";
import { startTime } from "codemode:guest/web";
import "codemode:guest/codemode";
import "codemode:guest/locale";

const LARGEST_VALUE_HINT =
  "Return less, for instance a summary or the first rows, or keep the data with codemode.artifacts.save.";

const settled = NativePromise.resolve();
// Leaves time to report it when the program's own time is almost up.
const END_MARGIN_MS = 50;
/** Part of the time that is left when a program with its value waits no longer for calls; its own began after the run's. */
const CALLS_MARGIN = 0.1;
let deadline = 0;
let callsDeadline = 0;
let lastWork = 0;
/** Result of the program, while the work it started is not finished yet. */
let ending;
let valueBytes = 0;
let expected = "";
let running = false;

/** Prepares for a cell. */
function prepare(text) {
  const cell = parse(text);
  valueBytes = cell.valueBytes;
  expected = cell.wrapped;
  setDown(cell.downMs);
  if (cell.seed !== undefined) {
    seedRandom(cell.seed);
    startTime();
  }
  useNamespaces(cell.table, cell.namespaces);
  const names = cell.globals;
  for (let index = 0; index < names.length; index += 1) declare(names[index]);
  const late = cell.lateGlobals;
  for (let index = 0; index < late.length; index += 1) declareLate(late[index]);
  resetConsole();
  resetFloating();
  ending = undefined;
  deadline = time() + cell.timeMs - END_MARGIN_MS;
  callsDeadline = deadline - cell.timeMs * CALLS_MARGIN;
  openCalls(cell.argumentBytes);
}

/** Makes a global for a name that has none of its own kind yet; a namespace of that name is replaced. */
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

/** Makes a global that cannot be read before it has been assigned. */
function declareLate(name) {
  const get = () => {
    throw new NativeReferenceError(`Cannot access '${name}' before initialization`);
  };
  const set = (value) => {
    defineProperty(globalThis, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  };
  defineProperty(globalThis, name, { __proto__: null, get, set, enumerable: true, configurable: true });
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
    const value = await fn(floating);
    lastWork = time();
    const lines = openLines();
    ending = { __proto__: null, value, lines, calls: openToolCalls(), settling: false, result: undefined };
  } catch (error) {
    finishWith(FAILED, describeFault(error, valueBytes, changedArguments()));
  }
}

/**
 * Called when nothing is left to do at once: ends the cell when nothing is left to wait for either. True when promises in
 * its value have to be waited for first.
 */
function endIfDone() {
  if (ending === undefined || ending.settling || callsMs() > 0 || isTimerLeft(lastWork, deadline)) return false;
  const failure = uncaught();
  if (failure === undefined) finishValue(ending.value);
  else finishWith(FAILED, describeUncaught(failure));
  return ending.settling;
}

/** Milliseconds that open requests of a program which has its value are worth; without end while nothing else waits for them. */
function callsMs() {
  if (!hasOpenCalls()) return 0;
  return hasOpenWork() ? Infinity : callsLeftMs(lastWork, callsDeadline, RESOLVES_MS);
}

/** Ends a cell that waits for nothing any more by what nothing has caught, which is why. */
function failIfStuck() {
  const waits = ending === undefined || ending.settling;
  if (!running || !waits || hasOpenCalls() || nextTimerMs() >= 0) return false;
  const failure = uncaught();
  if (failure !== undefined) finishWith(FAILED, describeUncaught(failure));
  return failure !== undefined;
}

function describeUncaught({ error, line }) {
  const fault = parse(describeFault(error, valueBytes, changedArguments()));
  if (line > 0)
    fault.hint ??= `Nothing waits for what line ${line} starts: write \`await\` there to see and handle its error.`;
  return stringify(fault);
}

async function settleValue(promises) {
  ending.settling = true;
  try {
    await settlePromises(promises);
    lastWork = time();
    ending.settling = false;
  } catch (error) {
    finishWith(FAILED, describeFault(error, valueBytes, changedArguments()));
  }
}

/** Adds what is worth saying about how the program ended. */
function addEndNotes(notes, { lines, calls }, json) {
  const dropped = openToolCalls();
  if (holdsObjectText(json)) append(notes, `In the value: ${OBJECT_TEXT}`);
  if (hasPrintedObject()) append(notes, `In the output: ${OBJECT_TEXT}`);
  if (lines.length > 0)
    append(notes, `Not awaited in line ${listed(lines)}: the run waited for it at its end. ${AWAIT}`);
  else if (calls > dropped)
    append(notes, `Not awaited: ${counted(calls - dropped)} still open at the end and waited for. ${AWAIT}`);
  if (dropped > 0)
    append(
      notes,
      `${counted(dropped)} cancelled at the end, since nothing waited for ${dropped === 1 ? "it" : "them"} any more.`,
    );
  const timers = timersLeft();
  if (timers.count > 0)
    append(
      notes,
      `Timers that were still set at the end were dropped: ${timers.count}, of up to ${timers.longest} ms.`,
    );
  const coerced = coercion();
  if (coerced !== "") append(notes, coerced);
}

const counted = (calls) => (calls === 1 ? "1 tool call was" : `${calls} tool calls were`);
const AWAIT = "Write `await` where later lines need the result.";

function listed(lines) {
  let text = `${lines[0]}`;
  for (let index = 1; index < lines.length; index += 1) text += index < 5 ? `, ${lines[index]}` : "";
  return lines.length > 5 ? `${text}, …` : text;
}

function finishValue(value) {
  let result;
  try {
    result = ending.result === undefined ? toJson(value, valueBytes) : toJsonAgain(ending.result);
  } catch (error) {
    if (error !== TOO_LARGE) throw error;
    return stopTooLarge(`more than ${valueBytes}`);
  }
  if (result.promises.length > 0) {
    ending.result = result;
    return void settleValue(result.promises);
  }
  if (result.json.length > valueBytes) return stopTooLarge(`${result.json.length}`);
  const notes = changedArguments();
  if (value === undefined && !hasShown()) append(notes, "The program returned no value, so it is null.");
  for (let index = 0; index < result.notes.length; index += 1) append(notes, result.notes[index]);
  addEndNotes(notes, ending, result.json);
  return finishWith(FINISHED, `${stringify(notes)}\n${result.json}`);
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

function receive(replies) {
  if (ending !== undefined) lastWork = time();
  return deliver(replies);
}

function send() {
  if (running) flushCalls();
  return nextTimerMs();
}

function rest() {
  if (running) flushCalls();
  if (ending === undefined && hasOpenCalls()) return nextTimerMs();
  // Zero when a wait begins: there is something to do at once.
  if (endIfDone() || failIfStuck()) return 0;
  const timerMs = nextTimerMs();
  const patienceMs = ending === undefined || ending.settling ? 0 : callsMs();
  // Where no call is waited for, or each without end, timers alone say how long.
  if (patienceMs <= 0 || !isFinite(patienceMs)) return timerMs;
  return timerMs < 0 ? patienceMs : min(timerMs, patienceMs);
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
      return receive(value);
    case 4:
      return fireTimer();
    case 5:
      return send();
    case 6:
      return rest();
    case 8:
      return setDown(parse(value));
    case 9:
      return hold(value);
    default:
      closeCalls();
      return clearTimers();
  }
});
