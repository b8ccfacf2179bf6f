import { CodemodeError } from "../base/codemode-error.ts";
import type { ServerReport } from "../sources/server-report.ts";
import type { ToolRegistry } from "../sources/tool-registry.ts";

/** Waiting time, and the servers to wait for. */
export interface AwaitOptions {
  /** Maximum time for the others once one server has tools to show. */
  readonly waitMs: number;
  /** Only this server. */
  readonly server?: string | undefined;
  /** Takes a list of tools that is younger than an hour for what the server has, and does not start it. @default false */
  readonly takesRecent?: boolean | undefined;
  readonly signal: AbortSignal;
}

const RECENT_MS = 60 * 60 * 1_000;

/** Default waiting time for slower servers. */
export const DEFAULT_WAIT_MS = 1500;

/**
 * Connects the servers and waits until each has answered or failed; once one has tools to show, the others get
 * `waitMs` more. While none has any, their own time-outs decide.
 */
export async function awaitServers(registry: ToolRegistry, options: AwaitOptions): Promise<readonly ServerReport[]> {
  const { waitMs, server, takesRecent = false, signal } = options;
  const named = registry.listServers().filter(({ name }) => server === undefined || name === server);
  const names = new Set(named.filter((report) => !takesRecent || !isRecent(report)).map(({ name }) => name));
  const ofInterest = (): readonly ServerReport[] => registry.listServers().filter(({ name }) => names.has(name));
  const changes = new ChangeWait(registry, signal);
  registry.ready([...names], { signal }).catch(() => {});
  let deadline = Number.POSITIVE_INFINITY;
  try {
    while (ofInterest().some(isPending)) {
      if (deadline === Number.POSITIVE_INFINITY && ofInterest().some(hasTools)) deadline = performance.now() + waitMs;
      if (performance.now() >= deadline) break;
      await changes.next(deadline - performance.now());
    }
  } finally {
    changes.stop();
  }
  return ofInterest();
}

/** Tells whether a server has still to answer; tools known from an earlier start may be there already. */
export function isPending({ status }: ServerReport): boolean {
  return status === "connecting" || status === "cached";
}

/** Tools known from a start not long ago. */
function isRecent({ status, listedAt }: ServerReport): boolean {
  return status === "cached" && listedAt !== undefined && Date.now() - Date.parse(listedAt) < RECENT_MS;
}

function hasTools({ status }: ServerReport): boolean {
  return status === "ready" || status === "cached";
}

/** Waits for the next change of a registry, once at a time. */
class ChangeWait {
  readonly #signal: AbortSignal;
  readonly #unsubscribe: () => void;
  #wake: () => void = () => {};
  #changed = false;

  constructor(registry: ToolRegistry, signal: AbortSignal) {
    this.#signal = signal;
    const changed = (): void => {
      this.#changed = true;
      this.#wake();
    };
    const unsubscribe = registry.onChange(changed);
    signal.addEventListener("abort", changed);
    this.#unsubscribe = () => {
      unsubscribe();
      signal.removeEventListener("abort", changed);
    };
  }

  async next(withinMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.#changed || this.#signal.aborted) resolve();
      else if (Number.isFinite(withinMs)) timer = setTimeout(resolve, withinMs);
    });
    clearTimeout(timer);
    this.#changed = false;
    if (this.#signal.aborted) throw new CodemodeError("cancelled", "Cancelled while the servers were starting.");
  }

  stop(): void {
    this.#unsubscribe();
  }
}
