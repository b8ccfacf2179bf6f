import { expect, test } from "vitest";
import { ArtifactStore } from "./artifact-store.ts";
import { SharedMemory } from "./shared-memory.ts";

const KB = 1024;
const keep = (store: ArtifactStore, kilobytes: number): string =>
  store.save({ text: "x".repeat((kilobytes - 4) * KB), mimeType: "text/plain" }).id;

test("when the memory of all is full, who has most of it in however many stores gives up the oldest", () => {
  const memory = new SharedMemory(100 * KB);
  const storeOf = (holder: unknown): ArtifactStore => new ArtifactStore({ memory, holder });
  const modest = storeOf("modest");
  const kept = keep(modest, 10);
  const greedy = Array.from({ length: 40 }, () => storeOf("greedy"));
  for (const store of greedy) keep(store, 9);
  expect(modest.has(kept)).toBe(true);
  expect(greedy.map(({ heldBytes }) => heldBytes).filter((bytes) => bytes > 0)).toHaveLength(10);
  const late = storeOf("late");
  const ids = [keep(late, 20), keep(late, 20)];
  expect([modest.has(kept), ...ids.map((id) => late.has(id))]).toEqual([true, true, true]);
  expect([modest, late, ...greedy].reduce((sum, { heldBytes }) => sum + heldBytes, 0)).toBeLessThanOrEqual(100 * KB);
});

test("what a store lets go of is room for others, and what is larger than all is refused by its own capacity alone", () => {
  const memory = new SharedMemory(50 * KB);
  const [one, other] = ["one", "other"].map((holder) => new ArtifactStore({ memory, holder, capacityBytes: 60 * KB }));
  if (one === undefined || other === undefined) throw new Error("There are two.");
  keep(one, 40);
  one.clear();
  const first = keep(other, 40);
  expect(other.has(first)).toBe(true);
  expect(other.has(keep(other, 55))).toBe(true);
  expect([one.heldBytes, other.heldBytes]).toEqual([0, 55 * KB]);
});
