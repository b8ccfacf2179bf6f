import type { HostReply } from "../engine.ts";
import { TurnOrder } from "../turn-order.ts";
import { LargeText, lengthOf } from "../../base/steps/large-text.ts";
import type { HostThread } from "./host-thread.ts";
import { formatReplies, formatReply, formatTurn } from "./wire/messages.ts";

/** Characters of replies that travel together. */
const TRAVELLING_CHARACTERS = 1024 * 1024;

/** A reply on its way. */
interface OutgoingReply {
  readonly text: string | LargeText;
  readonly taken: HostReply["taken"];
}

/** Replies to the calls of one cell, on their way to its thread: those that are ready at a time travel together. */
export class ReplyQueue {
  readonly #thread: HostThread;
  readonly #cell: number;
  readonly #isRepeatable: boolean;
  readonly #replies: OutgoingReply[] = [];
  readonly #turns = new TurnOrder<OutgoingReply>();
  /** Those to be told that what was sent last is taken; what was sent is no longer here. */
  #sent: OutgoingReply["taken"][] = [];

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
    const sent = this.#replies.splice(0, travelling(this.#replies));
    this.#sent = sent.map(({ taken }) => taken);
    const texts = sent.map(({ text }) => text);
    const [only] = texts;
    const turns = only instanceof LargeText ? only : texts.join("");
    this.#thread.send(this.#isRepeatable ? turns : formatReplies(this.#cell, texts));
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
    const unsent = [...this.#replies.splice(0), ...this.#turns.rest()];
    tellTaken([...this.#sent.splice(0), ...unsent.map(({ taken }) => taken)]);
  }
}

function tellTaken(replies: readonly OutgoingReply["taken"][]): void {
  for (const taken of replies) taken?.();
}

/** How many replies, from the first, travel together; what is kept as bytes travels alone. */
function travelling(replies: readonly OutgoingReply[]): number {
  let characters = 0;
  const isApart = (text: OutgoingReply["text"]): boolean =>
    text instanceof LargeText || (characters += lengthOf(text)) > TRAVELLING_CHARACTERS;
  const end = replies.findIndex(({ text }) => isApart(text));
  return end === -1 ? replies.length : Math.max(1, end);
}
