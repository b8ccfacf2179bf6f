import type { Codemode, CodemodeOptions } from "../host/create-codemode.ts";
import { defined } from "../base/defined.ts";
import type { CommandContext, CommonOptions } from "./command-context.ts";

/**
 * Opens what the configuration describes for the time of one command, and closes it whatever happens, unless it is open
 * already. The terminal shows none of its secrets from then on.
 *
 * The parts are loaded here and not before, so that help and usage errors need not wait for them.
 */
export async function withCodemode<T>(
  options: Pick<CommonOptions, "config"> & Pick<NonNullable<CodemodeOptions["executor"]>, "onApproval">,
  { terminal, codemode: open }: Pick<CommandContext, "terminal" | "codemode">,
  use: (codemode: Codemode) => Promise<T>,
): Promise<T> {
  if (open !== undefined) {
    terminal.hide(open.registry.secrets);
    return use(open);
  }
  const { loadConfiguration, unusedNote } = await import("../host/configuration/load-configuration.ts");
  const loaded = loadConfiguration({ file: options.config });
  const note = options.config === undefined ? undefined : unusedNote(loaded);
  if (note !== undefined) terminal.err.write(`codemode: ${note}\n`);
  const { composeLoaded } = await import("../host/create-codemode.ts");
  const codemode = composeLoaded(loaded, { spareSandboxes: 0, ...defined({ onApproval: options.onApproval }) });
  terminal.hide(codemode.registry.secrets);
  try {
    return await use(codemode);
  } finally {
    await codemode.close();
  }
}
