import { performance } from "node:perf_hooks";
import type { JsonValue } from "../base/json.ts";
import { boundTexts } from "../base/bound-text.ts";
import { CodemodeError } from "../base/codemode-error.ts";
import type { SecretFilter } from "../base/secret-filter.ts";
import type { OutputChunk } from "../engines/engine.ts";
import type { ArtifactStore } from "./artifacts/artifact-store.ts";
import type { CallGate } from "./gate.ts";
import type { GuestServices } from "./guest-services.ts";
import { toReadingText } from "./reading-text.ts";
import type { RunEvents } from "./run-events.ts";
import type { ExecutionResult, ExecutionStatus } from "./result.ts";

/** Deepest value that is given; what reads it walks it by recursion. */
const MOST_DEPTH = 500;
const NOTES = { most: 100, characters: 1_000, noun: "notes" } as const;
const [QUOTE, BACKSLASH, OPEN_LIST, OPEN_OBJECT] = [0x22, 0x5c, 0x5b, 0x7b];

/** Gathers what happens in one run and makes the result of it. */
export class RunRecorder {
  readonly #runId: string;
  readonly #events: RunEvents;
  readonly #secrets: SecretFilter;
  readonly #started = performance.now();
  readonly #notes: string[] = [];
  readonly #output = { stdout: [] as string[], stderr: [] as string[] };
  #value: JsonValue = null;
  #gate: CallGate | undefined;
  #services: GuestServices | undefined;

  /** @param secrets taken out of the result */
  constructor(runId: string, events: RunEvents, secrets: SecretFilter) {
    this.#runId = runId;
    this.#events = events;
    this.#secrets = secrets;
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

  /** Records the value of a program that finished. Throws `result_too_large` when it is nested too deeply to be written. */
  finish(valueJson: string, notes: readonly string[]): void {
    if (isDeeperThan(valueJson, MOST_DEPTH)) {
      throw new CodemodeError("result_too_large", `The value is nested deeper than ${MOST_DEPTH} levels.`, {
        hint: "Return a part of it, or flatten it.",
      });
    }
    const value: JsonValue = JSON.parse(valueJson);
    this.#value = this.#secrets.text(valueJson) === valueJson ? value : this.#secrets.data(value);
    this.#notes.push(...notes);
  }

  /** Forgets value and output, which cannot be kept. */
  forget(): void {
    this.#value = null;
    this.#output.stdout.length = 0;
    this.#output.stderr.length = 0;
  }

  /** Records where calls and requests of the guest went. */
  take(gate: CallGate, services: GuestServices): void {
    this.#gate = gate;
    this.#services = services;
  }

  /** The result. With a store, what is too long for a model is kept aside there. */
  toResult(error: CodemodeError | undefined, store: ArtifactStore | undefined): ExecutionResult {
    const status = statusOf(error);
    const said = {
      stdout: this.#output.stdout.join(""),
      stderr: this.#output.stderr.join(""),
      error: error?.toReport() ?? null,
      notes: boundTexts([...this.#notes, ...(this.#gate?.notes ?? []), ...this.#events.notes], NOTES),
    };
    const outcome = { value: error === undefined ? this.#value : null, ...this.#secrets.data(said) };
    const reading = toReadingText(outcome, store);
    return {
      runId: this.#runId,
      status,
      success: status === "completed",
      ...outcome,
      toolCalls: this.#secrets.data(this.#gate?.trace ?? []),
      artifacts: [...(this.#services?.savedArtifacts ?? []), ...reading.artifacts],
      keptAside: reading.keptAside,
      content: this.#services?.content ?? [],
      pending: [],
      durationMs: performance.now() - this.#started,
      text: reading.text,
    };
  }
}

/** Nesting of a JSON text, counted without parsing it: a value deeper than the stack could not be written again. */
function isDeeperThan(json: string, most: number): boolean {
  let depth = 0;
  let isText = false;
  for (let index = 0; index < json.length; index += 1) {
    const code = json.charCodeAt(index);
    if (isText) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) isText = false;
    } else if (code === QUOTE) isText = true;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) depth += 1;
    else if (code === OPEN_LIST + 2 || code === OPEN_OBJECT + 2) depth -= 1;
    if (depth > most) return true;
  }
  return false;
}

function statusOf(error: CodemodeError | undefined): ExecutionStatus {
  if (error === undefined) return "completed";
  return error.code === "cancelled" ? "cancelled" : "failed";
}
