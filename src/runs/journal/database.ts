import { chmodSync, closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { randomBytes } from "node:crypto";
import type Libsql from "libsql";
import { assertFile } from "../../base/files/read-file.ts";
import { CodemodeError } from "../../base/codemode-error.ts";

/** How long a write waits for another process that is writing. */
const BUSY_MS = 2_000;
/** Rights of those who are neither the owner of a file nor of its group. */
const OTHERS = 0o007;
/**
 * Pages of 4 KB in the log of the database from which a write takes them over into the database itself. That waits for the
 * disk, and everybody with it: see {@link TurnWriter}, which has it done while nobody waits.
 */
const LOG_PAGES = 4_000;

/** One step a version: the schema of version n is what the first n steps made. A step that was published never changes. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE runs (
     run_id TEXT PRIMARY KEY, language TEXT NOT NULL, code TEXT NOT NULL, session TEXT, skill TEXT,
     started_at INTEGER NOT NULL, status TEXT NOT NULL, ended_at INTEGER, duration_ms REAL,
     tool_calls INTEGER NOT NULL DEFAULT 0, pending INTEGER NOT NULL DEFAULT 0, result TEXT,
     owner TEXT, token INTEGER NOT NULL DEFAULT 0, held_until INTEGER NOT NULL DEFAULT 0,
     cancelled INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0
   );
   CREATE INDEX runs_by_start ON runs (started_at, run_id);
   CREATE TABLE events (
     run_id TEXT NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL, at INTEGER NOT NULL, call_id INTEGER,
     facts TEXT NOT NULL, body TEXT, body_bytes INTEGER, PRIMARY KEY (run_id, seq)
   ) WITHOUT ROWID;
   CREATE TABLE bodies (run_id TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (run_id, seq));
   CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);`,
  `ALTER TABLE runs ADD COLUMN client TEXT;
   CREATE INDEX runs_by_session ON runs (session, started_at, run_id);`,
  `CREATE INDEX runs_by_client ON runs (COALESCE(client, ''), started_at, run_id);
   CREATE INDEX runs_waiting ON runs (started_at) WHERE status = 'suspended' AND pending > 0;`,
];

/** A row as the driver returns it. */
export type Row = Readonly<Record<string, string | number | null>>;

/**
 * The open database of a state directory at the newest schema, which the caller closes. Several processes may have the same
 * file open.
 *
 * Throws `config_error` for a file that is not a database, cannot be written, or is of a newer version; such a file is
 * left unchanged.
 */
export async function openDatabase(
  directory: string,
  { synchronous }: { readonly synchronous: "NORMAL" | "FULL" },
): Promise<Libsql.Database> {
  const file = databaseIn(directory);
  let database: Libsql.Database | undefined;
  try {
    assertFiles(file);
    keepPrivate(file);
    const { default: Database } = await import("libsql");
    database = new Database(file, { timeout: BUSY_MS });
    assertKnown(database, file);
    const pragmas = ["journal_mode = WAL", `synchronous = ${synchronous}`, `wal_autocheckpoint = ${LOG_PAGES}`];
    database.exec([...pragmas, "foreign_keys = OFF"].map((pragma) => `PRAGMA ${pragma};`).join(" "));
    migrate(database, file);
    return database;
  } catch (thrown) {
    database?.close();
    throw CodemodeError.is(thrown) ? thrown : unusable(file, thrown);
  }
}

/** The library would wait for a pipe in the place of one of its files. They are looked at, and never opened. */
export function assertFiles(file: string): void {
  for (const end of ["", "-wal", "-shm", "-journal"]) assertFile(`${file}${end}`);
}

/**
 * Programs, arguments and results are nobody else's: the driver would create a file that everybody may read. A file that is
 * there is not opened for it: closing it would give up the locks that this process holds on it as a database.
 */
function keepPrivate(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const found = statSync(file, { throwIfNoEntry: false });
  try {
    if (found === undefined) closeSync(openSync(file, "wx", 0o600));
    else if ((found.mode & OTHERS) !== 0) chmodSync(file, found.mode & ~OTHERS & 0o777);
  } catch {
    // Another process made it meanwhile; or who is not its owner reads what the owner lets them read.
  }
}

/**
 * A way to run work in transactions of a database, which no other process writes beside; what the work throws undoes all
 * of it.
 */
export function transactions(database: Libsql.Database): <T>(work: () => T) => T {
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  return (work) => {
    begin.run();
    try {
      const result = work();
      commit.run();
      return result;
    } catch (thrown) {
      if (database.inTransaction) database.exec("ROLLBACK");
      throw thrown;
    }
  };
}

/** Takes what the driver returned as a row. */
export function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null;
}

/** The file of a database that is open, which somebody may remove or replace meanwhile. */
export class DatabaseFile {
  readonly #path: string;
  readonly #identity: string | undefined;

  constructor(directory: string) {
    this.#path = databaseIn(directory);
    this.#identity = identityOf(this.#path);
  }

  /** False once the file was removed or replaced by another; what is written from then on is lost. */
  get isThere(): boolean {
    return identityOf(this.#path) === this.#identity;
  }

  /** Throws where it is not: a file without a name takes what is written, and keeps none of it. */
  assertThere(): void {
    if (this.isThere) return;
    throw new CodemodeError("config_error", "The state directory was removed while the program ran.", {
      hint: "The next run starts a new one.",
    });
  }

  /** What the database cannot do, said with its place. */
  problem(thrown: unknown): CodemodeError {
    this.assertThere();
    return unusable(this.#path, thrown);
  }
}

/** Tells files apart that had the same path at different times; undefined when there is none. */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

function databaseIn(directory: string): string {
  if (directory === "") throw new CodemodeError("config_error", "The state directory has no name.");
  return join(directory, "state.db");
}

/** The error for a database that cannot be used, with what can be done about it. */
function unusable(file: string, thrown: unknown): CodemodeError {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  const isBroken = code.startsWith("SQLITE_NOTADB") || code.startsWith("SQLITE_CORRUPT");
  return new CodemodeError("config_error", `The state in ${file} cannot be used (${reason}).`, {
    hint: isBroken
      ? "Move this file away to start with an empty state; codemode does not change it."
      : 'Give write access and free space to its folder, or set "stateDir" in the configuration.',
    cause: thrown,
  });
}

function assertKnown(database: Libsql.Database, file: string): number {
  const row = database.prepare("PRAGMA user_version").get();
  const version = isRow(row) ? Number(row["user_version"]) : 0;
  if (version <= MIGRATIONS.length) return version;
  throw new CodemodeError(
    "config_error",
    `The state in ${file} is of version ${version}; this codemode knows ${MIGRATIONS.length}.`,
    { hint: 'Update codemode, or set another "stateDir" in the configuration.' },
  );
}

function migrate(database: Libsql.Database, file: string): void {
  if (assertKnown(database, file) === MIGRATIONS.length) return;
  transactions(database)(() => {
    // Another process may have done it in the meantime.
    for (const step of MIGRATIONS.slice(assertKnown(database, file))) database.exec(step);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    const salt = randomBytes(16).toString("hex");
    database.prepare("INSERT OR IGNORE INTO facts (name, value) VALUES ('salt', ?)").run(salt);
  });
}
