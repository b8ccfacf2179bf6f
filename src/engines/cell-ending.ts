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

/** The reason of a cell whose program needed more memory than it may use. */
export const MEMORY_LIMIT: StopReason = {
  code: "memory_limit",
  message: "The program needed more memory than it may use.",
  hint: "Keep less data at a time, or ask for a higher memory limit.",
};

/** The reason of a cell whose sandbox is being closed. */
export const CLOSED: StopReason = {
  code: "cancelled",
  message: "The sandbox was closed while the program ran.",
};

/** The reason of a cell whose value is too large to be taken. */
export function resultTooLarge(message: string): StopReason {
  const hint = "Return a part, a count or a summary, or save the whole as an artifact.";
  return { code: "result_too_large", message, hint };
}

/** The reason of a cell whose sandbox ended under it. */
export function sandboxLost(message: string): StopReason {
  return { code: "sandbox_lost", message, hint: "Run the program again; variables of the session are gone." };
}

/** The error of a cell for a sandbox that was stopped, died or was closed. */
export function sandboxGone(): CodemodeError {
  return new CodemodeError("sandbox_lost", "The sandbox is gone, so nothing can run in it.", {
    hint: "Open a new sandbox; variables of the session are gone.",
  });
}

/** The error of a second cell for a sandbox, which runs one at a time. */
export function sandboxBusy(): CodemodeError {
  return new CodemodeError("busy", "The sandbox runs another program.", {
    hint: "Wait for the running program, or use another session.",
  });
}

/** The answer to a request that the host could not perform for a reason of its own. */
export function failedReply(error: unknown): HostReply {
  return { ok: false, error: { code: "internal", message: error instanceof Error ? error.message : String(error) } };
}
