import type { EventStore, JSONRPCMessage } from "@modelcontextprotocol/server";

/** Messages of one session that can be sent again, and their size together. */
const EVENTS = 1_000;
const CHARACTERS = 4 * 1024 * 1024;

interface StoredEvent {
  readonly stream: string;
  readonly message: JSONRPCMessage;
  readonly characters: number;
}

/**
 * The last messages of a session, so that a client whose connection broke reads on where it was (`Last-Event-ID`): 1,000
 * of them and 4 MB at most, the oldest go first. A client that was away for longer than that is sent what is left.
 */
export class BoundedEventStore implements EventStore {
  /** In the order they were sent. */
  readonly #events = new Map<string, StoredEvent>();
  #characters = 0;
  #last = 0;

  async storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
    this.#last += 1;
    const id = String(this.#last);
    const characters = JSON.stringify(message).length;
    this.#events.set(id, { stream, message, characters });
    this.#characters += characters;
    for (const [oldest, event] of this.#events) {
      if (this.#events.size <= EVENTS && (this.#characters <= CHARACTERS || oldest === id)) break;
      this.#events.delete(oldest);
      this.#characters -= event.characters;
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
}
