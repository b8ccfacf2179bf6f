import { defined } from "../../base/defined.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import { Queue } from "../../base/queue.ts";
import type { SandboxEngine, SessionOptions } from "../engine.ts";
import { sessionCommand } from "./command.ts";
import { GuestProcess } from "./guest-process.ts";
import { probeSandboxTools, type PythonIsolation, type SandboxTools } from "./isolation.ts";
import { PyodideSession } from "./pyodide-session.ts";
import { defaultCacheDirectory, discardSnapshot, ensureSnapshot } from "./snapshot.ts";

/** Sizes and protections of the engine. */
export interface PyodideEngineOptions {
  /** Folder of the interpreter's start-up image. @default the user's cache directory */
  readonly cacheDirectory?: string;
  /** Protections to use. @default both where the machine has bubblewrap, otherwise the engine's own */
  readonly isolation?: PythonIsolation;
  /** Node binary that sessions run on. @default the running one */
  readonly nodePath?: string;
  /** Maximum number of sandboxes at once; each takes about 150 MB. @default 16 */
  readonly maxSessions?: number;
  /** Sandboxes kept ready once the first was used. @default 1 */
  readonly warmSessions?: number;
  /** Maximum number of openings that wait for a place; more are refused as `busy`. @default 256 */
  readonly queueLimit?: number;
}

/**
 * The engine for Python: CPython in WebAssembly (Pyodide), every sandbox in a locked-down process of its own.
 *
 * Nothing is started before the first `open` or `warm`. Idle sandboxes never keep the process alive; `close` ends them all.
 */
export function createPyodideEngine(options: PyodideEngineOptions = {}): SandboxEngine {
  return new PyodideEngine(options);
}

/** {@link createPyodideEngine} with its processes in sight. */
export class PyodideEngine implements SandboxEngine {
  readonly name = "pyodide";
  readonly language = "python";
  readonly #options: PyodideEngineOptions;
  readonly #places: Queue;
  readonly #spare: Promise<GuestProcess>[] = [];
  readonly #sessions = new Set<PyodideSession>();
  #prepared: Promise<Prepared> | undefined;
  readonly #ending = new AbortController();

  constructor(options: PyodideEngineOptions) {
    this.#options = options;
    this.#places = new Queue(options.maxSessions ?? 16, { waiting: options.queueLimit ?? 256, what: "Python sandbox" });
  }

  /** Ids of the outermost processes of open sessions. */
  get pids(): readonly number[] {
    return [...this.#sessions].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  async warm(sandboxes?: number): Promise<void> {
    this.#refill(sandboxes);
    await Promise.all(this.#spare);
  }

  async open(options: SessionOptions): Promise<PyodideSession> {
    const leave = await this.#places.enter(options.signal);
    try {
      const process = await this.#takeProcess();
      if (options.signal?.aborted) {
        this.#spare.push(Promise.resolve(process));
        options.signal.throwIfAborted();
      }
      const session = new PyodideSession(process, options.memoryBytes, () => {
        this.#sessions.delete(session);
        leave();
      });
      this.#sessions.add(session);
      // To start another takes milliseconds, and the program of this one is on its way meanwhile.
      setImmediate(() => this.#refill());
      return session;
    } catch (error) {
      leave();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#ending.abort();
    this.#places.close(closedError());
    const spare = this.#spare.splice(0).map((each) => each.then((process) => process.close()).catch(() => {}));
    await Promise.all([...spare, ...[...this.#sessions].map((session) => session.close())]);
  }

  async #takeProcess(): Promise<GuestProcess> {
    for (;;) {
      const process = await (this.#spare.shift() ?? this.#start());
      if (this.#ending.signal.aborted) {
        await process.close();
        throw closedError();
      }
      if (process.alive) return process;
    }
  }

  #refill(wanted: number = this.#options.warmSessions ?? 1): void {
    while (!this.#ending.signal.aborted && this.#spare.length < wanted) {
      const starting = this.#start();
      starting.catch(() => {
        const index = this.#spare.indexOf(starting);
        if (index >= 0) void this.#spare.splice(index, 1);
      });
      this.#spare.push(starting);
    }
  }

  /** A failed preparation is tried again by the next opening. */
  async #prepare(): Promise<Prepared> {
    this.#prepared ??= prepare(this.#options, this.#ending.signal);
    try {
      return await this.#prepared;
    } catch (error) {
      this.#prepared = undefined;
      throw error;
    }
  }

  async #start(): Promise<GuestProcess> {
    if (this.#ending.signal.aborted) throw closedError();
    const prepared = await this.#prepare();
    const { snapshotFile } = prepared;
    if (snapshotFile === undefined) return this.#startWithoutImage(prepared);
    try {
      return await this.#startFrom(prepared);
    } catch {
      if (this.#ending.signal.aborted) throw closedError();
      // It is of no use, or somebody removed it: it is made anew, and if that is of no use either, done without.
      await discardSnapshot(snapshotFile);
      this.#prepared = undefined;
      const again = await this.#prepare();
      return await this.#startFrom(again).catch(() => this.#startWithoutImage(again));
    }
  }

  #startWithoutImage({ tools, isolation }: Prepared): Promise<GuestProcess> {
    return this.#startFrom({ tools, isolation }).catch((error: unknown) =>
      Promise.reject(this.#ending.signal.aborted ? closedError() : startError(error)),
    );
  }

  async #startFrom({ tools, isolation, snapshotFile }: Prepared): Promise<GuestProcess> {
    if (this.#ending.signal.aborted) throw closedError();
    const process = new GuestProcess(sessionCommand(tools, isolation, snapshotFile));
    await process.started();
    return process;
  }
}

interface Prepared {
  readonly tools: SandboxTools;
  readonly isolation: PythonIsolation;
  readonly snapshotFile?: string;
}

async function prepare(options: PyodideEngineOptions, signal: AbortSignal): Promise<Prepared> {
  const tools = await probeSandboxTools(options.nodePath ?? process.execPath);
  const { report, nodePath } = tools;
  const isolation = options.isolation ?? report.inForce;
  if (isolation !== "engine" && !report.bubblewrap.usable) {
    throw new CodemodeError("config_error", `Isolation "${isolation}" was asked for: ${report.bubblewrap.reason}.`, {
      hint: 'Install bubblewrap and allow user namespaces, or use isolation "engine".',
    });
  }
  const cacheDirectory = options.cacheDirectory ?? defaultCacheDirectory();
  const snapshotFile = await ensureSnapshot({ nodePath, nodeVersion: report.nodeVersion, cacheDirectory, signal });
  return { tools, isolation, ...defined({ snapshotFile }) };
}

function startError(error: unknown): CodemodeError {
  const message = error instanceof Error ? error.message : String(error);
  return new CodemodeError("internal", `The Python sandbox did not start. ${message}`, {
    hint: "Run `codemode doctor` to see what this machine lacks.",
    cause: error,
  });
}

function closedError(): CodemodeError {
  return new CodemodeError("sandbox_lost", "The engine was closed.", { hint: "Create a new engine." });
}
