import type { ErrorReport } from "../../../base/codemode-error.ts";
import type { CheckedCell, ReadCell } from "../program/prepared-cell.ts";
import { CheckedProject, type DeclaredModules } from "./checked-project.ts";
import type { KnownTools } from "./checked.ts";
import { hasAbsentGlobal } from "./unknown-names.ts";
import { classifyDiagnostics } from "./classify-diagnostics.ts";
import { type FileDiagnostics, NativeServer } from "./native-server.ts";

/** One program to check. */
export interface CheckRequest extends DeclaredModules, KnownTools {
  readonly prepared: ReadCell;
}

/** What a check found. */
export interface CheckResult {
  /** False when the program was not checked; `notes` says why. */
  readonly available: boolean;
  /** What would surely fail; null when nothing would. */
  readonly fatal: ErrorReport | null;
  /** What may fail, at most five sentences. */
  readonly notes: readonly string[];
}

/** How long a check may take and what cancels it. */
export interface CheckOptions {
  readonly signal?: AbortSignal;
  /** The check is given up after this time, waiting for its turn included. @default 2000 */
  readonly timeoutMs?: number;
}

/** Checks programs against the declarations of the tools. */
export interface TypeChecker {
  /** Starts the compiler and loads declarations ahead of the first check. Never rejects. */
  warm(modules?: DeclaredModules): Promise<void>;
  /** Checks a program. Never rejects: when no check is possible the result is not `available`. */
  check(request: CheckRequest, options?: CheckOptions): Promise<CheckResult>;
  /** Ends the compiler; checks that wait come back as not available. */
  close(): void;
}

const DEFAULT_TIMEOUT_MS = 2000;
const NO_MODULES: DeclaredModules = { modules: new Map(), version: "", sessionNames: [] };

/**
 * Opens a type checker on the native TypeScript compiler. Whoever opens it closes it.
 *
 * The compiler is an optional part: without it, and when a program keeps it busy for too long, programs go unchecked.
 */
export function createTypeChecker(): TypeChecker {
  return new NativeTypeChecker();
}

class NativeTypeChecker implements TypeChecker {
  #server: { readonly process: NativeServer; readonly project: CheckedProject } | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #missing: string | undefined;
  #closed = false;

  async warm(modules: DeclaredModules = NO_MODULES): Promise<void> {
    await this.#inTurn((signal) => this.#diagnose("", modules, signal), { timeoutMs: DEFAULT_TIMEOUT_MS * 5 }).catch(
      () => undefined,
    );
  }

  async check(request: CheckRequest, options: CheckOptions = {}): Promise<CheckResult> {
    const { prepared } = request;
    try {
      const found = await this.#inTurn((signal) => this.#diagnose(prepared.checkedCode(), request, signal), options);
      const cell = await withSites(prepared, found);
      return { available: true, ...classifyDiagnostics(found, { ...request, prepared: cell }) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { available: false, fatal: null, notes: [`Types were not checked: ${reason}`] };
    }
  }

  close(): void {
    this.#closed = true;
    this.#server?.process.kill();
    this.#server = undefined;
  }

  /** Runs one check after the other; a check that is out of time leaves the queue or takes the compiler down with it. */
  async #inTurn<T>(work: (signal: AbortSignal) => Promise<T>, options: CheckOptions): Promise<T> {
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const stop = new AbortController();
    const cancel = (): void => stop.abort(new Error("The check was cancelled."));
    const timer = setTimeout(() => stop.abort(new Error(`The check took longer than ${timeoutMs} ms.`)), timeoutMs);
    options.signal?.addEventListener("abort", cancel, { once: true });
    if (options.signal?.aborted === true) cancel();
    const before = this.#turn;
    const result = (async () => {
      await Promise.race([before, aborted(stop.signal)]);
      return work(stop.signal);
    })();
    this.#turn = bothEnded(before, result);
    try {
      return await result;
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", cancel);
    }
  }

  async #diagnose(code: string, modules: DeclaredModules, signal: AbortSignal): Promise<FileDiagnostics> {
    const { process, project } = this.#open();
    const changes = project.update(code, modules);
    try {
      return await Promise.race([process.diagnose(project.program, changes), aborted(signal)]);
    } catch (error) {
      // Whatever went wrong, the compiler may be busy or confused; the next check starts a new one.
      process.kill();
      throw error;
    }
  }

  #open(): { readonly process: NativeServer; readonly project: CheckedProject } {
    if (this.#closed) throw new Error("The type checker is closed.");
    if (this.#missing !== undefined) throw new Error(this.#missing);
    if (this.#server === undefined || this.#server.process.ended) {
      const project = new CheckedProject();
      try {
        this.#server = { project, process: new NativeServer(project) };
      } catch {
        this.#missing = "The optional package `typescript-native` is not installed for this platform.";
        throw new Error(this.#missing);
      }
    }
    return this.#server;
  }
}

/** Resolves after both. Not by `Promise.all`, whose promises would keep each check alive for as long as any before it is. */
async function bothEnded(before: Promise<unknown>, work: Promise<unknown>): Promise<void> {
  await before;
  await work.catch(() => undefined);
}

/** The cell with its names and calls at hand, if there is something to find at them. */
async function withSites(prepared: ReadCell, { semantic }: FileDiagnostics): Promise<CheckedCell> {
  const [uses, calls] =
    semantic.length === 0 && !hasAbsentGlobal(prepared.mentions)
      ? [[], []]
      : await Promise.all([prepared.freeUses(), prepared.toolCalls()]);
  return { ...prepared, freeUses: () => uses, toolCalls: () => calls };
}

async function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void =>
      reject(signal.reason instanceof Error ? signal.reason : new Error("The check was stopped."));
    if (signal.aborted) fail();
    else signal.addEventListener("abort", fail, { once: true });
  });
}
