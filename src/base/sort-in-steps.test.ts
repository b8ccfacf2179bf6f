import { array, assert, nat, property } from "fast-check";
import { expect, test } from "vitest";
import { SlicedWork } from "./sliced-work.ts";
import { sortInSteps } from "./sort-in-steps.ts";

test("what is sorted in steps comes out as `toSorted` gives it, equal items in their order", () => {
  const items = array(
    nat(50).map((key) => ({ key })),
    { maxLength: 2_000, size: "max" },
  );
  const compare = (a: { key: number }, b: { key: number }): number => a.key - b.key;
  assert(
    property(items, (all) => {
      const sorted = new SlicedWork(() => sortInSteps(all, compare)).now();
      const wanted = all.toSorted(compare);
      expect(sorted.length).toBe(wanted.length);
      expect(sorted.every((item, index) => item === wanted[index])).toBe(true);
    }),
    { numRuns: 30 },
  );
});
