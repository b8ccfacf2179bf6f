import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { Queue } from "../../base/queue.ts";
import type { SandboxEngine, SandboxSession, SessionOptions } from "../engine.ts";
import { readBootImage } from "./boot-image.ts";
import { readGuestModules } from "../javascript/guest-modules.ts";
import type { GuestImage } from "./guest-thread.ts";
import { QuickJsSession } from "./quickjs-session.ts";
import { closedError, ThreadPool } from "./thread-pool.ts";
import { webAssembly } from "./web-assembly.ts";

/** Sizes of the engine. */
export interface QuickJsEngineOptions {
  /** Maximum number of sandboxes at once. @default 32 */
  readonly maxSessions?: number;
  /** Sandboxes kept ready for the next `open`. @default 2, or 1 on a machine with one processor */
  readonly warmSessions?: number;
  /** Maximum number of openings that wait for a place; more are refused as `busy`. @default 256 */
  readonly queueLimit?: number;
}

/**
 * The engine for TypeScript and JavaScript: QuickJS in WebAssembly, every program in a thread of its own.
 *
 * Spare threads never keep the process alive; `close` ends them all.
 */
export function createQuickJsEngine(options: QuickJsEngineOptions = {}): SandboxEngine {
  return new QuickJsEngine(options);
}

/** {@link createQuickJsEngine} with its threads in sight. */
export class QuickJsEngine implements SandboxEngine {
  readonly name = "quickjs";
  readonly language = "typescript";
  readonly pool: ThreadPool;
  readonly #places: Queue;
  #image: Promise<GuestImage> | undefined;

  constructor(options: QuickJsEngineOptions = {}) {
    const { maxSessions = 32, warmSessions = Math.min(2, availableParallelism()), queueLimit = 256 } = options;
    this.#places = new Queue(maxSessions, { waiting: queueLimit });
    this.pool = new ThreadPool({ maxSessions, warmSessions }, () => (this.#image ??= loadImage()));
  }

  async warm(sandboxes?: number): Promise<void> {
    await this.pool.warm(sandboxes);
  }

  async open(options: SessionOptions): Promise<SandboxSession> {
    const leave = await this.#places.enter(options.signal);
    try {
      return new QuickJsSession(await this.pool.take(options.signal), options, { pool: this.pool, leave });
    } catch (thrown) {
      leave();
      throw thrown;
    }
  }

  async close(): Promise<void> {
    this.#places.close(closedError());
    await this.pool.close();
  }
}

/** Compiled once; threads share the code. */
async function loadImage(): Promise<GuestImage> {
  const file = createRequire(import.meta.url).resolve("@jitl/quickjs-wasmfile-release-sync/wasm");
  const engine = await readFile(file);
  const guestModules = readGuestModules();
  const [module, booted] = await Promise.all([webAssembly.compile(engine), readBootImage({ engine, guestModules })]);
  return { module, guestModules, booted };
}
