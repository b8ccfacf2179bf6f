import { FIELD_WEIGHTS, NAME_FIELD } from "../searchable-text.ts";
import { increase, toStarts } from "./running-sums.ts";
import { FIELD_COUNT, type ServerWords } from "./server-words.ts";
import { TermDictionary } from "./term-dictionary.ts";

/** BM25F: how soon repetition stops counting, and how much long fields are held back. */
const K1 = 1.5;
const B = 0.5;
const POSTINGS_PER_STEP = 2_048;
const TOOLS_PER_STEP = 8;
const SERVERS_PER_STEP = 64;

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

/** The tools of one server with their words, as numbers of stems. */
interface NumberedServer extends ServerWords {
  readonly firstTool: number;
  readonly toolCount: number;
  /** Number of the stem of each of its words. */
  readonly stems: Uint32Array;
}

/** Puts the words of all servers together, in small steps. Postings are sorted by stem, and by tool within each. */
export function* createTermPostings(servers: readonly ServerWords[]): Generator<void, TermPostings> {
  const dictionary = new TermDictionary();
  const numbered: NumberedServer[] = [];
  let toolCount = 0;
  for (const server of servers) {
    const count = server.nameSizes.length;
    numbered.push({ ...server, firstTool: toolCount, toolCount: count, stems: yield* numberWords(server, dictionary) });
    toolCount += count;
  }
  const starts = yield* countHolders(numbered, dictionary.size);
  const averages = yield* averageLengths(servers, toolCount);
  const weighed = yield* weighTerms(numbered, { starts, toolCount }, averages);
  const impacts = yield* toImpacts({ starts, ...weighed }, toolCount);
  const nameSizes = new Uint16Array(toolCount);
  for (const { nameSizes: sizes, firstTool } of numbered) nameSizes.set(sizes, firstTool);
  return { dictionary, starts, tools: weighed.tools, impacts, nameSizes };
}

function* numberWords({ words }: ServerWords, dictionary: TermDictionary): Generator<void, Uint32Array> {
  const list = words === "" ? [] : words.split("\n");
  const stems = new Uint32Array(list.length);
  for (const [place, word] of list.entries()) {
    stems[place] = dictionary.add(word);
    if (place % 64 === 0) yield;
  }
  return stems;
}

/** Start of the postings of each stem, from the number of tools that have it. */
function* countHolders(servers: readonly NumberedServer[], stemCount: number): Generator<void, Uint32Array> {
  const counts = new Uint32Array(stemCount + 1);
  const lastTool = new Int32Array(stemCount).fill(-1);
  for (const { stems, terms, fieldEnds, firstTool, toolCount } of servers) {
    let position = 0;
    for (let tool = 0; tool < toolCount; tool++) {
      for (const end = fieldEnds[(tool + 1) * FIELD_COUNT - 1] ?? 0; position < end; position++) {
        const stem = stemAt(stems, terms, position);
        if (lastTool[stem] === firstTool + tool) continue;
        lastTool[stem] = firstTool + tool;
        increase(counts, stem + 1, 1);
      }
      if (tool % TOOLS_PER_STEP === 0) yield;
    }
  }
  return toStarts(counts);
}

function stemAt(stems: Uint32Array, terms: Uint16Array | Uint32Array, position: number): number {
  return stems[terms[position] ?? 0] ?? 0;
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

/** The postings before rarity is known. */
interface WeighedPostings {
  readonly tools: ToolPlaces;
  /** How often the word occurs, weighed by field and length. */
  readonly frequencies: Float32Array;
  /** 1 for each posting whose word stands in the tool's name. */
  readonly inName: Uint8Array;
}

/** One posting for each stem of each tool. */
function* weighTerms(
  servers: readonly NumberedServer[],
  { starts, toolCount }: { readonly starts: Uint32Array; readonly toolCount: number },
  averages: Float64Array,
): Generator<void, WeighedPostings> {
  const size = starts.at(-1) ?? 0;
  const tools: ToolPlaces = toolCount <= 0x1_00_00 ? new Uint16Array(size) : new Uint32Array(size);
  const [frequencies, inName] = [new Float32Array(size), new Uint8Array(size)];
  const next = starts.slice();
  /** The posting of a stem for a tool, the last one of the stem or a new one after it. */
  function postingOf(stem: number, tool: number): number {
    const free = next[stem] ?? 0;
    if (free > (starts[stem] ?? 0) && tools[free - 1] === tool) return free - 1;
    next[stem] = free + 1;
    tools[free] = tool;
    return free;
  }
  for (const { stems, terms, fieldEnds, lengths, firstTool } of servers) {
    let position = 0;
    for (const [slot, end] of fieldEnds.entries()) {
      const field = slot % FIELD_COUNT;
      const tool = firstTool + (slot - field) / FIELD_COUNT;
      const factor = fieldFactor(field, lengths[slot] ?? 0, averages);
      for (; position < end; position++) {
        const posting = postingOf(stemAt(stems, terms, position), tool);
        increase(frequencies, posting, factor);
        if (field === NAME_FIELD) inName[posting] = 1;
      }
      if (slot % (TOOLS_PER_STEP * FIELD_COUNT) === 0) yield;
    }
  }
  return { tools, frequencies, inName };
}

/** Weight of one occurrence in a field, from the length of the field there and on average. */
function fieldFactor(field: number, length: number, averages: Float64Array): number {
  return Math.fround((FIELD_WEIGHTS[field] ?? 0) / (1 - B + (B * length) / (averages[field] ?? 1)));
}

/** Turns weighed frequencies into the parts they add to scores, the rarer the stem the more. */
function* toImpacts(
  { starts, frequencies, inName }: WeighedPostings & Pick<TermPostings, "starts">,
  toolCount: number,
): Generator<void, Uint16Array> {
  const impacts = new Uint16Array(frequencies.length);
  let done = 0;
  for (let stem = 0; stem + 1 < starts.length; stem++) {
    const [start, end] = [starts[stem] ?? 0, starts[stem + 1] ?? 0];
    const rarity = Math.log(1 + (toolCount - (end - start) + 0.5) / (end - start + 0.5));
    for (let posting = start; posting < end; posting++) {
      const frequency = frequencies[posting] ?? 0;
      const steps = Math.round((rarity * frequency * (K1 + 1)) / (K1 + frequency) / IMPACT_STEP);
      impacts[posting] = (Math.min(LARGEST_IMPACT, Math.max(1, steps)) << 1) | (inName[posting] ?? 0);
    }
    done += end - start;
    if (done < POSTINGS_PER_STEP) continue;
    done = 0;
    yield;
  }
  return impacts;
}
