import { FIELD_WEIGHTS, NAME_FIELD } from "../searchable-text.ts";
import { increase, toStarts } from "./running-sums.ts";
import { FIELD_COUNT, type ServerWords } from "./server-words.ts";
import { type KnownWord, WordNotes } from "./lexicon.ts";
import { TermDictionary } from "./term-dictionary.ts";
import type { ToolReader } from "./tool-reader.ts";

/** BM25F: how soon repetition stops counting, and how much long fields are held back. */
const K1 = 1.5;
const B = 0.5;
const POSTINGS_PER_STEP = 2_048;
const TOOLS_PER_STEP = 16;
const SERVERS_PER_STEP = 64;
const STEMS_AT_FIRST = 4_096;

/** What one step of a kept amount adds to a score: a power of two, so that sums of steps are exact. */
const IMPACT_STEP = 1 / 512;
const LARGEST_IMPACT = 0x7fff;

/** For every stem the tools that have it, with the ready-made part it adds to their scores. */
export interface TermPostings {
  readonly dictionary: TermDictionary;
  /** Start of the postings of stem `t`; they end where those of `t + 1` begin. */
  readonly starts: Uint32Array;
  /** Positions of tools in the catalog. */
  readonly tools: ToolPlaces;
  /** Amount that each posting adds to the score, for {@link impactOf}, and whether its word is {@link isInName}. */
  readonly impacts: Uint16Array;
  /** Number of different words that count in the name of each tool. */
  readonly nameSizes: Uint16Array;
}

/** Positions of tools, in as few bytes as a catalog allows. */
type ToolPlaces = Uint16Array | Uint32Array;

/** The amount in what is kept of a posting; never 0. */
export function impactOf(kept: number): number {
  return (kept >>> 1) * IMPACT_STEP;
}

/** Whether the word of a posting stands in the tool's name. */
export function isInName(kept: number): boolean {
  return (kept & 1) === 1;
}

/** The words of one server among those of the others. */
interface PlacedServer {
  readonly words: ServerWords;
  readonly firstTool: number;
  /** Where the stems of its words begin among those of all. */
  readonly firstStem: number;
}

/**
 * Puts the words of all servers together, in small steps. Postings are sorted by stem, and by tool within each.
 * @param reader knows the words of those servers that it has read
 */
export function* createTermPostings(
  servers: readonly ServerWords[],
  reader: ToolReader,
): Generator<void, TermPostings> {
  const dictionary = new TermDictionary();
  const numbers = new StemNumbers(dictionary, reader);
  const placed: PlacedServer[] = [];
  let toolCount = 0;
  for (const words of servers) {
    placed.push({ words, firstTool: toolCount, firstStem: numbers.count });
    numbers.add(words);
    toolCount += words.toolCount;
    yield;
  }
  const { stems } = numbers;
  const starts = yield* countHolders(placed, stems, dictionary.size);
  const averages = yield* averageLengths(servers, toolCount);
  const weighed = new WeighedPostings({ stems, starts, averages }, toolCount);
  for (const server of placed) for (const tools of inBatches(server)) yield weighed.add(server, tools);
  const impacts = yield* toImpacts(weighed, starts, toolCount);
  const nameSizes = new Uint16Array(toolCount);
  for (const { words, firstTool } of placed) nameSizes.set(words.nameSizes, firstTool);
  return { dictionary, starts, tools: weighed.tools, impacts, nameSizes };
}

/** The numbers of the stems of the words of one server after the other. */
class StemNumbers {
  readonly #dictionary: TermDictionary;
  readonly #reader: ToolReader;
  /** Numbers of stems plus one, by those of words. */
  readonly #stemOf = new WordNotes();
  stems: Uint32Array = new Uint32Array(STEMS_AT_FIRST);
  count = 0;

  constructor(dictionary: TermDictionary, reader: ToolReader) {
    [this.#dictionary, this.#reader] = [dictionary, reader];
  }

  add(words: ServerWords): void {
    const [reader, stemOf] = [this.#reader, this.#stemOf];
    const numbers = reader.numbersOf(words);
    if (this.count + numbers.length > this.stems.length) {
      const more = new Uint32Array((this.count + numbers.length) * 2);
      more.set(this.stems);
      this.stems = more;
    }
    for (let at = 0; at < numbers.length; at++) {
      const number = numbers[at] ?? 0;
      if (stemOf.get(number) === 0) stemOf.set(number, this.#add(reader.word(number)) + 1);
      this.stems[this.count + at] = stemOf.get(number) - 1;
    }
    this.count += numbers.length;
  }

  #add(word: KnownWord | undefined): number {
    return word === undefined ? 0 : this.#dictionary.add(word.word, word.stem);
  }
}

/** Numbers of tools of a server at its beginning that are done in steps. */
type ToolRange = readonly [from: number, to: number];

function* inBatches({ words }: PlacedServer): Generator<ToolRange, void> {
  const count = words.toolCount;
  for (let from = 0; from < count; from += TOOLS_PER_STEP) yield [from, Math.min(count, from + TOOLS_PER_STEP)];
}

/** Start of the postings of each stem, from the number of tools that have it. */
function* countHolders(
  servers: readonly PlacedServer[],
  stems: Uint32Array,
  stemCount: number,
): Generator<void, Uint32Array> {
  const counts = new Uint32Array(stemCount + 1);
  const lastTool = new Int32Array(stemCount).fill(-1);
  function count({ words: { terms, fieldEnds }, firstTool, firstStem }: PlacedServer, [from, to]: ToolRange): void {
    let position = fieldEnds[from * FIELD_COUNT - 1] ?? 0;
    for (let tool = from; tool < to; tool++) {
      for (const end = fieldEnds[(tool + 1) * FIELD_COUNT - 1] ?? 0; position < end; position++) {
        const stem = stems[firstStem + (terms[position] ?? 0)] ?? 0;
        if (lastTool[stem] === firstTool + tool) continue;
        lastTool[stem] = firstTool + tool;
        counts[stem + 1] = (counts[stem + 1] ?? 0) + 1;
      }
    }
  }
  for (const server of servers) for (const tools of inBatches(server)) yield count(server, tools);
  return toStarts(counts);
}

/** Average length of each field. */
function* averageLengths(servers: readonly ServerWords[], toolCount: number): Generator<void, Float64Array> {
  const sums = new Float64Array(FIELD_COUNT);
  for (const [number, { lengths }] of servers.entries()) {
    if (number % SERVERS_PER_STEP === 0) yield;
    for (let slot = 0; slot < lengths.length; slot++) increase(sums, slot % FIELD_COUNT, lengths[slot] ?? 0);
  }
  return sums.map((sum) => Math.max(sum / toolCount, Number.MIN_VALUE));
}

/** One posting for each stem of each tool, before rarity is known. */
class WeighedPostings {
  readonly tools: ToolPlaces;
  /** How often the word occurs, weighed by field and length. */
  readonly frequencies: Float32Array;
  /** 1 for each posting whose word stands in the tool's name. */
  readonly inName: Uint8Array;
  readonly #stems: Uint32Array;
  readonly #starts: Uint32Array;
  readonly #averages: Float64Array;
  readonly #next: Uint32Array;

  constructor(
    { stems, starts, averages }: { stems: Uint32Array; starts: Uint32Array; averages: Float64Array },
    toolCount: number,
  ) {
    const size = starts.at(-1) ?? 0;
    this.tools = toolCount <= 0x1_00_00 ? new Uint16Array(size) : new Uint32Array(size);
    [this.frequencies, this.inName] = [new Float32Array(size), new Uint8Array(size)];
    [this.#stems, this.#starts, this.#averages, this.#next] = [stems, starts, averages, starts.slice()];
  }

  /** Adds some tools of a server; tools come in the order of the catalog. */
  add({ words: { terms, fieldEnds, lengths }, firstTool, firstStem }: PlacedServer, [from, to]: ToolRange): void {
    const { frequencies, inName } = this;
    const [stems, averages] = [this.#stems, this.#averages];
    let position = fieldEnds[from * FIELD_COUNT - 1] ?? 0;
    for (let slot = from * FIELD_COUNT; slot < to * FIELD_COUNT; slot++) {
      const field = slot % FIELD_COUNT;
      const tool = firstTool + (slot - field) / FIELD_COUNT;
      const factor = fieldFactor(field, lengths[slot] ?? 0, averages);
      for (const end = fieldEnds[slot] ?? 0; position < end; position++) {
        const posting = this.#postingOf(stems[firstStem + (terms[position] ?? 0)] ?? 0, tool);
        increase(frequencies, posting, factor);
        if (field === NAME_FIELD) inName[posting] = 1;
      }
    }
  }

  /** Puts the parts that the postings of a stem add to scores, from the first of them on. */
  putImpacts(impacts: Uint16Array, first: number, rarity: number): void {
    const { frequencies, inName } = this;
    for (let place = 0; place < impacts.length; place++) {
      const frequency = frequencies[first + place] ?? 0;
      const steps = Math.floor((rarity * frequency * (K1 + 1)) / (K1 + frequency) / IMPACT_STEP + 0.5);
      impacts[place] = (Math.min(LARGEST_IMPACT, Math.max(1, steps)) << 1) | (inName[first + place] ?? 0);
    }
  }

  /** The posting of a stem for a tool, the last one of the stem or a new one after it. */
  #postingOf(stem: number, tool: number): number {
    const free = this.#next[stem] ?? 0;
    if (free > (this.#starts[stem] ?? 0) && this.tools[free - 1] === tool) return free - 1;
    this.#next[stem] = free + 1;
    this.tools[free] = tool;
    return free;
  }
}

/** Weight of one occurrence in a field, from the length of the field there and on average. */
function fieldFactor(field: number, length: number, averages: Float64Array): number {
  return Math.fround((FIELD_WEIGHTS[field] ?? 0) / (1 - B + (B * length) / (averages[field] ?? 1)));
}

/** Turns weighed frequencies into the parts they add to scores, the rarer the stem the more. */
function* toImpacts(weighed: WeighedPostings, starts: Uint32Array, toolCount: number): Generator<void, Uint16Array> {
  const impacts = new Uint16Array(weighed.frequencies.length);
  let done = 0;
  for (let stem = 0; stem + 1 < starts.length; stem++) {
    const [start, end] = [starts[stem] ?? 0, starts[stem + 1] ?? 0];
    const rarity = Math.log(1 + (toolCount - (end - start) + 0.5) / (end - start + 0.5));
    weighed.putImpacts(impacts.subarray(start, end), start, rarity);
    done += end - start;
    if (done < POSTINGS_PER_STEP) continue;
    done = 0;
    yield;
  }
  return impacts;
}
