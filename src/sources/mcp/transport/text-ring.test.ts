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

test("what was said first is kept beside what was said last", () => {
  const ring = new TextRing(2_000);
  ring.push(Buffer.from("fatal: no licence\n"));
  for (let line = 0; line < 2_000; line += 1) ring.push(Buffer.from(`at frame ${line}\n`));
  expect(ring.summary()).toMatch(/^fatal: no licence\nat frame 0\n[\s\S]*\n\[…\]\n[\s\S]*at frame 1999$/);
});

test.each([
  ["short", 1],
  ["a little longer than what is shown of the end", 28],
])("a text that is %s is given once and whole", (_what, lines) => {
  const ring = new TextRing();
  const text = Array.from({ length: lines }, (_, line) => `line ${line}`).join("\n");
  ring.push(Buffer.from(`${text}\n`));
  expect(ring.summary()).toBe(text);
});
