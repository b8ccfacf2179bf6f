import { stemmer } from "stemmer";
import { expect, test } from "vitest";
import { packagedWordVectors } from "../meaning/word-vectors.ts";
import { STOP_WORDS } from "../stop-words.ts";
import { TermDictionary } from "./term-dictionary.ts";

test("every word that is no stop word and no irregular plural has the stem that the stemmer gives it", () => {
  const dictionary = new TermDictionary();
  const words = [...(packagedWordVectors()?.rowOf.keys() ?? [])];
  for (const word of words) dictionary.add(word);
  const { stems, stemOfWord } = dictionary.list();
  const others = words.filter(
    (word, place) => !STOP_WORDS.has(word) && stems[stemOfWord[place] ?? -1] !== stemmer(word),
  );
  expect(words.length).toBeGreaterThan(30_000);
  expect(others.length).toBeLessThan(40);
  expect(others).toContain("people");
});

test("words of one stem are one term, and those of a name written as one another", () => {
  const dictionary = new TermDictionary();
  const [create, created, pair] = ["create", "created", "create+"].map((word) => dictionary.add(word));
  expect(created).toBe(create);
  expect(pair).not.toBe(create);
  expect([dictionary.find("creating"), dictionary.find("creating+"), dictionary.find("deleted")]).toEqual([
    create,
    pair,
    undefined,
  ]);
  expect(dictionary.size).toBe(2);
});
