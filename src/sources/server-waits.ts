import { CodemodeError } from "../base/codemode-error.ts";
import { settleWithin } from "../base/deadline.ts";
import type { ToolSource } from "./source.ts";

/** Time limits of waiting for servers. */
export interface ReadyOptions {
  /**
   * Longest wait, in milliseconds. A server that was late for such a wait is not waited for again until it answers soon.
   * @default each server's own time-outs, and 5,000 for one that has failed before
   */
  readonly withinMs?: number | undefined;
  /** Ends the wait with `cancelled`; the servers go on. */
  readonly signal?: AbortSignal | undefined;
}

/** Outcome for the servers that were waited for, by name. */
export interface Readiness {
  /** Those with tools to show, now or from an earlier start. */
  readonly ready: readonly string[];
  /** Those that have still to answer. */
  readonly late: readonly string[];
  /** Those that cannot be used, which `listServers` explains. */
  readonly failed: readonly string[];
}

/** A server that failed before is given this long by callers that set no limit of their own. */
const RETRY_WAIT_MS = 5_000;
const UP: ReadonlySet<string> = new Set(["ready", "idle"]);
const DOWN: ReadonlySet<string> = new Set(["failed", "needs_login"]);
/** An attempt that ends within this time is worth waiting for the next time too. */
const SOON_MS = 1_500;

/** The one place that waits for servers, for as long as the caller can afford. */
export class ServerWaits {
  readonly #late = new WeakSet<ToolSource>();

  /** Makes every source that is not connected worth an attempt, and waits for the outcomes. */
  async wait(sources: readonly ToolSource[], { withinMs, signal }: ReadyOptions): Promise<Readiness> {
    await untilAborted(Promise.all(sources.map((source) => this.#attempt(source, withinMs))), signal);
    const named = (...statuses: readonly string[]): string[] =>
      sources.filter((source) => statuses.includes(source.snapshot().status)).map(({ name }) => name);
    return {
      ready: named("ready", "idle", "cached"),
      late: named("connecting"),
      failed: named("failed", "needs_login", "disabled", "closed"),
    };
  }

  async #attempt(source: ToolSource, withinMs: number | undefined): Promise<void> {
    const { status } = source.snapshot();
    if (UP.has(status)) return undefined;
    const begun = performance.now();
    let isPending = true;
    const attempt = (source.retry?.() ?? source.settled()).then((outcome) => {
      isPending = false;
      if (outcome.status === "ready" || performance.now() - begun < SOON_MS) this.#late.delete(source);
    });
    // Tools from an earlier start are shown at once; connecting continues in the background.
    if (status === "cached" || (withinMs !== undefined && this.#late.has(source))) return void attempt.catch(() => {});
    const limitMs = withinMs ?? (DOWN.has(status) ? RETRY_WAIT_MS : undefined);
    if (limitMs === undefined) return attempt;
    await settleWithin(attempt, Math.max(0, limitMs));
    if (isPending && limitMs > 0) this.#late.add(source);
  }
}

function untilAborted(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<unknown> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const cancel = (): void => reject(new CodemodeError("cancelled", "Waiting for the servers was cancelled."));
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", cancel));
  });
}
