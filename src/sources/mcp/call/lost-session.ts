import type { McpConnection } from "../connection.ts";

const SESSION_WORDS =
  /\bsession\b[\s\S]{0,60}\b(?:not found|expired|invalid|unknown|terminated|closed|missing|exist|gone|no longer)|\b(?:no|in|un)(?:valid|known)?\s*(?:valid )?session|(?:not|un)[ -]?(?:yet )?initiali[sz]ed/i;

/** Statuses that refuse a request before anything is done, where the session is what is wrong. */
const ENDED = new Set([401, 404, 410, 503]);
const PROBE_MS = 5_000;

/**
 * Tells whether a request failed because the server has forgotten its session, so that it did nothing and may be sent
 * once more in a new one.
 *
 * The protocol says 404; servers also say 400, 401, 410, 500, 503, or answer with an error that speaks of the session.
 * Where that may mean something else, a ping in the same session decides.
 */
export async function hasLostSession(
  error: unknown,
  connection: McpConnection,
  signal?: AbortSignal,
): Promise<boolean> {
  const hasSession = connection.transport.sessionId !== undefined && signal?.aborted !== true;
  if (!hasSession || !(error instanceof Error)) return false;
  const verdict = verdictOn(error);
  if (verdict !== "unclear") return verdict === "lost";
  const refusal = await connection.ping(PROBE_MS, signal).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return refusal instanceof Error && ((statusOf(refusal) ?? 0) >= 400 || SESSION_WORDS.test(refusal.message));
}

function verdictOn(error: Error): "lost" | "other" | "unclear" {
  const status = statusOf(error);
  const speaksOfIt = SESSION_WORDS.test(error.message);
  if (status === undefined) return isProtocolError(error) && speaksOfIt ? "unclear" : "other";
  if (ENDED.has(status) || (status === 400 && speaksOfIt)) return "lost";
  return status === 400 || status === 500 ? "unclear" : "other";
}

function statusOf(error: Error): number | undefined {
  return "status" in error && typeof error.status === "number" ? error.status : undefined;
}

/** An error that the server answered with; the SDK sets a number as its code. */
function isProtocolError(error: Error): boolean {
  return "code" in error && typeof error.code === "number";
}
