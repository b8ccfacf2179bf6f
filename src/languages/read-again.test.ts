import { expect, test } from "vitest";
import { ReadAgain } from "./read-again.ts";

test("what was read of a program is kept from the second time on", () => {
  const read = new ReadAgain<number>();
  read.set("program", 1);
  expect(read.get("program")).toBeUndefined();
  read.set("program", 2);
  expect(read.get("program")).toBe(2);
});
