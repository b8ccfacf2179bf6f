import { foldName } from "../../fold-name.ts";
import type { ToolEntry } from "../../tool.ts";
import { increase, toStarts } from "./running-sums.ts";

/** Added to the score of a tool whose name is the query, so that it stands before every sum of words. */
export const EXACT_NAME = 1_000;

const SPELLINGS = 5;
const FIRST_HASH = 0x81_1c_9d_c5;
const TOOLS_PER_STEP = 64;
const PLACES_PER_STEP = 16_384;

/** Tools by every spelling of their names, without case and separators. */
export interface ExactNames {
  /** Start of the tools of each bucket, in which a spelling's hash modulo the number of buckets says where to look. */
  readonly starts: Uint32Array;
  /** Places of tools, bucket by bucket. */
  readonly tools: Uint32Array;
}

/** Gathers all spellings in small steps. */
export function* createExactNames(entries: readonly ToolEntry[]): Generator<void, ExactNames> {
  const buckets = Math.max(1, entries.length * 2);
  const bucketOf = new Int32Array(entries.length * SPELLINGS).fill(-1);
  const counts = new Uint32Array(buckets + 1);
  const hashes = new SpellingHashes();
  for (const [tool, entry] of entries.entries()) {
    let place = tool * SPELLINGS;
    for (const bucket of hashes.bucketsOf(entry, buckets)) {
      bucketOf[place++] = bucket;
      increase(counts, bucket + 1, 1);
    }
    if (tool % TOOLS_PER_STEP === 0) yield;
  }
  const starts = toStarts(counts);
  yield;
  const next = starts.slice();
  const tools = new Uint32Array(starts.at(-1) ?? 0);
  for (const [place, bucket] of bucketOf.entries()) {
    if (place % PLACES_PER_STEP === 0) yield;
    if (bucket === -1) continue;
    tools[next[bucket] ?? 0] = Math.floor(place / SPELLINGS);
    increase(next, bucket, 1);
  }
  return { starts, tools };
}

/** Hashes of all spellings of one tool after the other. What the tools of a server have in common is hashed once. */
class SpellingHashes {
  readonly #hashes = new Uint32Array(SPELLINGS);
  readonly #buckets: number[] = [];
  #server = { serverName: "", serverIdentifier: "", name: FIRST_HASH, identifier: FIRST_HASH };

  /** The different hashes modulo some number, valid until the next tool. */
  bucketsOf(entry: ToolEntry, count: number): readonly number[] {
    const buckets = this.#buckets;
    buckets.length = 0;
    for (const hash of this.#of(entry)) if (!buckets.includes(hash % count)) buckets.push(hash % count);
    return buckets;
  }

  /** In the order of {@link spellingsOf}. */
  #of({ name, serverIdentifier, identifier, serverName, toolName }: ToolEntry): Uint32Array {
    if (this.#server.serverName !== serverName || this.#server.serverIdentifier !== serverIdentifier) {
      const hashes = { name: hashOf(serverName), identifier: hashOf(serverIdentifier) };
      this.#server = { serverName, serverIdentifier, ...hashes };
    }
    const hashes = this.#hashes;
    hashes[0] = hashOf(name);
    hashes[1] = hashOf(toolName);
    hashes[2] = identifier === toolName ? hashes[1] : hashOf(identifier);
    // The full stop between them is a separator, which has no part in a hash.
    hashes[3] = hashOf(toolName, this.#server.name);
    hashes[4] = hashOf(identifier, this.#server.identifier);
    return hashes;
  }
}

/** The tools that are called so, in the order of the catalog. */
export function toolsCalled(name: string, { starts, tools }: ExactNames, entries: readonly ToolEntry[]): number[] {
  const folded = foldName(name);
  if (folded === "") return [];
  const bucket = hashOf(name) % (starts.length - 1);
  return [...tools.subarray(starts[bucket], starts[bucket + 1])].filter((tool) => {
    const entry = entries[tool];
    return entry !== undefined && spellingsOf(entry).some((spelling) => foldName(spelling) === folded);
  });
}

function spellingsOf({ name, serverIdentifier, identifier, serverName, toolName }: ToolEntry): readonly string[] {
  return [name, toolName, identifier, `${serverName}.${toolName}`, `${serverIdentifier}.${identifier}`];
}

/**
 * The hash (FNV-1a) of a name as {@link foldName} leaves it, the same on every machine.
 * @param before the hash of what stands before it
 */
function hashOf(name: string, before: number = FIRST_HASH): number {
  let hash = before;
  for (let index = 0; index < name.length; index++) {
    let code = name.charCodeAt(index);
    if (code > 0x7f) return hashOf(foldName(name).replaceAll(/[^\0-\x7F]/g, ""), before);
    if (isSeparator(code)) continue;
    if (code >= 0x41 && code <= 0x5a) code += 0x20;
    hash = Math.imul(hash ^ code, 0x01_00_01_93);
  }
  return hash >>> 0;
}

/** White space, underscore, full stop, hyphen, slash, colon. */
function isSeparator(code: number): boolean {
  return (
    code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0x5f || (code >= 0x2d && code <= 0x2f) || code === 0x3a
  );
}
