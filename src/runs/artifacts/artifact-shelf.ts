import { appendFileSync, closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type Libsql from "libsql";
import * as z from "zod";
import { defined } from "../../base/defined.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import { fileFault } from "../../base/files/file-fault.ts";
import { assertFile, readText } from "../../base/files/read-file.ts";
import type { LargeText } from "../../base/steps/large-text.ts";
import { assertFiles, isRow } from "../journal/database.ts";
import type { Artifact, FoundArtifact } from "./artifact-store.ts";

/** It is part of a file's name, and the list may have been written by somebody else. */
const fileId = z.string().regex(/^\w{1,64}$/);
const entry = z.object({
  id: fileId,
  mimeType: z.string(),
  bytes: z.number(),
  preview: z.string(),
  name: z.string().exactOptional(),
  savedAt: z.number(),
});
const listed = z.union([entry, z.object({ removed: z.string() })]);

/** What the list of a shelf says of an artifact. */
type ShelfEntry = z.infer<typeof entry>;

const LIST = "list.jsonl";

/** Words of a text that are found; the beginning of a very long one is enough to find it. */
const INDEXED_CHARACTERS = 4 * 1024 * 1024;
/** Characters written at a time. */
const WRITTEN_CHARACTERS = 1024 * 1024;

const SNIPPET_WORDS = 16;
const ROW_CHARACTERS = 64 * 1024;
const ROWS_PER_RESULT = 20;
const TABLES = `PRAGMA journal_mode = WAL;
  CREATE VIRTUAL TABLE IF NOT EXISTS texts USING fts5(id UNINDEXED, body, tokenize = 'porter unicode61');
  CREATE TABLE IF NOT EXISTS whole (id TEXT PRIMARY KEY, rows INTEGER NOT NULL);`;
/** Time that indexing takes at a stretch. */
const SLICE_MS = 8;

/**
 * Artifacts in a folder: a file each, a list of them to which lines are added, and an index for full-text search that is made
 * at the first search and can be deleted at any time.
 *
 * A line is added after its file is whole, so that a crash leaves no artifact without its text. Several processes may use the
 * same folder.
 */
export class ArtifactShelf {
  readonly #directory: string;
  #index: Promise<Libsql.Database> | undefined;
  #read: { readonly stamp: string; readonly entries: Map<string, ShelfEntry> } | undefined;
  #indexing: Promise<void> = Promise.resolve();
  #indexed: ReadonlyMap<string, ShelfEntry> | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Keeps a text; the artifact returned reads it from disk whenever it is asked for. */
  keep(artifact: Omit<Artifact, "text"> & { readonly text: string | LargeText }): Artifact {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const file = this.#fileOf(artifact);
    assertFile(join(this.#directory, LIST));
    try {
      writePieces(`${file}.part`, artifact.text);
      renameSync(`${file}.part`, file);
      return this.#enter(artifact);
    } catch (thrown) {
      // What no list knows would never be removed, and keep a full disk full.
      for (const left of [`${file}.part`, file]) rmSync(left, { force: true });
      throw unwritable(file, thrown);
    }
  }

  /** Adds an artifact whose file is there to the list. */
  #enter(artifact: Omit<Artifact, "text">): Artifact {
    const { id, mimeType, bytes, preview, name } = artifact;
    const kept: ShelfEntry = { id, mimeType, bytes, preview, savedAt: Date.now(), ...defined({ name }) };
    appendFileSync(join(this.#directory, LIST), line(kept), { mode: 0o600 });
    return this.#toArtifact(kept);
  }

  /** Every artifact kept since a time, oldest first; older ones are removed. */
  list(keptSince: number): readonly Artifact[] {
    const entries = [...this.#entries().values()];
    for (const { id, mimeType, savedAt } of entries) if (savedAt < keptSince) this.remove({ id, mimeType });
    return entries.filter(({ savedAt }) => savedAt >= keptSince).map((each) => this.#toArtifact(each));
  }

  /** Removes an artifact; one that is gone already is no error. */
  remove(artifact: Pick<Artifact, "id" | "mimeType">): void {
    rmSync(this.#fileOf(artifact), { force: true });
    appendFileSync(join(this.#directory, LIST), line({ removed: artifact.id }), { mode: 0o600 });
  }

  /** Artifacts that have all of the words, or else any of them, best first. */
  async search(words: readonly string[], limit: number): Promise<readonly FoundArtifact[]> {
    if (words.length === 0 || this.#entries().size === 0) return [];
    const database = await (this.#index ??= this.#openIndex());
    const entries = this.#entries();
    if (this.#indexed !== entries) {
      this.#indexing = this.#indexing.then(() => this.#updateIndex(database, entries));
      await this.#indexing;
    }
    this.#indexed = entries;
    const quoted = words.map((word) => `"${word.replaceAll('"', "")}"`);
    const find = database.prepare(
      `SELECT id, snippet(texts, 1, '', '', '…', ${SNIPPET_WORDS}) AS snippet FROM texts WHERE texts MATCH ? ORDER BY rank, id LIMIT ?`,
    );
    // A long text is several rows, of which the best counts.
    const all: readonly unknown[] = find.all(quoted.join(" "), limit * ROWS_PER_RESULT);
    const rows = all.length > 0 ? all : find.all(quoted.join(" OR "), limit * ROWS_PER_RESULT);
    const shownIds = new Set<unknown>();
    return rows.filter(isRow).flatMap(({ id, snippet }) => {
      const found = entries.get(String(id));
      if (found === undefined || shownIds.has(id) || shownIds.size >= limit) return [];
      shownIds.add(id);
      const { savedAt: _, preview: __, ...shown } = found;
      return [{ ...shown, snippet: String(snippet) }];
    });
  }

  /** Closes the index. */
  async close(): Promise<void> {
    (await this.#index?.catch(() => undefined))?.close();
    this.#index = undefined;
  }

  /** The list as it is now; the same object while nobody has added to it. */
  #entries(): Map<string, ShelfEntry> {
    const file = join(this.#directory, LIST);
    const { size = 0, ino = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
    const stamp = `${ino} ${size}`;
    if (stamp === this.#read?.stamp) return this.#read.entries;
    const entries = new Map<string, ShelfEntry>();
    this.#read = { stamp, entries };
    if (size === 0) return entries;
    for (const text of readText(file).split("\n")) {
      const read = text === "" ? undefined : parseLine(text);
      if (read === undefined) continue;
      if ("removed" in read) entries.delete(read.removed);
      else entries.set(read.id, read);
    }
    return entries;
  }

  #fileOf({ id, mimeType }: Pick<Artifact, "id" | "mimeType">): string {
    return join(
      this.#directory,
      `${id}.${mimeType === "application/json" ? "json" : mimeType === "text/csv" ? "csv" : "txt"}`,
    );
  }

  #toArtifact({ id, mimeType, bytes, preview, name }: ShelfEntry): Artifact {
    const path = this.#fileOf({ id, mimeType });
    return {
      id,
      mimeType,
      bytes,
      preview,
      path,
      get text() {
        return readText(path);
      },
      ...(name === undefined ? {} : { name }),
    };
  }

  async #openIndex(): Promise<Libsql.Database> {
    const { default: Database } = await import("libsql");
    const file = join(this.#directory, "search.db");
    try {
      assertFiles(file);
      const database = new Database(file, { timeout: 2_000 });
      database.exec(TABLES);
      return database;
    } catch (cause) {
      this.#index = undefined;
      if (CodemodeError.is(cause)) throw cause;
      throw new CodemodeError("config_error", `The index of artifacts ${file} cannot be used: ${fileFault(cause)}.`, {
        hint: `Remove it, and ${file}-wal and ${file}-shm with it: it is made again at the next search.`,
        cause,
      });
    }
  }

  /** Takes in what is new or was left in the middle by a process that died, and puts out what is gone. */
  async #updateIndex(database: Libsql.Database, entries: ReadonlyMap<string, ShelfEntry>): Promise<void> {
    const rows: readonly unknown[] = database
      .prepare("SELECT t.id, COUNT(*) >= w.rows AS whole FROM texts t LEFT JOIN whole w ON w.id = t.id GROUP BY t.id")
      .all();
    const known = new Map(rows.filter(isRow).map(({ id, whole }) => [String(id), whole === 1]));
    const gone = [...known].filter(([id, isWhole]) => !isWhole || !entries.has(id));
    const fresh = [...entries.values()].filter(({ id }) => known.get(id) !== true);
    if (gone.length + fresh.length === 0) return;
    const remove = database.prepare("DELETE FROM texts WHERE id = ?");
    const forget = database.prepare("DELETE FROM whole WHERE id = ?");
    const insert = database.prepare("INSERT INTO texts (id, body) VALUES (?, ?)");
    const mark = database.prepare("INSERT OR REPLACE INTO whole (id, rows) VALUES (?, ?)");
    const changes = [
      ...gone.map(([id]) => () => [() => remove.run(id), () => forget.run(id)]),
      ...fresh.map((each) => () => {
        const pieces = piecesOf(`${each.name ?? ""}\n${indexedText(this.#fileOf(each))}`);
        return [...pieces.map((piece) => () => insert.run(each.id, piece)), () => mark.run(each.id, pieces.length)];
      }),
    ];
    await inSlices(database, changes);
  }
}

/** Makes changes, each of some steps, in transactions of some milliseconds between which other work goes on. */
async function inSlices(
  database: Libsql.Database,
  changes: readonly (() => readonly (() => unknown)[])[],
): Promise<void> {
  const steps = (function* all() {
    for (const change of changes) yield* change();
  })();
  for (let next = steps.next(); next.done !== true;) {
    database.exec("BEGIN IMMEDIATE");
    const end = performance.now() + SLICE_MS;
    while (next.done !== true && performance.now() < end) {
      next.value();
      next = steps.next();
    }
    database.exec("COMMIT");
    await nextTurn();
  }
}

/** A text in rows that are each indexed within a few milliseconds, cut at spaces. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const space = text.indexOf(" ", at + ROW_CHARACTERS);
    const end = space === -1 || space > at + 2 * ROW_CHARACTERS ? at + ROW_CHARACTERS : space;
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

/** The error for an artifact that cannot be written, in words. */
function unwritable(file: string, cause: unknown): CodemodeError {
  return new CodemodeError("config_error", `The artifact cannot be kept: ${fileFault(cause)}.`, {
    hint: `Give write access and free space to ${dirname(file)}, or set "stateDir" in the configuration.`,
    cause,
  });
}

/**
 * Writes a text in pieces, so that a large one is not in memory a second time as bytes. Each goes on where the one before
 * ended, and fails where the disk takes only a part of it.
 */
function writePieces(file: string, text: string | LargeText): void {
  const descriptor = openSync(file, "w", 0o600);
  try {
    if (typeof text !== "string") {
      for (const piece of text.pieces) writeFileSync(descriptor, piece);
      return;
    }
    for (let at = 0; at < text.length || at === 0;) {
      const code = text.charCodeAt(at + WRITTEN_CHARACTERS - 1);
      // Two halves of one character are written together.
      const end = at + WRITTEN_CHARACTERS + (code >= 0xd8_00 && code < 0xdc_00 ? 1 : 0);
      writeFileSync(descriptor, text.slice(at, end));
      at = end;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Begins with a line end, so that a line that a crash cut takes no other with it. */
function line(value: z.infer<typeof listed>): string {
  return `\n${JSON.stringify(value)}`;
}

/** A line that another process has not finished, or that a crash cut, is none. */
function parseLine(text: string): z.infer<typeof listed> | undefined {
  try {
    return listed.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function indexedText(file: string): string {
  try {
    return readText(file).slice(0, INDEXED_CHARACTERS);
  } catch {
    return "";
  }
}
