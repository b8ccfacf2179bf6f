import { setTimeout as sleep } from "node:timers/promises";
import { CodemodeError } from "../base/codemode-error.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import type { ArtifactStore } from "../runs/artifacts/artifact-store.ts";
import { Decisions } from "../runs/decisions/decisions.ts";
import { ScratchJournal } from "../runs/decisions/scratch-journal.ts";
import { readRecorded } from "../runs/journal/replay/resume-run.ts";
import type { RunLog } from "../runs/journal/run-log.ts";
import type { RunStore, StoredRun } from "../runs/journal/run-store.ts";
import { newId, type RunStart } from "../runs/journal/run-turns.ts";
import type { ExecutionResult } from "../runs/result.ts";
import { Run } from "../runs/run.ts";
import type { RunHost } from "../runs/run-settings.ts";
import { packageVersion } from "./package-version.ts";

/** Programs of a session that are looked at, newest first. */
const MOST_PROGRAMS = 1_000;
/** A program that ended so has taken the sandbox of its session along. */
const SANDBOX_IS_GONE: ReadonlySet<string> = new Set(["time_limit", "memory_limit", "sandbox_lost", "cancelled"]);

interface KeptSessionsParts {
  readonly host: () => RunHost;
  readonly log: RunLog;
}

/** A run of a session, which sees what its programs before it left. */
type RunBegun = Pick<StoredRun, "runId" | "startedAt">;

/** A session as a program names it. */
interface SessionName {
  readonly language: GuestLanguage;
  readonly sessionId: string;
  /** The run that is about to see its variables. */
  readonly runId: string;
  /** Where the results of its client are kept. */
  readonly artifacts: ArtifactStore;
}

/** The variables of a session once more, apart from it. */
interface SessionCopy {
  /** Name that programs see them by. */
  readonly sessionId: string;
  /** Gives its sandbox back. */
  readonly close: () => Promise<void>;
}

/** Where the variables of a session are brought to, and until when. */
interface Destination {
  readonly sandbox: string;
  readonly before?: RunBegun;
  readonly signal?: AbortSignal;
}

/**
 * Brings the variables of named sessions back in a new process: the programs that were recorded of a session run again, in
 * order, with what they received then, so nothing is called and nothing is printed a second time.
 */
export class KeptSessions {
  readonly #parts: KeptSessionsParts;
  readonly #opened = new Map<string, Promise<string | undefined>>();
  /** Those whose sandbox went with a run that was parked, which another process may go on with. */
  readonly #parked = new Set<string>();

  constructor(parts: KeptSessionsParts) {
    this.#parts = parts;
  }

  /**
   * Brings a session back, once in a process; resolves to what the program is to know of it. Throws `busy` while the last
   * program of the session is unfinished and no process holds it.
   */
  async open(name: SessionName): Promise<string | undefined> {
    if (!this.#isKept) return undefined;
    const { sessionId, language, runId } = name;
    const store = await this.#parts.log.open();
    const { runs } = await store.list({ session: sessionId, limit: 2, isCounted: false });
    const last = runs.find((run) => run.runId !== runId && run.language === language);
    if (last?.status === "suspended") throw unfinished(sessionId, last);
    const key = openedKey(language, sessionId);
    const known = this.#opened.get(key);
    if (known !== undefined) {
      await known;
      return undefined;
    }
    if (this.#parked.delete(key)) await this.#empty(name);
    // Of a session without runs there is nothing to read.
    const isNew = runs.every((run) => run.runId === runId);
    const opening = isNew ? Promise.resolve(undefined) : this.#bringBack(store, name, { sandbox: sessionId });
    this.#opened.set(key, opening);
    return opening;
  }

  /**
   * Brings a session back as it was before the run, which is repeated; also one that was forgotten since.
   *
   * @param startedAt when the run began, in milliseconds since 1970
   */
  async openBefore(name: SessionName, startedAt: number): Promise<string | undefined> {
    // The sandbox of a parked run is gone, and the variables with it, also where runs are kept in memory.
    if (this.#parts.log.isOff) return undefined;
    const { sessionId, language } = name;
    await this.#empty(name);
    const run = { runId: name.runId, startedAt };
    const opening = this.#bringBack(await this.#parts.log.open(), name, { sandbox: sessionId, before: run });
    this.#opened.set(openedKey(language, sessionId), opening);
    return opening;
  }

  /** Has the next program of a session bring its variables back: a run was parked, and its sandbox is gone. */
  park(language: GuestLanguage, sessionId: string): void {
    const key = openedKey(language, sessionId);
    if (this.#opened.delete(key)) this.#parked.add(key);
  }

  /**
   * The variables of a session as they were before a run, in a sandbox of their own, which the caller closes; undefined
   * where they cannot be had a second time.
   */
  async copyBefore(name: SessionName, startedAt: number, signal: AbortSignal): Promise<SessionCopy | undefined> {
    if (this.#parts.log.isOff) return undefined;
    const { runtimes } = this.#parts.host();
    const sandbox = newId("copy");
    const close = (): Promise<void> => runtimes.clearSessions(sandbox);
    const before = { runId: name.runId, startedAt };
    const problem = await this.#bringBack(await this.#parts.log.open(), name, { sandbox, before, signal });
    if (problem === undefined) return { sessionId: sandbox, close };
    await close();
    return undefined;
  }

  /** Begins a session anew, for other processes too. */
  async forget(sessionId: string | undefined): Promise<void> {
    if (sessionId === undefined) this.#opened.clear();
    else for (const language of ["typescript", "python"] as const) this.#opened.delete(openedKey(language, sessionId));
    if (this.#parts.log.isOff) return;
    const store = await this.#parts.log.open();
    const at = Date.now();
    await store.forgetSession(sessionId, at);
    // A program that starts in the same millisecond could not be told from one before.
    for (let tries = 0; tries < 5 && Date.now() <= at; tries += 1) await sleep(1);
  }

  get #isKept(): boolean {
    return this.#parts.log.isLasting && !this.#parts.log.isOff;
  }

  async #empty({ language, sessionId }: SessionName): Promise<void> {
    const { sessions } = await this.#parts.host().runtimes.get(language);
    await sessions.clear(sessionId);
  }

  async #bringBack(store: RunStore, name: SessionName, to: Destination): Promise<string | undefined> {
    const { sessionId, language } = name;
    const { before } = to;
    const { programs, lost } = await programsOf(store, { sessionId, language, before });
    if (programs.length === 0 && lost !== undefined)
      return `The session "${sessionId}" begins empty: the run ${lost.runId} was stopped, and its sandbox with it.`;
    for (const run of programs) {
      const problem = await this.#again(store, run, { ...name, ...to });
      if (problem === undefined) continue;
      await this.#parts.host().runtimes.clearSessions(to.sandbox);
      return `The variables of the session "${sessionId}" could not be brought back, so it begins empty: ${problem}`;
    }
    return undefined;
  }

  /** Runs a recorded program again; what is wrong, if it does not do the same. */
  async #again(
    store: RunStore,
    { runId, startedAt, status }: StoredRun,
    { sandbox, language, artifacts, signal }: Pick<SessionName, "language" | "artifacts"> & Destination,
  ): Promise<string | undefined> {
    const { log, host } = this.#parts;
    const recorded = await readRecorded(store, runId, log.secrets);
    if (recorded === undefined) return `the run ${runId} was not recorded to be repeated.`;
    const { start, code } = recorded;
    if (start.version !== packageVersion()) return `the run ${runId} was made by codemode ${start.version}.`;
    const journal = ScratchJournal.of(recorded, startedAt);
    const decisions = new Decisions({ preview: true });
    const run = new Run(host(), { language, limits: host().limits(language), artifacts, signal, journal, decisions });
    journal.restore(run.record, run.budget);
    const ended = await run.finish(() => repeat(run, { code, sessionId: sandbox, start }));
    const again = run.record.conclude({ runId, durationMs: 0 }, ended).status;
    return again === status ? undefined : `the run ${runId} did not do the same again.`;
  }
}

function openedKey(language: GuestLanguage, sessionId: string): string {
  return `${language} ${sessionId}`;
}

/** The ended programs that made the state of a session, oldest first, and what emptied it before them. */
async function programsOf(
  store: RunStore,
  {
    sessionId,
    language,
    before,
  }: { readonly sessionId: string; readonly language: GuestLanguage; readonly before: RunBegun | undefined },
): Promise<{ readonly programs: readonly StoredRun[]; readonly lost: StoredRun | undefined }> {
  const selection = {
    session: sessionId,
    limit: MOST_PROGRAMS,
    isCounted: false,
    ...(before === undefined ? {} : { before: before.runId }),
  };
  const { runs } = await store.list(selection);
  const since = await store.sessionForgottenAt(sessionId, before?.startedAt);
  const own = runs.filter((run) => run.language === language && run.startedAt > since && hasBegun(run));
  const end = own.findIndex(hasLostSandbox);
  return { programs: (end < 0 ? own : own.slice(0, end)).toReversed(), lost: own[end] };
}

/** What runs now is about to see the variables, or stands in line with that; what was refused has seen none. */
function hasBegun(run: StoredRun): boolean {
  return run.status !== "running" && errorCode(run) !== "busy";
}

function hasLostSandbox(run: StoredRun): boolean {
  const isEnded = run.status === "completed" || run.status === "failed";
  return !isEnded || SANDBOX_IS_GONE.has(errorCode(run));
}

function errorCode({ result }: StoredRun): string {
  const kept: Pick<ExecutionResult, "error"> | null = JSON.parse(result ?? "null");
  return kept?.error?.code ?? "";
}

function unfinished(sessionId: string, { runId }: StoredRun): CodemodeError {
  return new CodemodeError("busy", `The last program of the session "${sessionId}" is unfinished: the run ${runId}.`, {
    hint: `Go on with it: resume_execution, or codemode runs resume ${runId}. Or end it: cancel_execution, or codemode runs cancel ${runId}.`,
  });
}

/** Does again what a recorded run did. */
export async function repeat(
  run: Run,
  {
    code,
    sessionId,
    start,
  }: { readonly code: string; readonly sessionId: string | undefined; readonly start: RunStart },
): Promise<void> {
  const { argv, ask, call } = start;
  if (ask !== undefined) await run.ask(ask.target, ask.request);
  else if (call === undefined) await run.program(code, { sessionId, argv, typeCheck: false });
  else await run.ask("codemode:call", call);
}
