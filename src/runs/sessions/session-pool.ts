import { CodemodeError } from "../../base/codemode-error.ts";
import { Queue } from "../../base/queue.ts";
import type { SandboxEngine, SandboxSession } from "../../engines/engine.ts";
import { beyondMemory } from "./idle-memory.ts";
import { lendFresh } from "./lend-fresh.ts";

/** Limits of the sandboxes of one engine. */
export interface SessionPoolOptions {
  readonly memoryBytes: number;
  /** Programs that run at the same time; more wait their turn. */
  readonly concurrentRuns: number;
  /** As many of them may be of one holder, so that there are always places for others. */
  readonly holderRuns: number;
  /** Named sessions kept alive for all clients. */
  readonly namedSessions: number;
  /** Named sessions kept alive for one client; its own that is idle longest makes room for a new one. */
  readonly clientSessions: number;
  /** Memory that named sessions may take between their programs; of who has most of it, the one idle longest goes. */
  readonly idleBytes: number;
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

/** Note for a run whose session had been reset. */
export const SESSION_LOST =
  "The session starts empty: its earlier state was lost when a program was stopped or room was made.";

/** Whose run a sandbox is for, and until when it is waited for. */
export interface Borrower {
  readonly signal: AbortSignal;
  /** Tells the clients apart that have sessions. */
  readonly client: unknown;
  /** Who takes turns: one that has several clients, such as the holder of a token, is one. */
  readonly holder: unknown;
}

/** A name and, once its first run has got that far, its sandbox. */
interface NamedSession {
  readonly id: string;
  readonly client: unknown;
  readonly holder: unknown;
  /** Runs of the session, one at a time. */
  readonly line: Queue;
  readonly names: Set<string>;
  /** Runs that have it or wait for it. */
  users: number;
  kept: { readonly sandbox: SandboxSession; readonly leave: () => void } | undefined;
}

/** Lends sandboxes of one engine: a fresh one for each run, or the kept one of a named session, one run at a time. */
export class SessionPool {
  readonly #engine: SandboxEngine;
  readonly #memoryBytes: number;
  readonly #runs: Queue;
  /** One place for each sandbox of a named session, from before it is opened until it is closed. */
  readonly #rooms: Queue;
  readonly #places: number;
  readonly #idleBytes: number;
  /** In order of last use. */
  readonly #named = new Map<string, NamedSession>();
  readonly #resetNames = new Set<string>();
  /** Sandboxes that are being closed to make room. */
  #leaving = 0;

  constructor(engine: SandboxEngine, options: SessionPoolOptions) {
    this.#engine = engine;
    this.#memoryBytes = options.memoryBytes;
    this.#places = options.namedSessions;
    this.#idleBytes = options.idleBytes;
    this.#runs = new Queue(options.concurrentRuns, { perClient: options.holderRuns });
    this.#rooms = new Queue(options.namedSessions, { perClient: options.clientSessions, what: "session" });
  }

  /** Lends a sandbox; waits for its turn. Rejects with `busy` when too many wait, `cancelled` when aborted. */
  lend(sessionId: string | undefined, borrower: Borrower): Promise<LentSession> {
    return sessionId === undefined
      ? lendFresh(this.#engine, this.#runs, { ...borrower, memoryBytes: this.#memoryBytes })
      : this.#lendNamed(sessionId, borrower);
  }

  /** Forgets the state of one named session, or of all. A running program is stopped. */
  async clear(sessionId?: string): Promise<void> {
    const sessions = sessionId === undefined ? [...this.#named.values()] : [this.#named.get(sessionId)];
    await Promise.all(
      sessions.map(async (session) => {
        if (session === undefined) return;
        this.#named.delete(session.id);
        await this.#empty(session);
      }),
    );
    if (sessionId === undefined) this.#resetNames.clear();
    else this.#resetNames.delete(sessionId);
  }

  async #lendNamed(id: string, borrower: Borrower): Promise<LentSession> {
    // The name is taken before anything is waited for, so that runs of one session that begin together share one.
    const session = this.#touch(id, borrower);
    session.users += 1;
    const leave = await session.line.enter(borrower.signal).catch((thrown: unknown) => {
      this.#forgetUser(session);
      throw thrown;
    });
    const places = [leave];
    const release = async (): Promise<void> => {
      if (session.kept?.sandbox.lost === true) await this.#reset(session);
      this.#forgetUser(session);
      for (const out of places) out();
      this.#boundMemory();
      this.#makeRoom();
    };
    try {
      const sandbox = await this.#sandboxOf(session, borrower, places);
      if (sandbox !== undefined) {
        const wasReset = this.#resetNames.delete(id);
        return { sandbox, names: session.names, wasReset, isAlone: false, release };
      }
    } catch (thrown) {
      await release();
      throw thrown;
    }
    // It was cleared meanwhile; the name stands for a new session now.
    await release();
    return this.#lendNamed(id, borrower);
  }

  /** The session of a name, as the one used last. */
  #touch(id: string, { client, holder }: Borrower): NamedSession {
    const session = this.#named.get(id) ?? {
      id,
      client,
      holder,
      line: new Queue(1, { what: "turn in the session" }),
      names: new Set(),
      users: 0,
      kept: undefined,
    };
    this.#named.delete(id);
    this.#named.set(id, session);
    return session;
  }

  /**
   * Its sandbox, opened if there is none, once there is a place for its program; undefined when the session was cleared.
   *
   * @param places takes the way out of that place
   */
  async #sandboxOf(
    session: NamedSession,
    { signal, holder }: Borrower,
    places: (() => void)[],
  ): Promise<SandboxSession | undefined> {
    await session.kept?.sandbox.rested;
    if (session.kept?.sandbox.lost === true) await this.#reset(session);
    const isNew = session.kept === undefined && this.#isCurrent(session);
    const leave = isNew ? await this.#room(session, signal) : undefined;
    try {
      places.push(await this.#runs.enter(signal, holder));
      if (leave !== undefined) {
        const sandbox = await this.#engine.open({ memoryBytes: this.#memoryBytes, signal });
        session.kept = { sandbox, leave };
      }
    } catch (thrown) {
      leave?.();
      throw thrown;
    }
    if (this.#isCurrent(session)) return session.kept?.sandbox;
    await this.#empty(session);
    return undefined;
  }

  #room(session: NamedSession, signal: AbortSignal): Promise<() => void> {
    if (!this.#mayHaveRoom(session)) throw this.#noRoom();
    const room = this.#rooms.enter(signal, session.client);
    this.#makeRoom();
    return room;
  }

  #isCurrent(session: NamedSession): boolean {
    return this.#named.get(session.id) === session;
  }

  #forgetUser(session: NamedSession): void {
    session.users -= 1;
    if (session.users === 0 && session.kept === undefined && this.#isCurrent(session)) this.#named.delete(session.id);
  }

  /** Sees to it that sessions which wait for a room get those of idle ones. */
  #makeRoom(): void {
    for (const client of this.#rooms.clients) {
      const own = [...this.#named.values()].find((session) => session.client === client);
      const borrower = { client, holder: own?.holder ?? client };
      const idle = this.#leaving < this.#rooms.waiting ? this.#idleFor(borrower) : undefined;
      if (idle === undefined) continue;
      this.#named.delete(idle.id);
      this.#leaving += 1;
      void this.#reset(idle).finally(() => {
        this.#leaving -= 1;
        this.#makeRoom();
      });
    }
  }

  /** Whether a client's new session has a room, or one to wait for: of its own, of one who has more, or one that is left. */
  #mayHaveRoom({ client, holder }: Omit<Borrower, "signal">): boolean {
    if (this.#rooms.admits(client) || this.#rooms.heldBy(client) > 0) return true;
    const own = this.#heldBy(holder);
    const others = new Set([...this.#named.values()].map((session) => session.holder));
    let toSpare = this.#leaving;
    for (const other of others) if (other !== holder) toSpare += Math.max(0, this.#heldBy(other) - own - 1);
    for (const other of this.#clientsOf(holder)) toSpare += Math.max(0, this.#rooms.heldBy(other) - 1);
    return toSpare > this.#rooms.waiting;
  }

  #clientsOf(holder: unknown): ReadonlySet<unknown> {
    return new Set([...this.#named.values()].flatMap((session) => (session.holder === holder ? [session.client] : [])));
  }

  /** Rooms of all clients of a holder. */
  #heldBy(holder: unknown): number {
    return [...this.#clientsOf(holder)].reduce<number>((sum, client) => sum + this.#rooms.heldBy(client), 0);
  }

  #boundMemory(): void {
    const idle = [...this.#named.values()].filter(({ users }) => users === 0);
    // To ask a process how much it holds takes longer than a short program; so few cannot hold too much.
    if (idle.length * (this.#memoryBytes + BESIDE_BYTES) <= this.#idleBytes) return;
    for (const session of beyondMemory(idle, this.#idleBytes)) {
      this.#named.delete(session.id);
      void this.#reset(session);
    }
  }

  #noRoom(): CodemodeError {
    return new CodemodeError("busy", `All ${this.#places} sessions are in use, each by another client.`, {
      hint: "Run the program without a session, or end a session that is not needed any more: `codemode sessions clear NAME`.",
    });
  }

  /**
   * The idle session that makes room for one of a client: of the holder that has most, and of the client of it that does,
   * which must be the same one, or stay ahead of it. So nobody loses the last session, or more than the fair share, to another.
   */
  #idleFor({ client, holder }: Omit<Borrower, "signal">): NamedSession | undefined {
    const isFull = !this.#rooms.admits({});
    const own = { client: this.#rooms.heldBy(client), holder: this.#heldBy(holder) };
    const idle = [...this.#named.values()]
      .filter(({ users, kept }) => users === 0 && kept !== undefined)
      .map((session) => ({
        session,
        ofClient: this.#rooms.heldBy(session.client),
        ofHolder: this.#heldBy(session.holder),
      }))
      .filter(({ session, ofClient, ofHolder }) => {
        if (session.client === client) return true;
        return isFull && (session.holder === holder ? ofClient >= own.client + 2 : ofHolder >= own.holder + 2);
      });
    return idle.toSorted((a, b) => b.ofHolder - a.ofHolder || b.ofClient - a.ofClient)[0]?.session;
  }

  /** Forgets what a session held; its next run is to say so. */
  #reset(session: NamedSession): Promise<void> {
    this.#resetNames.add(session.id);
    const [oldest] = this.#resetNames;
    if (this.#resetNames.size > REMEMBERED_RESETS && oldest !== undefined) this.#resetNames.delete(oldest);
    return this.#empty(session);
  }

  async #empty(session: NamedSession): Promise<void> {
    const { kept } = session;
    session.kept = undefined;
    session.names.clear();
    await kept?.sandbox.close();
    kept?.leave();
  }
}

/** More than any sandbox holds beside what its program may. */
const BESIDE_BYTES = 256 * 1024 * 1024;

/** Sessions whose loss is remembered until they are used again. */
const REMEMBERED_RESETS = 1_000;
