import { defined } from "../base/defined.ts";
import { boundText } from "../base/bound-text.ts";
import { SecretFilter } from "../base/secret-filter.ts";
import { performance } from "node:perf_hooks";
import type { JsonObject } from "../base/json.ts";
import type { CodemodeError } from "../base/codemode-error.ts";
import type { OutputChunk } from "../engines/engine.ts";
import type { CallingClient, CallProgress } from "../sources/source.ts";
import type { EventListener, ExecutionEvent, RunStartEvent } from "./events.ts";
import { type AskToLogIn, EVENT_TYPES, HOOKS } from "./hooks.ts";
import type { ExecutionResult, ToolCallTrace } from "./result.ts";

/** Characters of a message that events carry; the program and the result of the run have all of it. */
const MESSAGE_CHARACTERS = 10_000;

/** A call in progress, as far as listeners know of it. */
interface OpenCall {
  readonly tool: string;
  readonly startedAt: number;
}

/** Reports the events of one run to its listeners. Without listeners no event is made. */
export class RunEvents {
  /** Id of the run. */
  readonly runId: string;
  readonly #listeners: readonly EventListener[];
  readonly #wanted: ReadonlySet<ExecutionEvent["type"]>;
  readonly #open = new Map<number, OpenCall>();
  readonly #notes = new Map<ExecutionEvent["type"], string>();
  /** Removed from everything that is reported of the run. */
  readonly secrets: SecretFilter;
  /** Asks the person who listens to log in at a server. */
  readonly onLogin: AskToLogIn | undefined;
  /** The client that made the run. */
  readonly client: CallingClient | undefined;
  #isOver = false;

  /**
   * @param listeners are called in this order
   * @param beside secrets removed from what they receive, and how a person is asked
   */
  constructor(
    runId: string,
    listeners: readonly EventListener[],
    { secrets = new SecretFilter(), onLogin, client }: Partial<Pick<RunEvents, "secrets" | "onLogin" | "client">> = {},
  ) {
    this.secrets = secrets;
    this.onLogin = onLogin;
    this.client = client;
    this.runId = runId;
    this.#listeners = listeners;
    this.#wanted = listeners.length === 0 ? NO_TYPES : wantedBy(listeners);
  }

  /** First errors of listeners, as one sentence for each kind of event. */
  get notes(): readonly string[] {
    return [...this.#notes.values()];
  }

  /** True when anything listens at all. */
  get isHeard(): boolean {
    return this.#wanted.size > 0;
  }

  /** True when a listener wants the progress of calls. */
  get wantsProgress(): boolean {
    return this.#wanted.has("tool_call_progress");
  }

  /** The run begins. */
  start(run: Omit<RunStartEvent, "type" | "runId">): void {
    if (this.#wanted.has("run_start")) this.#report({ type: "run_start", runId: this.runId, ...run });
  }

  /** The program printed something. */
  output({ stream, text }: OutputChunk): void {
    if (this.#wanted.has("output")) this.#report({ type: "output", runId: this.runId, stream, text });
  }

  /** A tool was asked for. */
  callStart(callId: number, tool: string, args: unknown): void {
    // A call that goes on after it waited for somebody was reported when it began to.
    if (!this.isHeard || this.#open.has(callId)) return;
    this.#open.set(callId, { tool, startedAt: performance.now() });
    if (!this.#wanted.has("tool_call_start")) return;
    this.#report({ type: "tool_call_start", runId: this.runId, callId, tool, arguments: copyOf(args) });
  }

  /** The server of a call reported its progress. Reports after the call's end are dropped. */
  callProgress(callId: number, tool: string, { progress, total, message }: CallProgress): void {
    if (!this.wantsProgress || !this.#open.has(callId)) return;
    this.#report({
      type: "tool_call_progress",
      runId: this.runId,
      callId,
      tool,
      progress,
      ...defined({ total }),
      ...(message === undefined ? {} : { message: boundText(message, MESSAGE_CHARACTERS) }),
    });
  }

  /** A call has ended. */
  callEnd(callId: number, call: ToolCallTrace, error: CodemodeError | undefined): void {
    if (!this.#open.delete(callId) || !this.#wanted.has("tool_call_end")) return;
    const { tool, status, durationMs } = call;
    const failure = error === undefined ? {} : { error: error.toReport() };
    this.#report({ type: "tool_call_end", runId: this.runId, callId, tool, status, durationMs, ...failure });
  }

  /**
   * The run is over: calls in progress end in doubt, and nothing is reported after this. Returns the result, with the
   * notes of listeners that failed in the end.
   */
  end(result: ExecutionResult): ExecutionResult {
    for (const [callId, { tool, startedAt }] of this.#open) {
      this.callEnd(callId, { tool, status: "in_doubt", durationMs: performance.now() - startedAt }, undefined);
    }
    if (this.#wanted.has("run_end")) this.#report({ type: "run_end", runId: this.runId, result });
    this.#isOver = true;
    const late = this.notes.filter((note) => !result.notes.includes(note));
    return late.length === 0 ? result : { ...result, notes: [...result.notes, ...late] };
  }

  #report(happened: ExecutionEvent): void {
    if (this.#isOver) return;
    // The result is clean already.
    const event = happened.type === "run_end" ? happened : this.secrets.data(happened);
    for (const listener of this.#listeners) {
      try {
        const returned = listener(event);
        // A listener that is an async function would otherwise end the host when it fails.
        if (returned instanceof Promise) void returned.catch((thrown: unknown) => this.#noteFailure(event, thrown));
      } catch (thrown) {
        this.#noteFailure(event, thrown);
      }
    }
  }

  #noteFailure({ type }: ExecutionEvent, thrown: unknown): void {
    if (this.#notes.has(type)) return;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    this.#notes.set(type, `The hook ${HOOKS[type]} failed: ${reason}`);
  }
}

const NO_TYPES: ReadonlySet<ExecutionEvent["type"]> = new Set();

function wantedBy(listeners: readonly EventListener[]): ReadonlySet<ExecutionEvent["type"]> {
  return new Set(EVENT_TYPES.filter((type) => listeners.some(({ types }) => types?.has(type) ?? true)));
}

/** Listeners may keep or change what they receive, and write it as JSON; the call continues with its own copy. */
function copyOf(args: unknown): JsonObject {
  if (typeof args !== "object" || args === null || Array.isArray(args)) return {};
  try {
    const copy: JsonObject = JSON.parse(
      JSON.stringify(args, (_key, part: unknown) => (typeof part === "bigint" ? String(part) : part)),
    );
    return copy;
  } catch {
    return {};
  }
}
