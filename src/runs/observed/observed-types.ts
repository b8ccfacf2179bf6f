import { hash } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import { fileFault } from "../../base/files/file-fault.ts";
import { readText } from "../../base/files/read-file.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import {
  haveSameSchema,
  learnShape,
  type ObservedShape,
  shapeDrift,
  shapeSchema,
} from "../../schema/observed-shape.ts";

/** Results seen of one tool without an output schema. */
export interface ObservedTool {
  /** Full name. */
  readonly name: string;
  /** Hash of the definition; another one is another tool. */
  readonly definition: string;
  readonly calls: number;
  readonly shape: ObservedShape;
}

/** What is known of a tool before a call. */
interface KnownCalls {
  readonly calls: number;
  readonly shape?: ObservedShape;
}

const NOT_CALLED: KnownCalls = { calls: 0 };

const shape: z.ZodType<ObservedShape> = z.lazy(() =>
  z.object({
    count: z.number(),
    types: z.record(z.string(), z.number()),
    properties: z.record(z.string(), shape).exactOptional(),
    values: shape.exactOptional(),
    items: shape.exactOptional(),
  }),
);
const observedFile = z.object({
  tools: z.array(z.object({ name: z.string(), definition: z.string(), calls: z.number(), shape })),
});

/** Calls from which on a result that looks different is worth a word. */
const SETTLED_CALLS = 3;
const WELL_KNOWN_CALLS = 20;
const CLOSE_LOOK = 16;
const MOST_TOOLS = 5_000;
const MOST_DRIFT = 3;
const WRITE_DELAY_MS = 500;
/** Of the file. It is read whole before the first program. */
const MOST_BYTES = 8 * 1024 * 1024;
/** What stands around the tools in it. */
const FRAME_BYTES = 64;

/**
 * Shapes of results that tools without an output schema have returned, never a value of them. With a file they outlive the
 * process; {@link close} writes what is not written yet.
 */
export class ObservedTypes {
  /** Absent too where what is there can be neither used nor set aside. */
  #file: string | undefined;
  #problem: string | undefined;
  #isTold = false;
  #tools: Map<string, ObservedTool> | undefined;
  #revision = 0;
  #skipped = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #applied = new WeakMap<Catalog, { readonly revision: number; readonly catalog: Catalog }>();

  constructor(file?: string) {
    this.#file = file;
  }

  /** Learns the shape of a result. Returns how it departs from those before, in words, when there were at least three. */
  learn(tool: ToolEntry, value: unknown): string | undefined {
    const tools = this.#known();
    const definition = definitionHash(tool);
    const before = tools.get(tool.name);
    if (tool.outputSchema !== undefined || (before === undefined && tools.size >= MOST_TOOLS)) return undefined;
    const known = before?.definition === definition ? before : NOT_CALLED;
    const note = this.#news() ?? driftNote(tool.name, known, value);
    // What is well known is looked at closely only now and then, or when it changes.
    this.#skipped += 1;
    if (known.calls >= WELL_KNOWN_CALLS && note === undefined && this.#skipped % CLOSE_LOOK !== 0) return undefined;
    const learned = learnShape(known.shape, value);
    tools.set(tool.name, { name: tool.name, definition, calls: known.calls + 1, shape: learned });
    if (known.shape === undefined || !haveSameSchema(known.shape, learned)) this.#revision += 1;
    this.#writeSoon();
    return note;
  }

  /** The same catalog with the types that were observed where tools declare none. Calls need the original. */
  apply(catalog: Catalog): Catalog {
    const before = this.#applied.get(catalog);
    if (before?.revision === this.#revision) return before.catalog;
    const tools = this.#known();
    const replaced = new Map<ToolEntry, ToolEntry>();
    for (const { name, definition, calls, shape: seen } of tools.values()) {
      const entry = catalog.get(name);
      if (entry === undefined || entry.outputSchema !== undefined || definitionHash(entry) !== definition) continue;
      replaced.set(entry, { ...entry, outputSchema: shapeSchema(seen), observedCalls: calls });
    }
    const applied = replaced.size === 0 ? catalog : withEntries(catalog, replaced);
    this.#applied.set(catalog, { revision: this.#revision, catalog: applied });
    return applied;
  }

  /** What is known, by name. */
  list(): readonly ObservedTool[] {
    return [...this.#known().values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Forgets a tool, or all of them; returns how many. */
  clear(name?: string): number {
    const tools = this.#known();
    const names = name === undefined ? [...tools.keys()] : [name];
    const count = names.filter((each) => tools.delete(each)).length;
    this.#revision += 1;
    this.#write();
    return count;
  }

  /** What became of a file that could not be used, as a sentence. */
  get problem(): string | undefined {
    this.#known();
    return this.#problem;
  }

  /** Writes what was learned since the last time. */
  close(): void {
    if (this.#timer !== undefined) this.#write();
  }

  #known(): Map<string, ObservedTool> {
    return (this.#tools ??= new Map(this.#read().map((tool) => [tool.name, tool])));
  }

  /** What cannot be used is moved aside: a person may want what it holds, and no program waits for it again. */
  #read(): readonly ObservedTool[] {
    const file = this.#file;
    if (file === undefined) return [];
    try {
      return observedFile.parse(JSON.parse(readText(file, MOST_BYTES))).tools;
    } catch (thrown) {
      // Where the state is no folder, the record of runs says so.
      if (thrown instanceof Error && "code" in thrown && /^ENO(?:ENT|TDIR)$/.test(String(thrown.code))) return [];
      this.#problem = this.#setAside(file, reasonOf(thrown));
      return [];
    }
  }

  #setAside(file: string, reason: string): string {
    const what = `The file of observed result types ${file} cannot be used: ${reason}.`;
    const aside = `${file}.aside-${new Date().toISOString().replaceAll(/\W/g, "")}`;
    try {
      renameSync(file, aside);
      return `${what} It was moved to ${aside}, and types are learned anew.`;
    } catch {
      this.#file = undefined;
      return `${what} It was left as it is, so types that are learned now are forgotten with this process.`;
    }
  }

  /** The problem, for the first who can be told. */
  #news(): string | undefined {
    if (this.#isTold) return undefined;
    this.#isTold = true;
    return this.#problem;
  }

  /** What is known as JSON, without what was learned first where all of it would be too long to be read again. */
  #written(): string {
    const kept: string[] = [];
    let bytes = 0;
    for (const tool of [...this.#known().values()].toReversed()) {
      const text = JSON.stringify(tool);
      bytes += Buffer.byteLength(text) + 1;
      if (bytes > MOST_BYTES - FRAME_BYTES) break;
      kept.push(text);
    }
    return `{"tools":[${kept.toReversed().join(",")}]}`;
  }

  #writeSoon(): void {
    if (this.#file === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#write(), WRITE_DELAY_MS);
    this.#timer.unref();
  }

  /** Types are a convenience: where they cannot be written, they are learned again. */
  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#file === undefined) return;
    const part = `${this.#file}.${process.pid}`;
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      rmSync(part, { force: true });
      writeFileSync(part, this.#written(), { flag: "wx", mode: 0o600 });
      renameSync(part, this.#file);
    } catch {
      remove(part);
    }
  }
}

function driftNote(name: string, { shape: seen, calls }: KnownCalls, value: unknown): string | undefined {
  if (seen === undefined || calls < SETTLED_CALLS) return undefined;
  const found = shapeDrift(seen, value);
  if (found.length === 0) return undefined;
  const drift = [...new Set(found)];
  const more = drift.length > MOST_DRIFT ? `; and ${drift.length - MOST_DRIFT} more` : "";
  return `The result of ${name} differs from the ${calls} before: ${drift.slice(0, MOST_DRIFT).join("; ")}${more}.`;
}

function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Something else of that name; nothing was written.
  }
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof SyntaxError || thrown instanceof z.ZodError
    ? "it is not what was written"
    : fileFault(thrown);
}

/** Changes whenever the tool may have become another. */
function definitionHash(tool: ToolEntry): string {
  const known = definitionHashes.get(tool);
  if (known !== undefined) return known;
  const made = hash("sha256", `${tool.description}\n${textOf(tool.inputSchema)}`).slice(0, 16);
  definitionHashes.set(tool, made);
  return made;
}

/** Schemas of host functions may hold what is no JSON; their tools are told apart by their descriptions. */
function textOf(schema: unknown): string {
  try {
    return JSON.stringify(schema);
  } catch {
    return "";
  }
}

const definitionHashes = new WeakMap<ToolEntry, string>();

function withEntries(catalog: Catalog, replaced: ReadonlyMap<ToolEntry, ToolEntry>): Catalog {
  const swap = (entry: ToolEntry): ToolEntry => replaced.get(entry) ?? entry;
  const servers = catalog.servers.map((server) =>
    server.tools.some((tool) => replaced.has(tool)) ? { ...server, tools: server.tools.map(swap) } : server,
  );
  const byName = new Map(servers.map((server) => [server.name, server]));
  return {
    get version() {
      return catalog.version;
    },
    servers,
    tools: catalog.tools.map(swap),
    warnings: catalog.warnings,
    get: (name) => {
      const entry = catalog.get(name);
      return entry && swap(entry);
    },
    server: (name) => {
      const server = catalog.server(name);
      return server && (byName.get(server.name) ?? server);
    },
    suggest: (name, limit) => catalog.suggest(name, limit),
    listToolNames: (options) => catalog.listToolNames(options),
    search: (query, options) => catalog.search(query, options),
    prepareSearch: () => catalog.prepareSearch(),
  };
}
