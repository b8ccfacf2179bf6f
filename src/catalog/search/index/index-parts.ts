import { compareCodePoints } from "../../../base/code-point-order.ts";
import { sortInSteps } from "../../../base/sort-in-steps.ts";
import type { ToolEntry } from "../../tool.ts";
import type { WordVectors } from "../meaning/word-vectors.ts";
import { createExactNames, type ExactNames } from "./exact-names.ts";
import { type ServerWords, ToolReader } from "./server-words.ts";
import { createTermPostings, type TermPostings } from "./term-postings.ts";

const SERVERS_PER_STEP = 64;

/** The tools of a server, and what was read of them. */
export interface ReadServer {
  readonly tools: readonly ToolEntry[];
  readonly words: ServerWords;
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
  entries: readonly ToolEntry[],
  words: WordVectors | undefined,
  before: ReadonlyMap<string, ReadServer>,
): Generator<void, ReadonlyMap<string, ReadServer>> {
  const reader = new ToolReader(words);
  const read = new Map<string, ReadServer>();
  for (const tools of yield* byServer(entries)) {
    const { serverName = "" } = tools[0] ?? {};
    const known = before.get(serverName);
    const isSame = known !== undefined && (yield* haveSameTexts(known.tools, tools));
    read.set(serverName, { tools, words: isSame ? known.words : yield* reader.read(tools) });
  }
  return read;
}

/** The entries of a catalog, which stand server by server, as a list for each server, in small steps. */
export function* byServer(entries: readonly ToolEntry[]): Generator<void, readonly (readonly ToolEntry[])[]> {
  const lists: (readonly ToolEntry[])[] = [];
  for (let start = 0; start < entries.length;) {
    const name = entries[start]?.serverName;
    let end = start + 1;
    while (entries[end]?.serverName === name && end < entries.length) end += 1;
    lists.push(entries.slice(start, end));
    start = end;
    if (lists.length % SERVERS_PER_STEP === 0) yield;
  }
  return lists;
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

/** What was read of all servers, each with its part of the vectors of the whole index, so that these are kept once. */
export function* withVectorsOf(
  { vectors }: IndexParts,
  read: ReadonlyMap<string, ReadServer>,
): Generator<void, ReadonlyMap<string, ReadServer>> {
  let place = 0;
  const shared = new Map<string, ReadServer>();
  for (const [name, { tools, words }] of read) {
    const own = vectors.subarray(place, (place += words.vectors.length));
    shared.set(name, { tools, words: { ...words, vectors: own } });
    if (shared.size % SERVERS_PER_STEP === 0) yield;
  }
  return shared;
}

/** Puts together what was read of all servers, in small steps. */
export function* joinServers(
  entries: readonly ToolEntry[],
  read: ReadonlyMap<string, ReadServer>,
): Generator<void, IndexParts> {
  const servers = [...read.values()].map(({ words }) => words);
  const postings = yield* createTermPostings(servers);
  const exactNames = yield* createExactNames(entries);
  const counts = servers.map(({ nameSizes }) => nameSizes.length);
  const order = yield* nameOrder(entries, counts);
  const vectors = new Int8Array(servers.reduce((sum, server) => sum + server.vectors.length, 0));
  const traits = new Uint8Array(entries.length);
  let [tool, place] = [0, 0];
  for (const [number, server] of servers.entries()) {
    if (number % SERVERS_PER_STEP === 0) yield;
    traits.set(server.traits, tool);
    vectors.set(server.vectors, place);
    tool += server.traits.length;
    place += server.vectors.length;
  }
  return { postings, exactNames, order, vectors, traits };
}

/** Names of a server nearly all begin alike, so what is sorted first are the names of each, then the servers. */
function* nameOrder(entries: readonly ToolEntry[], counts: readonly number[]): Generator<void, Uint32Array> {
  const compare = (a: number, b: number): number => compareCodePoints(entries[a]?.name ?? "", entries[b]?.name ?? "");
  const blocks: (readonly number[])[] = [];
  let start = 0;
  for (const count of counts) {
    const tools = Array.from({ length: count }, (_, place) => start + place);
    if (count > 0) blocks.push(yield* sortInSteps(tools, compare));
    start += count;
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
