/** Rows of CSV text (RFC 4180) as objects by the names of the first line, from the row `offset` on. */
export function csvRows(
  text: string,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Record<string, string>[] {
  const rows: Record<string, string>[] = [];
  let names: readonly string[] | undefined;
  let seen = 0;
  for (const record of csvRecords(text)) {
    if (names === undefined) {
      names = record;
      continue;
    }
    if (seen++ < offset) continue;
    if (rows.length >= limit) break;
    rows.push(Object.fromEntries(names.map((name, column) => [name, record[column] ?? ""])));
  }
  return rows;
}

/** One record after the other; a quoted field may have commas, line ends and doubled quotes. */
function* csvRecords(text: string): Generator<string[]> {
  let record: string[] = [];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  while (at < text.length) {
    const { field, end } = text[at] === '"' ? quotedField(text, at + 1) : plainField(text, at);
    record.push(field);
    at = end;
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

function quotedField(text: string, start: number): { readonly field: string; readonly end: number } {
  let at = start;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return { field: text.slice(start).replaceAll('""', '"'), end: text.length };
    if (text[quote + 1] !== '"') {
      // What stands between the quote and the next comma belongs to no rule; it is kept.
      const rest = plainField(text, quote + 1);
      return { field: text.slice(start, quote).replaceAll('""', '"') + rest.field, end: rest.end };
    }
    at = quote + 2;
  }
}
