import { existsSync, readFileSync } from "node:fs";
import { endianness } from "node:os";
import { fileURLToPath } from "node:url";

/** Words with the directions in which their meanings lie; words that are used alike lie close together. */
export interface WordVectors {
  /** Numbers in a vector, the most telling first. */
  readonly dimensions: number;
  /** Row of a lower-case word. */
  readonly rowOf: ReadonlyMap<string, number>;
  /** All vectors, one after the other. */
  readonly rows: Int8Array;
  /** What one step of a row is worth; it says how much the word counts in a text, too. */
  readonly scales: Float32Array;
}

const MAGIC = 0x31_76_77_63;
const HEADER_BYTES = 16;

let packaged: { readonly vectors: WordVectors | undefined } | undefined;

/**
 * The vectors that come with the package, read at the first request and kept; undefined where the file is missing or
 * unreadable, and a search then goes by words alone.
 */
export function packagedWordVectors(): WordVectors | undefined {
  return (packaged ??= { vectors: readWordVectors(fileURLToPath(new URL("word-vectors.bin", import.meta.url))) })
    .vectors;
}

function readWordVectors(file: string): WordVectors | undefined {
  try {
    return existsSync(file) ? parseWordVectors(readFileSync(file)) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads the form that {@link formatWordVectors} writes: four 32-bit numbers (mark, words, dimensions, bytes of the words'
 * text), the words in lines, a 32-bit float for each, and the rows. Throws for anything else.
 */
export function parseWordVectors(bytes: Buffer): WordVectors {
  const [magic, count = 0, dimensions = 0, textBytes = 0] = [0, 4, 8, 12].map((at) => bytes.readUInt32LE(at));
  const scalesAt = HEADER_BYTES + textBytes;
  const rowsAt = scalesAt + count * 4;
  if (magic !== MAGIC || bytes.length !== rowsAt + count * dimensions) throw new Error("These are no word vectors.");
  const words = bytes.toString("utf8", HEADER_BYTES, scalesAt).split("\n");
  const scales = floatsOf(bytes.subarray(scalesAt, rowsAt));
  const rows = new Int8Array(bytes.buffer, bytes.byteOffset + rowsAt, count * dimensions);
  return { dimensions, rowOf: new Map(words.map((word, row) => [word, row])), rows, scales };
}

/** The 32-bit floats that bytes hold, the lowest byte first. */
function floatsOf(bytes: Buffer): Float32Array {
  const own = Buffer.from(new Uint8Array(bytes).buffer);
  return new Float32Array((endianness() === "LE" ? own : own.swap32()).buffer);
}

/** Writes vectors as bytes, the same bytes for the same vectors on every machine. */
export function formatWordVectors({ dimensions, rowOf, rows, scales }: WordVectors): Buffer {
  const text = Buffer.from([...rowOf.keys()].join("\n"));
  const head = Buffer.alloc(HEADER_BYTES);
  [MAGIC, rowOf.size, dimensions, text.length].forEach((value, place) => head.writeUInt32LE(value, place * 4));
  const weights = Buffer.alloc(scales.length * 4);
  scales.forEach((scale, row) => weights.writeFloatLE(scale, row * 4));
  return Buffer.concat([head, text, weights, Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength)]);
}
