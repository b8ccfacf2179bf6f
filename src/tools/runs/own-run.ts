import { CodemodeError } from "../../base/codemode-error.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import type { ClientScope } from "../client-scope.ts";

/** Runs that an error names. */
const NAMED_RUNS = 5;

/** Whether a run is a client's own. */
export async function isOwnRun(
  runId: string,
  { runs }: CodeModeExecutor,
  { owner, isShared = false }: ClientScope,
): Promise<boolean> {
  return !isShared && runs.isOf(runId, owner ?? null);
}

/** The runs of a client that this process is making, oldest first. */
export async function runningOf(executor: CodeModeExecutor, scope: ClientScope): Promise<readonly string[]> {
  const running: string[] = [];
  for (const runId of executor.running()) if (await isOwnRun(runId, executor, scope)) running.push(runId);
  return running;
}

/** Throws `invalid_arguments` for a run that is not of this client, as for one that is not there at all. */
export async function assertOwnRun(runId: string, executor: CodeModeExecutor, scope: ClientScope): Promise<void> {
  if (await isOwnRun(runId, executor, scope)) return;
  const { runs } = await executor.runs.list({ client: scope.owner ?? null, limit: NAMED_RUNS });
  const own = runs.map((run) => `${run.runId} (${run.status})`);
  throw new CodemodeError("invalid_arguments", `There is no run "${runId}".`, {
    hint: own.length === 0 ? "Nothing was run here yet." : `The last runs are: ${own.join(", ")}.`,
  });
}
