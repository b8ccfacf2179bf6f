import type { PriorDiscovery } from "@modelcontextprotocol/client";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { EraVerdict } from "./listing/tool-cache.ts";
import { isTimeout } from "./open-error.ts";
import type { McpServerConfig } from "./server-config.ts";

/** The protocol to begin with, as it was remembered. */
export type Prior =
  /** With the revision to offer, where that is not the newest. */
  | { readonly kind: "legacy"; readonly revision?: string }
  | { readonly kind: "modern"; readonly discover: Readonly<Record<string, unknown>> };

const UNSUPPORTED_VERSION = -32_022;
const METHOD_NOT_FOUND = -32_601;
/**
 * The protocol to begin with; undefined to ask the server first.
 *
 * A local server is first met with the handshake that nearly all know, since many end at any other first message; one that
 * speaks both protocols loses nothing by it. The older event stream has the handshake alone.
 */
export function priorOf(config: McpServerConfig, era: EraVerdict | undefined): Prior | undefined {
  if (config.transport === "sse") return { kind: "legacy" };
  const { discover } = era ?? {};
  if (discover !== undefined) return { kind: "modern", discover };
  const isShy = config.transport === "stdio" && config.protocol !== "modern";
  return isShy || era !== undefined ? { kind: "legacy" } : undefined;
}

/** Local servers of revision 2026-07-28 or later alone answer the older handshake like this. */
export function refusedHandshake(error: unknown): boolean {
  const cause = CodemodeError.is(error) ? error.details.cause : undefined;
  return (
    cause instanceof Error && "code" in cause && [UNSUPPORTED_VERSION, METHOD_NOT_FOUND].includes(Number(cause.code))
  );
}

/** Revisions that have a handshake, but for the newest, which is what is offered first. */
export const OLDER_REVISIONS: readonly string[] = ["2025-06-18", "2025-03-26", "2024-11-05", "2024-10-07"];

/** The newest revision that a server names while it refuses the one it was offered, in place of answering with it. */
export function olderRevision(error: unknown): string | undefined {
  const cause = CodemodeError.is(error) ? error.details.cause : undefined;
  if (!(cause instanceof Error) || !/version/i.test(cause.message)) return undefined;
  const said = `${cause.message} ${"data" in cause ? JSON.stringify(cause.data) : ""}`;
  return OLDER_REVISIONS.find((revision) => said.includes(revision));
}

/** A server that leaves a question open which it does not know may know the older handshake. */
export function isSilence(error: unknown): boolean {
  return CodemodeError.is(error) && isTimeout(error.details.cause);
}

/** What was remembered of the server, unless it makes no sense. */
export function readPrior(
  discover: unknown,
  { isSpecType }: Pick<typeof import("@modelcontextprotocol/client"), "isSpecType">,
): PriorDiscovery | undefined {
  return isSpecType.DiscoverResult(discover) ? { kind: "modern", discover } : undefined;
}
