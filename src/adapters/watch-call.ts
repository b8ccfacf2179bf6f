import type { AgentToolResult } from "../tools/agent-tool.ts";
import type { AdapterCall, AdapterProgress, AdapterTool } from "./adapter-tools.ts";

/**
 * Performs a call as a generator that yields how far it has come and returns its result, for SDKs that show results as
 * they grow. A reader that is slow gets only the newest progress; leaving the loop early does not end the call.
 */
export async function* watchCall(
  tool: AdapterTool,
  args: unknown,
  call: AdapterCall = {},
): AsyncGenerator<AdapterProgress, AgentToolResult> {
  let newest: AdapterProgress | undefined;
  let wake = (): void => {};
  const done = tool.call(args, {
    ...call,
    onProgress: (progress) => {
      newest = progress;
      call.onProgress?.(progress);
      wake();
    },
  });
  let isOver = false;
  const ended = done.finally(() => (isOver = true)).catch(() => {});
  for (;;) {
    if (newest !== undefined) {
      const progress: AdapterProgress = newest;
      newest = undefined;
      yield progress;
    } else if (isOver) {
      return done;
    } else {
      await Promise.race([ended, new Promise<void>((resolve) => (wake = resolve))]);
    }
  }
}
