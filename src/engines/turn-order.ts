import type { GuestTurn } from "./engine.ts";

/** Puts what comes with turns in the order of their numbers. */
export class TurnOrder<Item> {
  readonly #early = new Map<number, Item>();
  #next = 1;

  /** Takes an item, and returns those whose turn has come; one without a turn goes first. */
  take(item: Item, turn: GuestTurn | undefined): readonly Item[] {
    if (turn === undefined) return [item];
    this.#early.set(turn.number, item);
    const ready: Item[] = [];
    for (let due = this.#early.get(this.#next); due !== undefined; due = this.#early.get(this.#next)) {
      this.#early.delete(this.#next);
      this.#next += 1;
      ready.push(due);
    }
    return ready;
  }

  /** Items whose turn has not come. */
  rest(): readonly Item[] {
    return [...this.#early.values()];
  }
}
