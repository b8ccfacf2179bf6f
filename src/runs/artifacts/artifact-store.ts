import { defined } from "../../base/defined.ts";
import { randomBytes } from "node:crypto";
import type { JsonValue } from "../../base/json.ts";
import { boundText } from "../../base/bound-text.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { ArtifactSummary } from "../result.ts";
import type { SecretFilter } from "../../base/secret-filter.ts";
import { sketchValue } from "../../languages/sketch-value.ts";
import { ArtifactReader } from "./artifact-reader.ts";
import type { ArtifactPart, ReadArtifactOptions } from "./read-artifact.ts";

/** A text kept aside, with the value it stands for when it is JSON. */
export interface Artifact extends ArtifactSummary {
  readonly text: string;
  /** A name for people, when one was given. */
  readonly name?: string;
}

/** Settings of a store and its reader. */
export interface ArtifactStoreOptions {
  /** Maximum of bytes held at a time. @default 64 MB */
  readonly capacityBytes?: number;
  /** Taken out of what is kept. */
  readonly secrets?: SecretFilter;
  /** Reads by path and pattern. @default a thread of the store's own */
  readonly reader?: ArtifactReader;
}

/** A text to keep. */
export interface ArtifactInput {
  readonly text: string;
  readonly mimeType: string;
  readonly name?: string;
  /** The value the text stands for, so that the preview can describe its shape. */
  readonly value?: JsonValue;
}

const CAPACITY_BYTES = 64 * 1024 * 1024;
const PREVIEW_CHARACTERS = 400;

/** Bytes of an artifact beside its text: an empty one costs memory too. */
const OVERHEAD_BYTES = 4096;

/** Artifacts held at a time; a list of more would be too long to read. */
const MOST_ARTIFACTS = 1_000;

/**
 * Keeps texts that are too long for a reader, in memory, until the store is full; then the oldest go first. Each counts
 * 4 KB beside its text, and at most 1,000 are held.
 */
export class ArtifactStore {
  readonly #capacityBytes: number;
  readonly #secrets: SecretFilter | undefined;
  readonly #reader: ArtifactReader;
  readonly #artifacts = new Map<string, Artifact>();
  #heldBytes = 0;

  constructor({ capacityBytes = CAPACITY_BYTES, secrets, reader = new ArtifactReader() }: ArtifactStoreOptions = {}) {
    this.#capacityBytes = capacityBytes;
    this.#secrets = secrets;
    this.#reader = reader;
  }

  /**
   * Keeps a text and returns its entry, with the id to read it by. Rejects a text larger than the whole store with
   * `result_too_large`.
   */
  save(given: ArtifactInput): Artifact {
    const input = this.#secrets?.data(given) ?? given;
    const bytes = Buffer.byteLength(input.text);
    if (bytes + OVERHEAD_BYTES > this.#capacityBytes) {
      throw new CodemodeError("result_too_large", `An artifact of ${bytes} bytes is larger than the whole store.`, {
        hint: `Keep less than ${this.#capacityBytes} bytes in one artifact, for instance by splitting it.`,
      });
    }
    this.#makeRoom(bytes + OVERHEAD_BYTES);
    const { text, mimeType, name } = input;
    const id = `art_${randomBytes(6).toString("hex")}`;
    const artifact = { id, mimeType, bytes, preview: preview(input), text, ...defined({ name }) };
    this.#artifacts.set(artifact.id, artifact);
    this.#heldBytes += bytes + OVERHEAD_BYTES;
    return artifact;
  }

  /** The artifact with this id; an unknown id is `invalid_arguments` and names the newest ones. */
  get(id: string): Artifact {
    const artifact = this.#artifacts.get(id);
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

  /** JSON text of the value of an artifact, or of what is at a path in it; bounded like {@link read}. */
  async readJson(id: string, path?: string, signal?: AbortSignal): Promise<string> {
    return this.#reader.readJson(this.get(id), path, { owner: this, signal });
  }

  /** Every artifact held, oldest first. */
  list(): readonly Artifact[] {
    return [...this.#artifacts.values()];
  }

  /** Settings that another client's store shares with this one; readings in both take turns. */
  get shared(): Pick<ArtifactStoreOptions, "secrets" | "reader"> {
    return { reader: this.#reader, ...defined({ secrets: this.#secrets }) };
  }

  /** Ends the thread that reads by path and pattern; the store stays readable by range. */
  async close(): Promise<void> {
    await this.#reader.close();
  }

  /** Forgets everything. */
  clear(): void {
    this.#artifacts.clear();
    this.#heldBytes = 0;
  }

  #makeRoom(bytes: number): void {
    for (const [id, artifact] of this.#artifacts) {
      if (this.#heldBytes + bytes <= this.#capacityBytes && this.#artifacts.size < MOST_ARTIFACTS) return;
      this.#artifacts.delete(id);
      this.#heldBytes -= artifact.bytes + OVERHEAD_BYTES;
    }
  }
}

/** The part of an artifact that goes into results and lists. */
export function summarizeArtifact(artifact: Artifact): ArtifactSummary {
  const { id, mimeType, bytes } = artifact;
  return { id, mimeType, bytes, preview: artifact.preview };
}

function preview(input: ArtifactInput): string {
  if (input.value !== undefined && typeof input.value === "object") return sketchValue(input.value);
  return boundText(input.text, PREVIEW_CHARACTERS);
}
