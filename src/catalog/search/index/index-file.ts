import { closeSync, fstatSync, mkdirSync, readSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import * as z from "zod";
import { openFile } from "../../../base/files/read-file.ts";
import type { IndexedCatalog, IndexParts, ReadServer, ReadServers } from "./index-parts.ts";
import { ServerWords } from "./server-words.ts";
import { TermDictionary } from "./term-dictionary.ts";

/** Raised with everything that changes what an index of the same tools holds. */
const FORMAT = 5;

const BYTES_PER_STEP = 1024 * 1024;
const HEAD_BYTES = 16;
const ALIGNMENT = 8;

/** Section of the vectors of all tools. */
const VECTORS = 7;

/** What stands before the sections: those of {@link sectionsOf}, the list of servers, and one for each server. */
const headerSchema = z.object({
  format: z.literal(FORMAT),
  dimensions: z.number(),
  vocabulary: z.number(),
  hash: z.string(),
  sections: z.array(z.number()),
  /** Bytes of the list of servers, and of all that follows it. */
  servers: z.tuple([z.number(), z.number()]),
});

type Header = z.infer<typeof headerSchema>;

/** A server of which the file has what was read: its terms, the bytes of a term, and those of its words. */
const keptServers = z.array(
  z.object({
    name: z.string(),
    tools: z.number(),
    digest: z.string(),
    sizes: z.tuple([z.number(), z.number(), z.number()]),
  }),
);

/** What an index on disk has to be of to be taken. */
export interface IndexKey {
  readonly dimensions: number;
  readonly vocabulary: number;
  /** Hash of all of it and of the full names, in which tools of all servers have a say. */
  readonly hash: string;
  /** In the order of the catalog. */
  readonly servers: { readonly name: string; readonly tools: number; readonly digest: string }[];
}

/** Writes an index, all or nothing. Resolves also where the disk refuses: the index is made again then. */
export async function writeIndexFile(
  file: string,
  key: IndexKey,
  { parts, servers }: { readonly parts: IndexParts; readonly servers: readonly ServerWords[] },
): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const sections = sectionsOf(parts);
    const list = Buffer.from(JSON.stringify(toKeptServers(key, servers)));
    const { dimensions, vocabulary, hash } = key;
    const header: Header = {
      format: FORMAT,
      dimensions,
      vocabulary,
      hash,
      sections: sections.map(({ byteLength }) => byteLength),
      servers: [list.length, servers.reduce((sum, words) => sum + paddedSize(serverBytes(words)), 0)],
    };
    const text = Buffer.from(JSON.stringify(header));
    const first = Buffer.alloc(HEAD_BYTES);
    first.writeUInt32LE(text.length, 0);
    const handle = await open(part, "w", 0o600);
    try {
      for (const bytes of [first, text, ...sections, list]) await handle.write(padded(bytes));
      for (const { bytes, words } of servers)
        await handle.write(padded(Buffer.concat([new Uint8Array(bytes), Buffer.from(words)])));
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch {
    await rm(part, { force: true }).catch(() => {});
  }
}

/** Reads the index of a file in small steps; undefined where there is none, or none of these very tools. */
export function* readIndexFile(file: string, key: IndexKey): Generator<void, IndexParts | undefined> {
  const kept = openKept(file);
  if (kept === undefined) return undefined;
  const { descriptor, header, start } = kept;
  try {
    if (header.hash !== key.hash) return undefined;
    const buffers: ArrayBuffer[] = [];
    let at = start;
    for (const bytes of header.sections) {
      buffers.push(yield* readBytes(descriptor, at, bytes));
      at += paddedSize(bytes);
    }
    return yield* toParts(buffers);
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** What the file has of those servers whose tools are still the same, in small steps; undefined where that is nothing. */
export function* readKeptServers(
  file: string,
  key: IndexKey,
  catalog: IndexedCatalog,
): Generator<void, ReadServers | undefined> {
  const kept = openKept(file);
  if (kept === undefined) return undefined;
  const { descriptor, header, start } = kept;
  try {
    const { dimensions, vocabulary, sections } = header;
    if (dimensions !== key.dimensions || vocabulary !== key.vocabulary) return undefined;
    const places = new Map(key.servers.map(({ name }, place) => [name, place]));
    const lists = catalog.servers.map(({ tools }) => tools).filter((tools) => tools.length > 0);
    const placeOf = (section: number): number =>
      sections.slice(0, section).reduce((sum, bytes) => sum + paddedSize(bytes), start);
    const vectors = new Int8Array(yield* readBytes(descriptor, placeOf(VECTORS), sections[VECTORS] ?? 0));
    const listAt = placeOf(sections.length);
    const [listBytes] = header.servers;
    const list = Buffer.from(yield* readBytes(descriptor, listAt, listBytes));
    const servers = new Map<string, ReadServer>();
    let [at, firstTool] = [listAt + paddedSize(listBytes), 0];
    for (const { name, tools, digest, sizes } of keptServers.parse(JSON.parse(list.toString()))) {
      const place = places.get(name) ?? -1;
      const now = key.servers[place];
      const [terms, termBytes, wordBytes] = sizes;
      const counts = { tools, terms, termBytes };
      const bytes = ServerWords.bytesOf(counts);
      if (now?.digest === digest && now.tools === tools) {
        const arrays = yield* readBytes(descriptor, at, bytes);
        const words = Buffer.from(yield* readBytes(descriptor, at + bytes, wordBytes)).toString();
        servers.set(name, { tools: lists[place] ?? [], words: new ServerWords(words, counts, arrays), firstTool });
      }
      at += paddedSize(bytes + wordBytes);
      firstTool += tools;
    }
    return { servers, vectors, dimensions };
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

interface OpenedIndex {
  readonly descriptor: number;
  readonly header: Header;
  /** Where the sections begin. */
  readonly start: number;
}

/** Opens a file and reads its header. The caller closes it. */
function openKept(file: string): OpenedIndex | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openFile(file);
    const size = Buffer.alloc(HEAD_BYTES);
    readSync(descriptor, size, 0, HEAD_BYTES, 0);
    const whole = fstatSync(descriptor).size;
    const text = Buffer.alloc(Math.min(size.readUInt32LE(0), whole));
    readSync(descriptor, text, 0, text.length, HEAD_BYTES);
    const header = headerSchema.parse(JSON.parse(text.toString()));
    const start = HEAD_BYTES + paddedSize(text.length);
    const sizes = [...header.sections, ...header.servers];
    if (sizes.reduce((sum, bytes) => sum + paddedSize(bytes), start) !== whole) throw new Error("The file was cut.");
    return { descriptor, header, start };
  } catch {
    if (descriptor !== undefined) closeSync(descriptor);
    return undefined;
  }
}

function* readBytes(descriptor: number, start: number, bytes: number): Generator<void, ArrayBuffer> {
  const buffer = new ArrayBuffer(bytes);
  for (let at = 0; at < bytes;) {
    const piece = new Uint8Array(buffer, at, Math.min(BYTES_PER_STEP, bytes - at));
    const read = readSync(descriptor, piece, 0, piece.length, start + at);
    if (read === 0) throw new Error("The file was cut.");
    at += read;
    yield;
  }
  return buffer;
}

function sectionsOf({ postings, exactNames, order, vectors, traits }: IndexParts): readonly Uint8Array[] {
  const { dictionary, starts, tools, impacts, nameSizes } = postings;
  const { words, stems, stemOfWord } = dictionary.list();
  const arrays = [starts, tools, impacts, nameSizes, exactNames.starts, exactNames.tools];
  const lists = [order, vectors, traits, stemOfWord].map((array) => toBytes(array));
  return [
    ...arrays.map((array) => toBytes(array)),
    ...lists,
    Buffer.from(words.join("\n")),
    Buffer.from(stems.join("\n")),
  ];
}

function* toParts(buffers: readonly ArrayBuffer[]): Generator<void, IndexParts> {
  const at = (place: number): ArrayBuffer => buffers[place] ?? new ArrayBuffer(0);
  const lines = (place: number): string[] =>
    at(place).byteLength === 0 ? [] : Buffer.from(at(place)).toString().split("\n");
  const listed = { stemOfWord: new Uint32Array(at(9)), words: lines(10), stems: lines(11) };
  const impacts = new Uint16Array(at(2));
  const isSmall = at(1).byteLength === impacts.byteLength;
  return {
    postings: {
      dictionary: yield* TermDictionary.of(listed),
      starts: new Uint32Array(at(0)),
      tools: isSmall ? new Uint16Array(at(1)) : new Uint32Array(at(1)),
      impacts,
      nameSizes: new Uint16Array(at(3)),
    },
    exactNames: { starts: new Uint32Array(at(4)), tools: new Uint32Array(at(5)) },
    order: new Uint32Array(at(6)),
    vectors: new Int8Array(at(7)),
    traits: new Uint8Array(at(8)),
  };
}

function toKeptServers(key: IndexKey, servers: readonly ServerWords[]): z.infer<typeof keptServers> {
  return key.servers.flatMap((server, place) => {
    const kept = servers[place];
    if (kept === undefined) return [];
    const { words, counts } = kept;
    return [{ ...server, sizes: [counts.terms, counts.termBytes, Buffer.byteLength(words)] }];
  });
}

function toBytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function serverBytes({ words, bytes }: ServerWords): number {
  return bytes.byteLength + Buffer.byteLength(words);
}

/** Sections begin at multiples of eight bytes. */
function padded(bytes: Uint8Array): Uint8Array {
  const rest = paddedSize(bytes.byteLength) - bytes.byteLength;
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(rest)]);
}

function paddedSize(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
