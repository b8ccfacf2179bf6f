import type { ExecuteOptions } from "../../host/executor-options.ts";
import { type ExecutionResult, toRunning } from "../../runs/result.ts";
import type { AgentToolContext } from "../agent-tool.ts";
import type { AgentToolOutcome } from "../define-agent-tool.ts";
import { toOutcome } from "./execution-outcome.ts";

/**
 * Makes a run for a caller that is answered in time: with its result, or after `answerMs` with its id, and then the run
 * goes on whatever becomes of the caller.
 */
export async function answerInTime(
  { signal, answerMs }: Pick<AgentToolContext, "signal" | "answerMs">,
  options: ExecuteOptions,
  make: (options: ExecuteOptions) => Promise<ExecutionResult>,
): Promise<AgentToolOutcome> {
  if (answerMs === undefined && options.background !== true) return toOutcome(await make(options));
  const caller = new AbortController();
  const pass = (): void => caller.abort(signal?.reason);
  if (signal?.aborted === true) pass();
  signal?.addEventListener("abort", pass, { once: true });
  let runId = "";
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    if (answerMs !== undefined) timer = setTimeout(() => resolve(undefined), answerMs);
  });
  try {
    const hooks = { onRunStart: (started: { readonly runId: string }) => (runId = started.runId) };
    const made = make({ ...options, signal: caller.signal, hooks });
    made.catch(() => {});
    return toOutcome((await Promise.race([made, late])) ?? toRunning(runId));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", pass);
  }
}
