import type { Socket } from "node:net";

/** Answers that are begun in one turn of the event loop; each takes up to a millisecond, most of it after all of them have begun. */
const PER_TURN = 16;

/**
 * Lets few requests be answered in one turn of the event loop, so that a client which writes a thousand into one connection
 * keeps no other waiting. A connection whose requests wait is read no further.
 */
export class AnswerLine {
  readonly #waiting: { readonly socket: Socket; readonly answer: () => void }[] = [];
  /** Requests that wait, by their connections. */
  readonly #paused = new Map<Socket, number>();
  /** Answers begun in this turn; while it is 0 none waits. */
  #begun = 0;

  /** Begins an answer at once, or in its turn. */
  enter(socket: Socket, answer: () => void): void {
    if (this.#begun === 0) setImmediate(() => this.#next());
    this.#begun += 1;
    if (this.#begun <= PER_TURN && this.#waiting.length === 0) return answer();
    this.#waiting.push({ socket, answer });
    const count = this.#paused.get(socket) ?? 0;
    this.#paused.set(socket, count + 1);
    if (count === 0) socket.pause();
  }

  #next(): void {
    const due = this.#waiting.splice(0, PER_TURN);
    this.#begun = due.length;
    if (due.length > 0) setImmediate(() => this.#next());
    for (const { socket, answer } of due) {
      this.#leave(socket);
      answer();
    }
  }

  #leave(socket: Socket): void {
    const count = (this.#paused.get(socket) ?? 1) - 1;
    if (count > 0) return void this.#paused.set(socket, count);
    this.#paused.delete(socket);
    socket.resume();
  }
}
