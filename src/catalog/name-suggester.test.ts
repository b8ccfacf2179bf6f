import { distance } from "fastest-levenshtein";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compareCodePoints } from "../base/code-point-order.ts";
import { SlicedWork } from "../base/sliced-work.ts";
import { createToolCatalog } from "./create-tool-catalog.ts";
import { foldName } from "./fold-name.ts";
import { createNameSuggester } from "./name-suggester.ts";
import type { ToolEntry } from "./tool.ts";

/** The same names by looking at each of them. */
function plainly(entries: readonly ToolEntry[], name: string, limit: number): readonly string[] {
  const cut = name.slice(0, 120);
  const [whole, last] = [cut, cut.replace(/^.*(?:__|\.)/su, "")].map(foldName);
  if (whole === undefined || whole === "" || last === undefined) return [];
  const most = (query: string): number => Math.max(2, Math.floor(query.length * 0.35));
  const rate = (query: string, other: string): number => {
    const folded = foldName(other.slice(0, 120));
    const isPart = folded.includes(query) || query.includes(folded);
    if (isPart && query.length > 3 && folded.length > 3) return Math.min(2, Math.abs(query.length - folded.length));
    const edits = distance(query, folded);
    return edits <= most(query) ? edits : Number.POSITIVE_INFINITY;
  };
  return entries
    .map((entry) => {
      const isThere = cut.startsWith(entry.serverName) || cut.startsWith(entry.serverIdentifier);
      const off = rate(last, entry.toolName) + (isThere ? 0 : 0.5);
      return { name: entry.name, off: Math.min(rate(whole, entry.name), rate(whole, entry.toolName), off) };
    })
    .filter(({ off }) => off <= most(last))
    .sort((a, b) => a.off - b.off || compareCodePoints(a.name, b.name))
    .slice(0, limit)
    .map(({ name: near }) => near);
}

const part = fc.constantFrom(
  "read",
  "file",
  "List",
  "ISSUES",
  "x",
  "Größe",
  "İ",
  "_",
  "-",
  "__",
  ".",
  "list",
  "fil",
  "日本",
);
const word = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));

test("the names near a mistyped one are those that comparing it with every name finds", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom("files", "hub", "a__b"), word), { minLength: 1, maxLength: 40 }),
      fc.array(word, { minLength: 1, maxLength: 10 }),
      fc.integer({ min: 0, max: 5 }),
      (tools, words, limit) => {
        const definitions = tools.map(([serverName, name]) => ({
          name: `${serverName}__${name}`,
          serverName,
          description: "",
          inputSchema: { type: "object" },
        }));
        const { tools: entries } = createToolCatalog(definitions);
        const suggest = new SlicedWork(() => createNameSuggester(entries)).now();
        for (const name of [...words, ...words.map((each) => `files__${each}`), ...entries.map(({ name: own }) => own)])
          expect(suggest(name, limit)).toEqual(plainly(entries, name, limit));
      },
    ),
    { numRuns: 300 },
  );
});
