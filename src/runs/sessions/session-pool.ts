import { CodemodeError } from "../../base/codemode-error.ts";
import type { SandboxEngine, SandboxSession, SessionOptions } from "../../engines/engine.ts";
import { Turnstile } from "./turnstile.ts";

/** Limits of the sandboxes of one engine. */
export interface SessionPoolOptions {
  readonly memoryBytes: number;
  /** Programs without a session that run at the same time; more wait their turn. */
  readonly concurrentRuns: number;
  /** Named sessions kept alive; the one idle longest makes room for a new one. */
  readonly namedSessions: number;
}

/** A sandbox lent to one run. */
export interface LentSession {
  readonly sandbox: SandboxSession;
  /** Names that earlier cells of the session declared. The run adds its own. */
  readonly names: Set<string>;
  /** True when a session of this name existed before but its state is gone. */
  readonly wasReset: boolean;
  /** True when no later program sees the state this one leaves. */
  readonly isAlone: boolean;
  /** Gives the sandbox back; to be called exactly once, whatever happened. */
  release(): Promise<void>;
}

interface NamedSession {
  readonly sandbox: SandboxSession;
  readonly names: Set<string>;
  users: number;
  tail: Promise<void>;
}

/** Lends sandboxes of one engine: a fresh one for each run, or the kept one of a named session, one run at a time. */
export class SessionPool {
  readonly #engine: SandboxEngine;
  readonly #options: SessionPoolOptions;
  readonly #turnstile: Turnstile;
  /** In order of last use. */
  readonly #named = new Map<string, NamedSession>();
  readonly #resetNames = new Set<string>();

  constructor(engine: SandboxEngine, options: SessionPoolOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#turnstile = new Turnstile(options.concurrentRuns);
  }

  /** Lends a sandbox; waits for its turn. Rejects with `busy` when no place can be made, `cancelled` when aborted. */
  async lend(sessionId: string | undefined, signal: AbortSignal): Promise<LentSession> {
    return sessionId === undefined
      ? lendFresh(this.#engine, this.#turnstile, { memoryBytes: this.#options.memoryBytes, signal })
      : this.#lendNamed(sessionId, signal);
  }

  /** Forgets the state of one named session, or of all. A running program is stopped. */
  async clear(sessionId?: string): Promise<void> {
    const names = sessionId === undefined ? [...this.#named.keys()] : [sessionId];
    await Promise.all(names.map((name) => this.#drop(name)));
    for (const name of names) this.#resetNames.delete(name);
  }

  async #lendNamed(sessionId: string, signal: AbortSignal): Promise<LentSession> {
    const session = this.#named.get(sessionId) ?? (await this.#openNamed(sessionId, signal));
    this.#named.delete(sessionId);
    this.#named.set(sessionId, session);
    session.users += 1;
    const before = session.tail;
    let leave = (): void => {};
    session.tail = new Promise((resolve) => {
      leave = resolve;
    });
    await before;
    if (session.sandbox.lost || signal.aborted) {
      session.users -= 1;
      leave();
      if (signal.aborted)
        throw new CodemodeError("cancelled", "The run was cancelled while it waited for its session.");
      this.#forgetLost(sessionId, session);
      return this.#lendNamed(sessionId, signal);
    }
    const release = async (): Promise<void> => {
      session.users -= 1;
      if (session.sandbox.lost) this.#forgetLost(sessionId, session);
      leave();
    };
    return {
      sandbox: session.sandbox,
      names: session.names,
      wasReset: this.#resetNames.delete(sessionId),
      isAlone: false,
      release,
    };
  }

  async #openNamed(sessionId: string, signal: AbortSignal): Promise<NamedSession> {
    if (this.#named.size >= this.#options.namedSessions) await this.#makeRoom();
    const sandbox = await this.#engine.open({ memoryBytes: this.#options.memoryBytes, signal });
    const already = this.#named.get(sessionId);
    if (already !== undefined) {
      await sandbox.close();
      return already;
    }
    const session = { sandbox, names: new Set<string>(), users: 0, tail: Promise.resolve() };
    this.#named.set(sessionId, session);
    return session;
  }

  async #makeRoom(): Promise<void> {
    const idle = [...this.#named].find(([, session]) => session.users === 0)?.[0];
    if (idle === undefined) {
      throw new CodemodeError("busy", `All ${this.#options.namedSessions} sessions are running a program.`, {
        hint: "Try again when one has ended, or run without a session.",
      });
    }
    this.#resetNames.add(idle);
    await this.#drop(idle);
  }

  #forgetLost(sessionId: string, session: NamedSession): void {
    if (this.#named.get(sessionId) !== session) return;
    this.#named.delete(sessionId);
    this.#resetNames.add(sessionId);
  }

  async #drop(sessionId: string): Promise<void> {
    const session = this.#named.get(sessionId);
    this.#named.delete(sessionId);
    await session?.sandbox.close();
  }
}

/** Lends a fresh sandbox in turn. Rejects with `busy` when too many wait, `cancelled` when aborted. */
export async function lendFresh(
  engine: SandboxEngine,
  turnstile: Turnstile,
  options: Required<SessionOptions>,
): Promise<LentSession> {
  const leave = await turnstile.enter(options.signal);
  try {
    const sandbox = await engine.open(options);
    const release = async (): Promise<void> => {
      leave();
      await sandbox.close();
    };
    return { sandbox, names: new Set(), wasReset: false, isAlone: true, release };
  } catch (thrown) {
    leave();
    throw thrown;
  }
}
