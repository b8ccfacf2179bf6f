import { expect, test } from "vitest";
import { inPlainEnglish } from "./same-words.ts";
import { splitTerms } from "./split-terms.ts";

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
  expect(inPlainEnglish(splitTerms(request), { isHeld: () => true, isWord: () => true }).join(" ")).toBe(meant);
});
