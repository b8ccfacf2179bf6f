import type { Codemode } from "../execution/create-codemode.ts";
import type { CommonOptions } from "./command-context.ts";

/**
 * Opens what the configuration describes for the time of one command, and closes it whatever happens.
 *
 * The parts are loaded here and not before, so that help and usage errors need not wait for them.
 */
export async function withCodemode<T>(
  options: Pick<CommonOptions, "config">,
  use: (codemode: Codemode) => Promise<T>,
): Promise<T> {
  const { openCodemode } = await import("../execution/create-codemode.ts");
  const codemode = openCodemode(options.config === undefined ? {} : { file: options.config });
  try {
    return await use(codemode);
  } finally {
    await codemode.close();
  }
}
