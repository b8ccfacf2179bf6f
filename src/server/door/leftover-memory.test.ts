import { expect, test } from "vitest";
import { LeftoverMemory } from "./leftover-memory.ts";

/** Makes something that takes about 60 MB and lets go of it; shows whether it is still there. */
function leaveMemory(): WeakRef<object> {
  return new WeakRef(Array.from({ length: 600_000 }, (_, index) => ({ index, text: `item ${index}` })));
}

test("what clients left is given back once nobody is served", { timeout: 60_000 }, async () => {
  const memory = new LeftoverMemory();
  const left = leaveMemory();
  for (let request = 0; request < 200; request += 1) memory.begins();
  for (let request = 0; request < 200; request += 1) memory.ends();
  await expect.poll(() => left.deref() === undefined, { timeout: 40_000 }).toBe(true);
});
