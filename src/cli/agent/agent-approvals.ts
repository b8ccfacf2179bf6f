import type { Approver } from "../../runs/decisions/approver.ts";
import { inTurns } from "../approvals/terminal-approver.ts";

/** Asks the person who sees the answer about calls of its programs; where no answer is shown nobody is asked. */
export class AgentApprovals {
  /** Asks in the view of the answer that is shown now. */
  ask: Approver | undefined;

  /** One question at a time, whatever runs at once. */
  readonly approver: Approver = inTurns(async (request) => (await this.ask?.(request)) ?? []);
}
