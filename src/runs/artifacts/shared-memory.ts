import type { ArtifactStore } from "./artifact-store.ts";

/** So much of one store goes before all are compared again, which for each of many small things would take long. */
const DROPPED_BYTES = 256 * 1024;

/**
 * Memory that the stores of all clients have together. When it is full, the holder who has most of it gives up the oldest of
 * the fullest store, so that however many stores one has, nobody else loses anything to them.
 */
export class SharedMemory {
  readonly #capacityBytes: number;
  readonly #stores = new Set<ArtifactStore>();

  constructor(capacityBytes: number) {
    this.#capacityBytes = capacityBytes;
  }

  /** Makes room for what a store is about to keep. */
  makeRoom(bytes: number, store: ArtifactStore): void {
    this.#stores.add(store);
    let missing = this.#heldBytes + bytes - this.#capacityBytes;
    while (missing > 0) {
      const fullest = this.#fullest(bytes, store);
      if (fullest === undefined) return;
      const before = fullest.heldBytes;
      const least = Math.max(0, before - Math.min(missing, DROPPED_BYTES));
      do fullest.dropOldest();
      while (fullest.heldBytes > least);
      missing -= before - fullest.heldBytes;
    }
  }

  /** Forgets a store that holds nothing any more. */
  leave(store: ArtifactStore): void {
    this.#stores.delete(store);
  }

  get #heldBytes(): number {
    return [...this.#stores].reduce((sum, { heldBytes }) => sum + heldBytes, 0);
  }

  #fullest(bytes: number, asking: ArtifactStore): ArtifactStore | undefined {
    const byHolder = new Map<unknown, number>([[asking.holder, bytes]]);
    for (const { holder, heldBytes } of this.#stores) byHolder.set(holder, (byHolder.get(holder) ?? 0) + heldBytes);
    return [...this.#stores]
      .filter(({ heldBytes }) => heldBytes > 0)
      .toSorted((a, b) => rank(b) - rank(a) || b.heldBytes - a.heldBytes)[0];

    function rank({ holder }: ArtifactStore): number {
      return byHolder.get(holder) ?? 0;
    }
  }
}
