import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectDead } from "../steps/byte-parts.ts";

/** Bytes that are read at a step of what reads them. */
const PIECE_BYTES = 64 * 1024;
/** Pieces that are read with one call; systems take a thousand at most. */
const PIECES_AT_ONCE = 256;

/**
 * Bytes that wait outside of memory, in a file of the system's folder for such that only this user may read, and that has no
 * name any more where the system allows that. Whoever wrote them closes them.
 */
export class SpilledBytes {
  readonly #handle: FileHandle;
  readonly #path: string | undefined;
  /** Number of bytes. */
  readonly bytes: number;

  private constructor(
    { handle, path }: { readonly handle: FileHandle; readonly path: string | undefined },
    bytes: number,
  ) {
    this.#handle = handle;
    this.#path = path;
    this.bytes = bytes;
  }

  /** Writes some bytes; undefined where the disk does not take them. */
  static async write(parts: Iterable<Uint8Array>): Promise<SpilledBytes | undefined> {
    const path = join(tmpdir(), `codemode-${randomUUID()}`);
    const handle = await open(path, "wx+", 0o600).catch(() => undefined);
    if (handle === undefined) return undefined;
    // Where a file cannot lose its name while it is open, it loses it in the end.
    const isNamed = await unlink(path).then(
      () => false,
      () => true,
    );
    const file = { handle, path: isNamed ? path : undefined };
    let bytes = 0;
    try {
      for (const part of parts) {
        await handle.writeFile(part);
        bytes += part.length;
      }
      // Those who wrote them have them no more.
      setImmediate(() => collectDead("young"));
      return new SpilledBytes(file, bytes);
    } catch {
      await new SpilledBytes(file, bytes).close();
      return undefined;
    }
  }

  /** The bytes, in pieces. */
  async read(): Promise<readonly Buffer[]> {
    const count = Math.ceil(this.bytes / PIECE_BYTES);
    const sizeAt = (place: number): number => Math.min(PIECE_BYTES, this.bytes - place * PIECE_BYTES);
    // Memory in pieces is used again for what comes after them; that of one large piece is seldom free where it is wanted.
    const pieces = Array.from({ length: count }, (_, place) => Buffer.allocUnsafeSlow(sizeAt(place)));
    for (let from = 0; from < count; from += PIECES_AT_ONCE) {
      const some = pieces.slice(from, from + PIECES_AT_ONCE);
      const { bytesRead } = await this.#handle.readv(some, from * PIECE_BYTES);
      if (bytesRead < sizeOf(some)) throw new Error("The file was cut.");
    }
    return pieces;
  }

  /** Lets go of them. */
  async close(): Promise<void> {
    await this.#handle.close().catch(() => {});
    if (this.#path !== undefined) await unlink(this.#path).catch(() => {});
  }
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
