import { CodemodeError } from "../base/codemode-error.ts";
import { defined } from "../base/defined.ts";
import type { ErrorCode } from "../base/error-codes.ts";
import type { HostReply } from "./engine.ts";

/** The reason for which the host stops a cell. */
export interface StopReason {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/** The reason of a signal that ended a cell: the error it was aborted with, else `cancelled`. */
export function abortReason(signal: AbortSignal | undefined): StopReason {
  const reason: unknown = signal?.reason;
  if (!CodemodeError.is(reason)) return { code: "cancelled", message: "The program was cancelled." };
  const { hint } = reason.details;
  return { code: reason.code, message: reason.message, ...defined({ hint }) };
}

/** The reason of a cell that used up its time. */
export function timeLimit(timeMs: number): StopReason {
  return {
    code: "time_limit",
    message: `The program ran longer than ${timeMs} ms.`,
    hint: "Do less in one program, run calls in parallel, or ask for a higher time limit.",
  };
}

/** The answer to a request that the host could not perform for a reason of its own. */
export function failedReply(error: unknown): HostReply {
  return { ok: false, error: { code: "internal", message: error instanceof Error ? error.message : String(error) } };
}
