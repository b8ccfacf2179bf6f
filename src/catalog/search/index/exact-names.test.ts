import { array, assert, constantFrom, oneof, property, string, tuple } from "fast-check";
import { expect, test } from "vitest";
import { createToolCatalog } from "../../create-tool-catalog.ts";
import type { ToolDefinition } from "../../tool.ts";
import { createExactNames, type ExactNames, toolsCalled } from "./exact-names.ts";

function exactNames(steps: Generator<void, ExactNames>): ExactNames {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

const names = oneof(
  string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  constantFrom("readFile", "read-file", "READ_FILE", "İstanbul", "ΟΔΟΣ.ΑΒ", "搜索", "a b", "K"),
);

test("a tool is found by every spelling of its name, whatever characters that has", () => {
  const pairs = array(tuple(names, names), { minLength: 1, maxLength: 8 });
  assert(
    property(pairs, (list) => {
      const tools = list.map(([serverName, toolName]): ToolDefinition => {
        const name = `${serverName}__${toolName}`;
        return { name, serverName, toolName, description: "", inputSchema: { type: "object" } };
      });
      const { tools: entries } = createToolCatalog(tools);
      const exact = exactNames(createExactNames(entries));
      for (const [place, { name, toolName, identifier, serverName, serverIdentifier }] of entries.entries()) {
        const spellings = [
          name,
          toolName,
          identifier,
          `${serverName}.${toolName}`,
          `${serverIdentifier}.${identifier}`,
        ];
        const meant = spellings.filter((spelling) => spelling.replace(/[\s_.\-/:]+/g, "") !== "");
        for (const spelling of meant) expect(toolsCalled(spelling, exact, entries)).toContain(place);
      }
    }),
    { numRuns: 60 },
  );
});

test("tools of one name come in the order of the catalog, and a name that none has finds none", () => {
  const tools = ["b", "a"].map((serverName): ToolDefinition => {
    return { name: `${serverName}__read_file`, serverName, description: "", inputSchema: { type: "object" } };
  });
  const { tools: entries } = createToolCatalog(tools);
  const exact = exactNames(createExactNames(entries));
  expect(["READ-FILE", "b.readFile", "a:read_file"].map((name) => toolsCalled(name, exact, entries))).toEqual([
    [0, 1],
    [0],
    [1],
  ]);
  expect(["write_file", "", "___"].map((name) => toolsCalled(name, exact, entries))).toEqual([[], [], []]);
});
