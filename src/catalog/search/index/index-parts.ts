import { compareCodePoints } from "../../../base/code-point-order.ts";
import { sortInSteps } from "../../../base/sort-in-steps.ts";
import type { CatalogServer, ToolEntry } from "../../tool.ts";
import { createExactNames, type ExactNames } from "./exact-names.ts";
import type { ServerWords } from "./server-words.ts";
import { createTermPostings, type TermPostings } from "./term-postings.ts";
import type { ToolReader } from "./tool-reader.ts";

const SERVERS_PER_STEP = 64;

/** A catalog of which an index is made. */
export interface IndexedCatalog {
  readonly servers: readonly CatalogServer[];
  /** Those of all servers, one server after the other. */
  readonly tools: readonly ToolEntry[];
}

/** The tools of a server, and what was read of them. */
export interface ReadServer {
  readonly tools: readonly ToolEntry[];
  readonly words: ServerWords;
  /** Where its tools stand among those of all servers. */
  readonly firstTool: number;
}

/** What was read of the tools of some servers. */
export interface ReadServers {
  /** By their names, in the order of the catalog. */
  readonly servers: ReadonlyMap<string, ReadServer>;
  /** Directions of the meanings of all their tools, one after the other; empty without word vectors. */
  readonly vectors: Int8Array;
  /** Numbers in each of these. */
  readonly dimensions: number;
}

/** All that a search needs of a catalog beside its entries. */
export interface IndexParts {
  readonly postings: TermPostings;
  readonly exactNames: ExactNames;
  /** Rank of each tool when all are sorted by full name, which settles ties. */
  readonly order: Uint32Array;
  /** Directions of the meanings of all tools, one after the other; empty without word vectors. */
  readonly vectors: Int8Array;
  /** What is to be known of each tool beside its words, see `traitsOf`. */
  readonly traits: Uint8Array;
}

/** Reads the tools of each server by its name, in small steps, or takes what was read of the same tools before. */
export function* readServers(
  catalog: IndexedCatalog,
  reader: ToolReader,
  before: ReadServers | undefined,
): Generator<void, ReadServers> {
  const { dimensions } = reader;
  const vectors = new Int8Array(catalog.tools.length * dimensions);
  const servers = new Map<string, ReadServer>();
  const known = before?.dimensions === dimensions ? before : undefined;
  let firstTool = 0;
  for (const { name, tools } of catalog.servers) {
    if (tools.length === 0) continue;
    const [start, end] = [firstTool * dimensions, (firstTool + tools.length) * dimensions];
    const same = known?.servers.get(name);
    if (known !== undefined && same !== undefined && (yield* haveSameTexts(same.tools, tools))) {
      const from = same.firstTool * dimensions;
      vectors.set(known.vectors.subarray(from, from + end - start), start);
      servers.set(name, { tools, words: same.words, firstTool });
    } else {
      servers.set(name, { tools, words: yield* reader.read(tools, vectors.subarray(start, end)), firstTool });
    }
    firstTool += tools.length;
  }
  return { servers, vectors, dimensions };
}

function* haveSameTexts(left: readonly ToolEntry[], right: readonly ToolEntry[]): Generator<void, boolean> {
  if (left === right) return true;
  if (left.length !== right.length) return false;
  for (const [place, a] of left.entries()) {
    const b = right[place];
    if (place % 64 === 0) yield;
    if (b === undefined || (a !== b && !hasSameTexts(a, b))) return false;
  }
  return true;
}

/** Schemas are shared from catalog to catalog while their server lists the same. */
function hasSameTexts(a: ToolEntry, b: ToolEntry): boolean {
  if (a.toolName !== b.toolName || a.inputSchema !== b.inputSchema) return false;
  if (a.annotations?.readOnlyHint !== b.annotations?.readOnlyHint) return false;
  return a.title === b.title && a.description === b.description && a.serverDescription === b.serverDescription;
}

/** Puts together what was read of all servers, in small steps. */
export function* joinServers(
  entries: readonly ToolEntry[],
  { servers, vectors }: ReadServers,
  reader: ToolReader,
): Generator<void, IndexParts> {
  const read = [...servers.values()];
  const postings = yield* createTermPostings(
    read.map(({ words }) => words),
    reader,
  );
  const exactNames = yield* createExactNames(entries);
  const order = yield* nameOrder(entries, read);
  const traits = new Uint8Array(entries.length);
  for (const [number, { words, firstTool }] of read.entries()) {
    if (number % SERVERS_PER_STEP === 0) yield;
    traits.set(words.traits, firstTool);
  }
  return { postings, exactNames, order, vectors, traits };
}

/** Names of a server nearly all begin alike, so what is sorted first are the names of each, then the servers. */
function* nameOrder(entries: readonly ToolEntry[], read: readonly ReadServer[]): Generator<void, Uint32Array> {
  const compare = (a: number, b: number): number => compareCodePoints(entries[a]?.name ?? "", entries[b]?.name ?? "");
  const blocks: (readonly number[])[] = [];
  for (const { tools, firstTool } of read) {
    const places = tools.map((_, place) => firstTool + place);
    if (places.length > 0) blocks.push(yield* sortInSteps(places, compare));
    yield;
  }
  const order = new Uint32Array(entries.length);
  let rank = 0;
  for (const tools of yield* apart(yield* sortInSteps(blocks, (a, b) => compare(a[0] ?? 0, b[0] ?? 0)), compare)) {
    for (const tool of tools) order[tool] = rank++;
    yield;
  }
  return order;
}

/** Sorted lists in the order of their first items, those of them sorted into one that overlap. */
function* apart(
  lists: readonly (readonly number[])[],
  compare: (a: number, b: number) => number,
): Generator<void, readonly (readonly number[])[]> {
  const found: (readonly number[])[] = [];
  for (let start = 0; start < lists.length;) {
    const overlapping = [...(lists[start] ?? [])];
    let last = overlapping.at(-1) ?? 0;
    let end = start + 1;
    for (let next = lists[end]; next !== undefined && compare(next[0] ?? 0, last) < 0; next = lists[++end]) {
      for (const item of next) overlapping.push(item);
      const other = next.at(-1) ?? 0;
      if (compare(other, last) > 0) last = other;
    }
    found.push(end === start + 1 ? overlapping : yield* sortInSteps(overlapping, compare));
    start = end;
    yield;
  }
  return found;
}
