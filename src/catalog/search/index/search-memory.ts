import { createHash } from "node:crypto";
import type { WordVectors } from "../meaning/word-vectors.ts";
import { type IndexKey, readIndexFile, readKeptServers, writeIndexFile } from "./index-file.ts";
import { type IndexedCatalog, type IndexParts, joinServers, type ReadServers, readServers } from "./index-parts.ts";
import type { ServerWords } from "./server-words.ts";
import { ToolReader } from "./tool-reader.ts";

/** From this many tools on an index is kept on disk; a smaller one is made as fast as it is read. */
const LARGE = 2_000;

const SERVERS_PER_STEP = 64;

/** What identifies the tools of each server, by its name: it changes whenever they do. */
export type ServerDigests = () => ReadonlyMap<string, string>;

/**
 * What was read of the tools of one catalog for those that follow it, so that a change at one server makes no other be read
 * again; in a file for the next start of the process, too. Which way an index came about never shows in what it finds.
 */
export class SearchMemory {
  /** Number of tools read so far. */
  toolsRead = 0;
  readonly #file: string | undefined;
  #read: ReadServers | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param file where a large index is kept. @default memory alone */
  constructor(file?: string) {
    this.#file = file;
  }

  /** The parts of an index of some tools, in small steps. */
  *parts(
    catalog: IndexedCatalog,
    words: WordVectors | undefined,
    digests: ServerDigests | undefined,
  ): Generator<void, IndexParts> {
    const file = catalog.tools.length < LARGE ? undefined : this.#file;
    const key = file === undefined || digests === undefined ? undefined : yield* keyOf(catalog, words, digests());
    if (file === undefined || key === undefined) return yield* this.#make(catalog, words, this.#read);
    const kept = yield* readIndexFile(file, key);
    if (kept !== undefined) return kept;
    const before = this.#read ?? (yield* readKeptServers(file, key, catalog));
    const parts = yield* this.#make(catalog, words, before);
    const servers: ServerWords[] = [];
    // What is written of a server is put together in a step of its own.
    for (const { words: read } of this.#read?.servers.values() ?? []) {
      if (read.words !== "") yield;
      servers.push(read);
    }
    this.#writing = this.#writing.then(() => writeIndexFile(file, key, { parts, servers }));
    return parts;
  }

  *#make(
    catalog: IndexedCatalog,
    words: WordVectors | undefined,
    before: ReadServers | undefined,
  ): Generator<void, IndexParts> {
    const reader = new ToolReader(words);
    const read = yield* readServers(catalog, reader, before);
    for (const [name, { words: own, tools }] of read.servers)
      if (before?.servers.get(name)?.words !== own) this.toolsRead += tools.length;
    const parts = yield* joinServers(catalog.tools, read, reader);
    this.#read = read;
    return parts;
  }

  /** Resolves when what is to be kept on disk has been written, or could not be. */
  written(): Promise<void> {
    return this.#writing;
  }
}

function* keyOf(
  { servers: listed }: IndexedCatalog,
  words: WordVectors | undefined,
  digests: ReadonlyMap<string, string>,
): Generator<void, IndexKey | undefined> {
  const [dimensions, vocabulary] = [words?.dimensions ?? 0, words?.rowOf.size ?? 0];
  const servers: IndexKey["servers"] = [];
  const hash = createHash("sha256").update(JSON.stringify([dimensions, vocabulary]));
  for (const { name, identifier, tools } of listed) {
    if (tools.length === 0) continue;
    const known = digests.get(name);
    if (known === undefined) return undefined;
    const digest = `${identifier} ${known}`;
    servers.push({ name, tools: tools.length, digest });
    if (servers.length % SERVERS_PER_STEP === 0) yield;
    // No full name has a line end.
    hash.update(`${JSON.stringify([name, digest, tools.length])}\n${tools.map((tool) => tool.name).join("\n")}\n`);
  }
  return { dimensions, vocabulary, hash: hash.digest("hex"), servers };
}
