import { CodemodeError, toCodemodeError } from "../../base/codemode-error.ts";
import { stringifyJson } from "../../base/exact-json.ts";
import type { HostReply, OutputChunk } from "../../engines/engine.ts";
import type { Crossing, RunJournal } from "../door.ts";
import type { ExecutionResult } from "../result.ts";
import type { HeldRun, RunLog } from "./run-log.ts";
import type { AuditEntry, JournalEvent, Lease, RunOutcome, RunSpec, RunStore } from "./run-store.ts";
import { SecretSeal } from "./secret-seal.ts";

/** How long events that announce nothing may wait for company. */
const GATHER_MS = 20;

/** Characters of the text for a model that are kept. */
const TEXT_CHARACTERS = 2_000;

/** An event before it has its number. */
type NewEvent = Omit<JournalEvent, "seq">;

/** A call that was written and has no result yet. */
interface AnnouncedCall {
  readonly tool: string;
  readonly argumentsJson: string;
  readonly startedAt: number;
}

/**
 * Writes the events of one run to the store of its executor: a call before it is made, its result before the program has
 * it, and whatever happened before them in the same transaction. A run without calls is written when it ends, or after
 * 20 ms.
 *
 * A store that cannot be used never stops a run: the rest of it goes unrecorded, and a note says why.
 */
export class RunRecorder implements RunJournal {
  readonly #log: RunLog;
  readonly #spec: RunSpec;
  readonly #stop: HeldRun["stop"];
  readonly #calls = new Map<number, AnnouncedCall>();
  #waiting: NewEvent[] = [];
  #audit: AuditEntry[] = [];
  #written = 0;
  #last: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #store: RunStore | undefined;
  #seal: SecretSeal | undefined;
  #held: HeldRun | undefined;
  #problem: CodemodeError | undefined;

  /** @param stop ends the run when somebody asks for it, or another process has taken it over */
  constructor(log: RunLog, spec: RunSpec, stop: HeldRun["stop"]) {
    this.#log = log;
    this.#spec = { ...spec, code: log.secrets.text(spec.code) };
    this.#stop = stop;
    const { language, session, code } = spec;
    this.#gather({ type: "start", facts: JSON.stringify({ language, session }), body: JSON.stringify(code) });
  }

  /** Why the run, or the rest of it, is not recorded; empty when it is. */
  async notes(): Promise<readonly string[]> {
    if (this.#problem === undefined) await this.#ready().catch((thrown: unknown) => this.#fail(thrown));
    return this.#problem === undefined ? [] : [noteOf(this.#problem)];
  }

  /** Written with the decision about it, which comes before its effect. */
  async call({ callId, request }: Crossing): Promise<undefined> {
    if (callId === undefined || callId === 0 || request.kind !== "call") return;
    const argumentsJson = stringifyJson(request.arguments ?? {});
    this.#calls.set(callId, { tool: request.name, argumentsJson, startedAt: performance.now() });
    this.#push({ type: "call", callId, facts: JSON.stringify({ tool: request.name }), body: argumentsJson });
  }

  /** Every decision is a line of the audit log; what the policy simply allows is no event of its own. */
  async decided(...[callId, tool, verdict]: Parameters<NonNullable<RunJournal["decided"]>>): Promise<void> {
    const { decision, by } = verdict;
    this.#note({ callId, tool, kind: "decision", outcome: decision, by });
    if (decision !== "allow" || by !== "policy") {
      const { reason } = verdict;
      this.#push({
        type: "decision",
        callId,
        facts: JSON.stringify({ tool, by, reason }),
        body: JSON.stringify(decision),
      });
    }
    await this.#flush();
  }

  async result({ callId }: Crossing, reply: HostReply): Promise<void> {
    const call = callId === undefined ? undefined : this.#calls.get(callId);
    if (callId === undefined || call === undefined) return;
    const status = statusOf(reply);
    const durationMs = Math.round((performance.now() - call.startedAt) * 1_000) / 1_000;
    this.#push({
      type: "result",
      callId,
      facts: JSON.stringify({ tool: call.tool, status, durationMs }),
      body: reply.ok ? reply.valueJson : stringifyJson(reply.error),
    });
    this.#note({ callId, tool: call.tool, kind: "call", outcome: status, by: "program" });
    this.#calls.delete(callId);
    await this.#flush();
  }

  print({ stream, text }: OutputChunk): void {
    this.#gather({ type: "output", facts: JSON.stringify({ stream }), body: JSON.stringify(text) });
  }

  /** Writes how the run ended, and returns the result with what was noticed on the way. */
  async finish(result: ExecutionResult): Promise<ExecutionResult> {
    clearTimeout(this.#timer);
    const { status, durationMs, error, toolCalls } = result;
    this.#push({
      type: "end",
      facts: JSON.stringify({ status, durationMs, ...(error === null ? {} : { error }) }),
    });
    const outcome: RunOutcome = {
      status,
      endedAt: Date.now(),
      durationMs,
      toolCalls: toolCalls.length,
      result: stringifyJson(toKept(result)),
    };
    const known = this.#problem;
    await this.#last;
    await this.#end(outcome).catch((thrown: unknown) => this.#fail(thrown));
    if (this.#held !== undefined) this.#log.release(this.#held);
    const problem = this.#problem;
    if (problem === undefined || problem === known) return result;
    return { ...result, notes: [...result.notes, noteOf(problem)] };
  }

  #push(event: Omit<NewEvent, "at">): void {
    this.#waiting.push({ ...event, at: Date.now() });
  }

  #gather(event: Omit<NewEvent, "at">): void {
    this.#push(event);
    this.#timer ??= setTimeout(() => void this.#flush(), GATHER_MS).unref();
  }

  #note(entry: Omit<AuditEntry, "at" | "runId" | "argumentsJson">): void {
    const argumentsJson = this.#calls.get(entry.callId)?.argumentsJson ?? "{}";
    this.#audit.push({ ...entry, at: new Date().toISOString(), runId: this.#spec.runId, argumentsJson });
  }

  /** Writes one batch after the other. Never rejects. */
  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#last = this.#last.then(() => this.#write()).catch((thrown: unknown) => this.#fail(thrown));
    return this.#last;
  }

  async #write(): Promise<void> {
    if (this.#problem !== undefined || this.#waiting.length + this.#audit.length === 0) return;
    const lease = await this.#begin();
    const [events, audit] = [this.#waiting, this.#audit];
    this.#waiting = [];
    this.#audit = [];
    await this.#store?.append(
      lease,
      this.#numbered(events),
      audit.map((entry) => this.#sealed(entry)),
    );
  }

  /** Also after a failure on the way: there may be room again, and a run that has ended should say so. */
  async #end(outcome: RunOutcome): Promise<void> {
    const store = await this.#ready();
    const lease = await this.#begin();
    const events = this.#problem === undefined ? this.#waiting : this.#waiting.slice(-1);
    await store.finish(lease, outcome, this.#numbered(events));
  }

  async #ready(): Promise<RunStore> {
    this.#store ??= await this.#log.open();
    this.#seal ??= new SecretSeal(this.#log.secrets, this.#store.salt);
    return this.#store;
  }

  async #begin(): Promise<Lease> {
    if (this.#held !== undefined) return this.#held.lease;
    const store = await this.#ready();
    await store.submit(this.#spec);
    const lease = await this.#log.claim(store, this.#spec.runId);
    this.#held = { lease, stop: this.#stop };
    this.#log.hold(this.#held);
    return lease;
  }

  #numbered(events: readonly NewEvent[]): readonly JournalEvent[] {
    return events.map(({ facts, body, ...event }) => {
      this.#written += 1;
      const sealed = body === undefined ? {} : { body: this.#seal?.seal(body) ?? body };
      return { ...event, seq: this.#written, facts: this.#seal?.seal(facts) ?? facts, ...sealed };
    });
  }

  #sealed(entry: AuditEntry): AuditEntry {
    const tool = this.#log.secrets.text(entry.tool);
    return { ...entry, tool, argumentsJson: this.#seal?.seal(entry.argumentsJson) ?? "{}" };
  }

  #fail(thrown: unknown): void {
    const error = toCodemodeError(thrown);
    this.#problem ??= error;
    if (error.code === "busy") this.#stop(error);
  }
}

function statusOf(reply: HostReply): "ok" | "error" | "denied" {
  if (reply.ok) return "ok";
  return reply.error.code === "policy_denied" || reply.error.code === "approval_required" ? "denied" : "error";
}

/** What is kept of a result: all of it but content, and the beginning of the text. */
function toKept(result: ExecutionResult): ExecutionResult {
  return { ...result, content: [], text: result.text.slice(0, TEXT_CHARACTERS) };
}

function noteOf(error: CodemodeError): string {
  const { message, hint } = error.toReport();
  return `This run is not recorded in full: ${message}${hint === undefined ? "" : ` ${hint}`}`;
}
