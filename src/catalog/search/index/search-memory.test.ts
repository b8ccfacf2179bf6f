import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Catalog } from "../../catalog.ts";
import { createNextCatalog, createToolCatalog } from "../../create-tool-catalog.ts";
import type { ToolDefinition } from "../../tool.ts";
import { SearchMemory } from "./search-memory.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "search-memory-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const NOUNS = ["invoice", "customer", "branch", "meeting", "photo", "窗口", "Größe"];

/** Twenty servers with more tools together than an index in memory alone is for. */
function manyTools(): ToolDefinition[] {
  return Array.from({ length: 2_100 }, (_, number) => ({
    name: `server${number % 20}__${number % 3 === 0 ? "list" : "update"}_${NOUNS[number % 7]}_${number}`,
    serverName: `server${number % 20}`,
    description: `${number % 11 === 0 ? "Deprecated: use another. " : ""}Works on the ${NOUNS[number % 5]} number ${number}.`,
    inputSchema: { type: "object" as const, properties: { [`field_${number % 13}`]: { title: "Order date" } } },
  }));
}

const tools = manyTools();
const digests = new Map(Array.from({ length: 20 }, (_, number) => [`server${number}`, "1"]));

function open(memory: SearchMemory, list: readonly ToolDefinition[] = tools, known = digests): Catalog {
  return createNextCatalog(list, {}, { memory, digests: () => known });
}

const QUERIES = [
  "update the invoice of a customer",
  "窗口",
  "meetng 17",
  "server3__list_invoice_63",
  "order date",
  "*_42",
  "",
];

function rankings(catalog: Catalog): unknown {
  return QUERIES.map((query) => catalog.search(query, { limit: 40 }));
}

/** An index that was kept on disk, and what it finds. */
async function keep(): Promise<{ file: string; expected: unknown }> {
  const file = join(folder, "cache", "index.bin");
  const memory = new SearchMemory(file);
  const expected = rankings(open(memory));
  await memory.written();
  return { file, expected };
}

test("an index from disk reads no tool and finds the same with the same scores", async () => {
  const { file, expected } = await keep();
  const memory = new SearchMemory(file);
  expect(rankings(open(memory))).toEqual(expected);
  expect(memory.toolsRead).toBe(0);
});

test.each([
  ["that was cut", (bytes: Buffer) => bytes.subarray(0, bytes.length - 50_000)],
  [
    "of another format",
    (bytes: Buffer) => Buffer.from(bytes.toString("latin1").replace('"format":2', '"format":0'), "latin1"),
  ],
  ["of nothing", () => Buffer.alloc(0)],
  ["of noise", () => Buffer.alloc(40_000, 0x7b)],
])("a file %s is made again", async (_, damage) => {
  const { file, expected } = await keep();
  const whole = readFileSync(file);
  writeFileSync(file, damage(whole));
  const memory = new SearchMemory(file);
  expect(rankings(open(memory))).toEqual(expected);
  await memory.written();
  expect(readFileSync(file).equals(whole)).toBe(true);
});

test.each([
  ["in the same process", false],
  ["at the next start", true],
])("a change at one server makes its tools alone be read again, %s", async (_, isNextStart) => {
  const { file } = await keep();
  const memory = new SearchMemory(isNextStart ? file : undefined);
  if (!isNextStart) rankings(open(memory));
  const before = memory.toolsRead;
  const changed = tools.map((tool) =>
    tool.serverName === "server7" ? { ...tool, description: `${tool.description} Sends a telegram.` } : tool,
  );
  const next = open(memory, changed, new Map([...digests, ["server7", "2"]]));
  expect(rankings(next)).toEqual(rankings(createToolCatalog(changed)));
  expect(next.search("telegram").total).toBe(105);
  expect(memory.toolsRead - before).toBe(105);
  await memory.written();
});

test("servers that come, go and change places leave nothing behind", () => {
  const memory = new SearchMemory();
  rankings(open(memory));
  const otherOrder = tools.toSorted((a, b) => (a.serverName < b.serverName ? 1 : a.serverName > b.serverName ? -1 : 0));
  for (const list of [otherOrder, tools.filter(({ serverName }) => serverName !== "server4"), tools])
    expect(rankings(open(memory, list))).toEqual(rankings(createToolCatalog(list)));
  // Those of the server that came again.
  expect(memory.toolsRead).toBe(tools.length + 105);
});
