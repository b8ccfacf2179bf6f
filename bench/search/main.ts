// How fast a large catalog is indexed and searched: npm run bench:search -- --scale [TOOLS]
// How well tools are found: npm run bench:search -- FOLDER, a folder of search sets (see search-set.ts). Only questions
// count all of whose tools belong to the half that the shipped word vectors were not trained on.
import { createEngines } from "./engines.ts";
import { measureScale } from "./scale.ts";
import { readSearchSets, type SearchSet } from "./search-set.ts";

const LIMIT = 10;
const METRICS = ["hit@1", "R@1", "R@5", "R@10", "nDCG@10"] as const;
type Scores = Record<(typeof METRICS)[number], number>;

const [folder, size = "50000"] = process.argv.slice(2);
if (folder === "--scale") {
  await measureScale(Number(size));
  process.exit(0);
}
if (folder === undefined) {
  console.error("Usage: npm run bench:search -- FOLDER, or npm run bench:search -- --scale [TOOLS]");
  process.exit(2);
}
const macro = new Map<string, Scores[]>();
for (const set of readSearchSets(folder)) {
  const rows: Record<string, Scores> = {};
  for (const [name, search] of createEngines(set.tools)) {
    const startedAt = performance.now();
    const questions = heldOutQuestions(set);
    const scores = questions.map(({ query, relevant }) => judge(search(query, LIMIT), relevant));
    rows[name] = mean(scores);
    macro.set(name, [...(macro.get(name) ?? []), rows[name]]);
    const perQuestion = (performance.now() - startedAt) / questions.length;
    if (name === "codemode")
      console.log(`\n${set.name}: ${questions.length} questions, ${perQuestion.toFixed(2)} ms each`);
  }
  console.table(rounded(rows));
}
console.log("\nmacro average");
console.table(rounded(Object.fromEntries([...macro].map(([name, scores]) => [name, mean(scores)]))));

function heldOutQuestions({ queries, tools, heldOut }: SearchSet): { query: string; relevant: ReadonlySet<string> }[] {
  return queries
    .filter(({ relevant }) => relevant.size > 0 && [...relevant].every((place) => heldOut[place] === true))
    .map(({ query, relevant }) => ({
      query,
      relevant: new Set([...relevant].map((place) => tools[place]?.name ?? "")),
    }));
}

function judge(found: readonly string[], relevant: ReadonlySet<string>): Scores {
  const recall = (depth: number): number =>
    found.slice(0, depth).filter((name) => relevant.has(name)).length / relevant.size;
  const gain = found.reduce((sum, name, rank) => sum + (relevant.has(name) ? discount(rank) : 0), 0);
  const ideal = Array.from({ length: Math.min(LIMIT, relevant.size) }, (_, rank) => discount(rank));
  const best = ideal.reduce((sum, value) => sum + value, 0);
  const hit = relevant.has(found[0] ?? "") ? 1 : 0;
  return { "hit@1": hit, "R@1": recall(1), "R@5": recall(5), "R@10": recall(LIMIT), "nDCG@10": gain / best };
}

function discount(rank: number): number {
  return 1 / Math.log2(rank + 2);
}

function mean(scores: readonly Scores[]): Scores {
  const average = (metric: (typeof METRICS)[number]): number =>
    scores.reduce((sum, score) => sum + score[metric], 0) / scores.length;
  return {
    "hit@1": average("hit@1"),
    "R@1": average("R@1"),
    "R@5": average("R@5"),
    "R@10": average("R@10"),
    "nDCG@10": average("nDCG@10"),
  };
}

function rounded(rows: Readonly<Record<string, Scores>>): Record<string, Record<string, string>> {
  return Object.fromEntries(
    Object.entries(rows).map(([name, scores]) => [
      name,
      Object.fromEntries(METRICS.map((metric) => [metric, (100 * scores[metric]).toFixed(1)])),
    ]),
  );
}
