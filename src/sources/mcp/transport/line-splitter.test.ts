import { expect, test } from "vitest";
import { LineSplitter } from "./line-splitter.ts";

function split(chunks: readonly Buffer[], limitBytes = 100): readonly string[] {
  const events: string[] = [];
  const splitter = new LineSplitter(limitBytes, {
    onLine: (line) => events.push(line),
    onTooLong: (head) => events.push(`too long: ${head.slice(0, 3)}`),
    onTooLongEnd: (tail) => events.push(`ended: ${tail.slice(-3)}`),
  });
  for (const chunk of chunks) splitter.push(chunk);
  return events;
}

test("lines are the same however the bytes are cut, also inside a character", () => {
  const bytes = Buffer.from("één\r\ntwo\n\n€uro\nunfinished");
  for (let size = 1; size <= bytes.length; size += 1) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    expect(split(chunks)).toEqual(["één", "two", "", "€uro"]);
  }
});

test("a line over the limit is told at once by its head, then by its tail, and the next line is whole", () => {
  const long = [Buffer.from("abc"), Buffer.from("x".repeat(200)), Buffer.from("xxx"), Buffer.from("xyz\nnext\n")];
  expect(split(long)).toEqual(["too long: abc", "ended: xyz", "next"]);
  expect(split(long.slice(0, 2))).toEqual(["too long: abc"]);
});

test("a line of exactly the limit is whole", () => {
  expect(split([Buffer.from(`${"x".repeat(100)}\n`)])).toEqual(["x".repeat(100)]);
});
