import { createHash } from "node:crypto";
import { mkdirSync, statSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { assertFile, readText } from "../../../base/files/read-file.ts";
import type { SecretFilter } from "../../../base/secret-filter.ts";
import { SlicedWork } from "../../../base/sliced-work.ts";
import { writtenInPieces } from "../../../base/steps/json-in-pieces.ts";
import { isSchemaObject } from "../../../schema/json-schema.ts";
import type { McpServerConfig } from "../server-config.ts";

/** Data remembered about a server between two starts. */
export interface CachedListing {
  /** The tools as the server listed them. */
  readonly items: readonly unknown[];
  readonly instructions?: string;
  readonly serverDescription?: string;
  readonly era?: EraVerdict;
}

/**
 * The protocol that was negotiated with a server: with what it said about itself in revision 2026-07-28 and later, without
 * that before.
 */
export interface EraVerdict {
  readonly discover?: Readonly<Record<string, unknown>>;
  /** When it was negotiated, as ISO text. */
  readonly since: string;
}

const FORMAT = 1;
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Remembers one server's tool list on disk, so that the next start knows it before the server does.
 *
 * The file is named by a hash of the configuration as written, so no expanded secret reaches the disk and a changed
 * configuration starts afresh. Files that are damaged or not ours are as good as none.
 */
export class ToolCache {
  readonly #directory: string;
  readonly #key: string;

  constructor(directory: string, serverName: string, config: McpServerConfig) {
    this.#directory = directory;
    this.#key = createHash("sha256")
      .update(JSON.stringify([FORMAT, serverName, config]))
      .digest("hex");
  }

  /** Path of the file. */
  get file(): string {
    return join(this.#directory, `${this.#key.slice(0, 32)}.json`);
  }

  /** When the server last listed what is remembered, as ISO text; undefined when nothing is. */
  get listedAt(): string | undefined {
    return statSync(this.file, { throwIfNoEntry: false })?.mtime.toISOString();
  }

  /** Notes that the server still lists what is remembered. Never rejects. */
  async confirm(): Promise<void> {
    const now = new Date();
    await utimes(this.file, now, now).catch(() => {});
  }

  /** The remembered list, or undefined. */
  read(): CachedListing | undefined {
    try {
      const stored: unknown = JSON.parse(readText(this.file, MOST_BYTES));
      if (!isSchemaObject(stored) || stored["key"] !== this.#key || !Array.isArray(stored["items"])) return undefined;
      const { items, instructions, serverDescription, era } = stored;
      return {
        items: items as readonly unknown[],
        ...(typeof instructions === "string" ? { instructions } : {}),
        ...(typeof serverDescription === "string" ? { serverDescription } : {}),
        ...(isVerdict(era) ? { era } : {}),
      };
    } catch {
      return undefined;
    }
  }

  /** Remembers a list without secrets, all or nothing. Resolves also when the disk refuses: the list is known without it. */
  async write(listing: CachedListing, secrets: SecretFilter): Promise<void> {
    try {
      const bytes = await new SlicedWork(() => this.#written(listing, secrets)).soon();
      if (bytes.length > MOST_BYTES) return;
      const { default: writeFileAtomic } = await import("write-file-atomic");
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      // A link is followed, and what it leads to is replaced.
      assertFile(this.file);
      await writeFileAtomic(this.file, bytes, { mode: 0o600 });
    } catch {
      // A cache that cannot be written costs a slower start, nothing else.
    }
  }

  *#written(listing: CachedListing, secrets: SecretFilter): Generator<void, Buffer> {
    const json = yield* writtenInPieces({ key: this.#key, ...listing });
    if (typeof json === "string") return Buffer.from(secrets.text(json));
    return Buffer.concat((yield* secrets.large(json)).pieces);
  }
}

function isVerdict(value: unknown): value is EraVerdict {
  if (!isSchemaObject(value) || typeof value["since"] !== "string") return false;
  return value["discover"] === undefined || isSchemaObject(value["discover"]);
}
