import type { EventStore, JSONRPCMessage } from "@modelcontextprotocol/server";

/** Messages of one session that can be sent again, and their size together. */
const EVENTS = 1_000;
const CHARACTERS = 4 * 1024 * 1024;
/** Size of the messages of all sessions together. */
const ALL_CHARACTERS = 64 * 1024 * 1024;

interface StoredEvent {
  readonly stream: string;
  readonly message: JSONRPCMessage;
  readonly characters: number;
}

/**
 * The last messages of each session of a server: 64 MB at most for all sessions together. Above that the session that
 * holds most gives up its oldest messages, so that none loses what is little to one that holds much.
 */
export class EventStores {
  readonly #stores = new Set<BoundedEventStore>();
  #characters = 0;

  /** A store for one session. What it holds is gone when it is closed. */
  open(): BoundedEventStore {
    const store = new BoundedEventStore((characters) => this.#grown(characters));
    this.#stores.add(store);
    return store;
  }

  /** Forgets the messages of a session that has ended. */
  close(store: BoundedEventStore): void {
    if (this.#stores.delete(store)) store.clear();
  }

  #grown(characters: number): void {
    this.#characters += characters;
    // What is given up comes here too, with less than nothing.
    if (characters < 0) return;
    while (this.#characters > ALL_CHARACTERS) {
      const largest = [...this.#stores].reduce((one, other) => (other.characters > one.characters ? other : one));
      if (!largest.dropOldest()) return;
    }
  }
}

/**
 * The last messages of a session, so that a client whose connection broke reads on where it was (`Last-Event-ID`): 1,000
 * of them and 4 MB at most, the oldest go first. A client that was away for longer than that is sent what is left.
 */
export class BoundedEventStore implements EventStore {
  /** In the order they were sent. */
  readonly #events = new Map<string, StoredEvent>();
  readonly #onGrown: (characters: number) => void;
  #characters = 0;
  #last = 0;

  /** @param onGrown hears by how much the store has grown, or shrunk */
  constructor(onGrown: (characters: number) => void = () => {}) {
    this.#onGrown = onGrown;
  }

  /** Size of what is held. */
  get characters(): number {
    return this.#characters;
  }

  async storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
    this.#last += 1;
    const id = String(this.#last);
    const characters = JSON.stringify(message).length;
    this.#events.set(id, { stream, message, characters });
    this.#grow(characters);
    while (this.#events.size > EVENTS || this.#characters > CHARACTERS) {
      if (!this.dropOldest()) break;
    }
    return id;
  }

  async getStreamIdForEventId(id: string): Promise<string | undefined> {
    return this.#events.get(id)?.stream;
  }

  async replayEventsAfter(
    lastId: string,
    { send }: { readonly send: (id: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const stream = this.#events.get(lastId)?.stream ?? "";
    for (const [id, event] of this.#events) {
      const isNext = Number(id) > Number(lastId) && event.stream === stream;
      // The first event of a stream says only that it is there.
      if (isNext && Object.keys(event.message).length > 0) await send(id, event.message);
    }
    return stream;
  }

  /** Forgets the oldest message; false where there is none but the last, which stays. */
  dropOldest(): boolean {
    const [oldest] = this.#events;
    if (oldest === undefined || this.#events.size === 1) return false;
    const [id, { characters }] = oldest;
    this.#events.delete(id);
    this.#grow(-characters);
    return true;
  }

  /** Forgets everything. */
  clear(): void {
    this.#events.clear();
    this.#grow(-this.#characters);
  }

  #grow(characters: number): void {
    this.#characters += characters;
    this.#onGrown(characters);
  }
}
