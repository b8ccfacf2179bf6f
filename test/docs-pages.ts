import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of this repository. */
export const root: string = fileURLToPath(new URL("..", import.meta.url));

/** A fenced block of a page. */
export interface Block {
  /** Page and line, for titles of tests. */
  readonly place: string;
  /** Words after the fence: a language, what kind of program it is, and the file it is to be kept in. */
  readonly words: readonly string[];
  /** The word that names a file. */
  readonly file: string | undefined;
  readonly text: string;
  /** What the page says it prints: the block `text` that follows at once. */
  readonly output: string | undefined;
}

/** Paths of the pages in docs that people have written. */
export function docPages(): string[] {
  return readdirSync(join(root, "docs"))
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file));
}

/** The text of a page. */
export function readPage(page: string): string {
  return readFileSync(join(root, page), "utf8");
}

/** Blocks of a page in their order. */
export function blocksOf(page: string): Block[] {
  const source = readPage(page);
  const found = [...source.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)];
  return found.map((match, index) => {
    const words = (match[1] ?? "").split(" ");
    const next = found[index + 1];
    const between = source.slice(match.index + match[0].length, next?.index);
    return {
      place: `${page}, line ${source.slice(0, match.index).split("\n").length}`,
      words,
      file: words.slice(1).find((word) => word.includes(".")),
      text: match[2] ?? "",
      output: next?.[1] === "text" && between.trim() === "" ? next[2] : undefined,
    };
  });
}
