import { defined } from "../base/defined.ts";
import type { SourceStatus, ToolSource } from "./source.ts";

/** State of a server, as shown to people and models. */
export interface ServerReport {
  readonly name: string;
  /** `stdio`, `http`, `sse` or `functions`. */
  readonly transport: string;
  readonly status: SourceStatus;
  readonly toolCount: number;
  /** Time of the last checked round trip. */
  readonly latencyMs?: number;
  /** Why it cannot be used, with what to do next. */
  readonly error?: string;
  /** Command that logs in, for a person; present with `needs_login`. */
  readonly login?: string;
  /** Time of the next automatic attempt, as ISO text. */
  readonly nextAttemptAt?: string;
  /** When the server last listed its tools, as ISO text; present with `cached`. */
  readonly listedAt?: string;
  /** Parts that were left out or repaired, as sentences. */
  readonly warnings: readonly string[];
  readonly description?: string;
}

/** Sums up what a source knows now. */
export function createServerReport(source: ToolSource, latencyMs?: number): ServerReport {
  const { status, tools, error, login, nextAttemptAt, listedAt, warnings, description } = source.snapshot();
  return {
    name: source.name,
    transport: source.transport,
    status,
    toolCount: tools.length,
    ...defined({ latencyMs, error, login, nextAttemptAt, listedAt }),
    warnings,
    ...defined({ description }),
  };
}
