import { expect, test } from "vitest";
import { inPlainEnglish } from "./same-words.ts";
import { pairKey, splitTerms } from "./split-terms.ts";

test.each([
  ["Keep in mind that Ada likes tea", "remember that ada likes tea"],
  ["please note that it rains", "please remember it rains"],
  ["Don't forget Ada's birthday", "remember ada s birthday"],
  ["get rid of the old ones", "delete the old ones"],
  ["How do I get to the station?", "route directions the station"],
  ["how many are there", "count number are there"],
  ["it is far to get", "it is far to get"],
  ["keep in touch", "keep in touch"],
  ["note", "note"],
])("of %j the words that count are those that are meant: %j", (request, meant) => {
  const isHeld = (word: string): boolean => !word.endsWith("+");
  expect(inPlainEnglish(splitTerms(request), { isHeld, isWord: () => true }).join(" ")).toBe(meant);
});

test.each<[string, readonly string[], string]>([
  ["I haven't met with Ada", [], "i haven t meet with ada"],
  ["what Ada wrote and sent", [], "what ada write and send"],
  ["the file was not found", ["found"], "the file was not found find"],
  ["take the left one", [], "take the left one"],
])("of %j with tools that say %j the verbs are %j", (request, held, meant) => {
  const reading = { isHeld: (word: string) => held.includes(word), isWord: () => true };
  expect(inPlainEnglish(splitTerms(request), reading).join(" ")).toBe(meant);
});

test("the words of a phrase stay beside what it means where the name of a tool says it", () => {
  const reading = { isHeld: (word: string) => word === pairKey("turnon"), isWord: () => true };
  expect(inPlainEnglish(splitTerms("Turn on the light"), reading).join(" ")).toBe("turn on start enable the light");
  expect(inPlainEnglish(splitTerms("Turn off the light"), reading).join(" ")).toBe("stop disable the light");
});
