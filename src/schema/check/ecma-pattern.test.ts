import { expect, test } from "vitest";
import { toEcmaPattern } from "./ecma-pattern.ts";

function verdictOf(pattern: string, text: string): boolean | undefined {
  const known = toEcmaPattern(pattern);
  return known === undefined ? undefined : new RegExp(known.source, known.flags).test(text);
}

test.each([
  ["^[A-Z]{3}\\Z", "ABC", "AB"],
  ["\\A[A-Z]{3}\\z", "ABC", "ABCD"],
  ["^[[:upper:]]+$", "ABC", "abc"],
  ["^[[:alnum:]_-]+$", "a_B-9", "a b"],
  ["^[^[:space:]]+$", "ab", "a b"],
  ["^[A-Z]{,5}$", "ABCDE", "ABCDEF"],
  ["^\\p{IsLatin}+$", "Älg", "жук"],
  ["^\\p{Han}+$", "天气", "abc"],
  ["^\\p{script=cyrillic}+$", "жук", "abc"],
  ["^\\pL+$", "añb", "a1"],
  ["^\\p{^L}+$", "12", "ab"],
  ["^\\p{Alnum}+$", "a1", "a-1"],
  ["^[\\p{Upper}_]+$", "A_B", "a"],
  ["^\\P{Alpha}+$", "12", "ab"],
  ["(?i)^yes|no$", "YES", "maybe"],
  ["^(?i:yes)$", "yEs", "no"],
  ["(?s)^a.b$", "a\nb", "ab"],
  ["^[a-z]++@[a-z]*+$", "a@b", "@b"],
  ["^(?>a|ab)c$", "ac", "bc"],
  ["^(?P<year>\\d{4})-(?P=year)$", "2026-2026", "2026-2025"],
  ["^(?P<year>\\d{4})$", "2026", "26"],
  ["^(?'word'\\w+) \\k{word}$", "a a", "a b"],
  ["^a\\h+b$", "a \tb", "a\nb"],
  ["^a\\Rb$", "a\r\nb", "ab"],
  ["^\\Qa.b(c)\\E$", "a.b(c)", "axb(c)"],
  ["^\\x{1F600}$", "😀", "x"],
  ["^\\U0001F600+$", "😀😀", "x"],
  ["^(?#the code)[A-Z]+$", "AB", "ab"],
  ["/^[A-Z]+$/", "ABC", "abc"],
  ["/^[a-z]+$/i", "ABC", "1"],
  ["/api/", "/api/v1", "api"],
  ["^[\\w-.]+$", "a-b.c", "a b"],
  ["^\\_\\-[\\p{Han}\\-\\_]+$", "_-天", "_-a"],
  ["^[]a]+$", "]a", "b"],
] as const)("%s takes %s and not %s", (pattern, taken, refused) => {
  expect([verdictOf(pattern, taken), verdictOf(pattern, refused)]).toEqual([true, false]);
});

test.each([
  "^[a-z&&[^aeiou]]+$",
  "^[a-z-[aeiou]]+$",
  "^(a(?R)?b)$",
  "^(a)?(?(1)b|c)$",
  "^\\p{InCyrillic}+$",
  "^\\i\\c*$",
  "(*UTF)^a$",
  "^(?x) a b $",
  "^(?i:a)[^b]$",
  "^(?!a++b)",
  "^[[:nonsense:]]$",
  "^[\\R]$",
])("by %s nothing is refused, since its meaning is not known", (pattern) => {
  expect(toEcmaPattern(pattern)).toBeUndefined();
});
