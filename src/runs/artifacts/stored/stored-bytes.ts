import { closeSync, readSync } from "node:fs";
import { openFile } from "../../../base/files/read-file.ts";
import { endOfCharacter, type LargeText } from "../../../base/steps/large-text.ts";

/** Bytes read in one step. The texts of small pieces are forgotten soon after they are read. */
export const PIECE_BYTES: number = 64 * 1024;

/** Where the bytes of a text are: the path of a file, or memory. */
export type Stored = string | LargeText;

/**
 * The pieces of a stored text from a byte on, of 64 KB at most, each valid until the next and none of which cuts a character
 * that begins in it.
 */
export function* storedPieces(stored: Stored, from: number): Generator<Buffer, void> {
  if (typeof stored === "string") yield* filePieces(stored, from);
  else {
    let passed = 0;
    for (const piece of stored.pieces) {
      for (let at = Math.max(0, from - passed); at < piece.length;) {
        const end = Math.min(at + PIECE_BYTES, piece.length);
        const whole = end === piece.length ? end : endOfCharacter(piece, end);
        yield piece.subarray(at, whole);
        at = whole;
      }
      passed += piece.length;
    }
  }
}

function* filePieces(path: string, from: number): Generator<Buffer, void> {
  const descriptor = openFile(path);
  try {
    const buffer = Buffer.allocUnsafe(PIECE_BYTES);
    for (let at = from; ;) {
      const read = readSync(descriptor, buffer, 0, PIECE_BYTES, at);
      if (read === 0) return;
      const end = read < PIECE_BYTES ? read : endOfCharacter(buffer, read);
      yield buffer.subarray(0, end);
      at += end;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The bytes of a range, copied, in pieces. */
export function* storedRange(stored: Stored, from: number, to: number): Generator<void, Buffer[]> {
  const range: Buffer[] = [];
  let at = from;
  for (const piece of storedPieces(stored, from)) {
    if (at >= to) break;
    range.push(Buffer.from(piece.subarray(0, to - at)));
    at += piece.length;
    yield;
  }
  return range;
}
