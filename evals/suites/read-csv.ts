import { readFileSync } from "node:fs";

/** Rows of a CSV file by the names of its first line; quoted fields may hold commas, quotes and line ends. */
export function readCsv(file: string): readonly Readonly<Record<string, string>>[] {
  const [head = [], ...rows] = splitRows(readFileSync(file, "utf8"));
  return rows.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at] ?? ""])));
}

function splitRows(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  }
  return rows;
}
