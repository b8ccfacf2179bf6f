import { type AuditHead, EMPTY_HEAD } from "./audit-log.ts";
import { isRow } from "./database.ts";
import { lastBefore, withForgotten } from "./run-store.ts";
import type { Statements } from "./sqlite-statements.ts";

/** The fact that all sessions were forgotten; with a blank and its name after it, that one was. */
const FORGOTTEN = "forgotten";

/** What a database of runs says beside its runs: its salt, how far its audit log goes, and which sessions were forgotten. */
export class StoreFacts {
  readonly #sql: () => Statements;

  /** @param sql statements of the open database; throws when it is closed */
  constructor(sql: () => Statements) {
    this.#sql = sql;
  }

  /** Secret of the database, the same for every process; empty where it was lost. */
  get salt(): string {
    return this.#get("salt") ?? "";
  }

  /** End of the audit log, to be read and set in one transaction. */
  get auditHead(): AuditHead {
    const text = this.#get("audit");
    if (text === undefined) return EMPTY_HEAD;
    const head: AuditHead = JSON.parse(text);
    return head;
  }

  set auditHead(head: AuditHead) {
    this.#set("audit", JSON.stringify(head));
  }

  /** Notes that a session, or all of them, began anew. */
  forget(session: string | undefined, at: number): void {
    this.#set(nameOf(session), withForgotten(this.#forgotten(session), at).join(","));
  }

  /** When a session was last forgotten before a time, by itself or with all; 0 when it never was. */
  forgottenAt(session: string, before: number): number {
    return lastBefore([...this.#forgotten(session), ...this.#forgotten(undefined)], before);
  }

  /** Drops the notes about sessions of which no run is kept, since nothing of them can come back. */
  prune(): void {
    this.#sql().removeForgotten.run(`${FORGOTTEN} `);
  }

  #forgotten(session: string | undefined): readonly number[] {
    return this.#get(nameOf(session))?.split(",").map(Number) ?? [];
  }

  #get(name: string): string | undefined {
    const row = this.#sql().fact.get(name);
    return isRow(row) ? String(row["value"]) : undefined;
  }

  #set(name: string, value: string): void {
    this.#sql().setFact.run(name, value);
  }
}

function nameOf(session: string | undefined): string {
  return session === undefined ? FORGOTTEN : `${FORGOTTEN} ${session}`;
}
