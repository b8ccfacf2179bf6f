import { expect, test } from "vitest";
import { cutText, plainLine, plainText } from "./plain-text.ts";

test.each([
  ["a colour", "\u001B[31mred\u001B[0m", "red"],
  ["a window title", "\u001B]0;evil\u0007text", "text"],
  ["a link", "\u001B]8;;http://x\u001B\\name\u001B]8;;\u001B\\", "name"],
  ["a lone escape and a backspace", "a\u001Bb\u0008c", "abc"],
  ["an eight-bit sequence", "a\u009B31mb", "ab"],
  ["carriage returns", "one\r\ntwo\rthree", "one\ntwothree"],
])("%s does not reach the terminal", (_title, text, shown) => {
  expect(plainText(text)).toBe(shown);
});

test("line ends and tabs stay in a text and become spaces in a line", () => {
  expect(plainText("a\n\tb")).toBe("a\n\tb");
  expect(plainLine(" a\n\t b ")).toBe("a b");
});

test("a cut text says so and keeps to its width", () => {
  expect([cutText("abcdef", 4), cutText("abcd", 4), cutText("abcdef", 0), cutText("abcdef", undefined)]).toEqual([
    "abc…",
    "abcd",
    "",
    "abcdef",
  ]);
});
