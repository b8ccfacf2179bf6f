import { parseJson } from "../../base/exact-json.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import type { ExecutionResult, PendingDecision, ToolCallTrace } from "../result.ts";
import type { SkillRun } from "../skills/skill-run.ts";
import { hashArguments } from "./hash-arguments.ts";
import { parseRecorded } from "./replay/replay.ts";
import type { LoadedEvent, RunStatus, StoredRun } from "./run-store.ts";
import { showSealed } from "./secret-seal.ts";

/** One run in a list. Times are ISO texts. */
export interface RunSummary {
  readonly runId: string;
  readonly status: RunStatus;
  readonly language: GuestLanguage;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  /** Number of tool calls. */
  readonly toolCalls: number;
  /** Number of calls that wait for an answer. */
  readonly pending: number;
  readonly session: string | null;
}

/** One event of a run as it is shown: beside these fields, what its type says. */
export interface RunEventDocument {
  readonly seq: number;
  readonly type: LoadedEvent["type"];
  /** ISO text. */
  readonly at: string;
  readonly callId?: number;
  readonly [fact: string]: unknown;
}

/** All that is known of one run: its result as far as it has one, its program and its events. */
export interface RunDocument extends Pick<
  ExecutionResult,
  "runId" | "value" | "stdout" | "stderr" | "error" | "notes" | "toolCalls" | "artifacts" | "pending"
> {
  readonly status: RunStatus;
  readonly durationMs: number | null;
  readonly code: string;
  readonly language: GuestLanguage;
  readonly session: string | null;
  /** The skill that was run by itself. */
  readonly skill?: SkillRun;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly events: readonly RunEventDocument[];
}

/** Where the body of an event stands in its document. */
const BODY: Readonly<Record<LoadedEvent["type"], string>> = {
  start: "code",
  call: "arguments",
  result: "value",
  output: "text",
  wait: "calls",
  answer: "answer",
  decision: "decision",
  end: "result",
};

/** A stored run as a list shows it. */
export function toSummary(run: StoredRun): RunSummary {
  const { runId, status, language, durationMs, toolCalls, pending, session } = run;
  return { runId, status, language, ...timesOf(run), durationMs, toolCalls, pending, session };
}

function timesOf({ startedAt, endedAt }: StoredRun): { readonly startedAt: string; readonly endedAt: string | null } {
  return { startedAt: isoOf(startedAt), endedAt: endedAt === null ? null : isoOf(endedAt) };
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}

/** A stored run with its events; without a result, what its events say so far. */
export function toDocument(
  run: StoredRun,
  events: readonly RunEventDocument[],
  pending: readonly PendingDecision[],
): RunDocument {
  const { runId, status, durationMs, code, language, session, skill } = run;
  const kept: Partial<RunDocument> = parseRecorded(run.result ?? "{}");
  return {
    runId,
    status,
    value: kept.value ?? null,
    stdout: kept.stdout ?? printed(events, "stdout"),
    stderr: kept.stderr ?? printed(events, "stderr"),
    error: kept.error ?? null,
    notes: kept.notes ?? [],
    toolCalls: kept.toolCalls ?? toCalls(events),
    artifacts: kept.artifacts ?? [],
    pending,
    durationMs,
    code,
    language,
    session,
    ...(skill === undefined ? {} : { skill }),
    ...timesOf(run),
    events,
  };
}

/** The calls of a run that has no result yet. */
function toCalls(events: readonly RunEventDocument[]): readonly ToolCallTrace[] {
  const results = new Map(events.filter(({ type }) => type === "result").map((event) => [event.callId, event]));
  return events
    .filter(({ type }) => type === "call")
    .map(({ callId, tool }) => {
      const result = results.get(callId);
      const status = result?.["status"] === "error" || result?.["status"] === "denied" ? result["status"] : "ok";
      return {
        tool: String(tool),
        status: result === undefined ? "in_doubt" : status,
        durationMs: Number(result?.["durationMs"] ?? 0),
      };
    });
}

function printed(events: readonly RunEventDocument[], stream: string): string {
  return events.map((event) => (event["stream"] === stream ? String(event["text"]) : "")).join("");
}

/** A stored event as it is shown: without secrets, its body under the name that its type gives it. */
export function toEventDocument({ seq, type, at, callId, facts, body, bodyBytes }: LoadedEvent): RunEventDocument {
  const shown: Readonly<Record<string, unknown>> = JSON.parse(showSealed(facts));
  const name = type === "result" && shown["status"] !== "ok" ? "error" : BODY[type];
  return {
    seq,
    type,
    at: isoOf(at),
    ...(callId === undefined ? {} : { callId }),
    ...shown,
    ...(type === "call" && body !== undefined ? { argumentsHash: hashArguments(body) } : {}),
    ...(body === undefined ? {} : { [name]: parseJson(showSealed(body)) }),
    ...(bodyBytes === undefined ? {} : { [name]: null, omittedBytes: bodyBytes }),
  };
}
