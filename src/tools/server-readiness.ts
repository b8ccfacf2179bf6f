import type { CodeModeExecutor } from "../execution/executor.ts";

/** Longest time an answer waits for servers that are still connecting. */
export const READINESS_WAIT_MS = 1_500;

type Registry = CodeModeExecutor["registry"];

/**
 * Gives servers that are still connecting a moment, then says in words which of them are missing from the answer.
 *
 * Resolves at once when none is connecting. What failed is named too, with the reason.
 */
export async function awaitServers(
  registry: Registry,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly waitMs?: number;
    readonly server?: string | undefined;
  } = {},
): Promise<readonly string[]> {
  const { signal, waitMs = READINESS_WAIT_MS, server } = options;
  const isAsked = (name: string): boolean =>
    server === undefined || registry.catalog().server(server)?.name === name || name === server;
  const pending = registry.listServers().filter(({ name, status }) => status === "connecting" && isAsked(name));
  if (pending.length > 0 && waitMs > 0) {
    await settleWithin(registry, { names: pending.map(({ name }) => name), signal, waitMs });
  }
  return registry
    .listServers()
    .filter(({ name }) => isAsked(name))
    .flatMap(describeAbsence);
}

async function settleWithin(
  registry: Registry,
  {
    names,
    signal,
    waitMs,
  }: { readonly names: readonly string[]; readonly signal: AbortSignal | undefined; readonly waitMs: number },
): Promise<void> {
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), waitMs);
  try {
    await registry.whenSettled(
      names,
      signal === undefined ? waiting.signal : AbortSignal.any([signal, waiting.signal]),
    );
  } catch (thrown) {
    signal?.throwIfAborted();
    if (!waiting.signal.aborted) throw thrown;
  } finally {
    clearTimeout(timer);
  }
}

function describeAbsence({ name, status, error }: ReturnType<Registry["listServers"]>[number]): string[] {
  if (status === "connecting")
    return [`Server "${name}" is still connecting; its tools are missing here. Ask again in a moment.`];
  if (status === "failed") return [`Server "${name}" is not available: ${error ?? "it failed"}`];
  return [];
}

/** Notes as lines below a text; nothing when there are none. */
export function showNotes(notes: readonly string[]): string {
  return notes.length === 0 ? "" : `\n\n${notes.map((note) => `note: ${note}`).join("\n")}`;
}
