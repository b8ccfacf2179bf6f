import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import type { SandboxEngine, SandboxSession, SessionOptions } from "../engine.ts";
import { readGuestModules } from "../javascript/guest-modules.ts";
import type { GuestImage } from "./host-thread.ts";
import { QuickJsSession } from "./quickjs-session.ts";
import { ThreadPool } from "./thread-pool.ts";
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
 * The engine for TypeScript and JavaScript: QuickJS in WebAssembly, every sandbox in a thread of its own.
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
  #image: Promise<GuestImage> | undefined;

  constructor(options: QuickJsEngineOptions = {}) {
    const sizes = {
      maxSessions: options.maxSessions ?? 32,
      warmSessions: options.warmSessions ?? Math.min(2, availableParallelism()),
      queueLimit: options.queueLimit ?? 256,
    };
    this.pool = new ThreadPool(sizes, () => (this.#image ??= loadImage()));
  }

  async warm(): Promise<void> {
    await this.pool.warm();
  }

  async open(options: SessionOptions): Promise<SandboxSession> {
    const thread = await this.pool.take(options.signal);
    return new QuickJsSession(thread, options, (used, reusable) => this.pool.giveBack(used, reusable));
  }

  async close(): Promise<void> {
    await this.pool.close();
  }
}

/** Compiled once; threads share the code. */
async function loadImage(): Promise<GuestImage> {
  const file = createRequire(import.meta.url).resolve("@jitl/quickjs-wasmfile-release-sync/wasm");
  return { module: await webAssembly.compile(await readFile(file)), guestModules: readGuestModules() };
}
