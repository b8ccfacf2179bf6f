import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ByteParts } from "./byte-parts.ts";

test("whatever the sizes of chunks, their bytes come out in order", () => {
  const size = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(16_384, 16_385, 70_000));
  fc.assert(
    fc.property(fc.array(size, { maxLength: 12 }), fc.integer({ min: 1, max: 7 }), (sizes, every) => {
      const parts = new ByteParts();
      let expected: Buffer[] = [];
      for (const [at, each] of sizes.entries()) {
        const chunk = Buffer.alloc(each, 65 + at);
        parts.push(new Uint8Array(chunk));
        expected.push(chunk);
        const whole = Buffer.concat(expected);
        expect([parts.bytes, parts.last]).toEqual([whole.length, whole.at(-1)]);
        expect(parts.head).toBe(whole.toString("utf8", 0, Math.min(256, parts.head.length)));
        if (at % every !== 0) continue;
        expect(Buffer.concat(parts.take()).equals(whole)).toBe(true);
        expected = [];
      }
    }),
    { numRuns: 50 },
  );
});

test("many small chunks take few pieces of memory", () => {
  const parts = new ByteParts();
  for (let number = 0; number < 200_000; number += 1) parts.push(new Uint8Array([number % 256]));
  expect(parts.bytes).toBe(200_000);
  expect(parts.take().length).toBeLessThan(10);
});
