import { expect, test } from "vitest";
import { TextRing } from "./text-ring.ts";

test("the last bytes are kept, however they came", () => {
  for (const size of [1, 7, 64, 1000]) {
    const ring = new TextRing(100);
    const text = Array.from({ length: 300 }, (_, index) => `line ${index}`).join("\n");
    for (let at = 0; at < text.length; at += size) ring.push(Buffer.from(text.slice(at, at + size)));
    expect(ring.tail(3)).toBe("line 297\nline 298\nline 299");
    expect(ring.tail(1000, 1000).length).toBeLessThanOrEqual(100);
    expect(ring.seenBytes).toBe(text.length);
  }
});
