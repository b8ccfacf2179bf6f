import { expect, test } from "vitest";
import type { ToolDefinition, ToolEntry } from "../../tool.ts";
import { createToolCatalog } from "../../create-tool-catalog.ts";
import { packagedWordVectors } from "../meaning/word-vectors.ts";
import type { ServerWords } from "./server-words.ts";
import { ToolReader } from "./tool-reader.ts";

function server(name: string, descriptions: readonly string[]): readonly ToolEntry[] {
  const tools = descriptions.map((description, place): ToolDefinition => {
    return { name: `${name}__tool_${place}`, serverName: name, description, inputSchema: { type: "object" } };
  });
  return createToolCatalog(tools).tools;
}

/** What a reader reads of some tools, with their vectors. */
function read(reader: ToolReader, tools: readonly ToolEntry[]) {
  const vectors = new Int8Array(tools.length * (packagedWordVectors()?.dimensions ?? 0));
  const steps = reader.read(tools, vectors);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return { words: value, vectors };
  }
}

/** The words of each field of each tool, as they were read. */
function wordsOf({ words, fieldEnds, terms }: ServerWords): readonly string[] {
  const lines = words.split("\n");
  return Array.from(fieldEnds, (end, slot) =>
    Array.from(terms.subarray(fieldEnds[slot - 1] ?? 0, end), (term) => lines[term]).join(" "),
  );
}

test("the words of a tool stand field by field, stop words only in the name", () => {
  const { words } = read(new ToolReader(undefined), server("mail", ["Send the letter to anyone. 搜索"]));
  expect(wordsOf(words)).toEqual(["tool 0 tool0", "send letter 搜索 搜 索", "", "", "mail", ""]);
  expect([...words.lengths]).toEqual([2, 3, 0, 0, 1, 0]);
  expect([...words.nameSizes]).toEqual([2]);
});

test("what was read of a server does not depend on those before it", () => {
  const [mail, files] = [server("mail", ["Send a letter.", "Größe 件夹"]), server("files", ["Read a letter."])];
  const reader = new ToolReader(packagedWordVectors());
  const [, second] = [read(reader, files), read(reader, mail)];
  const alone = read(new ToolReader(packagedWordVectors()), mail);
  expect(second.words.words).toBe(alone.words.words);
  expect(second.words.counts).toEqual(alone.words.counts);
  expect(Buffer.from(second.words.bytes).equals(Buffer.from(alone.words.bytes))).toBe(true);
  expect(second.vectors).toEqual(alone.vectors);
});

test("a server with more words than fit into two bytes each keeps them all", () => {
  const descriptions = Array.from({ length: 170 }, (_, tool) =>
    Array.from({ length: 400 }, (_each, word) => `${letters(tool * 400 + word)}x`).join(" "),
  );
  const { words } = read(new ToolReader(undefined), server("wordy", descriptions));
  expect(words.counts.termBytes).toBe(4);
  const texts = wordsOf(words).filter((_, slot) => slot % 6 === 1);
  expect(texts).toEqual(descriptions.map((text) => text.slice(0, 4_000)));
});

test("what is read does not depend on the words that the process has met, be they ever so many", () => {
  const mail = server("mail", ["Send a letter to Größe 件夹 of quixotria.", "Delete quixotria"]);
  const first = read(new ToolReader(packagedWordVectors()), mail);
  const flood = Array.from({ length: 60 }, (_, tool) =>
    Array.from({ length: 400 }, (_each, word) => `${letters(tool * 400 + word)}y`).join(" "),
  );
  read(new ToolReader(packagedWordVectors()), server("flood", flood));
  const late = server("late", ["Rename zabulonite with zabulonites of Äölö", "搭載"]);
  const again = read(new ToolReader(packagedWordVectors()), mail);
  expect(again.words.words).toBe(first.words.words);
  expect(Buffer.from(again.words.bytes).equals(Buffer.from(first.words.bytes))).toBe(true);
  expect(again.vectors).toEqual(first.vectors);
  const after = wordsOf(read(new ToolReader(packagedWordVectors()), late).words);
  expect([after[1], after[7]]).toEqual(["rename zabulonite zabulonites aolo", "搭載 搭 載"]);
});

/** A number in letters. */
function letters(number: number): string {
  return number
    .toString(10)
    .replace(/\d/g, (digit) => "bcdfghjklm".charAt(Number(digit)))
    .padStart(6, "q");
}
