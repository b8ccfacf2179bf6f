import type { ExecutionResult } from "../../runs/result.ts";
import type { Runs } from "../../runs/journal/runs.ts";
import type { CommandContext, CommonOptions } from "../command-context.ts";
import { createRunDisplay } from "../exec/run-display.ts";
import { withRuns } from "./with-runs.ts";

/** How a run is gone on with, once it is known to exist. */
type GoOn = (
  runs: Runs,
  options: NonNullable<Parameters<Runs["resume"]>[1]> & { readonly signal: AbortSignal },
) => Promise<ExecutionResult>;

/** Goes on with a run and shows it as `exec` shows one; the status is that of `exec` too. */
export async function goOnWith(
  runId: string,
  { options, context }: { readonly options: CommonOptions; readonly context: CommandContext },
  goOn: GoOn,
): Promise<void> {
  await withRuns(options, context, async ({ runs }) => {
    const { code } = await runs.get(runId);
    const display = createRunDisplay({ format: options.json === true ? "document" : "people", code }, context);
    display.finish(await goOn(runs, { ...display.listening, signal: context.signal }));
  });
}
