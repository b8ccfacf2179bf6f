import { readdirSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { createToolCatalog } from "../../src/catalog.ts";
import type { Catalog, ToolDefinition } from "../../src/catalog.ts";

/** What one size of catalog cost. */
export interface SearchFigures {
  readonly tools: number;
  /** Making the catalog: names, identifiers and lookup. */
  readonly createMs: number;
  readonly versionMs: number;
  readonly indexMs: number;
  /** Heap that index and name maps hold on to; only meaningful with `--expose-gc`. */
  readonly indexBytes: number;
  readonly queryP50Ms: number;
  readonly queryP99Ms: number;
  readonly suggestP99Ms: number;
}

interface Capture {
  readonly servers: readonly {
    readonly name: string;
    readonly description?: string;
    readonly tools: readonly Pick<ToolDefinition, "name" | "description" | "inputSchema" | "outputSchema">[];
  }[];
}

/** Measures catalogs of real tools, copied under other server names until there are enough. */
export function measureSearch(size: number): SearchFigures {
  const tools = copiedTools(size);
  const [catalog, createMs] = timed(() => createToolCatalog(tools));
  const [, versionMs] = timed(() => catalog.version);
  const heapBefore = heapBytes();
  const [, indexMs] = timed(() => catalog.search("warm"));
  const indexBytes = heapBytes() - heapBefore;
  assertFinds(catalog);
  const queries = naturalQueries(tools, 1_000);
  const queryTimes = queries.map((query) => timed(() => catalog.search(query))[1]).sort((a, b) => a - b);
  catalog.suggest("warm");
  const suggestTimes = tools.slice(0, 100).map((tool) => timed(() => catalog.suggest(`${tool.name.slice(1)}x`))[1]);
  return {
    tools: size,
    createMs,
    versionMs,
    indexMs,
    indexBytes,
    queryP50Ms: queryTimes[Math.floor(queryTimes.length * 0.5)] ?? 0,
    queryP99Ms: queryTimes[Math.floor(queryTimes.length * 0.99)] ?? 0,
    suggestP99Ms: suggestTimes.sort((a, b) => a - b)[Math.floor(suggestTimes.length * 0.99)] ?? 0,
  };
}

/** A measurement of wrong answers is worth nothing. */
function assertFinds(catalog: Catalog): void {
  for (const tool of catalog.tools.slice(0, 200)) {
    const found = catalog.search(tool.name, { limit: 1 }).tools[0];
    if (found?.name !== tool.name) throw new Error(`A search for ${tool.name} found ${String(found?.name)}.`);
  }
}

/** Real tools, copied under other server names until there are enough. */
export function copiedTools(size: number): ToolDefinition[] {
  const originals = realTools();
  return Array.from({ length: size }, (_, index) => {
    const original = originals[index % originals.length];
    if (original === undefined) throw new Error("There are no tools to copy.");
    const copy = Math.floor(index / originals.length);
    const serverName = copy === 0 ? original.serverName : `${original.serverName}-${copy}`;
    const description =
      copy === 0 ? original.description : `${original.description} Variant w${copy % 997} v${index % 211}.`;
    return { ...original, serverName, description, name: `${serverName}__${original.toolName ?? ""}` };
  });
}

function realTools(): ToolDefinition[] {
  const folder = new URL("../../test/corpora/tools/", import.meta.url);
  return readdirSync(folder).flatMap((file) => {
    const { servers }: Capture = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    return servers.flatMap(({ name: serverName, description = "", tools }) =>
      tools.map((tool) => {
        const names = { name: `${serverName}__${tool.name}`, toolName: tool.name, serverName };
        return { ...tool, ...names, description: tool.description ?? "", serverDescription: description };
      }),
    );
  });
}

/** The first words of real descriptions: what a model would ask for, in the length it would ask it. */
export function naturalQueries(tools: readonly ToolDefinition[], count: number): string[] {
  // Without words a search lists all tools, in the order of the catalog.
  const described = tools.filter(({ description }) => description.trim() !== "");
  return Array.from({ length: count }, (_, index) => {
    const { description } = described[(index * 7919) % described.length] ?? { description: "" };
    return description
      .trim()
      .split(/\s+/)
      .slice(0, 4 + (index % 12))
      .join(" ");
  });
}

function timed<Value>(work: () => Value): [Value, number] {
  const startedAt = performance.now();
  return [work(), performance.now() - startedAt];
}

function heapBytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  console.table([3_000, 20_000, 50_000].map((size) => measureSearch(size)));
}
