import type { ToolRegistry } from "../../sources/tool-registry.ts";
import type { ServerReport } from "../../sources/server-report.ts";

/** Longest time an answer waits for servers that are not connected. */
const READINESS_WAIT_MS = 1_500;

/** Servers an answer depends on, and its time limit. */
export interface ReadinessOptions {
  readonly signal?: AbortSignal | undefined;
  /** @default 1,500 */
  readonly waitMs?: number;
  /** Only this server. @default all */
  readonly server?: string | undefined;
}

/**
 * Gives servers that are not connected a moment, then says in words which of them are missing from an answer.
 *
 * Resolves at once when there is nothing to wait for; a server that was late once is not waited for again. What failed
 * is named too, with the reason.
 */
export async function awaitServers(registry: ToolRegistry, options: ReadinessOptions = {}): Promise<readonly string[]> {
  const { signal, waitMs = READINESS_WAIT_MS, server } = options;
  const isAsked = ({ name }: ServerReport): boolean =>
    server === undefined || name === server || registry.catalog().server(server)?.name === name;
  const names = registry
    .listServers()
    .filter(isAsked)
    .map(({ name }) => name);
  await registry.ready(names, { withinMs: Math.max(0, waitMs), signal });
  return registry.listServers().filter(isAsked).flatMap(describeAbsence);
}

function describeAbsence({ name, status, error }: ServerReport): string[] {
  if (status === "failed") return [`Server "${name}" is not available: ${error ?? "it failed"}`];
  if (status === "needs_login") return [error ?? `Server "${name}" needs a login.`];
  if (status !== "connecting") return [];
  return [`Server "${name}" is still connecting; its tools are missing here. Ask again in a moment.`];
}

/** Notes as lines below a text; nothing when there are none. */
export function showNotes(notes: readonly string[]): string {
  return notes.length === 0 ? "" : `\n\n${notes.map((note) => `note: ${note}`).join("\n")}`;
}
