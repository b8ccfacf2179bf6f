import { randomBytes } from "node:crypto";
import type { JsonValue } from "../../base/json.ts";
import { boundText } from "../../base/bound-text.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { ArtifactSummary } from "../result.ts";
import type { SecretFilter } from "../../base/secret-filter.ts";
import { sketchValue } from "./sketch-value.ts";

/** A text kept aside, with the value it stands for when it is JSON. */
export interface Artifact extends ArtifactSummary {
  readonly text: string;
  /** A name for people, when one was given. */
  readonly name?: string;
}

/** What to keep. */
export interface ArtifactInput {
  readonly text: string;
  readonly mimeType: string;
  readonly name?: string;
  /** The value the text stands for, so that the preview can describe its shape. */
  readonly value?: JsonValue;
}

const PREVIEW_CHARACTERS = 400;

/** What an artifact takes beside its text: an empty one costs memory too. */
const OVERHEAD_BYTES = 4096;

/** Artifacts held at a time; beyond that a list of them is too long for anybody. */
const MOST_ARTIFACTS = 1_000;

/**
 * Keeps texts that are too long for a reader, in memory, until the store is full; then the oldest go first. Each counts
 * 4 KB beside its text, and at most 1,000 are held.
 *
 * @param capacityBytes maximum of bytes held at a time
 * @param secrets taken out of what is kept
 */
export class ArtifactStore {
  readonly #capacityBytes: number;
  readonly #secrets: SecretFilter | undefined;
  readonly #artifacts = new Map<string, Artifact>();
  #heldBytes = 0;

  constructor(capacityBytes: number = 64 * 1024 * 1024, secrets?: SecretFilter) {
    this.#capacityBytes = capacityBytes;
    this.#secrets = secrets;
  }

  /** Keeps a text and tells how to find it again. Rejects a text larger than the whole store with `result_too_large`. */
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
    const artifact = { id, mimeType, bytes, preview: preview(input), text, ...(name === undefined ? {} : { name }) };
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

  /** Every artifact held, oldest first. */
  list(): readonly Artifact[] {
    return [...this.#artifacts.values()];
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
