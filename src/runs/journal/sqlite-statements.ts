import type Libsql from "libsql";
import { isRow, type Row } from "./database.ts";
import type { JournalEvent, LoadedEvent, RunQuery, RunStatus, StoredRun } from "./run-store.ts";

/** Whether a living owner holds a run; one that reaches further was taken before the clock was set back. */
const HELD = "(held_until > @now AND held_until <= @now + 60000)";

/** Whether a run may go, because it is over or nobody alive holds it. */
const FREE = `(status <> 'running' OR NOT ${HELD})`;

/** Where a run stands: one that lost its process is suspended. */
const STATUS = `CASE WHEN status = 'running' AND NOT ${HELD} THEN 'suspended' ELSE status END`;

const SHOWN = `run_id, language, code, session, skill, client, started_at, ${STATUS} AS status, ended_at, duration_ms, tool_calls, pending, result`;

const EVENTS = "e.seq, e.type, e.at, e.call_id, e.facts, e.body_bytes";

/** What a store does to its database, one statement each. */
type StatementName =
  | "submit"
  | "claim"
  | "owner"
  | "letGo"
  | "renew"
  | "touch"
  | "insert"
  | "insertBody"
  | "load"
  | "loadWhole"
  | "park"
  | "parked"
  | "answered"
  | "wait"
  | "waiting"
  | "finish"
  | "requestCancel"
  | "get"
  | "removeEvents"
  | "removeBodies"
  | "removeRun"
  | "old"
  | "large"
  | "fact"
  | "setFact"
  | "removeForgotten";

const SQL: Readonly<Record<StatementName, string>> = {
  submit:
    "INSERT INTO runs (run_id, language, code, session, skill, client, started_at, bytes, owner, token, held_until, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running')",
  claim: `UPDATE runs SET owner = @owner, token = token + 1, held_until = @until, status = 'running', result = NULL
    WHERE run_id = (SELECT run_id FROM runs WHERE (@runId IS NULL OR run_id = @runId) AND pending = 0
      AND status IN ('running', 'suspended') AND ${FREE} ORDER BY started_at, run_id LIMIT 1) RETURNING run_id, token`,
  owner: `SELECT owner FROM runs WHERE run_id = @runId AND status = 'running' AND ${HELD}`,
  letGo: "UPDATE runs SET held_until = 0 WHERE run_id = ? AND owner = ? AND status = 'running'",
  renew: "UPDATE runs SET held_until = ? WHERE run_id = ? AND token = ? AND status = 'running' RETURNING cancelled",
  touch: "UPDATE runs SET bytes = bytes + ? WHERE run_id = ? AND token = ? AND status = 'running' RETURNING bytes",
  insert:
    "INSERT INTO events (run_id, seq, type, at, call_id, facts, body, body_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  insertBody: "INSERT INTO bodies (run_id, seq, body) VALUES (?, ?, ?)",
  load: `SELECT ${EVENTS}, e.body FROM events e WHERE e.run_id = ? AND e.seq > ? ORDER BY e.seq`,
  loadWhole: `SELECT ${EVENTS}, COALESCE(e.body, b.body) AS body FROM events e LEFT JOIN bodies b USING (run_id, seq)
    WHERE e.run_id = ? AND e.seq > ? ORDER BY e.seq`,
  park: `UPDATE runs SET status = 'suspended', held_until = 0, pending = ?, duration_ms = ?, tool_calls = ?, result = ?
    WHERE run_id = ?`,
  parked: `SELECT pending, (SELECT MAX(seq) FROM events e WHERE e.run_id = r.run_id) AS seq FROM runs r
    WHERE run_id = ? AND status = 'suspended'`,
  answered: `SELECT call_id FROM events WHERE run_id = @runId AND call_id IS NOT NULL
    AND seq > (SELECT MAX(seq) FROM events WHERE run_id = @runId AND type = 'wait')`,
  wait: "UPDATE runs SET pending = ? WHERE run_id = ?",
  waiting: `SELECT ${SHOWN} FROM runs WHERE status = 'suspended' AND pending > 0 AND started_at < @before`,
  finish: `UPDATE runs SET status = ?, ended_at = ?, duration_ms = ?, tool_calls = ?, result = ?, bytes = bytes + ?,
    pending = 0, held_until = 0 WHERE run_id = ?`,
  requestCancel: `UPDATE runs SET cancelled = 1 WHERE run_id = @runId AND status = 'running' AND ${HELD}`,
  get: `SELECT ${SHOWN} FROM runs WHERE run_id = @runId`,
  removeEvents: "DELETE FROM events WHERE run_id = ?",
  removeBodies: "DELETE FROM bodies WHERE run_id = ?",
  removeRun: "DELETE FROM runs WHERE run_id = ?",
  old: `SELECT run_id FROM runs WHERE started_at < @before AND ${FREE}`,
  // Newest first, so that what does not fit any more is the oldest.
  large: `SELECT run_id FROM (SELECT *, SUM(bytes) OVER (ORDER BY started_at DESC, run_id DESC) AS held FROM runs)
    WHERE held > @keepBytes AND ${FREE}`,
  fact: "SELECT value FROM facts WHERE name = ?",
  setFact: "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  removeForgotten: `DELETE FROM facts WHERE substr(name, 1, length(?1)) = ?1
    AND NOT EXISTS (SELECT 1 FROM runs WHERE session = substr(facts.name, length(?1) + 1))`,
};

/** The prepared statements by name, and those that list the runs of a query. */
export type Statements = Readonly<Record<StatementName, Libsql.Statement>> & {
  listing(query: RunQuery): {
    readonly list: Libsql.Statement;
    readonly count: Libsql.Statement;
    readonly parameters: Readonly<Record<string, string>>;
  };
};

/** The statements of a store; each is prepared when it is first needed. */
export function createStatements(database: Libsql.Database): Statements {
  const prepared = new Map<string, Libsql.Statement>();
  const prepare = (sql: string): Libsql.Statement => {
    const statement = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the getters below make it whole
  const statements = {} as Record<StatementName, Libsql.Statement>;
  for (const [name, sql] of Object.entries(SQL)) Object.defineProperty(statements, name, { get: () => prepare(sql) });
  return Object.assign(statements, {
    listing: (query: RunQuery) => {
      const { list, count, parameters } = listingOf(query);
      return { list: prepare(list), count: prepare(count), parameters };
    },
  });
}

/** What is not asked for is no condition, so that an index serves what is. */
function listingOf({ status, session, client, before }: RunQuery): {
  readonly list: string;
  readonly count: string;
  readonly parameters: Readonly<Record<string, string>>;
} {
  const conditions = [
    ...(status === undefined ? [] : [`${STATUS} = @status`]),
    ...(session === undefined ? [] : ["session = @session"]),
    // The local user has no name.
    ...(client === undefined ? [] : ["COALESCE(client, '') = @client"]),
  ];
  const where = (parts: readonly string[]): string => (parts.length === 0 ? "" : ` WHERE ${parts.join(" AND ")}`);
  const older = "(started_at, run_id) < (SELECT started_at, run_id FROM runs WHERE run_id = @before)";
  const page = before === undefined ? conditions : [...conditions, older];
  return {
    list: `SELECT ${SHOWN} FROM runs${where(page)} ORDER BY started_at DESC, run_id DESC LIMIT @limit`,
    count: `SELECT COUNT(*) AS total FROM runs${where(conditions)}`,
    parameters: {
      ...(status === undefined ? {} : { status }),
      ...(session === undefined ? {} : { session }),
      ...(client === undefined ? {} : { client: client ?? "" }),
    },
  };
}

/** A row of `runs` as a run. */
export function toRun(row: Row): StoredRun {
  const { skill, result, session, client } = row;
  return {
    runId: String(row["run_id"]),
    language: row["language"] === "python" ? "python" : "typescript",
    code: String(row["code"]),
    session: session === null || session === undefined ? null : String(session),
    ...(typeof skill === "string" ? { skill: JSON.parse(skill) } : {}),
    ...(typeof client === "string" ? { client } : {}),
    startedAt: Number(row["started_at"]),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only statuses are written there
    status: row["status"] as RunStatus,
    endedAt: numberOrNull(row["ended_at"]),
    durationMs: numberOrNull(row["duration_ms"]),
    toolCalls: Number(row["tool_calls"]),
    pending: Number(row["pending"]),
    result: typeof result === "string" ? result : null,
  };
}

/** A row of `events` as an event. */
export function toEvent(row: Row): LoadedEvent {
  const { body, call_id: callId, body_bytes: bodyBytes } = row;
  return {
    seq: Number(row["seq"]),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only types of events are written there
    type: row["type"] as JournalEvent["type"],
    at: Number(row["at"]),
    ...(typeof callId === "number" ? { callId } : {}),
    facts: String(row["facts"]),
    ...(typeof body === "string" ? { body } : typeof bodyBytes === "number" ? { bodyBytes } : {}),
  };
}

/** The runs that a query of ids found. */
export function toIds(rows: readonly unknown[]): readonly string[] {
  return rows.filter(isRow).map((row) => String(row["run_id"]));
}

function numberOrNull(value: string | number | null | undefined): number | null {
  return typeof value === "number" ? value : null;
}
