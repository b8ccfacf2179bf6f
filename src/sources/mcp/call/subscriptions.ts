/** Begins a subscription; resolves with the way to end it. */
type Subscribe = (uri: string) => Promise<() => Promise<unknown>>;

interface Subscription {
  /** Clients of ours that want it. */
  count: number;
  readonly begun: Promise<() => Promise<unknown>>;
}

/**
 * Subscriptions to the resources of one server, each made once however many clients of ours want it: a server knows us as
 * one client, and the first to leave would end it for all.
 */
export class Subscriptions {
  readonly #subscribe: Subscribe;
  readonly #held = new Map<string, Subscription>();

  constructor(subscribe: Subscribe) {
    this.#subscribe = subscribe;
  }

  /** Rejects like the request where it cannot be made. */
  async add(uri: string): Promise<void> {
    const known = this.#held.get(uri);
    const subscription = known ?? { count: 0, begun: this.#subscribe(uri) };
    subscription.count += 1;
    this.#held.set(uri, subscription);
    try {
      await subscription.begun;
    } catch (error) {
      if (this.#held.get(uri) === subscription) this.#held.delete(uri);
      throw error;
    }
  }

  /** Ends it with the last client that wanted it. */
  async drop(uri: string): Promise<void> {
    const subscription = this.#held.get(uri);
    if (subscription === undefined) return;
    subscription.count -= 1;
    if (subscription.count > 0) return;
    this.#held.delete(uri);
    const end = await subscription.begun;
    await end();
  }
}
