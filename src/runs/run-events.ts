import { performance } from "node:perf_hooks";
import type { JsonObject } from "../base/json.ts";
import type { CodemodeError } from "../base/codemode-error.ts";
import type { OutputChunk } from "../engines/engine.ts";
import type { CallProgress } from "../sources/source.ts";
import type { ExecutionEvent, ExecutionHooks, RunStartEvent } from "./events.ts";
import type { ExecutionResult, ToolCallTrace } from "./result.ts";

type EventType = ExecutionEvent["type"];

const HOOKS: Readonly<Record<EventType, keyof ExecutionHooks>> = {
  run_start: "onRunStart",
  tool_call_start: "onToolCallStart",
  tool_call_progress: "onToolCallProgress",
  tool_call_end: "onToolCallEnd",
  output: "onOutput",
  run_end: "onRunEnd",
};

const TYPES: readonly EventType[] = [
  "run_start",
  "tool_call_start",
  "tool_call_progress",
  "tool_call_end",
  "output",
  "run_end",
];

/** Characters of a message that events carry; the program and the result of the run have all of it. */
const MESSAGE_CHARACTERS = 10_000;

/** Hooks that hand every event to one function. */
export function toHooks(listener: (event: ExecutionEvent) => void): ExecutionHooks {
  return {
    onRunStart: listener,
    onToolCallStart: listener,
    onToolCallProgress: listener,
    onToolCallEnd: listener,
    onOutput: listener,
    onRunEnd: listener,
  };
}

/** Hooks as a list, in the order they are called. */
export function listHooks(hooks: ExecutionHooks | readonly ExecutionHooks[] = []): readonly ExecutionHooks[] {
  return "length" in hooks ? hooks : [hooks];
}

/** A call under way, as far as listeners know of it. */
interface OpenCall {
  readonly tool: string;
  readonly startedAt: number;
}

/** Tells the listeners of one run what happens in it. Where nobody listens no event is made. */
export class RunEvents {
  readonly #runId: string;
  readonly #listeners: readonly ExecutionHooks[];
  readonly #wanted: ReadonlySet<EventType>;
  readonly #open = new Map<number, OpenCall>();
  readonly #notes = new Map<EventType, string>();
  #isOver = false;

  /** @param listeners are told in this order */
  constructor(runId: string, listeners: readonly ExecutionHooks[]) {
    this.#runId = runId;
    this.#listeners = listeners;
    this.#wanted = new Set(TYPES.filter((type) => listeners.some((hooks) => hooks[HOOKS[type]] !== undefined)));
  }

  /** What listeners threw first, as one sentence for each kind of event. */
  get notes(): readonly string[] {
    return [...this.#notes.values()];
  }

  /** Whether anyone listens at all. */
  get isHeard(): boolean {
    return this.#wanted.size > 0;
  }

  /** Whether anyone wants to hear how far calls have come. */
  get wantsProgress(): boolean {
    return this.#wanted.has("tool_call_progress");
  }

  /** The run begins. */
  start(run: Omit<RunStartEvent, "type" | "runId">): void {
    if (this.#wanted.has("run_start")) this.#tell({ type: "run_start", runId: this.#runId, ...run });
  }

  /** The program printed something. */
  output({ stream, text }: OutputChunk): void {
    if (this.#wanted.has("output")) this.#tell({ type: "output", runId: this.#runId, stream, text });
  }

  /** A tool was asked for. */
  callStart(callId: number, tool: string, args: unknown): void {
    if (!this.isHeard) return;
    this.#open.set(callId, { tool, startedAt: performance.now() });
    if (!this.#wanted.has("tool_call_start")) return;
    this.#tell({ type: "tool_call_start", runId: this.#runId, callId, tool, arguments: copyOf(args) });
  }

  /** The server of a call told how far it has come. What it tells after the call's end is left out. */
  callProgress(callId: number, tool: string, { progress, total, message }: CallProgress): void {
    if (!this.wantsProgress || !this.#open.has(callId)) return;
    this.#tell({
      type: "tool_call_progress",
      runId: this.#runId,
      callId,
      tool,
      progress,
      ...(total === undefined ? {} : { total }),
      ...(message === undefined ? {} : { message: cut(message) }),
    });
  }

  /** A call has ended. */
  callEnd(callId: number, call: ToolCallTrace, error: CodemodeError | undefined): void {
    if (!this.#open.delete(callId) || !this.#wanted.has("tool_call_end")) return;
    const { tool, status, durationMs } = call;
    const failure = error === undefined ? {} : { error: { ...error.toReport(), message: cut(error.message) } };
    this.#tell({ type: "tool_call_end", runId: this.#runId, callId, tool, status, durationMs, ...failure });
  }

  /**
   * The run is over: calls under way end in doubt, and nothing is told any more after this. Gives the result, with the
   * notes of listeners that failed in the end.
   */
  end(result: ExecutionResult): ExecutionResult {
    for (const [callId, { tool, startedAt }] of this.#open) {
      this.callEnd(callId, { tool, status: "in_doubt", durationMs: performance.now() - startedAt }, undefined);
    }
    if (this.#wanted.has("run_end")) this.#tell({ type: "run_end", runId: this.#runId, result });
    this.#isOver = true;
    const late = this.notes.filter((note) => !result.notes.includes(note));
    return late.length === 0 ? result : { ...result, notes: [...result.notes, ...late] };
  }

  #tell(event: ExecutionEvent): void {
    if (this.#isOver) return;
    for (const hooks of this.#listeners) {
      try {
        const returned = callHook(hooks, event);
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

function callHook(hooks: ExecutionHooks, event: ExecutionEvent): unknown {
  switch (event.type) {
    case "run_start":
      return hooks.onRunStart?.(event);
    case "tool_call_start":
      return hooks.onToolCallStart?.(event);
    case "tool_call_progress":
      return hooks.onToolCallProgress?.(event);
    case "tool_call_end":
      return hooks.onToolCallEnd?.(event);
    case "output":
      return hooks.onOutput?.(event);
    default:
      return hooks.onRunEnd?.(event);
  }
}

/** The beginning of a text as a string of its own, so that a listener who keeps it does not keep the whole. */
function cut(text: string): string {
  if (text.length <= MESSAGE_CHARACTERS) return text;
  return `${Buffer.from(text.slice(0, MESSAGE_CHARACTERS)).toString()}…`;
}

/** Listeners may keep or change what they are given, and write it as JSON; the call goes on with its own. */
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
