// Calls of host functions: a line of text each way, all that is outstanding in one batch.

import {
  NativePromise,
  NativeSet,
  append,
  defineMethod,
  holdsObjectText,
  indexOf,
  isArray,
  isOutOfMemory,
  min,
  parse,
  promiseThen,
  running,
  setAdd,
  setClear,
  setDelete,
  setSize,
  slice,
  split,
  uncurry,
} from "codemode:guest/intrinsics";
import { revive } from "codemode:guest/exact";
import { isPromise, settlePromises } from "codemode:guest/floating";
import { CALLS, host } from "codemode:guest/host";
import { toJson, toJsonAgain } from "codemode:guest/marshal";
import { TOO_LARGE, flatJson, plainJson } from "codemode:guest/plain-data";
import { DATES } from "codemode:guest/plain-form";
import { ToolError, opaqueResult, toolErrorAt } from "codemode:guest/tool-error";

// Calls that wait for their replies, each by its number less that of the first: how it is settled, where it was made, and its
// target. Without a prototype that a program could change; it begins anew whenever none waits. A map would do, but each use
// of one is a call of a function.
const PARTS = 4;
const pending = Object.setPrototypeOf([], null);
let firstId = 1;
/** Promises of the program that have lost a race and are not settled. */
const lost = new NativeSet();
let nextId = 1;
let waiting = 0;
let outbox = "";
let inOutbox = 0;
let open = false;
let argumentBytes = 0;
let callNotes = [];
/** Texts of a cell that may be looked at for what to note, since a look takes longer than to parse them. */
const MOST_LOOKS = 20;
let looks = 0;
const MOST_NOTES = 20;
/** Calls that are sent together: the host makes the first ones while the program makes more. */
const MOST_TOGETHER = 64;
export const OBJECT_TEXT =
  "An object became the text [object Object]; write JSON.stringify(object), or the field that is meant.";

let takenResolve;
let takenReject;
const take = (resolve, reject) => {
  takenResolve = resolve;
  takenReject = reject;
};

/** Lets calls through for a new cell. */
export function openCalls(mostArgumentBytes) {
  open = true;
  callNotes = [];
  looks = 0;
  argumentBytes = mostArgumentBytes;
}

/** Ends the cell: what was not sent is forgotten, and so is what was not answered. */
export function closeCalls() {
  open = false;
  outbox = "";
  inOutbox = 0;
  setClear(lost);
  beginAnew();
}

/** Forgets the calls of before, of which none waits any more, or none is to. */
function beginAnew() {
  pending.length = 0;
  firstId = nextId;
  waiting = 0;
}

/**
 * Calls `target`, given as JSON text, with one argument. `site` is an error made where the program called. Promises in
 * the argument are waited for first.
 */
export function call(target, argument, site) {
  let json;
  try {
    json = argument === undefined ? "{}" : (flatJson(argument) ?? plainJson(argument, argumentBytes));
  } catch {
    // What is wrong with it is said below.
  }
  if (json === undefined || json.length > argumentBytes)
    return send(target, argument, { __proto__: null, site, earlier: undefined });
  const promise = new NativePromise(take);
  post(target, json, site);
  return promise;
}

/** Calls a tool by its full name; a call that the signal among its options stops is not waited for any more. */
export function callNamed({ name, args, options }, site) {
  const signal = options?.signal;
  const isSignal = typeof signal?.addEventListener === "function";
  const given = isSignal ? { ...options, signal: undefined } : options;
  if (isSignal && signal.aborted) return NativePromise.reject(signal.reason);
  const promise = call('"codemode:call"', { name, arguments: args ?? {}, options: given }, site);
  return isSignal ? untilAborted(promise, signal) : promise;
}

function untilAborted(promise, signal) {
  return new NativePromise((resolve, reject) => {
    const stop = () => {
      giveUp([promise]);
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
    promiseThen(promise, resolve, reject);
  });
}

/** `earlier` is what was known of the argument before its promises were waited for. */
function send(target, argument, state) {
  const { site } = state;
  const result = crossing(target, argument, state.earlier);
  const { json, problem, promises } = result;
  if (promises !== undefined && promises.length > 0) {
    state.earlier = result;
    return sendSettled(target, argument, state);
  }
  const promise = new NativePromise(take);
  if (problem === undefined) post(target, json, site);
  else refuse(site, nameOf(argument, target), problem);
  return promise;
}

/** Puts a call into the next batch; the promise that was made last waits for the reply. */
function post(target, json, site) {
  if (!open) {
    takenReject(toolErrorAt(site, "The program has ended, so nothing can be called.", { code: "cancelled" }));
    return;
  }
  const at = (nextId - firstId) * PARTS;
  pending[at] = takenResolve;
  pending[at + 1] = takenReject;
  pending[at + 2] = site;
  pending[at + 3] = target;
  outbox += `${nextId}\t${target}\t${json}\n`;
  nextId += 1;
  waiting += 1;
  inOutbox += 1;
  if (inOutbox === MOST_TOGETHER) flushCalls();
}

/** Whether the JSON text of a target is a tool's, and not something asked of the host itself. */
const namesTool = (target) => slice(target, 0, 10) !== '"codemode:' || target === '"codemode:call"';

/** The argument as text, or the promises to wait for, or what is wrong with it as `problem`. */
function crossing(target, argument, earlier) {
  const kind = typeof argument;
  if (kind === "function" || kind === "symbol" || kind === "bigint") return { __proto__: null, problem: `a ${kind}` };
  try {
    const given = argument === undefined ? {} : argument;
    const result =
      earlier === undefined ? toJson(given, argumentBytes, namesTool(target) ? "tool" : "host") : toJsonAgain(earlier);
    if (result.promises.length > 0) return result;
    noteChanges(argument, target, result.notes);
    if (result.json.length <= argumentBytes) return result;
    const problem = `${result.json.length} bytes of JSON, more than the ${argumentBytes} allowed`;
    return { __proto__: null, problem };
  } catch (error) {
    return { __proto__: null, problem: problemOf(error) };
  }
}

/** What is wrong with an argument that could not be written. A program whose memory is used up hears of that. */
function problemOf(error) {
  if (isOutOfMemory(error)) throw error;
  if (error === TOO_LARGE) return `more than the ${argumentBytes} bytes of JSON allowed`;
  return `something JSON cannot hold (${error?.message})`;
}

async function sendSettled(target, argument, state) {
  await settlePromises(state.earlier.promises);
  return send(target, argument, state);
}

/** Number of calls that have not been answered yet. */
export function openToolCalls() {
  let count = 0;
  for (let at = 0; at < pending.length; at += PARTS) {
    if (pending[at] !== undefined && namesTool(pending[at + 3])) count += 1;
  }
  return count;
}

/** True while any request has not been answered yet. */
export const hasOpenCalls = () => waiting > 0;

/** Notes that the program waits for none of these promises any more, where they are open: they have lost a race. */
export function giveUp(promises) {
  for (let index = 0; index < promises.length; index += 1) {
    const promise = promises[index];
    if (!isPromise(promise)) continue;
    setAdd(lost, promise);
    const forget = () => setDelete(lost, promise);
    promiseThen(promise, forget, forget);
  }
}

/**
 * Milliseconds for which open requests are still worth waiting for once the program has its value: `patienceMs` since the
 * last reply where they are the work of what has lost a race, else up to the deadline.
 */
export const callsLeftMs = (lastWork, deadline, patienceMs) =>
  (setSize(lost) > 0 ? min(lastWork + patienceMs, deadline) : deadline) - running();

for (const name of ["race", "any"]) {
  const native = uncurry(NativePromise[name]);
  defineMethod(
    NativePromise,
    name,
    {
      [name](promises) {
        const list = listOf(promises);
        if (list === undefined) return native(this, promises);
        const first = native(this, list);
        const leave = () => giveUp(list);
        promiseThen(first, leave, leave);
        return first;
      },
    }[name],
  );
}

/** The items of what can be gone through, or undefined where the engine has to say what is wrong. */
function listOf(items) {
  if (isArray(items)) return items;
  return typeof items?.[Symbol.iterator] === "function" ? [...items] : undefined;
}

/** By the same table as the value of a program; what it changed is noted with the name of the tool. */
function noteChanges(argument, target, notes) {
  for (let index = 0; index < notes.length && callNotes.length < MOST_NOTES; index += 1) {
    if (notes[index] === DATES) continue;
    append(callNotes, `In the arguments of ${nameOf(argument, target)}: ${notes[index]}`);
  }
}

/** The tool that is called by its name, or what is asked of the host. */
function nameOf(argument, target) {
  const name = parse(target);
  return name === "codemode:call" && typeof argument?.name === "string" ? argument.name : name;
}

/** Whether one more text of the program is to be looked at for what to note. */
export function looksAtText() {
  looks += 1;
  return looks <= MOST_LOOKS;
}

/** Notes once what the program may not see by itself: notes with the same beginning are one. */
export function noteOnce(beginning, rest) {
  const text = beginning + rest;
  for (let index = 0; index < callNotes.length; index += 1) if (indexOf(callNotes[index], beginning) === 0) return;
  if (callNotes.length < MOST_NOTES) append(callNotes, text);
}

/** Changes made to the arguments of calls since the cell began, and other notes, as sentences. */
export function changedArguments() {
  return callNotes;
}

function refuse(site, tool, problem) {
  const message = `The arguments of ${tool} are ${problem}.`;
  const hint =
    "Pass one object of plain JSON data: strings, finite numbers, bigints, booleans, null, lists and objects; " +
    "Object.fromEntries turns a Map into an object, [...set] a Set into a list.";
  takenReject(toolErrorAt(site, message, { __proto__: null, code: "invalid_arguments", tool, hint }));
}

/** Sends what was called since the last time. */
export function flushCalls() {
  if (outbox === "") return;
  const text = outbox;
  outbox = "";
  inOutbox = 0;
  if (holdsObjectText(text)) noteObjects(text);
  host(CALLS, text);
}

/** Looked for in all that is sent together, since it is hardly ever there. */
function noteObjects(text) {
  const lines = split(text, "\n");
  for (let index = 0; index < lines.length && callNotes.length < MOST_NOTES; index += 1) {
    const line = lines[index];
    if (!holdsObjectText(line)) continue;
    const from = indexOf(line, "\t") + 1;
    const name = nameOf(undefined, slice(line, from, indexOf(line, "\t", from)));
    append(callNotes, `In the arguments of ${name}: ${OBJECT_TEXT}`);
  }
}

/** A text that one of the replies delivered next is. */
let held;

/** Keeps a long text for the reply that is delivered next and names no value. */
export function hold(text) {
  held = text;
}

/** Settles calls by a JSON list of `[id, value]`, `[id]` and `[id, null, error]`, with a fourth item that is the mark of bigints. */
export function deliver(text) {
  const whole = held;
  held = undefined;
  const replies = parse(text);
  for (let index = 0; index < replies.length; index += 1) {
    const reply = replies[index];
    const at = (reply[0] - firstId) * PARTS;
    const resolve = pending[at];
    if (resolve === undefined) continue;
    const reject = pending[at + 1];
    const site = pending[at + 2];
    pending[at] = pending[at + 1] = pending[at + 2] = undefined;
    waiting -= 1;
    if (reply.length === 2) resolve(reply[1]);
    else if (reply.length === 1) resolve(whole);
    else if (reply[2] === null) resolve(revive(reply[1], reply[3]));
    else {
      const details = reply.length === 3 ? reply[2] : revive(reply[2], reply[3]);
      if (details.opaque === true) resolve(opaqueResult(details.message, details));
      else reject(toolErrorAt(site, details.message, details));
    }
  }
  if (waiting === 0) beginAnew();
}

export { ToolError };
