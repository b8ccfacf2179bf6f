import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ByteParts, freeBytes } from "./byte-parts.ts";

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

test("bytes that are freed are none, and what shares its buffer with others stays", () => {
  const own = Buffer.alloc(70_000, 1);
  const shared = Buffer.alloc(70_000, 2);
  const half = shared.subarray(0, 35_000);
  const pooled = Buffer.from("small");
  const threads = new Uint8Array(new SharedArrayBuffer(8));
  freeBytes([own, own, half, pooled, threads]);
  freeBytes([own]);
  expect([own.length, half.length, shared[69_999], String(pooled), threads.length]).toEqual([0, 35_000, 2, "small", 8]);
});
