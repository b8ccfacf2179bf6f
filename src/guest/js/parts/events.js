// Events and abort signals, as far as programs use them.

import { append, apply, defineProperty, isFinite, NativeError, NativeTypeError } from "codemode:guest/intrinsics";
import { reportError } from "codemode:guest/console";
import { floating } from "codemode:guest/floating";
import { provide } from "codemode:guest/parts";
import { startTimer } from "codemode:guest/timers";

const CODES = {
  __proto__: null,
  AbortError: 20,
  TimeoutError: 23,
  NotFoundError: 8,
  SyntaxError: 12,
  DataCloneError: 25,
};

class DOMException extends NativeError {
  constructor(message = "", options = "Error") {
    super(message, typeof options === "object" ? options : undefined);
    const name = typeof options === "object" ? (options?.name ?? "Error") : options;
    defineProperty(this, "name", { __proto__: null, value: name, configurable: true });
    defineProperty(this, "code", { __proto__: null, value: CODES[name] ?? 0, configurable: true });
  }
}

class Event {
  #type;
  #cancelable;
  #prevented = false;
  target = null;

  constructor(type, options) {
    this.#type = `${type}`;
    this.#cancelable = Boolean(options?.cancelable);
  }

  get type() {
    return this.#type;
  }

  get defaultPrevented() {
    return this.#prevented;
  }

  preventDefault() {
    this.#prevented = this.#cancelable;
  }

  stopPropagation() {}

  stopImmediatePropagation() {}
}

class CustomEvent extends Event {
  #detail;

  constructor(type, options) {
    super(type, options);
    this.#detail = options?.detail ?? null;
  }

  get detail() {
    return this.#detail;
  }
}

class EventTarget {
  #listeners = [];

  addEventListener(type, listener, options) {
    if (listener === null || listener === undefined) return;
    const name = `${type}`;
    if (this.#listeners.some((each) => each.name === name && each.listener === listener)) return;
    append(this.#listeners, { __proto__: null, name, listener, once: Boolean(options?.once) });
  }

  removeEventListener(type, listener) {
    this.#listeners = this.#listeners.filter((each) => each.name !== `${type}` || each.listener !== listener);
  }

  dispatchEvent(event) {
    if (!(event instanceof Event)) throw new NativeTypeError("dispatchEvent takes an Event");
    event.target = this;
    const handler = this[`on${event.type}`];
    if (typeof handler === "function") notify(handler, this, event);
    for (const each of this.#listeners.filter(({ name }) => name === event.type)) {
      if (each.once) this.removeEventListener(each.name, each.listener);
      if (typeof each.listener === "function") notify(each.listener, this, event);
      else notify(each.listener.handleEvent, each.listener, event);
    }
    return !event.defaultPrevented;
  }
}

function notify(listener, self, event) {
  try {
    floating(apply(listener, self, [event]), 0);
  } catch (error) {
    reportError(`Uncaught in a listener of ${event.type}`, error);
  }
}

const key = {};
let abort;

class AbortSignal extends EventTarget {
  #aborted = false;
  #reason;
  onabort = null;

  static {
    abort = (signal, reason) => {
      if (signal.#aborted) return;
      signal.#aborted = true;
      signal.#reason = reason === undefined ? new DOMException("This operation was aborted", "AbortError") : reason;
      signal.dispatchEvent(new Event("abort"));
    };
  }

  constructor(allowed) {
    super();
    if (allowed !== key) throw new NativeTypeError("Illegal constructor: make an AbortController and use its signal");
  }

  static abort(reason) {
    const signal = new AbortSignal(key);
    abort(signal, reason);
    return signal;
  }

  static timeout(delayMs) {
    if (!isFinite(+delayMs) || delayMs < 0) throw new NativeTypeError("AbortSignal.timeout takes milliseconds");
    const signal = new AbortSignal(key);
    startTimer(
      () => abort(signal, new DOMException("The operation was aborted due to timeout", "TimeoutError")),
      delayMs,
    );
    return signal;
  }

  static any(signals) {
    const signal = new AbortSignal(key);
    for (const each of signals) {
      if (each.aborted) abort(signal, each.reason);
      else each.addEventListener("abort", () => abort(signal, each.reason), { once: true });
    }
    return signal;
  }

  get aborted() {
    return this.#aborted;
  }

  get reason() {
    return this.#reason;
  }

  throwIfAborted() {
    if (this.#aborted) throw this.#reason;
  }
}

class AbortController {
  #signal = new AbortSignal(key);

  get signal() {
    return this.#signal;
  }

  abort(reason) {
    abort(this.#signal, reason);
  }
}

provide("events", { __proto__: null, AbortController, AbortSignal, CustomEvent, DOMException, Event, EventTarget });
