import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { briefLine, escapeInvisible } from "./brief.ts";
import { catalogText } from "./catalog-text.ts";
import { createToolCatalog } from "./create-tool-catalog.ts";
import type { ToolDefinition, ToolEntry } from "./tool.ts";

function tool(serverName: string, toolName: string, more: Partial<ToolDefinition> = {}): ToolDefinition {
  return { name: `${serverName}__${toolName}`, serverName, description: "", inputSchema: { type: "object" }, ...more };
}

function entryOf(definition: ToolDefinition): ToolEntry {
  const [entry] = createToolCatalog([definition]).tools;
  if (entry === undefined) throw new Error("no entry");
  return entry;
}

const numbered = (serverName: string, count: number): ToolDefinition[] =>
  Array.from({ length: count }, (_, index) => tool(serverName, `tool_${index}`, { description: "Does it." }));

describe("the brief view", () => {
  test("is the name and the first line of the description", () => {
    expect(briefLine(entryOf(tool("s", "x", { description: "\n\n  Reads   a file.\nMore about it." })))).toBe(
      "s__x: Reads a file.",
    );
    expect(briefLine(entryOf(tool("s", "x")))).toBe("s__x");
  });

  test("is 120 characters at most and never cuts the name or a character", () => {
    const line = briefLine(entryOf(tool("s", "x", { description: "💥".repeat(1_000_000) })));
    expect(line.length).toBeLessThanOrEqual(120);
    expect(line).toMatch(/^s__x: (💥)+…$/u);
    expect(briefLine(entryOf(tool("s", "y".repeat(200), { description: "Long." })))).toBe(`s__${"y".repeat(200)}`);
  });

  test("shows what is invisible", () => {
    expect(briefLine(entryOf(tool("s", "a\u202eb\n", { description: "zero\u200bwidth\u0007" })))).toBe(
      "s__a\\u{202e}b\\u{a}: zero\\u{200b}width\\u{7}",
    );
    expect(escapeInvisible("\u{e0041}\ud800\u2028\ufe0f ok é 搜")).toBe(
      "\\u{e0041}\\u{d800}\\u{2028}\\u{fe0f} ok é 搜",
    );
  });
});

describe("the catalogue text", () => {
  test("is complete when everything fits, with deferred tools counted", () => {
    const catalog = createToolCatalog([
      tool("files", "read", { description: "Reads." }),
      tool("files", "old", { deferLoading: true }),
      tool("a-b", "x", { serverDescription: "Letters." }),
    ]);
    expect(catalogText(catalog, { maxTokens: 500 })).toBe(
      "COMPLETE: all 2 tools. 1 deferred tool only by search.\n## a_b: Letters.\na-b__x\n## files\nfiles__read: Reads.",
    );
  });

  test("is partial when not, and gives every server its turn", () => {
    const catalog = createToolCatalog([...numbered("big", 500), ...numbered("small", 3), ...numbered("tiny", 1)]);
    const text = catalogText(catalog, { maxTokens: 100, line: (entry) => `${entry.identifier}()` });
    expect(text).toMatch(/^PARTIAL \d+ of 504 tools; search for the others\.\n/);
    expect(text).toContain("## small\ntool_0()\ntool_1()\ntool_2()\n");
    expect(text).toContain("## tiny\ntool_0()");
    expect(text).toMatch(/## big \(\d+ of 500 tools\)/);
    expect(text.match(/^tool_/gm)).toHaveLength(Number(/PARTIAL (\d+)/.exec(text)?.[1]));
    expect(text.length).toBeLessThanOrEqual(400);
    expect(text.length).toBeGreaterThan(320);
  });

  test("counts the servers it has no room to name", () => {
    const catalog = createToolCatalog(Array.from({ length: 300 }, (_, index) => tool(`server_${index}`, "x")));
    const text = catalogText(catalog, { maxTokens: 200 });
    expect(text.match(/^## /gm)).toHaveLength(300 - Number(/(\d+) servers not named/.exec(text)?.[1]));
  });

  test("an empty catalog is complete, and a budget of nothing leaves the first line", () => {
    expect(catalogText(createToolCatalog([]), { maxTokens: 100 })).toBe("COMPLETE: all 0 tools.");
    expect(catalogText(createToolCatalog(numbered("s", 2)), { maxTokens: 0 })).toBe(
      "PARTIAL 0 of 2 tools; search for the others. 1 server not named here.",
    );
  });

  test("keeps its budget, its count and its bytes for any catalog in any order", () => {
    const anyTool = fc
      .tuple(
        fc.constantFrom("a", "b-c", "ü", "d"),
        fc.string({ maxLength: 8 }),
        fc.string({ maxLength: 60 }),
        fc.boolean(),
      )
      .map(([server, name, description, deferLoading]) => tool(server, name, { description, deferLoading }));
    const catalogs = fc
      .uniqueArray(anyTool, { maxLength: 30, selector: (definition) => definition.name })
      .chain((tools) => fc.tuple(fc.constant(tools), fc.shuffledSubarray(tools, { minLength: tools.length })));
    fc.assert(
      fc.property(catalogs, fc.integer({ min: 40, max: 400 }), ([tools, shuffled], maxTokens) => {
        const text = catalogText(createToolCatalog(tools), { maxTokens });
        expect(catalogText(createToolCatalog(shuffled), { maxTokens })).toBe(text);
        expect(Math.ceil(text.length / 4)).toBeLessThanOrEqual(maxTokens);
        const visible = tools.filter((definition) => definition.deferLoading !== true).length;
        const lines = text
          .split("\n")
          .slice(1)
          .filter((line) => !line.startsWith("## ")).length;
        const said = /^COMPLETE: all (\d+)|^PARTIAL (\d+) of/.exec(text);
        expect(Number(said?.[1] ?? said?.[2])).toBe(lines);
        expect(text.startsWith("COMPLETE")).toBe(lines === visible);
      }),
      { numRuns: 300 },
    );
  });
});
