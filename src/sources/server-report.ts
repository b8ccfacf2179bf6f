import { defined } from "../base/defined.ts";
import type { SourceStatus, ToolSource } from "./source.ts";

/** State of a server, as shown to people and models. */
export interface ServerReport {
  readonly name: string;
  /** `stdio`, `http`, `sse` or `functions`. */
  readonly transport: string;
  readonly status: SourceStatus;
  readonly toolCount: number;
  /** Number of its resources; absent until it was asked. */
  readonly resources?: number;
  /** Number of its prompts; absent until it was asked. */
  readonly prompts?: number;
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
  /** The first 300 characters of what the server says about its use. */
  readonly instructions?: string;
}

/** What was found out about a server by asking it. */
export type Measured = Partial<Pick<ServerReport, "latencyMs" | "resources" | "prompts">>;

const INSTRUCTIONS_CHARACTERS = 300;

/** Sums up what a source knows now. */
export function createServerReport(source: ToolSource, measured: Measured = {}): ServerReport {
  const { latencyMs, resources, prompts } = measured;
  const snapshot = source.snapshot();
  const { status, tools, error, login, nextAttemptAt, listedAt, warnings, description, instructions } = snapshot;
  return {
    name: source.name,
    transport: source.transport,
    status,
    toolCount: tools.length,
    ...defined({ resources, prompts, latencyMs, error, login, nextAttemptAt, listedAt }),
    warnings,
    ...defined({ description, instructions: instructions?.slice(0, INSTRUCTIONS_CHARACTERS) }),
  };
}
