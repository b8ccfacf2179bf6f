import { stringifyJson } from "../base/exact-json.ts";
import type { ExecutionEvent } from "./events.ts";

/** Maximum number of characters of arguments, as JSON text, that wait for a reader. */
const ARGUMENT_CHARACTERS = 16 * 1024 * 1024;

interface WaitingEvent {
  readonly event: ExecutionEvent;
  /** Characters of arguments it holds. */
  readonly characters: number;
}

/**
 * The events of one run that its reader has not read yet.
 *
 * What waits is bounded by the limits of the run: pieces of output that follow each other wait as one, of the progress of
 * a call only the newest waits, and of calls that wait when 16 MB of arguments do already the arguments are left out.
 */
export class WaitingEvents {
  readonly #waiting = new Map<string | number, WaitingEvent>();
  #added = 0;
  #characters = 0;
  #isOver = false;
  #failure: { readonly thrown: unknown } | undefined;
  #readers: (() => void)[] = [];

  /** Adds the next event of the run. */
  add(event: ExecutionEvent): void {
    if (event.type === "tool_call_start") this.#addCall(event);
    else if (event.type === "output") this.#addOutput(event);
    else if (event.type === "tool_call_progress") {
      const key = `progress of ${event.callId}`;
      this.#waiting.delete(key);
      this.#waiting.set(key, { event, characters: 0 });
    } else this.#append(event);
    this.#isOver = event.type === "run_end";
    this.#wake();
  }

  /** Lets the reader fail where there is nothing left to read. */
  fail(thrown: unknown): void {
    this.#failure = { thrown };
    this.#wake();
  }

  /** The next event, as soon as there is one; nothing when the run is over. */
  async take(): Promise<ExecutionEvent | undefined> {
    for (;;) {
      const [first] = this.#waiting;
      if (first !== undefined) {
        const [key, { event, characters }] = first;
        this.#waiting.delete(key);
        this.#characters -= characters;
        return event;
      }
      if (this.#failure !== undefined) throw this.#failure.thrown;
      if (this.#isOver) return undefined;
      await new Promise<void>((resolve) => {
        this.#readers.push(resolve);
      });
    }
  }

  #addCall(event: Extract<ExecutionEvent, { type: "tool_call_start" }>): void {
    const characters = stringifyJson(event.arguments).length;
    const isTooMuch = this.#characters + characters > ARGUMENT_CHARACTERS;
    this.#append(isTooMuch ? { ...event, arguments: {} } : event, isTooMuch ? 0 : characters);
  }

  #addOutput(event: Extract<ExecutionEvent, { type: "output" }>): void {
    const last = this.#waiting.get(this.#added)?.event;
    const isLast = last?.type === "output" && last.stream === event.stream;
    if (isLast) this.#waiting.set(this.#added, { event: { ...event, text: last.text + event.text }, characters: 0 });
    else this.#append(event);
  }

  #append(event: ExecutionEvent, characters = 0): void {
    this.#added += 1;
    this.#characters += characters;
    this.#waiting.set(this.#added, { event, characters });
  }

  #wake(): void {
    for (const reader of this.#readers.splice(0)) reader();
  }
}
