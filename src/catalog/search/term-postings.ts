import { FIELD_WEIGHTS, NAME_FIELD, SERVER_FIELD, searchableText } from "./searchable-text.ts";
import { joinedTerms, pairedTerms, pairKey, singleIdeographs, splitTerms } from "./split-terms.ts";
import { STOP_WORDS } from "./stop-words.ts";
import { TermDictionary } from "./term-dictionary.ts";
import type { ToolEntry } from "../tool.ts";
import type { ToolVectors } from "./meaning/tool-vectors.ts";

/** BM25F: how soon repetition stops counting, and how much long fields are held back. */
const K1 = 1.5;
const B = 0.5;
const POSTINGS_PER_STEP = 512;
const FIELD_COUNT = FIELD_WEIGHTS.length;

/** For every stem the tools that have it, with the ready-made part it adds to their scores. */
export interface TermPostings {
  readonly dictionary: TermDictionary;
  /** Start of the postings of stem `t`; they end where those of `t + 1` begin. */
  readonly starts: Uint32Array;
  /** Positions of tools in the catalog. */
  readonly tools: Uint32Array;
  /** Amount that each posting adds to the score. */
  readonly impacts: Float32Array;
  /** 1 for each posting whose word stands in the tool's name. */
  readonly inName: Uint8Array;
  /** Number of different words that count in the name of each tool. */
  readonly nameSizes: Uint16Array;
}

/** Words of all tools, one after the other, before lengths are known. */
interface Occurrences {
  readonly dictionary: TermDictionary;
  readonly terms: number[];
  /** End of each field of each tool in `terms`. */
  readonly fieldEnds: Uint32Array;
  /** Words that count towards the length of each field of each tool. */
  readonly lengths: Uint32Array;
  readonly nameSizes: Uint16Array;
}

/** Indexes the tools of a catalog, in small steps; what is read is also given to `vectors`. */
export function* createTermPostings(
  entries: readonly ToolEntry[],
  vectors?: ToolVectors,
): Generator<void, TermPostings> {
  const occurrences = yield* readOccurrences(entries, vectors);
  const factors = fieldFactors(occurrences.lengths, entries.length);
  const weighed = yield* weighTerms(occurrences, factors, entries.length);
  return yield* arrangeByTerm({ occurrences, ...weighed, toolCount: entries.length });
}

function* readOccurrences(
  entries: readonly ToolEntry[],
  vectors: ToolVectors | undefined,
): Generator<void, Occurrences> {
  const dictionary = new TermDictionary();
  const terms: number[] = [];
  const fieldEnds = new Uint32Array(entries.length * FIELD_COUNT);
  const lengths = new Uint32Array(entries.length * FIELD_COUNT);
  const known = new Map<string, string[]>();
  const nameSizes = new Uint16Array(entries.length);
  for (const [tool, entry] of entries.entries()) {
    searchableText(entry).forEach((text, field) => {
      const slot = tool * FIELD_COUNT + field;
      const words = field >= SERVER_FIELD ? splitOnce(text, known) : splitTerms(text);
      vectors?.addField(words, field);
      const counting = words.filter((word) => !STOP_WORDS.has(word));
      lengths[slot] = counting.length;
      if (field === NAME_FIELD) nameSizes[tool] = new Set(counting).size;
      for (const word of field === NAME_FIELD ? words : counting) terms.push(dictionary.add(word));
      for (const word of furtherWords(text, words, field)) terms.push(dictionary.add(word));
      fieldEnds[slot] = terms.length;
    });
    vectors?.endTool(tool);
    yield;
  }
  return { dictionary, terms, fieldEnds, lengths, nameSizes };
}

/** Further terms by which a text is found beside its words; these do not count in its length. */
function furtherWords(text: string, words: readonly string[], field: number): readonly string[] {
  const single = singleIdeographs(text).filter((character) => !words.includes(character));
  return field === NAME_FIELD ? [...single, ...pairedTerms(words).map(pairKey)] : single;
}

/** All tools of a server share its texts, so those are split once. */
function splitOnce(text: string, known: Map<string, string[]>): string[] {
  let words = known.get(text);
  if (words === undefined) {
    words = [...splitTerms(text), ...joinedTerms(text)];
    known.set(text, words);
  }
  return words;
}

/** Weight of one occurrence in each field of each tool, from the length of that field there and on average. */
function fieldFactors(lengths: Uint32Array, toolCount: number): Float32Array {
  const sums = new Float64Array(FIELD_COUNT);
  lengths.forEach((length, slot) => {
    const field = slot % FIELD_COUNT;
    sums[field] = (sums[field] ?? 0) + length;
  });
  return Float32Array.from(lengths, (length, slot) => {
    const field = slot % FIELD_COUNT;
    const average = Math.max((sums[field] ?? 0) / toolCount, Number.MIN_VALUE);
    return (FIELD_WEIGHTS[field] ?? 0) / (1 - B + (B * length) / average);
  });
}

/** Postings in the order of the tools. */
interface WeighedTerms {
  readonly frequencies: Float32Array;
  readonly postingTerms: Uint32Array;
  readonly postingTools: Uint32Array;
  readonly named: Uint8Array;
}

/** One posting for each stem of each tool, tool by tool. */
function* weighTerms(
  { dictionary, terms, fieldEnds }: Occurrences,
  factors: Float32Array,
  toolCount: number,
): Generator<void, WeighedTerms> {
  const frequencies = new Float32Array(terms.length);
  const postingTerms = new Uint32Array(terms.length);
  const postingTools = new Uint32Array(terms.length);
  const named = new Uint8Array(terms.length);
  const postingOfTerm = new Int32Array(dictionary.size).fill(-1);
  let count = 0;
  let position = 0;
  for (let tool = 0; tool < toolCount; tool++) {
    const first = count;
    for (let slot = tool * FIELD_COUNT; slot < (tool + 1) * FIELD_COUNT; slot++) {
      for (; position < (fieldEnds[slot] ?? 0); position++) {
        const term = terms[position] ?? 0;
        let posting = postingOfTerm[term] ?? -1;
        if (posting < first) {
          posting = count++;
          postingOfTerm[term] = posting;
          postingTerms[posting] = term;
          postingTools[posting] = tool;
        }
        frequencies[posting] = (frequencies[posting] ?? 0) + (factors[slot] ?? 0);
        if (slot % FIELD_COUNT === NAME_FIELD) named[posting] = 1;
      }
    }
    yield;
  }
  return {
    frequencies: frequencies.subarray(0, count),
    postingTerms: postingTerms.subarray(0, count),
    postingTools: postingTools.subarray(0, count),
    named: named.subarray(0, count),
  };
}

/** Sorts postings by stem (counting sort, which keeps catalog order) and turns frequencies into impacts. */
function* arrangeByTerm(
  input: WeighedTerms & { readonly occurrences: Occurrences; readonly toolCount: number },
): Generator<void, TermPostings> {
  const { dictionary, nameSizes } = input.occurrences;
  const starts = startsOf(input.postingTerms, dictionary.size);
  yield;
  const next = starts.slice();
  const tools = new Uint32Array(input.postingTerms.length);
  const impacts = new Float32Array(input.postingTerms.length);
  const inName = new Uint8Array(input.postingTerms.length);
  for (const [posting, term] of input.postingTerms.entries()) {
    const place = next[term] ?? 0;
    next[term] = place + 1;
    const holders = (starts[term + 1] ?? 0) - (starts[term] ?? 0);
    const rarity = rarityOf(holders, input.toolCount);
    const frequency = input.frequencies[posting] ?? 0;
    tools[place] = input.postingTools[posting] ?? 0;
    inName[place] = input.named[posting] ?? 0;
    impacts[place] = (rarity * frequency * (K1 + 1)) / (K1 + frequency);
    if (posting % POSTINGS_PER_STEP === 0) yield;
  }
  return { dictionary, starts, tools, impacts, inName, nameSizes };
}

/** Start of the postings of each stem. */
function startsOf(postingTerms: Uint32Array, termCount: number): Uint32Array {
  const starts = new Uint32Array(termCount + 1);
  for (const term of postingTerms) starts[term + 1] = (starts[term + 1] ?? 0) + 1;
  for (let term = 0; term < termCount; term++) starts[term + 1] = (starts[term + 1] ?? 0) + (starts[term] ?? 0);
  return starts;
}

function rarityOf(holders: number, toolCount: number): number {
  return Math.log(1 + (toolCount - holders + 0.5) / (holders + 0.5));
}
