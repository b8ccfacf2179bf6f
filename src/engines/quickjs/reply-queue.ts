import type { HostReply } from "../engine.ts";
import { TurnOrder } from "../turn-order.ts";
import type { HostThread } from "./host-thread.ts";
import { formatReplies, formatReply, formatTurn } from "./wire/messages.ts";

/** Characters of replies that travel together. */
const TRAVELLING_CHARACTERS = 1024 * 1024;

/** A reply on its way. */
interface OutgoingReply {
  readonly text: string;
  readonly taken: HostReply["taken"];
}

/** Replies to the calls of one cell, on their way to its thread: those that are ready at a time travel together. */
export class ReplyQueue {
  readonly #thread: HostThread;
  readonly #cell: number;
  readonly #isRepeatable: boolean;
  readonly #replies: OutgoingReply[] = [];
  readonly #turns = new TurnOrder<OutgoingReply>();
  /** Those that were sent last. */
  #sent: OutgoingReply[] = [];

  constructor(thread: HostThread, cell: number, { isRepeatable }: { readonly isRepeatable: boolean }) {
    this.#thread = thread;
    this.#cell = cell;
    this.#isRepeatable = isRepeatable;
  }

  /** Adds a reply; a guest that can be repeated takes one at a time, in turn, whatever travels together. */
  add(id: number, reply: HostReply): void {
    const { turn, taken } = reply;
    const text = formatReply(id, reply);
    if (this.#isRepeatable) {
      const inTurn = formatTurn(this.#cell, { id, text, turn });
      this.#replies.push(...this.#turns.take({ text: inTurn, taken }, turn));
    } else this.#replies.push({ text, taken });
  }

  /**
   * Sends what is ready, unless what was sent before waits still: then it follows with {@link sendOn}, since one long text of
   * all would be a copy. True when the thread has all of it.
   */
  send(): boolean {
    if (this.#replies.length === 0 || this.#thread.congested) return false;
    this.#sent = this.#replies.splice(0, travelling(this.#replies));
    const texts = this.#sent.map(({ text }) => text);
    this.#thread.send(this.#isRepeatable ? texts.join("") : formatReplies(this.#cell, texts));
    const isTaken = !this.#thread.congested;
    if (isTaken) tellTaken(this.#sent.splice(0));
    if (isTaken && this.#replies.length === 0) return true;
    this.#thread.wake();
    return false;
  }

  /** Goes on when the thread has taken what was sent. */
  sendOn(): void {
    if (this.#thread.congested) return;
    tellTaken(this.#sent.splice(0));
    this.send();
  }

  /** Nothing is taken any more. */
  close(): void {
    tellTaken([...this.#sent.splice(0), ...this.#replies.splice(0), ...this.#turns.rest()]);
  }
}

function tellTaken(replies: readonly OutgoingReply[]): void {
  for (const { taken } of replies) taken?.();
}

/** How many replies, from the first, travel together. */
function travelling(replies: readonly OutgoingReply[]): number {
  let characters = 0;
  const end = replies.findIndex(({ text }) => (characters += text.length) > TRAVELLING_CHARACTERS);
  return end === -1 ? replies.length : Math.max(1, end);
}
