import { randomBytes } from "node:crypto";
import type { JsonValue } from "../../base/json.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { ArtifactSummary } from "../result.ts";
import { sketchValue } from "../../languages/sketch-value.ts";

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

/**
 * Keeps texts that are too long for a reader, in memory, until the store is full; then the oldest go first.
 *
 * @param capacityBytes most bytes of text held at a time
 */
export class ArtifactStore {
  readonly #capacityBytes: number;
  readonly #artifacts = new Map<string, Artifact>();
  #heldBytes = 0;

  constructor(capacityBytes: number = 64 * 1024 * 1024) {
    this.#capacityBytes = capacityBytes;
  }

  /** Keeps a text and tells how to find it again. Rejects a text larger than the whole store with `result_too_large`. */
  save(input: ArtifactInput): Artifact {
    const bytes = Buffer.byteLength(input.text);
    if (bytes > this.#capacityBytes) {
      throw new CodemodeError("result_too_large", `An artifact of ${bytes} bytes is larger than the whole store.`, {
        hint: `Keep less than ${this.#capacityBytes} bytes in one artifact, for instance by splitting it.`,
      });
    }
    this.#makeRoom(bytes);
    const { text, mimeType, name } = input;
    const id = `art_${randomBytes(6).toString("hex")}`;
    const artifact = { id, mimeType, bytes, preview: preview(input), text, ...(name === undefined ? {} : { name }) };
    this.#artifacts.set(artifact.id, artifact);
    this.#heldBytes += bytes;
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
      if (this.#heldBytes + bytes <= this.#capacityBytes) return;
      this.#artifacts.delete(id);
      this.#heldBytes -= artifact.bytes;
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
  return input.text.length <= PREVIEW_CHARACTERS ? input.text : `${input.text.slice(0, PREVIEW_CHARACTERS)}…`;
}
