import { expect, test } from "vitest";
import { splitTerms, TermSplitter } from "../split-terms.ts";
import { WordTable } from "./word-table.ts";

/** Words of a text as a table numbers them, by their numbers. */
function numbered(table: WordTable, text: string): readonly number[] {
  const splitter = new TermSplitter();
  splitter.split(text);
  return Array.from({ length: splitter.count }, (_, place) => table.numberOf(splitter.words, place));
}

test.each([
  "getHTTPServer reads URLs, s3 and an e-mail",
  "Café ÜBER naïve — “quoted” ℌ K Ⅷ",
  "Страница ЖУРНАЛ Σίσυφος ΟΔΟΣ",
  "搜索文件 検索する ファイル 한국어 검색 写",
  "",
])("the words of a text come out as they are split: %s", (text) => {
  const table = new WordTable();
  expect(numbered(table, text).map((number) => table.list()[number])).toEqual(splitTerms(text));
});

test("a word has one number however it is written, and numbers follow each other", () => {
  const table = new WordTable();
  expect(numbered(table, "Read read READ rEAD write Читать читать 搜索 搜索")).toEqual([0, 0, 0, 1, 2, 3, 4, 4, 5, 5]);
  expect(table.list()).toEqual(["read", "r", "ead", "write", "читать", "搜索"]);
});

test("many words keep their numbers while the table grows", () => {
  const table = new WordTable();
  const words = Array.from({ length: 60_000 }, (_, place) => `w${place.toString(36)}`);
  expect(words.map((word) => table.numberOfWord(word))).toEqual([...words.keys()]);
  expect(words.map((word) => table.numberOfWord(word.toUpperCase()))).toEqual([...words.keys()]);
  expect(table.list()).toEqual(words);
});

test("words made to share one hash have numbers of their own", () => {
  const table = new WordTable();
  const words = sameHash(100);
  expect(words.map((word) => table.numberOfWord(word))).toEqual([...words.keys()]);
  expect(words.map((word) => table.numberOfWord(word))).toEqual([...words.keys()]);
});

test("a table finds the words that it has, asked by text or place, and takes none in for that", () => {
  const table = new WordTable();
  for (const word of ["read", "größe", "搜索", ...sameHash(40)]) table.numberOfWord(word);
  const words = ["write", "搜索", "größe", "read", ...sameHash(60)];
  const found = words.map((word) => table.find(word));
  expect(found.slice(0, 4)).toEqual([-1, 2, 1, 0]);
  expect(found.slice(4)).toEqual([...Array.from({ length: 40 }, (_, place) => 3 + place), ...Array(20).fill(-1)]);
  const splitter = new TermSplitter();
  splitter.splitLines(words.join("\n"));
  expect(words.map((_, line) => table.findAt(splitter.words, line))).toEqual(found);
  expect(table.size).toBe(43);
});

/** Words whose hashes end in the same bits, found by trying. */
function sameHash(count: number): readonly string[] {
  const words: string[] = [];
  for (let tried = 0; words.length < count; tried++) {
    const word = tried.toString(36);
    let hash = 0x01_1c_9d_c5;
    for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01_00_01_93);
    if (((hash ^ (hash >>> 15)) & 0x3f_ff) === 7) words.push(word);
  }
  return words;
}
