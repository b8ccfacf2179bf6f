import type { CallDecision, PendingDecision } from "../result.ts";

/**
 * Asks somebody about calls of a run that wait for an approval. What it does not decide stays parked; an empty list decides
 * nothing.
 */
export type Approver = (request: {
  readonly runId: string;
  readonly calls: readonly PendingDecision[];
}) => Promise<readonly CallDecision[]>;
