import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Catalog, ToolDefinition } from "../../src/catalog.ts";
import type { KnownServers } from "../../src/catalog/gather-servers.ts";
import { createNextCatalog } from "../../src/catalog/create-tool-catalog.ts";
import { SearchMemory } from "../../src/catalog/search/index/search-memory.ts";
import { packagedWordVectors } from "../../src/catalog/search/meaning/word-vectors.ts";
import { allSteps } from "./all-steps.ts";
import { copiedTools, naturalQueries } from "../micro/search.ts";
import { plainRanking } from "./plain-ranking.ts";

const LIMIT = 20;
const SLIPS = [
  "creat an isue in the repositry",
  "foreacst for tomorow",
  "serach mesages",
  "shedule a meetting",
  "delte a fodler",
];

/** Measures the search of a catalog as large as is asked for, and prints a line for each figure; throws where a ranking is not the plain one. */
export async function measureScale(size: number): Promise<void> {
  packagedWordVectors();
  const folder = mkdtempSync(join(tmpdir(), "search-scale-"));
  try {
    await measure(copiedTools(size), join(folder, "index.bin"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(tools: readonly ToolDefinition[], file: string): Promise<void> {
  const digests = new Map(tools.map(({ serverName }) => [serverName, "1"]));
  const open = (memory: SearchMemory, list = tools, of = digests) =>
    createNextCatalog(list, {}, { memory, digests: () => of });
  const memory = new SearchMemory(file);
  const known: KnownServers = new Map();
  const catalog = createNextCatalog(tools, {}, { memory, known, digests: () => digests });
  const before = heldBytes();
  const made = await watched(() => catalog.prepareSearch());
  await memory.written();
  print("index", made);
  console.log(
    `  memory ${megabytes(heldBytes() - before)} (with the names for suggestions), ${memory.toolsRead} tools read`,
  );
  console.log(`  on disk ${existsSync(file) ? megabytes(statSync(file).size) : "nothing"}`);

  const drawn = naturalQueries(tools, 600);
  // The engine compiles in the first searches of a process what others run long since: those are measured by themselves.
  printQueries("query, the first of the process", timesOf(catalog, drawn.slice(400)));
  const queries = [...drawn.slice(0, 400), ...SLIPS];
  const cpu = process.cpuUsage();
  const times = timesOf(catalog, queries);
  const { user } = process.cpuUsage(cpu);
  printQueries("query", times);
  console.log(`  ${(user / 1000 / queries.length).toFixed(2)} ms of processor on average`);

  const loaded = open(new SearchMemory(file));
  print("index from disk", await watched(async () => void loaded.search("x")));
  const sliced = open(new SearchMemory(file));
  print("index from disk and names for suggestions, in slices", await watched(() => sliced.prepareSearch()));
  const rankings = (searched: typeof catalog): string =>
    createHash("sha256")
      .update(JSON.stringify(queries.map((query) => searched.search(query, { limit: LIMIT }))))
      .digest("hex");
  const expected = rankings(catalog);
  must(rankings(loaded) === expected, "The index from disk ranks otherwise.");

  const { serverName } = tools[0] ?? { serverName: "" };
  const changed = tools.map((tool) =>
    tool.serverName === serverName ? { ...tool, description: `${tool.description} Anew.` } : tool,
  );
  const readBefore = memory.toolsRead;
  const digestsThen = new Map([...digests, [serverName, "2"]]);
  let next = catalog;
  const update = async (): Promise<void> => {
    next = createNextCatalog(changed, {}, { memory, known, digests: () => digestsThen });
    await nextTurn();
    await next.prepareSearch();
  };
  print("update of one server, the catalog with it", await watched(update));
  console.log(
    `  ${memory.toolsRead - readBefore} tools read of ${changed.filter((tool) => tool.serverName === serverName).length} of the server`,
  );
  must(
    rankings(next) === rankings(open(new SearchMemory(), changed)),
    "The updated index ranks otherwise than one made anew.",
  );

  const plain = plainRanking(
    catalog.tools,
    allSteps(new SearchMemory().parts(catalog, packagedWordVectors(), undefined)),
  );
  const sample = naturalQueries(tools, 60);
  for (const query of sample) {
    const found = catalog.search(query, { limit: LIMIT }).tools.map(({ name, score }) => `${name} ${score}`);
    must(found.join("\n") === plain(query, LIMIT).join("\n"), `The ranking of "${query}" is not the plain one.`);
  }
  console.log(
    `equal to the plain ranking in ${sample.length} of ${sample.length} queries; rankings ${expected.slice(0, 16)}`,
  );
  await memory.written();
}

interface Watched {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly pauseMs: number;
}

/** Does work in slices and notes the most time of the processor between two turns of a timer. */
async function watched(work: () => Promise<void>): Promise<Watched> {
  let [last, pauseMs] = [processorMs(), 0];
  const tick = (): void => {
    const now = processorMs();
    pauseMs = Math.max(pauseMs, now - last);
    last = now;
  };
  const timer = setInterval(tick, 1);
  const [startedAt, cpuBefore] = [performance.now(), processorMs()];
  await work();
  const wallMs = performance.now() - startedAt;
  tick();
  clearInterval(timer);
  return { wallMs, cpuMs: processorMs() - cpuBefore, pauseMs };
}

/** Time of the processor that this process took: what others do on the machine at the same time is not in it. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function print(what: string, { wallMs, cpuMs, pauseMs }: Watched): void {
  console.log(
    `${what}  ${wallMs.toFixed(0)} ms (${cpuMs.toFixed(0)} ms of processor), longest stretch ${pauseMs.toFixed(0)} ms`,
  );
}

/** Milliseconds that each of some queries takes. */
function timesOf(catalog: Catalog, queries: readonly string[]): readonly number[] {
  // One that comes again is answered with what it found.
  return [...new Set(queries)].map((query) => timed(() => catalog.search(query)));
}

function printQueries(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number): string => `${(sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(2)} ms`;
  console.log(`${what}  p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(0.9999)}`);
}

function timed(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

function heldBytes(): number {
  // The first may end a collection that had begun, and leaves what has become garbage since.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

function must(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
}
