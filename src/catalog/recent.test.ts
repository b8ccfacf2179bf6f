import { expect, test } from "vitest";
import { Recent } from "./recent.ts";

test("what was asked for last is kept, and the oldest makes room", () => {
  const recent = new Recent<number>(2);
  recent.set("a", 1);
  recent.set("b", 2);
  expect(recent.get("a")).toBe(1);
  recent.set("c", 3);
  expect(["a", "b", "c"].map((key) => recent.get(key))).toEqual([1, undefined, 3]);
});

test("a very long key is not kept", () => {
  const recent = new Recent<number>(2);
  recent.set("x".repeat(20_001), 1);
  expect(recent.get("x".repeat(20_001))).toBeUndefined();
});
