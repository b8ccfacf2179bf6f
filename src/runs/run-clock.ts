import { setMaxListeners } from "node:events";
import { performance } from "node:perf_hooks";
import { CodemodeError } from "../base/codemode-error.ts";
import { aborter, onAbort, untilAborted } from "../base/deadline.ts";

/** Reason for the signal of a caller to abort with when the caller has gone without taking the run back. */
export const CALLER_GONE: unique symbol = Symbol.for("codemode: the caller has gone");

/** Names of what a run waits for that an error shows. */
const SHOWN_NAMES = 3;

/**
 * The one deadline of a run and of all it runs: it covers everything the caller waits for, from the place in line to the
 * last call. It starts when it is made, and its maker ends it.
 */
export class RunClock {
  /** Aborted when the run has ended, for whatever reason; its reason is a `CodemodeError`. */
  readonly signal: AbortSignal;
  readonly #abort: (reason: CodemodeError) => void;
  #timeMs: number;
  readonly #startedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  /** What is waited for, by name, and how often; names that are made when they are asked for are functions. */
  readonly #waits = new Map<string | (() => string), number>();
  readonly #unlink: () => void;

  /**
   * @param timeMs the limit; undefined for none
   * @param caller ends the run as `cancelled`
   * @param onGone what happens instead when the caller has gone
   */
  constructor(timeMs: number | undefined, caller: AbortSignal | undefined, onGone?: () => void) {
    const controller = new AbortController();
    this.signal = controller.signal;
    this.#abort = aborter(controller);
    this.#timeMs = timeMs ?? Number.POSITIVE_INFINITY;
    this.#timer = timeMs === undefined ? undefined : setTimeout(() => this.end(this.timeUp()), timeMs);
    const cancel = (): void => {
      if (caller?.reason === CALLER_GONE && onGone !== undefined) onGone();
      else this.end(cancelled());
    };
    // A caller may end any number of runs by one signal.
    const stop = caller === undefined || caller.aborted ? undefined : onAbort(caller, cancel);
    this.#unlink = () => void stop?.();
    if (caller?.aborted === true) this.end(cancelled());
  }

  /** Lets any number listen to the signal, as calls in progress do; it takes time, so runs without calls do without. */
  expectListeners(): void {
    setMaxListeners(0, this.signal);
  }

  /** Milliseconds left, at least 1. */
  get leftMs(): number {
    return Math.max(1, Math.ceil(this.#startedAt + this.#timeMs - performance.now()));
  }

  /** Milliseconds since the run began. */
  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** Lets the run have so much time from now on; what it had before does not count. */
  allow(timeMs: number): void {
    if (this.signal.aborted || !Number.isFinite(this.#timeMs)) return;
    clearTimeout(this.#timer);
    this.#timeMs = this.elapsedMs + Math.max(0, timeMs);
    this.#timer = setTimeout(() => this.end(this.timeUp()), Math.max(0, timeMs));
  }

  /** Ends everything that waits. Only the first reason counts. */
  end(reason: CodemodeError): void {
    clearTimeout(this.#timer);
    this.#unlink();
    this.#abort(reason);
  }

  /**
   * Waits for a step of the run under a name for errors; what is there already is returned. Rejects with the reason when
   * the run has ended, or throws it.
   */
  wait<T>(name: string | (() => string), step: T | Promise<T>): T | Promise<T> {
    if (step instanceof Promise) {
      this.begin(name);
      return untilAborted(step, this.signal, () => this.over(name));
    }
    this.signal.throwIfAborted();
    return step;
  }

  /** Notes under a name for errors that something is waited for, until {@link over} says that it is not any more. */
  begin(name: string | (() => string)): void {
    this.#waits.set(name, (this.#waits.get(name) ?? 0) + 1);
  }

  /** Ends what {@link begin} noted, once. */
  over(name: string | (() => string)): void {
    const left = (this.#waits.get(name) ?? 0) - 1;
    if (left > 0 || typeof name === "string") this.#waits.set(name, left);
    else this.#waits.delete(name);
  }

  /** The error of a run that is out of time: it names what is waited for now. */
  timeUp(): CodemodeError {
    const waits = [...this.#waits].filter(([, count]) => count > 0);
    const names = [...new Set(waits.map(([name]) => (typeof name === "string" ? name : name())))];
    const more = names.length > SHOWN_NAMES ? ` and ${names.length - SHOWN_NAMES} more` : "";
    const message =
      names.length === 0
        ? `The program ran longer than ${this.#timeMs} ms.`
        : `The run took longer than ${this.#timeMs} ms. It was waiting for ${names.slice(0, SHOWN_NAMES).join(", ")}${more}.`;
    return new CodemodeError("time_limit", message, {
      hint: "Do less in one program, run calls in parallel, or ask for a higher time limit.",
    });
  }
}

function cancelled(): CodemodeError {
  return new CodemodeError("cancelled", "The run was cancelled by its caller.");
}
