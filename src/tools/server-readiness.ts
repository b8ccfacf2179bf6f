import type { CodeModeExecutor } from "../host/executor.ts";

/** Longest time an answer waits for servers that are still connecting. */
const READINESS_WAIT_MS = 1_500;

type Registry = CodeModeExecutor["registry"];
type ServerState = ReturnType<Registry["listServers"]>[number];

/** Servers that were given their time already; asking again does not wait for them again. */
const overdue = new WeakMap<Registry, Set<string>>();

/** Which servers an answer depends on, and how long it may take. */
export interface ReadinessOptions {
  readonly signal?: AbortSignal | undefined;
  /** @default 1,500 */
  readonly waitMs?: number;
  /** Only this server. @default all */
  readonly server?: string | undefined;
}

/**
 * Gives servers that are still connecting a moment, once, then says in words which of them are missing from an answer.
 *
 * Resolves at once when there is nothing to wait for. What failed is named too, with the reason.
 */
export async function awaitServers(registry: Registry, options: ReadinessOptions = {}): Promise<readonly string[]> {
  const { signal, waitMs = READINESS_WAIT_MS, server } = options;
  const isAsked = ({ name }: ServerState): boolean =>
    server === undefined || name === server || registry.catalog().server(server)?.name === name;
  const late = lateServers(registry);
  const names = registry
    .listServers()
    .filter((state) => state.status === "connecting" && isAsked(state) && !late.has(state.name))
    .map(({ name }) => name);
  if (names.length > 0 && waitMs > 0) {
    await settleWithin(registry, { names, signal, waitMs });
    const connecting = new Set(connectingNames(registry));
    for (const name of names) if (connecting.has(name)) late.add(name);
  }
  return registry.listServers().filter(isAsked).flatMap(describeAbsence);
}

function lateServers(registry: Registry): Set<string> {
  const connecting = new Set(connectingNames(registry));
  const known = overdue.get(registry) ?? new Set<string>();
  const late = new Set([...known].filter((name) => connecting.has(name)));
  overdue.set(registry, late);
  return late;
}

function connectingNames(registry: Registry): string[] {
  return registry
    .listServers()
    .filter(({ status }) => status === "connecting")
    .map(({ name }) => name);
}

interface Waiting {
  readonly names: readonly string[];
  readonly signal: AbortSignal | undefined;
  readonly waitMs: number;
}

async function settleWithin(registry: Registry, { names, signal, waitMs }: Waiting): Promise<void> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), waitMs);
  try {
    await registry.whenSettled(names, signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]));
  } catch (thrown) {
    if (!late.signal.aborted) throw thrown;
  } finally {
    clearTimeout(timer);
  }
}

function describeAbsence({ name, status, error }: ServerState): string[] {
  if (status === "failed") return [`Server "${name}" is not available: ${error ?? "it failed"}`];
  if (status !== "connecting") return [];
  return [`Server "${name}" is still connecting; its tools are missing here. Ask again in a moment.`];
}

/** Notes as lines below a text; nothing when there are none. */
export function showNotes(notes: readonly string[]): string {
  return notes.length === 0 ? "" : `\n\n${notes.map((note) => `note: ${note}`).join("\n")}`;
}
