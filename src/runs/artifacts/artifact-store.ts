import { defined } from "../../base/defined.ts";
import { randomBytes } from "node:crypto";
import { stringifyJson } from "../../base/exact-json.ts";
import type { JsonValue } from "../../base/json.ts";
import { boundText } from "../../base/bound-text.ts";
import type { LargeText } from "../../base/steps/large-text.ts";
import { SlicedWork } from "../../base/sliced-work.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { ArtifactSummary } from "../result.ts";
import type { SecretFilter } from "../../base/secret-filter.ts";
import { sketchValue } from "../../languages/sketch-value.ts";
import type { SharedMemory } from "./shared-memory.ts";
import { splitTerms } from "../../catalog/search/split-terms.ts";
import { ArtifactReader, type ReadingBounds } from "./artifact-reader.ts";
import { ArtifactShelf } from "./artifact-shelf.ts";
import type { ArtifactPart, ReadArtifactOptions } from "./artifact-part.ts";
import { findInSteps } from "./find-in-memory.ts";
import type { RowsRequest } from "./stored/stored-text.ts";

/** A text kept aside, with the value it stands for when it is JSON. */
export interface Artifact extends ArtifactSummary {
  /** The whole text; of an artifact on disk it is read at each request. */
  readonly text: string;
  /** The same as bytes, where it is kept in memory as these. */
  readonly large?: LargeText;
  /** A name for people, when one was given. */
  readonly name?: string;
}

/** An artifact found by its words. */
export interface FoundArtifact extends Omit<Artifact, "text" | "preview"> {
  /** The place of the words, with what stands around them. */
  readonly snippet: string;
}

/** Settings of a store and its reader. */
export interface ArtifactStoreOptions {
  /** Maximum of bytes held at a time. @default 64 MB, on disk 1 GB */
  readonly capacityBytes?: number;
  /** Folder in which artifacts outlive the process. @default memory */
  readonly directory?: string | undefined;
  /** Days that artifacts on disk are kept. @default 30 */
  readonly keepDays?: number;
  /** Who has this store, and perhaps others: the one that takes turns with others. @default the store itself */
  readonly holder?: unknown;
  /** Memory that it shares with others, beside its own capacity. */
  readonly memory?: SharedMemory;
  /** Taken out of what is kept. */
  readonly secrets?: SecretFilter;
  /** Reads by path and pattern. @default a thread of the store's own */
  readonly reader?: ArtifactReader;
}

/** A text to keep. */
export interface ArtifactInput {
  /** A large text is the store's from then on: it is written over where secrets are taken out. */
  readonly text: string | LargeText;
  readonly mimeType: string;
  readonly name?: string;
  /** The value the text stands for, so that the preview can describe its shape. */
  readonly value?: JsonValue;
  /** The id it had before. @default a new one */
  readonly id?: string;
}

const CAPACITY_BYTES = 64 * 1024 * 1024;
const DISK_BYTES = 1024 * 1024 * 1024;
const KEEP_DAYS = 30;
const DAY_MS = 86_400_000;
const PREVIEW_CHARACTERS = 400;

/** Bytes of an artifact beside its text: an empty one costs memory too. */
const OVERHEAD_BYTES = 4096;

/** Artifacts held at a time; a list of more would be too long to read. */
const MOST_ARTIFACTS = 1_000;
const MOST_ON_DISK = 20_000;

/**
 * Keeps texts that are too long for a reader, until the store is full; then the oldest go first. Each counts 4 KB beside its
 * text.
 *
 * In memory at most 1,000 are held. In a folder they outlive the process, for 30 days, and are read from there when asked for.
 */
export class ArtifactStore {
  /** Who has it; of one holder there may be several stores. */
  readonly holder: unknown;
  readonly #memory: SharedMemory | undefined;
  readonly #capacityBytes: number;
  readonly #secrets: SecretFilter | undefined;
  readonly #reader: ArtifactReader;
  readonly #shelf: ArtifactShelf | undefined;
  readonly #keepMs: number;
  readonly #artifacts = new Map<string, Artifact>();
  #heldBytes = 0;
  #isLoaded = false;

  constructor(options: ArtifactStoreOptions = {}) {
    const { directory, secrets, keepDays = KEEP_DAYS, reader = new ArtifactReader() } = options;
    this.#shelf = directory === undefined ? undefined : new ArtifactShelf(directory);
    this.#capacityBytes = options.capacityBytes ?? (this.#shelf === undefined ? CAPACITY_BYTES : DISK_BYTES);
    this.holder = options.holder ?? this;
    this.#memory = options.memory;
    this.#keepMs = keepDays * DAY_MS;
    this.#secrets = secrets;
    this.#reader = reader;
  }

  /**
   * Keeps a text and returns its entry, with the id to read it by. Rejects a text larger than the whole store with
   * `result_too_large`.
   */
  save(given: ArtifactInput): Artifact {
    const { text } = given;
    const clean = typeof text === "string" ? this.#cleanOf(text, given) : this.#cleaning(text)?.now();
    return this.#keep(clean === undefined ? given : { ...given, text: clean });
  }

  #clean(text: string): string {
    return this.#secrets?.text(text) ?? text;
  }

  /** A secret of digits may stand in JSON as a number, and what is put in its place is none. */
  #cleanOf(text: string, { value }: Pick<ArtifactInput, "value">): string {
    const clean = this.#clean(text);
    if (clean === text || typeof value !== "object") return clean;
    return stringifyJson(this.#secrets?.data(value));
  }

  #cleaning(text: LargeText): SlicedWork<LargeText> | undefined {
    const secrets = this.#secrets;
    return secrets && new SlicedWork(() => secrets.large(text));
  }

  /** Keeps what has no secrets in its text. */
  #keep(given: ArtifactInput): Artifact {
    const clean = (text: string): string => this.#clean(text);
    const input = { ...given, ...(given.name === undefined ? {} : { name: clean(given.name) }) };
    const bytes = typeof input.text === "string" ? Buffer.byteLength(input.text) : input.text.bytes;
    if (bytes + OVERHEAD_BYTES > this.#capacityBytes) {
      throw new CodemodeError("result_too_large", `An artifact of ${bytes} bytes is larger than the whole store.`, {
        hint: `Keep less than ${this.#capacityBytes} bytes in one artifact, for instance by splitting it.`,
      });
    }
    this.#load();
    this.#makeRoom(bytes + OVERHEAD_BYTES);
    const { text, mimeType, name, id = `art_${randomBytes(6).toString("hex")}` } = input;
    const artifact = { id, mimeType, bytes, preview: preview(input, clean), text, ...defined({ name }) };
    const kept = this.#shelf?.keep(artifact) ?? inMemory(artifact, text);
    this.#artifacts.set(id, kept);
    this.#heldBytes += bytes + OVERHEAD_BYTES;
    return kept;
  }

  /** The same for a text of many megabytes, whose secrets are taken out while other work goes on. */
  async saveSoon(given: ArtifactInput): Promise<Artifact> {
    const { text } = given;
    const cleaning = typeof text === "string" ? undefined : this.#cleaning(text);
    return cleaning === undefined ? this.save(given) : this.#keep({ ...given, text: await cleaning.soon() });
  }

  /** Whether an artifact is held. */
  has(id: string): boolean {
    this.#load();
    if (!this.#artifacts.has(id)) this.#load(true);
    return this.#artifacts.has(id);
  }

  /** The artifact with this id; an unknown id is `invalid_arguments` and names the newest ones. */
  get(id: string): Artifact {
    const artifact = this.has(id) ? this.#artifacts.get(id) : undefined;
    if (artifact !== undefined) return artifact;
    const known = [...this.#artifacts.keys()].slice(-5);
    throw new CodemodeError(
      "invalid_arguments",
      `There is no artifact "${id}" (it may have made room for newer ones).`,
      {
        hint: known.length === 0 ? "No artifact is held at the moment." : `The newest are: ${known.join(", ")}.`,
      },
    );
  }

  /**
   * A part of an artifact. The cost of a path or a pattern is bounded: it is read in a thread, for at most a second.
   * Rejects with `invalid_arguments` for an id, a path or a pattern that cannot be, and for what takes longer.
   */
  async read(id: string, options: ReadArtifactOptions = {}, signal?: AbortSignal): Promise<ArtifactPart> {
    return this.#reader.read(this.get(id), options, { owner: this, signal });
  }

  /** Lines of an artifact from the line `offset` on, without their ends; of a large file in pieces. */
  async lines(id: string, offset: number, limit: number): Promise<readonly string[]> {
    return this.#reader.lines(this.get(id), offset, limit);
  }

  /**
   * JSON text of a list of rows: items of the list at a path, values one after the other as in JSON lines, or records of CSV text
   * as objects by the names of its first line; of a large file in pieces. Rejects with `invalid_arguments` where no list is.
   */
  async rows(id: string, request: RowsRequest, reading: ReadingBounds = {}): Promise<string> {
    return this.#reader.rows(this.get(id), request, { owner: this, ...reading });
  }

  /** JSON text of the value of an artifact, or of what is at a path in it; bounded like {@link read}. */
  async readJson(id: string, path?: string, reading: ReadingBounds = {}): Promise<string> {
    return this.#reader.readJson(this.get(id), path, { owner: this, ...reading });
  }

  /** Every artifact held, oldest first. */
  list(): readonly Artifact[] {
    this.#load(true);
    return [...this.#artifacts.values()];
  }

  /** Artifacts that have the words of a query, best first; by the words alone, so also in the middle of a long text. */
  async search(query: string, limit = 10): Promise<readonly FoundArtifact[]> {
    const words = splitTerms(query);
    if (this.#shelf !== undefined) return this.#shelf.search(words, limit);
    const artifacts = this.list();
    return new SlicedWork(() => findInSteps(artifacts, words, limit)).soon();
  }

  /** Settings that another client's store shares with this one; readings in both take turns. */
  get shared(): Pick<ArtifactStoreOptions, "secrets" | "reader"> {
    return { reader: this.#reader, ...defined({ secrets: this.#secrets }) };
  }

  /** Ends the thread that reads by path and pattern; the store stays readable by range. */
  async close(): Promise<void> {
    await this.#reader.close();
    await this.#shelf?.close();
  }

  /** Forgets everything. */
  clear(): void {
    this.#load();
    for (const artifact of this.#artifacts.values()) this.#shelf?.remove(artifact);
    this.#artifacts.clear();
    this.#heldBytes = 0;
    this.#memory?.leave(this);
  }

  /** Bytes that it holds, with 4 KB for each artifact. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Forgets the oldest artifact. */
  dropOldest(): void {
    const [oldest] = this.#artifacts.values();
    if (oldest !== undefined) this.#drop(oldest);
  }

  #drop(artifact: Artifact): void {
    this.#shelf?.remove(artifact);
    this.#artifacts.delete(artifact.id);
    this.#heldBytes -= artifact.bytes + OVERHEAD_BYTES;
  }

  /** Reads the list on disk at the first need, and again where another process may have added to it. */
  #load(again = false): void {
    if (this.#shelf === undefined || (this.#isLoaded && !again)) return;
    this.#isLoaded = true;
    this.#artifacts.clear();
    this.#heldBytes = 0;
    for (const artifact of this.#shelf.list(Date.now() - this.#keepMs)) {
      this.#artifacts.set(artifact.id, artifact);
      this.#heldBytes += artifact.bytes + OVERHEAD_BYTES;
    }
  }

  #makeRoom(bytes: number): void {
    const most = this.#shelf === undefined ? MOST_ARTIFACTS : MOST_ON_DISK;
    for (const artifact of this.#artifacts.values()) {
      if (this.#heldBytes + bytes <= this.#capacityBytes && this.#artifacts.size < most) break;
      this.#drop(artifact);
    }
    this.#memory?.makeRoom(bytes, this);
  }
}

/** What is kept as bytes is made a string by whoever asks for one. */
function inMemory(artifact: Omit<Artifact, "text" | "large">, text: string | LargeText): Artifact {
  if (typeof text === "string") return { ...artifact, text };
  return Object.defineProperty({ ...artifact, large: text, text: "" }, "text", { get: () => text.toString() });
}

/** The part of an artifact that goes into results and lists. */
export function summarizeArtifact(artifact: Artifact): ArtifactSummary {
  const { id, mimeType, bytes, path } = artifact;
  return { id, mimeType, bytes, preview: artifact.preview, ...defined({ path }) };
}

function preview(input: ArtifactInput, clean: (text: string) => string): string {
  if (input.value !== undefined && typeof input.value === "object") return sketchValue(input.value, { clean });
  const { text } = input;
  return typeof text === "string" ? boundText(text, PREVIEW_CHARACTERS) : text.bounded(PREVIEW_CHARACTERS);
}
