/* oxlint-disable typescript/no-unsafe-type-assertion -- both ends of the channel are ours */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { CodemodeError } from "../../../../base/codemode-error.ts";
import { type SiteData, toCellParts, toToolCalls } from "../cell-data.ts";
import { nestingBound } from "../nesting-bound.ts";
import { prepare } from "../prepare.ts";
import type { ReadCell } from "../prepared-cell.ts";
import type { ReaderAnswers, ReaderReply, ReaderRequest } from "./reader-messages.ts";
import { ReadAgain } from "../../../read-again.ts";
import { BoundExceeded } from "./run-bounded.ts";
import { notRead } from "../syntax-error.ts";
import { unwrapCode } from "../text/unwrap-code.ts";

/**
 * Bounds of texts read in this process: programs as agents write them. All others may take long or more stack than
 * there is.
 */
const QUICK = { units: 16_384, brackets: 50, operators: 1_500, words: 400 } as const;

/** A quick program may still be a puzzle; a step that takes longer is given up here and read elsewhere. */
const QUICK_STEP_MS = 12;

/** Time for one request, and more of it for each kilobyte; the process that reads bounds its own steps more closely. */
const LEAST_MS = 1_000;
const UNITS_PER_MS = 80;

/** The process runs the built file, also when this one runs from source. */
const ENTRY = fileURLToPath(
  new URL(
    import.meta.url.endsWith(".ts")
      ? "../../../../../dist/languages/typescript/program/reader/process.js"
      : "./process.js",
    import.meta.url,
  ),
);

/**
 * Prepares programs without holding anything up: ordinary ones at once, long and deeply nested ones in a process of its
 * own, which is ended when it takes too long. It is started when it is first needed; the caller closes it.
 */
export class ProgramReader {
  #process: ReadingProcess | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;
  /** A cell says nothing of where it runs, so one may run many times. */
  readonly #read = new ReadAgain<ReadCell>();

  /** Prepares a program. Rejects with `syntax_error` like `prepare`, and with `cancelled` on `signal`. */
  async prepare(text: string, signal?: AbortSignal): Promise<ReadCell> {
    const known = this.#read.get(text);
    if (known !== undefined) return known;
    const quick = prepareQuickly(text);
    if (quick === undefined) return this.#prepareElsewhere(text, signal);
    this.#read.set(text, quick);
    return quick;
  }

  /** Ends the process; what is being read is given up. */
  close(): void {
    this.#closed = true;
    this.#process?.kill();
  }

  async #prepareElsewhere(text: string, signal?: AbortSignal): Promise<ReadCell> {
    const data = await this.#ask({ kind: "cell", text }, signal);
    let sites: Promise<SiteData> | undefined;
    const askSites = (): Promise<SiteData> => (sites ??= this.#ask({ kind: "sites", text }));
    return {
      ...toCellParts(data),
      map: (line, column) => this.#ask({ kind: "place", text, line, column }),
      freeUses: async () => (await askSites()).freeUses,
      toolCalls: async () => toToolCalls(await askSites()),
      failing: async (line, column) => (await this.#ask({ kind: "failing", text, line, column })) ?? undefined,
      endlessWaits: async () => (await askSites()).endlessWaits,
    };
  }

  /** One request after the other; one that is cancelled while it waits is never sent. */
  async #ask<R extends ReaderRequest>(request: R, signal?: AbortSignal): Promise<ReaderAnswers[R["kind"]]> {
    const before = this.#turn;
    const result = (async () => {
      await before;
      signal?.throwIfAborted();
      if (this.#closed) throw new CodemodeError("cancelled", "The executor is closed.");
      if (this.#process === undefined || this.#process.ended) this.#process = new ReadingProcess();
      return this.#process.ask(request, signal);
    })();
    this.#turn = result.catch(() => undefined);
    return (await result) as ReaderAnswers[R["kind"]];
  }
}

function prepareQuickly(text: string): ReadCell | undefined {
  if (text.length > QUICK.units) return undefined;
  const bound = nestingBound(unwrapCode(text).code);
  if (bound === undefined) return undefined;
  if (bound.brackets > QUICK.brackets || bound.operators > QUICK.operators || bound.words > QUICK.words)
    return undefined;
  try {
    return prepare(text, { language: "typescript", stepMs: QUICK_STEP_MS });
  } catch (error) {
    if (error instanceof BoundExceeded) return undefined;
    throw error;
  }
}

/** A process that answers one request at a time. */
class ReadingProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<ReaderReply>;
  #ended = false;
  /** Whether it was ended since it took too long. */
  #isLate = false;

  constructor() {
    this.#child = fork(ENTRY, [], {
      env: {},
      execArgv: ["--max-old-space-size=256"],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#child.once("exit", () => (this.#ended = true));
    this.#child.on("error", () => this.kill());
    this.#ready = this.#next(undefined);
    this.#ready.catch(() => undefined);
  }

  get ended(): boolean {
    return this.#ended;
  }

  kill(): void {
    this.#ended = true;
    this.#child.kill("SIGKILL");
  }

  async ask(request: ReaderRequest, signal?: AbortSignal): Promise<unknown> {
    this.#child.ref();
    this.#child.channel?.ref();
    const timer = setTimeout(
      () => {
        this.#isLate = true;
        this.kill();
      },
      START_MS + LEAST_MS + request.text.length / UNITS_PER_MS,
    );
    try {
      await this.#ready;
      signal?.throwIfAborted();
      const next = this.#next(signal);
      this.#child.send(request);
      const reply = await next;
      if ("error" in reply) throw new CodemodeError(reply.error.code, reply.error.message, reply.error);
      return "value" in reply ? reply.value : undefined;
    } finally {
      clearTimeout(timer);
      // When idle, it must not keep this process alive.
      this.#child.unref();
      this.#child.channel?.unref();
    }
  }

  /** The next message, or the end of the process: it took too long, or its memory or stack was used up. */
  #next(signal: AbortSignal | undefined): Promise<ReaderReply> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.#child.off("message", onMessage).off("exit", onExit);
        signal?.removeEventListener("abort", onAbort);
      };
      const onMessage = (message: unknown): void => {
        settle();
        resolve(message as ReaderReply);
      };
      const onExit = (): void => {
        settle();
        reject(notRead(this.#isLate ? "time" : "stack", { line: 1, column: 1 }));
      };
      const onAbort = (): void => {
        settle();
        this.kill();
        reject(
          signal?.reason instanceof Error ? signal.reason : new CodemodeError("cancelled", "The run was cancelled."),
        );
      };
      this.#child.on("message", onMessage).once("exit", onExit);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }
}

/** A process that has not started by then never will. */
const START_MS = 5_000;
