import type { ExecutionResult } from "../../runs/result.ts";
import type { Runs } from "../../runs/journal/runs.ts";
import type { CommandContext, CommonOptions } from "../command-context.ts";
import { UsageError } from "../usage-error.ts";
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
  {
    options,
    context,
    decides = false,
  }: {
    readonly options: CommonOptions;
    readonly context: CommandContext;
    /** True for a decision about calls, which the configuration may leave to others. @default false */
    readonly decides?: boolean;
  },
  goOn: GoOn,
): Promise<void> {
  await withRuns(options, context, async ({ runs, approvers }) => {
    if (decides && !approvers.has("cli")) {
      throw new UsageError(
        "Nobody decides about calls at the command line here.",
        'Add "cli" to approvals.by of the configuration, or answer in the client that asks.',
      );
    }
    const { code } = await runs.get(runId);
    const display = createRunDisplay({ format: options.json === true ? "document" : "people", code }, context);
    display.finish(await goOn(runs, { ...display.listening, signal: context.signal }));
  });
}
