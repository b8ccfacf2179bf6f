import { expect, test } from "vitest";
import { createToolCatalog } from "../../catalog/create-tool-catalog.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { readPythonProgram } from "./read-program.ts";

const declared = createToolCatalog([
  { name: "shop__find", serverName: "shop", description: "", inputSchema: { type: "object" } },
]);
const order = { type: "object", properties: { id: { type: "integer" }, customer: { type: "string" } } };
const outputSchema = {
  type: "object",
  properties: {
    total: { type: "integer" },
    orders: { type: "array", items: order },
    tags: { type: "object", additionalProperties: true },
  },
};
const entries = declared.tools.map((tool) => ({ ...tool, outputSchema, observedCalls: 3 }));
const observed: Catalog = {
  ...declared,
  tools: entries,
  servers: [{ name: "shop", identifier: "shop", tools: entries }],
  get: (name) => entries.find((tool) => tool.name === name),
  server: (name) => (name === "shop" ? { name, identifier: name, tools: entries } : undefined),
};

async function notesOf(code: string): Promise<readonly string[]> {
  return (await readPythonProgram(code)).resultNotes(observed);
}

test.each([
  [
    "a name",
    'found = await shop.find()\nfound["totl"]',
    'Line 2, column 7: no "totl" was in earlier results of shop__find; they had: total, orders, tags',
  ],
  ["a call", '(await shop.find())["totl"]', 'Line 1, column 21: no "totl"'],
  [
    "an item",
    'found = await shop.find()\nfound["orders"][0]["custmer"]',
    'Line 2, column 20: no "custmer" was in earlier results of shop__find; they had: id, customer',
  ],
  [
    "a loop",
    'found = await shop.find()\nfor each in found["orders"]:\n    print(each["cust"])',
    'Line 3, column 16: no "cust"',
  ],
  [
    "a comprehension",
    'found = await shop.find()\n[each["cust"] for each in found["orders"]]',
    'Line 2, column 7: no "cust"',
  ],
  [
    "call_tool",
    'from codemode import call_tool\nfound = await call_tool("shop__find", {})\nfound["totl"]',
    'Line 3, column 7: no "totl"',
  ],
])("a key that earlier results did not have is noted for %s", async (_, code, note) => {
  const notes = await notesOf(code);
  expect(notes).toHaveLength(1);
  expect(notes[0]).toContain(note);
});

test.each([
  ["keys that are there", 'found = await shop.find()\nfound["total"], found["orders"][0]["id"]'],
  ["keys of a map", 'found = await shop.find()\nfound["tags"]["anything"]'],
  ["a name that is bound twice", 'found = await shop.find()\nfound = {"totl": 1}\nfound["totl"]'],
  ["a name that a function has as a parameter", 'found = await shop.find()\ndef f(found):\n    return found["totl"]'],
  ["a key that the program writes", 'found = await shop.find()\nfound["totl"] = 1\nfound["totl"]'],
  ["a key that the program looks for", 'found = await shop.find()\nif "totl" in found:\n    found["totl"]'],
  ["a slice", 'found = await shop.find()\nfound["orders"][0:2]["x"]'],
  ["what is not a result", 'found = {"a": 1}\nfound["b"]'],
  ["another call", 'found = str(await shop.find())\nfound["b"]'],
])("nothing is noted for %s", async (_, code) => {
  expect(await notesOf(code)).toEqual([]);
});
