import { CodemodeError } from "../../../base/codemode-error.ts";

/** What is longer as JSON than it is. */
const ESCAPED = /[\p{Cc}\p{Cs}"\\]/u;

/** Fields read in one step, and doubled quotes in one field. */
const FIELDS_PER_STEP = 2_000;
/** Fields of one record; rows of more are read as text. */
const MOST_FIELDS = 50_000;

/** Rows that are asked for. */
interface CsvRange {
  readonly offset: number;
  readonly limit: number;
}

/**
 * Rows of CSV text (RFC 4180) as objects by the names of the first line, from the row `offset` on, in small steps.
 *
 * Throws `result_too_large` for rows that are too many: each repeats all names, so that a text of a megabyte can be rows of
 * any size.
 */
export function* csvRows(
  text: string,
  { offset, limit }: CsvRange,
  mostCharacters: number,
): Generator<void, Record<string, string>[]> {
  const rows: Record<string, string>[] = [];
  let characters = 0;
  let names: readonly string[] | undefined;
  let ofNames = 0;
  let seen = 0;
  for (const record of csvRecords(text)) {
    if (record === undefined) yield;
    else if (names === undefined) {
      names = record;
      ofNames = charactersOf(names);
    } else if (seen++ >= offset) {
      if (rows.length >= limit) break;
      characters += ofNames + charactersOf(record);
      if (characters > mostCharacters) throw tooManyRows(rows.length, mostCharacters);
      rows.push(Object.fromEntries(names.map((name, column) => [name, record[column] ?? ""])));
      // Names of any number are as many fields.
      if (names.length > FIELDS_PER_STEP) yield;
    }
  }
  return rows;
}

/** Characters of names or fields in JSON, each with its quotes and the sign behind it. */
function charactersOf(fields: readonly string[]): number {
  const written = (field: string): number => (ESCAPED.test(field) ? JSON.stringify(field).length : field.length + 2);
  return fields.reduce((sum, field) => sum + written(field) + 1, 0);
}

function tooManyRows(fitting: number, mostCharacters: number): CodemodeError {
  return new CodemodeError(
    "result_too_large",
    `Only ${fitting} of these rows have less than ${mostCharacters} bytes.`,
    {
      hint: "Ask for fewer rows at a time by limit, and go on by offset.",
    },
  );
}

function tooManyFields(): CodemodeError {
  return new CodemodeError("result_too_large", `A line of this CSV has more than ${MOST_FIELDS} fields.`, {
    hint: "Read it by lines, or a range of characters by offset and limit.",
  });
}

/** One record after the other, undefined at the end of a step; a quoted field may have commas, line ends and doubled quotes. */
function* csvRecords(text: string): Generator<string[] | undefined> {
  let fields = 0;
  let record: string[] = [];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  while (at < text.length) {
    const { field, end } = text[at] === '"' ? yield* quotedField(text, at + 1) : plainField(text, at);
    if (record.push(field) > MOST_FIELDS) throw tooManyFields();
    at = end;
    fields += 1;
    if (fields % FIELDS_PER_STEP === 0) yield undefined;
    if (text[at] === ",") {
      at += 1;
      if (at < text.length) continue;
      record.push("");
    }
    if (text[at] === "\r") at += 1;
    if (text[at] === "\n") at += 1;
    yield record;
    record = [];
  }
}

function plainField(text: string, start: number): { readonly field: string; readonly end: number } {
  let end = start;
  while (end < text.length && text[end] !== "," && text[end] !== "\n" && text[end] !== "\r") end++;
  return { field: text.slice(start, end), end };
}

function* quotedField(text: string, start: number): Generator<undefined, ReturnType<typeof plainField>> {
  const pieces: string[] = [];
  const upTo = (end: number): string => pieces.join("") + text.slice(from, end).replaceAll('""', '"');
  let from = start;
  let at = start;
  for (let quotes = 1; ; quotes++) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return { field: upTo(text.length), end: text.length };
    if (text[quote + 1] !== '"') {
      // What stands between the quote and the next comma belongs to no rule; it is kept.
      const rest = plainField(text, quote + 1);
      return { field: upTo(quote) + rest.field, end: rest.end };
    }
    at = quote + 2;
    if (quotes % FIELDS_PER_STEP > 0) continue;
    pieces.push(text.slice(from, at).replaceAll('""', '"'));
    from = at;
    yield undefined;
  }
}
