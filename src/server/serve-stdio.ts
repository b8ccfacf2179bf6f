import { claimStdout } from "./protocol-output.ts";
import { serveStream } from "./serve-stream.ts";
import type { ServerHandle } from "./server-handle.ts";
import { type CodemodeSource, ServedExecutor, type ServedToolsOptions } from "./served-tools.ts";

/**
 * Serves one MCP client over standard input and output, in either revision family of the protocol.
 *
 * Standard output is the protocol's alone from now on; what else is printed goes to standard error. When the input ends,
 * running programs are cancelled and serving ends; the caller closes the handle, or lets `runUntilStopped` do it.
 */
export function serveStdio(source: CodemodeSource, options: ServedToolsOptions = {}): ServerHandle {
  const served = new ServedExecutor(source, options);
  const output = claimStdout(() => void handle.close());
  const handle = serveStream(served, { input: process.stdin, output: output.stream }, async () => {
    await served.close();
    output.release();
    process.stdin.pause();
  });
  return handle;
}
