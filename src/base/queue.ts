import { CodemodeError } from "./codemode-error.ts";

/** Sizes and words of a {@link Queue}. */
interface QueueShape {
  /** How many may wait. @default 256 */
  readonly waiting?: number;
  /** How many places one client may hold. @default all */
  readonly perClient?: number;
  /** What the places are, for errors. @default "sandbox" */
  readonly what?: string;
}

/** An entry in line; the queue has taken it out of the line when it calls one of these. */
interface Waiter {
  readonly admit: () => void;
  readonly refuse: (error: Error) => void;
}

/**
 * Places that a fixed number may hold at a time; the others wait in line.
 *
 * A place that comes free goes to the next client in turn, and among the entries of one client to the first: however
 * many one client has in line, another waits for one of them only. When the line is full, the client with most entries
 * in it is refused.
 */
export class Queue {
  readonly #places: number;
  readonly #shape: Required<QueueShape>;
  /** In order of whose turn it is. */
  readonly #lines = new Map<unknown, Set<Waiter>>();
  readonly #held = new Map<unknown, number>();
  #inside = 0;
  #waiting = 0;
  #closed: Error | undefined;

  constructor(places: number, { waiting = 256, perClient = places, what = "sandbox" }: QueueShape = {}) {
    this.#places = places;
    this.#shape = { waiting, perClient, what };
  }

  /** Clients with entries in line, the next in turn first. */
  get clients(): readonly unknown[] {
    return [...this.#lines.keys()];
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Places that a client holds; all, where clients are not told apart. */
  heldBy(client: unknown): number {
    return client === undefined ? this.#inside : (this.#held.get(client) ?? 0);
  }

  /** Whether a client would get a place without waiting. */
  admits(client?: unknown): boolean {
    return this.#inside < this.#places && this.heldBy(client) < this.#shape.perClient;
  }

  /**
   * Resolves with the way out once inside. Rejects with `busy` when too many wait, with the signal's `CodemodeError` or
   * `cancelled` when aborted in line, and with the reason of {@link close}.
   *
   * @param client tells apart whose entries take turns
   */
  enter(signal?: AbortSignal, client?: unknown): Promise<() => void> {
    if (signal?.aborted === true) return Promise.reject(this.#abortError(signal));
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    const leave = this.enterNow(client);
    return leave === undefined ? this.#wait(signal, client) : Promise.resolve(leave);
  }

  /** A place without a wait: the way out of it, or undefined where there is no place at once. */
  enterNow(client?: unknown): (() => void) | undefined {
    if (this.#closed !== undefined || !this.admits(client)) return undefined;
    this.#admit(client);
    return this.#wayOut(client);
  }

  /**
   * A place for one that gives it back with {@link leave}, once; undefined where it has it at once, which takes no more than
   * counting. For what every call of a program passes. Rejects like {@link enter}.
   */
  hold(): Promise<void> | undefined {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    if (!this.admits()) return new Promise((admit, refuse) => this.#join(undefined, { admit, refuse }));
    this.#inside += 1;
    return undefined;
  }

  /** Takes places at once, also where none is free: whoever has one keeps it, and nobody comes in until enough are given back. */
  fill(places: number): void {
    this.#inside += places;
  }

  /** Gives back a place of {@link hold}, or the places of {@link fill}. */
  leave(places = 1): void {
    this.#inside -= places;
    for (let place = 0; place < places && this.#waiting > 0; place += 1) this.#letIn();
  }

  /** Refuses all that wait and all that come. */
  close(reason: Error): void {
    this.#closed = reason;
    // Sets and maps give what is left while parts of them go.
    for (const [client, line] of this.#lines) {
      for (const waiter of line) if (this.#takeOut(client, waiter)) waiter.refuse(reason);
    }
  }

  #wayOut(client: unknown): () => void {
    let isInside = true;
    return () => {
      if (isInside) this.#leave(client);
      isInside = false;
    };
  }

  #admit(client: unknown): void {
    this.#inside += 1;
    if (client !== undefined) this.#held.set(client, this.heldBy(client) + 1);
  }

  #leave(client: unknown): void {
    this.#inside -= 1;
    if (client !== undefined) this.#unhold(client);
    if (this.#waiting > 0) this.#letIn();
  }

  /** Gives a free place, if there is one, to the next in turn. */
  #letIn(): void {
    for (const [turn, line] of this.#lines) {
      if (!this.admits(turn)) continue;
      if (this.#lines.size > 1) {
        // Its next turn comes after those of the others.
        this.#lines.delete(turn);
        this.#lines.set(turn, line);
      }
      for (const waiter of line) {
        this.#takeOut(turn, waiter);
        this.#admit(turn);
        waiter.admit();
        return;
      }
    }
  }

  #unhold(client: unknown): void {
    const held = this.heldBy(client) - 1;
    if (held > 0) this.#held.set(client, held);
    else this.#held.delete(client);
  }

  #wait(signal: AbortSignal | undefined, client: unknown): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const over = (): void => signal?.removeEventListener("abort", giveUp);
      const waiter: Waiter = {
        admit: () => {
          over();
          resolve(this.#wayOut(client));
        },
        refuse: (error) => {
          over();
          reject(error);
        },
      };
      const giveUp = (): void => {
        if (this.#takeOut(client, waiter)) waiter.refuse(this.#abortError(signal));
      };
      this.#join(client, waiter);
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  }

  /** Puts an entry at the end of its client's line. Throws `busy` where there is no room for it. */
  #join(client: unknown, waiter: Waiter): void {
    if (this.#waiting >= this.#shape.waiting) this.#refuseOne(client);
    const line = this.#lines.get(client) ?? new Set();
    if (line.size === 0) this.#lines.set(client, line);
    line.add(waiter);
    this.#waiting += 1;
  }

  /** Takes an entry out of its line; false where it is not in it any more. */
  #takeOut(client: unknown, waiter: Waiter): boolean {
    const line = this.#lines.get(client);
    if (line?.delete(waiter) !== true) return false;
    this.#waiting -= 1;
    if (line.size === 0) this.#lines.delete(client);
    return true;
  }

  /** Makes room in a full line, by refusing the last of the longest entry list unless that is the one who comes. */
  #refuseOne(client: unknown): void {
    const { what, waiting } = this.#shape;
    const error = new CodemodeError("busy", `All ${this.#places} places for a ${what} are taken and ${waiting} wait.`, {
      hint: "Try again in a few seconds.",
    });
    const [longest] = [...this.#lines].toSorted(([, one], [, other]) => other.size - one.size);
    const own = this.#lines.get(client)?.size ?? 0;
    if (longest === undefined || longest[1].size <= own + 1) throw error;
    const last = [...longest[1]].at(-1);
    if (last === undefined || !this.#takeOut(longest[0], last)) throw error;
    last.refuse(error);
  }

  #abortError(signal: AbortSignal | undefined): CodemodeError {
    const reason: unknown = signal?.reason;
    if (CodemodeError.is(reason)) return reason;
    return new CodemodeError("cancelled", `The wait for a ${this.#shape.what} was cancelled.`, { cause: reason });
  }
}
