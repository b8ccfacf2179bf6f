import { expect, test } from "vitest";
import { inTurn } from "./in-turn.ts";

function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test("a hundred steps asked for at once leave the event loop to others between them", async () => {
  let turns = 0;
  const count = (): NodeJS.Immediate =>
    setImmediate(() => {
      turns += 1;
      counting = count();
    });
  let counting = count();
  const results = await Promise.all(Array.from({ length: 100 }, (_, index) => inTurn(() => (busy(2), index))));
  clearImmediate(counting);
  expect(results).toEqual(Array.from({ length: 100 }, (_, index) => index));
  expect(turns).toBeGreaterThan(15);
});

test("a step that throws rejects for its caller alone", async () => {
  const broken = inTurn(() => {
    throw new Error("broken");
  });
  const after = inTurn(() => "fine");
  await expect(broken).rejects.toThrow("broken");
  expect(await after).toBe("fine");
});
