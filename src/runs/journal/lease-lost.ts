import { CodemodeError } from "../../base/codemode-error.ts";

/** The error of a write to a run that another owner has taken over, or that has ended. */
export function leaseLost(runId: string): CodemodeError {
  return new CodemodeError("busy", `The run ${runId} is held by another process or has ended; nothing was written.`, {
    hint: `get_execution, or codemode runs show ${runId}, shows where it stands.`,
  });
}
