/** Messages of one session that can be sent again, and their size together. */
const EVENTS = 1_000;
const CHARACTERS = 4 * 1024 * 1024;
/** Size of the messages of all sessions together. */
const ALL_CHARACTERS = 64 * 1024 * 1024;

interface StoredEvent {
  readonly stream: string;
  /** Its text, in two parts: the first may be the same for many sessions. Empty where it says only that a stream is there. */
  readonly text: string;
  readonly tail: string;
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
export class BoundedEventStore {
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

  /** Keeps the text of a message, in one part or two; returns the id of its event. */
  store(stream: string, text: string, tail = ""): string {
    this.#last += 1;
    const id = String(this.#last);
    const event = { stream, text, tail };
    this.#events.set(id, event);
    this.#grow(sizeOf(event));
    while (this.#events.size > EVENTS || this.#characters > CHARACTERS) {
      if (!this.dropOldest()) break;
    }
    return id;
  }

  /** The stream of an event; undefined for one that is not held. */
  streamOf(id: string): string | undefined {
    return this.#events.get(id)?.stream;
  }

  /** The ids and the texts of what followed an event on its stream. */
  after(lastId: string): readonly (readonly [id: string, text: string])[] {
    const stream = this.streamOf(lastId);
    return [...this.#events]
      .filter(([id, event]) => Number(id) > Number(lastId) && event.stream === stream && event.text !== "")
      .map(([id, { text, tail }]) => [id, text + tail]);
  }

  /** Forgets the oldest message; false where there is none but the last, which stays. */
  dropOldest(): boolean {
    const [oldest] = this.#events;
    if (oldest === undefined || this.#events.size === 1) return false;
    const [id, event] = oldest;
    this.#events.delete(id);
    this.#grow(-sizeOf(event));
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

function sizeOf({ text, tail }: StoredEvent): number {
  return text.length + tail.length;
}
