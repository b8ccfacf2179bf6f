import { type CodemodeError, toCodemodeError } from "../../base/codemode-error.ts";
import { stringifySoon } from "../../base/steps/json-in-steps.ts";
import { LargeText, putLargeText } from "../../base/steps/large-text.ts";
import { hashArgumentsSoon } from "./hash-arguments.ts";
import type { NewEntry, ResumedRun } from "./recorder-settings.ts";
import type { HeldRun, RunLog } from "./run-log.ts";
import type { AuditEntry, JournalEvent, Lease, RunOutcome, RunSpec, RunStore } from "./run-store.ts";
import { noteOf } from "./replay/recorded-result.ts";
import { SecretSeal } from "./secret-seal.ts";

/** How long events that announce nothing may wait for company. */
const GATHER_MS = 20;
/** Events that may wait for it: more of them at a time would keep the garbage collector busy. */
const MOST_GATHERED = 128;

/** An event on its way to the store; its number is 0, and secrets are in it, until it is written. */
export type NewEvent = {
  -readonly [Field in keyof JournalEvent]: JournalEvent[Field];
} & {
  /** Value of a body that takes long to write, until it is; a large text is the JSON itself. */
  value?: unknown;
};

/**
 * Writes the events of one run to the store, without secrets, numbered, all that waits in one transaction. The run is
 * begun with the first of them.
 *
 * A store that cannot be used never stops a run: the rest of it goes unrecorded, and `problem` says why. Only a run that
 * another process has taken over is stopped.
 */
export class EventWriter {
  readonly #log: RunLog;
  readonly #spec: RunSpec;
  readonly #stop: HeldRun["stop"];
  #waiting: NewEvent[] = [];
  #audit: NewEntry[] = [];
  #written = 0;
  #last: Promise<void> | undefined;
  /** The write that will take what waits. */
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #store: RunStore | undefined;
  #seal: SecretSeal | undefined;
  #held: HeldRun | undefined;
  /** Why the run, or the rest of it, is not recorded. */
  problem: CodemodeError | undefined;

  constructor(
    log: RunLog,
    spec: RunSpec,
    { stop, resumed }: { readonly stop: HeldRun["stop"]; readonly resumed: ResumedRun | undefined },
  ) {
    this.#log = log;
    this.#spec = { ...spec, code: log.secrets.text(spec.code) };
    this.#stop = stop;
    if (resumed === undefined) return;
    this.#written = resumed.written;
    this.#held = { lease: resumed.lease, stop };
    this.#store = resumed.store;
    log.hold(this.#held);
  }

  /** True when a write that has not begun will take what is added now. */
  get isAsked(): boolean {
    return this.#next !== undefined;
  }

  /** What comes after a problem is not kept either. */
  add(event: NewEvent): void {
    if (this.problem === undefined) this.#waiting.push(event);
  }

  /** Adds a line to the audit log; only for a store that lasts. */
  audit(entry: NewEntry): void {
    this.#audit.push(entry);
  }

  /** Writes what waits within 20 ms, or at once where it is much. */
  writeSoon(): void {
    if (this.#waiting.length >= MOST_GATHERED) void this.#ask(Promise.resolve());
    else this.#timer ??= setTimeout(() => void this.flush(), GATHER_MS).unref();
  }

  /** Writes what waits now, if anything does. */
  writeAny(): void {
    if (this.#waiting.length > 0) void this.flush();
  }

  /** Resolves when what waits is written: once for all that asks for it in one turn. Never rejects. */
  flush(): Promise<void> {
    return this.#ask(this.#next ?? new Promise<void>((resolve) => process.nextTick(resolve)));
  }

  /** Writes what waits after `turn`, and after what is being written. A program that only calls leaves no other turn. */
  #ask(turn: Promise<void>): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#next !== undefined) return this.#next;
    const writing = (this.#last ?? Promise.resolve())
      .then(() => turn)
      .then(() => {
        this.#next = undefined;
        return this.#write();
      })
      .catch((thrown: unknown) => this.#fail(thrown));
    this.#next = writing;
    this.#last = writing;
    return writing;
  }

  /**
   * Opens the store, so that `problem` says whether it can be used; undefined where there is nothing to wait for. Never
   * rejects.
   */
  open(): Promise<void> | undefined {
    const ready = this.problem === undefined ? this.#ready() : undefined;
    if (!(ready instanceof Promise)) return undefined;
    return ready.then(
      () => {},
      (thrown: unknown) => this.#fail(thrown),
    );
  }

  /**
   * Writes the last event with how the run ended, and lets go of the run. Never rejects.
   *
   * @param pending number of calls that a parked run waits for; undefined for a run that ended
   */
  async finish(outcome: RunOutcome, last: NewEvent, pending: number | undefined): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#last !== undefined) await this.#last;
    try {
      await (pending === undefined ? this.#end(outcome, last) : this.#park(outcome, pending, last));
    } catch (thrown) {
      this.#fail(thrown);
      if (pending === undefined && this.#held !== undefined) await this.#endInBrief(outcome, this.#held.lease);
    }
    if (this.#held !== undefined) this.#log.release(this.#held);
  }

  /** A run of which no more is known than that it began would be taken for one that lost its process, and gone on with. */
  async #endInBrief(outcome: RunOutcome, lease: Lease): Promise<void> {
    const notes = this.problem === undefined ? [] : [noteOf(this.problem)];
    await this.#log.finishLate(lease, { ...outcome, result: JSON.stringify({ notes }) });
  }

  async #write(): Promise<void> {
    if (this.problem !== undefined || this.#waiting.length + this.#audit.length === 0) return;
    const store = await this.#ready();
    const [events, audit] = [this.#waiting, this.#audit];
    this.#waiting = [];
    this.#audit = [];
    const numbered = await this.#numbered(events);
    const entries: AuditEntry[] = [];
    for (const entry of audit) entries.push(await this.#entry(entry));
    const { lease } = this.#held ?? {};
    if (lease !== undefined) await store.append(lease, numbered, entries);
    else {
      const begun = await this.#begin(numbered);
      if (entries.length > 0) await store.append(begun, [], entries);
    }
  }

  /** Also after a failure on the way: there may be room again, and a run that has ended should say so. */
  async #end(outcome: RunOutcome, last: NewEvent): Promise<void> {
    const store = await this.#ready();
    if (this.#audit.length > 0) await this.#write();
    const events = await this.#numbered(this.problem === undefined ? [...this.#waiting, last] : [last]);
    if (this.#held === undefined) await this.#log.begin(store, this.#spec, { events, outcome });
    else await store.finish(this.#held.lease, outcome, events);
  }

  /** The last event says what is waited for. */
  async #park({ durationMs, toolCalls, result }: RunOutcome, pending: number, last: NewEvent): Promise<void> {
    await this.#write();
    const lease = this.#held?.lease ?? (await this.#begin([]));
    for (const event of await this.#numbered([last]))
      await this.#store?.park(lease, event, { pending, durationMs, toolCalls, result });
  }

  #ready(): RunStore | Promise<RunStore> {
    const store = this.#store ?? this.#log.opened;
    return store === undefined ? this.#log.open().then((opened) => this.#use(opened)) : this.#use(store);
  }

  #use(store: RunStore): RunStore {
    this.#store = store;
    this.#seal ??= new SecretSeal(this.#log.secrets, store.salt);
    return store;
  }

  async #begin(events: readonly JournalEvent[]): Promise<Lease> {
    const lease = await this.#log.begin(await this.#ready(), this.#spec, { events });
    this.#held = { lease, stop: this.#stop };
    this.#log.hold(this.#held);
    return lease;
  }

  async #numbered(events: readonly NewEvent[]): Promise<readonly JournalEvent[]> {
    for (const event of events) {
      this.#written += 1;
      event.seq = this.#written;
      event.facts = this.#seal?.seal(event.facts) ?? event.facts;
      if (event.value !== undefined && (await this.#writeValue(event, event.value))) continue;
      const sealed = event.body === undefined ? undefined : this.#seal?.sealSoon(event.body);
      if (sealed !== undefined) event.body = typeof sealed === "string" ? sealed : await sealed;
    }
    return events;
  }

  /** Makes the body of a value; true where it is complete: of what stays bytes a store that writes these makes no string. */
  async #writeValue(event: NewEvent, value: unknown): Promise<boolean> {
    delete event.value;
    const isKept = value instanceof LargeText && this.#seal?.leaves(value) === true;
    if (isKept) putLargeText(event, "body", value);
    else event.body = value instanceof LargeText ? String(value) : await stringifySoon(value);
    return isKept;
  }

  /** The hash of a call's arguments is made once, of what was written with it or before. */
  async #entry({ at, call, ...entry }: NewEntry): Promise<AuditEntry> {
    const tool = this.#log.secrets.text(entry.tool);
    const argumentsHash = call?.argumentsHash ?? (await hashArgumentsSoon(call?.event?.body ?? "{}"));
    if (call !== undefined) call.argumentsHash = argumentsHash;
    return { ...entry, at: new Date(at).toISOString(), runId: this.#spec.runId, tool, argumentsHash };
  }

  #fail(thrown: unknown): void {
    const error = toCodemodeError(thrown);
    this.problem ??= error;
    this.#waiting = [];
    this.#audit = [];
    if (error.code === "busy") this.#stop(error);
  }
}
