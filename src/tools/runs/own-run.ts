import { CodemodeError } from "../../base/codemode-error.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import type { ClientScope } from "../client-scope.ts";

/** Runs that an error names. */
const NAMED_RUNS = 5;

/** The runs of a client that this process is making, oldest first. */
export async function runningOf(executor: CodeModeExecutor, { owner }: ClientScope): Promise<readonly string[]> {
  const running: string[] = [];
  for (const runId of executor.running()) if (await executor.runs.isOf(runId, owner ?? null)) running.push(runId);
  return running;
}

/** Throws `invalid_arguments` for a run that is not of this client, as for one that is not there at all. */
export async function assertOwnRun(runId: string, { runs }: CodeModeExecutor, { owner }: ClientScope): Promise<void> {
  const client = owner ?? null;
  if (await runs.isOf(runId, client)) return;
  const own = (await runs.list({ client, limit: NAMED_RUNS })).runs.map((run) => `${run.runId} (${run.status})`);
  throw new CodemodeError("invalid_arguments", `There is no run "${runId}".`, {
    hint: own.length === 0 ? "Nothing was run here yet." : `The last runs are: ${own.join(", ")}.`,
  });
}
