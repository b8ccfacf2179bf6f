import type { GuestTurn, HostReply } from "../engine.ts";
import { TurnOrder } from "../turn-order.ts";
import type { GuestProcess } from "./guest-process.ts";

/** A message on its way; `taken` is called when the guest has read it, or never will. */
interface Outgoing {
  readonly frame: Buffer;
  readonly taken?: HostReply["taken"] | undefined;
}

/**
 * Messages for the guest of one cell, in their turns. Those that are ready in the same turn of the event loop travel
 * together; one that no open call is left to join goes at once.
 */
export class OutgoingReplies {
  readonly #process: GuestProcess;
  readonly #ready: Outgoing[] = [];
  readonly #turns = new TurnOrder<Outgoing>();
  readonly #untaken = new Set<() => void>();
  /** Calls without a reply. */
  #open = 0;
  #flushPlanned = false;
  #ended = false;

  constructor(process: GuestProcess) {
    this.#process = process;
  }

  /** A call has come that will have a {@link reply}. */
  expect(): void {
    this.#open += 1;
  }

  /** Replies to a call; the message is made only while the cell runs. */
  reply(frame: () => Buffer, { taken, turn }: Pick<HostReply, "taken" | "turn">): void {
    this.#open -= 1;
    if (this.#ended) {
      taken?.();
      return;
    }
    if (taken !== undefined) this.#untaken.add(taken);
    this.add({ frame: frame(), taken }, turn);
  }

  /** Adds a message; nothing once the cell has ended. */
  add(outgoing: Outgoing, turn?: GuestTurn): void {
    if (this.#ended) return;
    this.#ready.push(...this.#turns.take(outgoing, turn));
    if (this.#open === 0) this.#flush();
    else if (!this.#flushPlanned) {
      this.#flushPlanned = true;
      setImmediate(() => {
        this.#flushPlanned = false;
        this.#flush();
      });
    }
  }

  /** Nothing is sent any more. */
  end(): void {
    this.#ended = true;
    for (const taken of this.#untaken) taken();
  }

  #flush(): void {
    if (this.#ended || this.#ready.length === 0) return;
    const sent = this.#ready.splice(0);
    const taken = sent.flatMap((each) => each.taken ?? []);
    this.#process.sendAll(
      sent.map(({ frame }) => frame),
      taken.length === 0 ? undefined : () => this.#taken(taken),
    );
  }

  #taken(all: readonly (() => void)[]): void {
    for (const taken of all) if (this.#untaken.delete(taken)) taken();
  }
}
