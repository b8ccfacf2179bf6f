import { countingWords } from "../catalog/search/query-words.ts";

const CLAUSE_END = /[.,;:!?\n]+(?:\s|$)|\s(?:and|but|or|so|then)\s/i;
/** Words after which a clause says of what, for whom, where or when something is to be done. */
const OF_WHAT =
  /\s(?:about|across|after|as|at|before|between|by|during|for|from|if|in|into|of|on|onto|over|per|that|to|using|via|when|where|which|with|within)\s/i;
/** Words that count, beside those that any request has, in a beginning that says what is to be done. */
const FEWEST_WORDS = 2;
const MOST_WORDS = 4;
const MOST_HEADS = 4;

/**
 * Beginnings of the clauses of a request that say what is to be done, without what it is to be done to: "calculate the
 * average" of "calculate the average of price and volume". At most four, and none of a clause that says no more than that.
 */
export function clauseHeads(request: string): readonly string[] {
  const heads = request.split(CLAUSE_END).flatMap((clause) => headOf(clause) ?? []);
  return [...new Set(heads)].slice(0, MOST_HEADS);
}

function headOf(clause: string): string | undefined {
  const parts = clause.split(OF_WHAT);
  const before = parts.slice(0, -1).map((_, at) =>
    parts
      .slice(0, at + 1)
      .join(" ")
      .trim(),
  );
  const head = before.find((text) => countingWords(text) >= FEWEST_WORDS);
  return head === undefined || countingWords(head) > MOST_WORDS ? undefined : head;
}
