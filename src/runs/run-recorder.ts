import { performance } from "node:perf_hooks";
import type { JsonValue } from "../base/json.ts";
import type { CodemodeError } from "../base/codemode-error.ts";
import type { OutputChunk } from "../engines/engine.ts";
import type { ArtifactStore } from "./artifacts/artifact-store.ts";
import type { CallGate } from "./gate.ts";
import type { GuestServices } from "./guest-services.ts";
import { toReadingText } from "./reading-text.ts";
import type { RunEvents } from "./run-events.ts";
import type { ExecutionResult, ExecutionStatus } from "./result.ts";

/** Gathers what happens in one run and makes the result of it. */
export class RunRecorder {
  readonly #runId: string;
  readonly #events: RunEvents;
  readonly #started = performance.now();
  readonly #notes: string[] = [];
  readonly #output = { stdout: [] as string[], stderr: [] as string[] };
  #value: JsonValue = null;
  #gate: CallGate | undefined;
  #services: GuestServices | undefined;

  constructor(runId: string, events: RunEvents) {
    this.#runId = runId;
    this.#events = events;
  }

  /** Adds a sentence for the reader. */
  note(sentence: string): void {
    this.#notes.push(sentence);
  }

  /** Adds output, in order, and tells of it. */
  output(chunk: OutputChunk): void {
    this.#output[chunk.stream].push(chunk.text);
    this.#events.output(chunk);
  }

  /** Records the value of a program that finished. */
  finish(valueJson: string, notes: readonly string[]): void {
    const value: JsonValue = JSON.parse(valueJson);
    this.#value = value;
    this.#notes.push(...notes);
  }

  /** Records where calls and requests of the guest went. */
  take(gate: CallGate, services: GuestServices): void {
    this.#gate = gate;
    this.#services = services;
  }

  /** The result. With a store, what is too long for a model is kept aside there. */
  toResult(error: CodemodeError | undefined, store: ArtifactStore | undefined): ExecutionResult {
    const status = statusOf(error);
    const outcome = {
      value: error === undefined ? this.#value : null,
      stdout: this.#output.stdout.join(""),
      stderr: this.#output.stderr.join(""),
      error: error?.toReport() ?? null,
      notes: [...this.#notes, ...(this.#gate?.notes ?? []), ...this.#events.notes],
    };
    const reading = toReadingText(outcome, store);
    return {
      runId: this.#runId,
      status,
      success: status === "completed",
      ...outcome,
      toolCalls: this.#gate?.trace ?? [],
      artifacts: [...(this.#services?.savedArtifacts ?? []), ...reading.artifacts],
      keptAside: reading.keptAside,
      content: this.#services?.content ?? [],
      pending: [],
      durationMs: performance.now() - this.#started,
      text: reading.text,
    };
  }
}

function statusOf(error: CodemodeError | undefined): ExecutionStatus {
  if (error === undefined) return "completed";
  return error.code === "cancelled" ? "cancelled" : "failed";
}
