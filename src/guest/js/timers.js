// Timers, in a heap by the time they are due. One fires at a time, so that promise reactions run in between.

import {
  NativeMap,
  NativePromise,
  apply,
  isFinite,
  mapClear,
  mapDelete,
  mapGet,
  mapSet,
  now,
} from "codemode:guest/intrinsics";
import { defineGlobal } from "codemode:guest/intrinsics";
import { reportError } from "codemode:guest/console";

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
  timer.due = now() + timer.delay;
  push(timer);
}

/** Starts a timer and gives its number. */
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
  const wait = heap[0].due - now();
  return wait > 0 ? wait : 0;
}

/** Fires the first timer that is due. */
export function fireTimer() {
  if (nextTimerMs() !== 0) return;
  const timer = pop();
  if (timer.repeats) schedule(timer);
  else mapDelete(live, timer.id);
  try {
    apply(timer.fn, undefined, timer.args);
  } catch (error) {
    reportError("Uncaught in a timer", error);
  }
}

/** A promise that is fulfilled after a while. */
export function sleep(delayMs) {
  return new NativePromise((resolve) => {
    startTimer(resolve, delayMs);
  });
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
      apply(fn, undefined, []);
    } catch (error) {
      reportError("Uncaught in a microtask", error);
    }
  })();
});
