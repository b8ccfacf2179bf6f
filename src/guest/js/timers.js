// Timers, in a heap by the time they are due. One fires at a time, so that promise reactions run in between.

import {
  NativeMap,
  NativePromise,
  NativeRegExp,
  apply,
  functionToString,
  isFinite,
  mapClear,
  mapDelete,
  mapForEach,
  mapGet,
  mapSet,
  mapSize,
  regexpExec,
  running,
} from "codemode:guest/intrinsics";
import { defineGlobal } from "codemode:guest/intrinsics";
import { floating, hasOpenWork, markIdle, reportFailure } from "codemode:guest/floating";

const settled = NativePromise.resolve();
const LONGEST_MS = 2_147_483_647;
const live = new NativeMap();
const heap = { __proto__: null };
let size = 0;
let nextId = 1;

function before(a, b) {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}

function push(timer) {
  let at = size;
  size += 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(timer, heap[parent])) break;
    heap[at] = heap[parent];
    at = parent;
  }
  heap[at] = timer;
}

function pop() {
  const top = heap[0];
  size -= 1;
  const last = heap[size];
  delete heap[size];
  if (size > 0) sink(last);
  return top;
}

function sink(timer) {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && before(heap[child + 1], heap[child])) child += 1;
    if (!before(heap[child], timer)) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = timer;
}

let order = 0;
function schedule(timer) {
  order += 1;
  timer.order = order;
  timer.due = running() + timer.delay;
  push(timer);
}

/** Starts a timer and returns its number. */
export function startTimer(fn, delayMs, { repeats = false, args = [] } = {}) {
  const delay = isFinite(+delayMs) && delayMs >= 1 ? (delayMs > LONGEST_MS ? LONGEST_MS : +delayMs) : 0;
  const timer = { __proto__: null, id: nextId, fn, args, delay, repeats, due: 0, order: 0 };
  nextId += 1;
  mapSet(live, timer.id, timer);
  schedule(timer);
  return timer.id;
}

export function stopTimer(id) {
  mapDelete(live, id);
}

/** Forgets every timer. */
export function clearTimers() {
  mapClear(live);
  while (size > 0) pop();
}

/** Milliseconds to the next timer, or -1 without one. */
export function nextTimerMs() {
  while (size > 0 && mapGet(live, heap[0].id) !== heap[0]) pop();
  if (size === 0) return -1;
  const wait = heap[0].due - running();
  return wait > 0 ? wait : 0;
}

// How long a timer that may matter is waited for after the program has done something.
const REPEATS_MS = 250;
export const RESOLVES_MS = 3000;

const HEAD = "^(?:async\\s*)?(?:function\\s*[\\w$]*\\s*)?\\(?[\\w$\\s,]*\\)?\\s*(?:=>)?\\s*";
const ENDS_NOTHING = new NativeRegExp(
  `${HEAD}(?:\\{\\s*\\}|\\{?\\s*(?:return\\s+)?(?:void\\s+0|undefined|null|throw\\b|(?:[\\w$]+\\.)*(?:rej\\w*|abort)\\())`,
);
const RESOLVES = new NativeRegExp(`${HEAD}\\{?\\s*(?:return\\s+)?(?:r|ok|done|res\\w*)\\(|\\[native code\\]`);

/**
 * Time that a timer is worth waiting for once the program has ended: one that only gives up a wait is not, one that
 * only lets a wait end may be, and is where work is open that nothing waits for; what does more is part of the
 * program's work.
 */
function patience({ fn, repeats }) {
  if (repeats) return REPEATS_MS;
  const text = functionToString(fn);
  if (regexpExec(ENDS_NOTHING, text) !== null) return 0;
  return regexpExec(RESOLVES, text) !== null && !hasOpenWork() ? RESOLVES_MS : LONGEST_MS;
}

/** True while a timer is left that may still matter, judged by the program's last activity and its deadline. */
export function isTimerLeft(lastWork, deadline) {
  let found = false;
  mapForEach(live, (timer) => {
    found ||= timer.due < deadline && timer.due - lastWork <= patience(timer);
  });
  return found;
}

/** Number of timers, and the time to the last of them in milliseconds. */
export function timersLeft() {
  let longest = 0;
  mapForEach(live, ({ delay }) => {
    if (delay > longest) longest = delay;
  });
  return { __proto__: null, count: mapSize(live), longest };
}

/** Fires the first timer that is due. */
export function fireTimer() {
  if (nextTimerMs() !== 0) return;
  const timer = pop();
  if (timer.repeats) schedule(timer);
  else mapDelete(live, timer.id);
  try {
    floating(apply(timer.fn, undefined, timer.args), 0);
  } catch (error) {
    reportFailure(error);
  }
}

/** A promise that is fulfilled after a while. */
export function sleep(delayMs) {
  const promise = new NativePromise((resolve) => {
    startTimer(resolve, delayMs);
  });
  markIdle(promise);
  return promise;
}

function checked(fn) {
  if (typeof fn !== "function") throw new TypeError("The first argument must be a function");
  return fn;
}

defineGlobal("setTimeout", function setTimeout(fn, delayMs, ...args) {
  return startTimer(checked(fn), delayMs, { args });
});
defineGlobal("setInterval", function setInterval(fn, delayMs, ...args) {
  return startTimer(checked(fn), delayMs, { repeats: true, args });
});
defineGlobal("setImmediate", function setImmediate(fn, ...args) {
  return startTimer(checked(fn), 0, { args });
});
for (const name of ["clearTimeout", "clearInterval", "clearImmediate"]) {
  defineGlobal(name, (id) => stopTimer(id));
}
defineGlobal("queueMicrotask", function queueMicrotask(fn) {
  checked(fn);
  void (async () => {
    await settled;
    try {
      floating(apply(fn, undefined, []), 0);
    } catch (error) {
      reportFailure(error);
    }
  })();
});
