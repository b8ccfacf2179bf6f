import { stringifyJson } from "../../../base/exact-json.ts";
import type { CallDecision, PendingDecision } from "../../result.ts";
import { hashArguments } from "../hash-arguments.ts";

/** A call as somebody was shown it. */
type ShownCall = Pick<PendingDecision, "callId" | "tool" | "arguments">;

/** A call, and the hash of its tool's definition where that is known. */
interface DefinedCall {
  readonly call: ShownCall;
  readonly definition: string | undefined;
}

interface Approval {
  readonly callId: number;
  readonly tool: string;
  readonly hash: string;
  /** Hash of the definition that was shown; undefined where none was recorded. */
  readonly definition: string | undefined;
  readonly decision: CallDecision;
  /** Number of the call that it was given to. */
  usedBy?: number;
}

/**
 * What people decided about the calls of a run. A decision holds for one call, of the tool and with the arguments that they
 * were shown: by its number, or, when it was foreseen and came under another, by both of these.
 */
export class RecordedApprovals {
  readonly #shown = new Map<number, Pick<Approval, "tool" | "hash" | "definition">>();
  readonly #approvals: Approval[] = [];

  /** Takes a call that a run waits for. */
  show({ call: { callId, tool, arguments: args }, definition }: DefinedCall): void {
    this.#shown.set(callId, { tool, hash: hashArguments(stringifyJson(args)), definition });
  }

  /** Takes a decision about a call that was shown. */
  add(callId: number, decision: CallDecision): void {
    const shown = this.#shown.get(callId);
    if (shown !== undefined) this.#approvals.push({ callId, ...shown, decision });
  }

  /** The decision about a call; undefined when nobody was shown this call. No other call is given the same decision. */
  take({ call: { callId, tool, arguments: args }, definition }: DefinedCall): CallDecision | undefined {
    return this.#use({ callId, tool, hash: hashArguments(stringifyJson(args)), definition })?.decision;
  }

  /** Notes that a recorded call was given its decision. */
  use(callId: number, tool: string, argumentsJson: string): void {
    const call = { callId, tool, hash: hashArguments(argumentsJson), definition: undefined };
    // A hook may have shown other arguments than the program passed.
    const approval = this.#use(call) ?? this.#approvals.find((each) => each.callId === callId && isFree(each, callId));
    if (approval !== undefined) approval.usedBy = callId;
  }

  #use({ callId, tool, hash, definition }: Omit<Approval, "decision" | "usedBy">): Approval | undefined {
    const fitting = this.#approvals.filter(
      (each) =>
        each.tool === tool &&
        each.hash === hash &&
        isFree(each, callId) &&
        (each.definition === undefined || definition === undefined || each.definition === definition),
    );
    const approval =
      fitting.find((each) => each.usedBy === callId) ?? fitting.find((each) => each.callId === callId) ?? fitting[0];
    if (approval !== undefined) approval.usedBy = callId;
    return approval;
  }
}

function isFree({ usedBy = 0 }: Approval, callId: number): boolean {
  return usedBy === 0 || usedBy === callId;
}
