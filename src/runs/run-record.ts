import type { JsonValue } from "../base/json.ts";
import { isFew, jsonPieces, PIECE_CHARACTERS } from "../base/steps/json-in-steps.ts";
import { defined } from "../base/defined.ts";
import { boundTexts } from "../base/bound-text.ts";
import { type CodemodeError, toCodemodeError } from "../base/codemode-error.ts";
import type { ErrorCode } from "../base/error-codes.ts";
import type { CellOutcome, HostReply, OutputChunk } from "../engines/engine.ts";
import type { ContentItem } from "../sources/source.ts";
import type { ArtifactStore } from "./artifacts/artifact-store.ts";
import type { RunJournal } from "./journal/run-journal.ts";
import { handOnContent } from "./hand-on-content.ts";
import { outlineValue } from "./values/outline-value.ts";
import { READING_BUDGET_CHARACTERS, toReadingText, type WrittenValue } from "./reading-text.ts";
import type { RunEvents } from "./run-events.ts";
import type { ArtifactSummary, ExecutionResult, ExecutionStatus, PendingDecision, ToolCallTrace } from "./result.ts";

/** How a model reads a result: where texts too long for it are kept, and how many characters it is given at most. */
interface ModelReading {
  readonly store: ArtifactStore;
  readonly characters?: number;
}

/** Maximum number of tools whose last result is remembered by its shape. */
const MAX_RESULTS = 100;

/** Maximum number of calls whose arguments are remembered until the end. */
const MAX_SENT = 20;

/** Such calls that are shown, and bytes of one: with the words around them at most 200 tokens. */
const SHOWN_SENT = { calls: 4, bytes: 56 } as const;

/** Codes of errors that arise in a program, or in what it calls, without a word of the host. */
const OF_PROGRAMS: ReadonlySet<ErrorCode> = new Set([
  "syntax_error",
  "type_error",
  "runtime_error",
  "tool_error",
  "tool_timeout",
  "invalid_arguments",
  "unknown_tool",
  "result_too_large",
  "response_too_large",
]);

const NOTES = { most: 100, characters: 1_000, noun: "notes" } as const;

/** Record of one run, its nested runs included, until the result is made of it. */
export class RunRecord {
  /** The value as JSON; null until the program finished. */
  value: JsonValue = null;
  /** Sentences for the reader, in order. */
  readonly notes: string[] = [];
  /** Sentences about results of tools; the same one counts once. */
  readonly resultNotes: Set<string> = new Set();
  readonly output: { readonly stdout: string[]; readonly stderr: string[] } = { stdout: [], stderr: [] };
  /** The calls in the order they were made; one in progress is `in_doubt`. */
  readonly toolCalls: { tool: string; status: ToolCallTrace["status"]; durationMs: number }[] = [];
  /** Calls that were sent and may change something, by number; arguments of the first, as JSON text where they were recorded. */
  readonly sent: Map<number, { readonly tool: string; readonly args?: unknown }> = new Map();
  /** Last result of each tool, trimmed to its shape, by full name. */
  readonly results: Map<string, unknown> = new Map();
  /** Content handed on with `emit`, and its size as JSON text. */
  readonly content: ContentItem[] = [];
  contentBytes = 0;
  /** Artifacts the program saved. */
  readonly saved: ArtifactSummary[] = [];
  /** Requests that are not tool calls. */
  served = 0;
  /** Calls that the run is parked for; nothing but these ends a run as suspended. */
  pending: readonly PendingDecision[] | undefined;
  /** Codes of the errors that its programs were answered with. */
  readonly #told = new Set<ErrorCode>();
  /** The value that the text for the reader was made of, as JSON text: a large one takes long to write twice. */
  written: WrittenValue | undefined;
  readonly #events: RunEvents;
  readonly #journal: RunJournal | undefined;
  #skillLogBytes = 0;

  /** @param events hear of output, and their failures become notes */
  constructor(events: RunEvents, journal?: RunJournal) {
    this.#events = events;
    this.#journal = journal;
  }

  /** Remembers what a call that may change something is sent with. */
  send(callId: number, tool: string, args: unknown): void {
    const isRemembered = this.sent.size < MAX_SENT;
    this.sent.set(callId, isRemembered ? { tool, args: isFew(args) ? args : this.#beginningOf(args) } : { tool });
  }

  /**
   * Sentences for the reader of a failed run about what it did: calls that may have changed something and were completed,
   * or are not known to have been.
   *
   * @param retry how a corrected program is run without doing them again; undefined where it cannot be
   */
  writesDone(isRead: (tool: string) => boolean, retry: string | undefined): readonly string[] {
    const sent = [...this.sent].filter(([, { tool }]) => !isRead(tool));
    const shownOf = (status: ToolCallTrace["status"]): readonly string[] =>
      sent
        .filter(([callId]) => this.toolCalls[callId - 1]?.status === status)
        .map(([, { tool, args }]) => showSent(tool, args === undefined ? undefined : this.#beginningOf(args)));
    const done = shownOf("ok");
    return [
      ...listSent("Done, and not undone", done),
      ...listSent("Started, and perhaps done", shownOf("in_doubt")),
      ...(retry === undefined || done.length === 0 ? [] : [retry]),
    ];
  }

  /** Remembers with which errors requests were answered; returns the reply. */
  told<Reply extends HostReply>(reply: Reply): Reply {
    if (!reply.ok) this.#told.add(reply.error.code);
    return reply;
  }

  /**
   * How a program ended, by its own account. It may hand on the code of an error that a request was answered with; that the
   * host failed, ended the run or refused something is for the host to say.
   */
  endedAs(outcome: CellOutcome): CellOutcome {
    if (outcome.kind !== "failed") return outcome;
    const { fault } = outcome;
    if (OF_PROGRAMS.has(fault.code) || this.#told.has(fault.code)) return outcome;
    return { ...outcome, fault: { ...fault, code: "runtime_error" } };
  }

  /** Remembers the shape of what a tool gave. */
  remember(tool: string, value: unknown): void {
    if (this.results.size < MAX_RESULTS || this.results.has(tool)) this.results.set(tool, outlineValue(value));
  }

  /** JSON text of arguments, of large ones as much as is shown; half a secret would not be found any more. */
  #beginningOf(args: unknown): string {
    let text = typeof args === "string" ? args.slice(0, PIECE_CHARACTERS) : "";
    for (const piece of text === "" ? jsonPieces(args) : []) {
      text += piece;
      if (text.length > SHOWN_SENT.bytes) break;
    }
    return this.#events.secrets.text(text);
  }

  /** Adds output of a guest, in order; what a repeated one has printed before was added then. */
  print({ stream, text: all }: OutputChunk, guest: string): void {
    const text = this.#journal?.fresh?.(guest, { stream, text: all }) ?? all;
    if (text === "") return;
    this.output[stream].push(text);
    this.#journal?.print?.({ stream, text }, guest);
    this.#events.output({ stream, text });
  }

  /** Adds output of a skill; all skills of a run together may print `logBytes`, and what is more is dropped with a note. */
  printOfSkill(chunk: OutputChunk, { logBytes, guest }: { readonly logBytes: number; readonly guest: string }): void {
    const before = this.#skillLogBytes;
    this.#skillLogBytes += Buffer.byteLength(chunk.text);
    if (this.#skillLogBytes <= logBytes) this.print(chunk, guest);
    else if (before <= logBytes) this.notes.push("Output of skills past the limit (logBytes) was dropped.");
  }

  /** The result of {@link toResult}, whatever the run holds: what cannot be kept is left out, and that is the error. */
  conclude(
    run: { readonly runId: string; readonly durationMs: number },
    error: CodemodeError | undefined,
    reading?: ModelReading,
  ): ExecutionResult {
    try {
      return this.toResult(run, error, reading);
    } catch (thrown) {
      this.value = null;
      this.output.stdout.length = 0;
      this.output.stderr.length = 0;
      return this.toResult(run, error ?? toCodemodeError(thrown));
    }
  }

  /**
   * The result.
   *
   * @param model how a model reads it; by default nothing is kept aside
   */
  toResult(
    run: { readonly runId: string; readonly durationMs: number },
    failure: CodemodeError | undefined,
    model?: ModelReading,
  ): ExecutionResult {
    const { status, error } = this.#endingOf(failure);
    const { secrets } = this.#events;
    const handedOn = handOnContent(error === undefined ? this.value : null);
    const shown: JsonValue = handedOn.content.length === 0 ? this.value : JSON.parse(JSON.stringify(handedOn.value));
    const outcome = secrets.data({
      value: error === undefined ? shown : null,
      stdout: this.output.stdout.join(""),
      stderr: this.output.stderr.join(""),
      error: error?.toReport() ?? null,
      notes: boundTexts([...this.notes, ...this.resultNotes, ...this.#events.notes], NOTES),
    });
    const most = READING_BUDGET_CHARACTERS;
    const reading = toReadingText(outcome, model?.store, Math.min(model?.characters ?? most, most));
    this.written = { value: outcome.value, json: reading.valueJson };
    return {
      runId: run.runId,
      status,
      success: status === "completed",
      ...outcome,
      // A program is given the data of pictures where they stand, a model beside its text.
      ...(model === undefined && handedOn.content.length > 0 ? { value: secrets.data(this.value) } : {}),
      toolCalls: secrets.data(this.#madeCalls()),
      artifacts: [...this.saved, ...reading.artifacts],
      keptAside: reading.keptAside,
      content: [...this.content, ...secrets.data(handedOn.content)],
      pending: this.pending === undefined ? [] : secrets.data(structuredClone(this.pending)),
      durationMs: run.durationMs,
      text: reading.text,
    };
  }

  /** A parked run has no error. */
  #endingOf(error: CodemodeError | undefined): Pick<ExecutionResult, "status"> & { readonly error?: CodemodeError } {
    return this.pending === undefined ? { status: statusOf(error), ...defined({ error }) } : { status: "suspended" };
  }

  /** A call that waits for an approval has not been made. */
  #madeCalls(): readonly ToolCallTrace[] {
    if (this.toolCalls.length === 0) return [];
    const waiting = new Set(this.pending?.map(({ callId, kind }) => (kind === "in_doubt" ? 0 : callId)));
    return this.toolCalls
      .filter((_call, index) => !waiting.has(index + 1))
      .map(({ tool, status, durationMs }) => ({ tool, status, durationMs }));
  }
}

function statusOf(error: CodemodeError | undefined): ExecutionStatus {
  if (error === undefined) return "completed";
  return error.code === "cancelled" ? "cancelled" : "failed";
}

function listSent(title: string, calls: readonly string[]): readonly string[] {
  if (calls.length === 0) return [];
  const more = calls.length - SHOWN_SENT.calls;
  return [`${title}: ${calls.slice(0, SHOWN_SENT.calls).join("; ")}${more > 0 ? `; and ${more} more` : ""}.`];
}

function showSent(tool: string, args: string | undefined): string {
  const text = args === undefined ? tool : `${tool} ${args}`;
  if (Buffer.byteLength(text) <= SHOWN_SENT.bytes) return text;
  const cut = Buffer.from(text.slice(0, SHOWN_SENT.bytes)).subarray(0, SHOWN_SENT.bytes).toString();
  return `${cut.replace(/\uFFFD+$/, "")}…`;
}
