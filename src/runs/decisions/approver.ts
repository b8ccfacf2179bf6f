import type { CallDecision, PendingDecision } from "../result.ts";

/**
 * Asks somebody about calls of a run that wait for an approval. What it does not decide stays parked; an empty list decides
 * nothing.
 */
export type Approver = (request: {
  readonly runId: string;
  readonly calls: readonly PendingDecision[];
}) => Promise<readonly CallDecision[]>;

/** Who may decide about calls beside the host, and how long a run waits for it. */
export interface ApprovalSettings {
  /**
   * `elicitation`: the person at an MCP client, with a form; `cli`: a person at the command line, while a command runs or later
   * with `codemode runs approve`. @default both
   */
  readonly by?: readonly ("elicitation" | "cli")[];
  /** A run that has waited longer ends as `expired`. @default 86,400,000 (a day) */
  readonly expireMs?: number;
}
