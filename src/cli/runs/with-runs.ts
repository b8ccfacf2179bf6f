import { CodemodeError } from "../../base/codemode-error.ts";
import type { Codemode } from "../../host/create-codemode.ts";
import type { CommandContext, CommonOptions } from "../command-context.ts";
import { withCodemode } from "../open-configured.ts";
import { UsageError } from "../usage-error.ts";

/** Uses the executor of the configuration; what its runs refuse as `invalid_arguments` is wrong usage of the command. */
export async function withRuns<T>(
  options: CommonOptions,
  context: CommandContext,
  use: (executor: Codemode["executor"]) => Promise<T>,
): Promise<T> {
  try {
    return await withCodemode(options, context, ({ executor }) => use(executor));
  } catch (thrown) {
    if (!CodemodeError.is(thrown) || thrown.code !== "invalid_arguments") throw thrown;
    throw new UsageError(thrown.message, thrown.details.hint);
  }
}
