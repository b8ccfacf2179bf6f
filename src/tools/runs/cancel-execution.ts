import { CodemodeError } from "../../base/codemode-error.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import type { AgentTool } from "../agent-tool.ts";
import type { ClientScope } from "../client-scope.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { isOwnRun, runningOf } from "./own-run.ts";
import { object, TEXT } from "./result-schema.ts";

/** `cancel_execution`: stops a program of this client that is running or waits. */
export function createCancelExecution(executor: CodeModeExecutor, scope: ClientScope): AgentTool {
  return defineAgentTool({
    name: "cancel_execution",
    title: "Cancel a run",
    description:
      "Stops a running program; no tool call starts afterwards. Without run_id the only running one is stopped.",
    inputSchema: object({ run_id: { type: "string", description: "run_…" } }),
    resultSchema: object({ runId: TEXT, cancelled: { type: "boolean" } }, ["runId", "cancelled"]),
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    run: async (args) => {
      const running = await runningOf(executor, scope);
      const runId = args.text("run_id") ?? onlyOne(running);
      const isOwn = await isOwnRun(runId, executor, scope);
      const cancelled = isOwn && (await executor.runs.cancel(runId));
      const others = running.length === 0 ? "No run is in progress." : `In progress: ${running.join(", ")}.`;
      const text = cancelled ? `${runId} is cancelled.` : `${runId} is not running (any more). ${others}`;
      return { text, structured: { runId, cancelled } };
    },
  });
}

function onlyOne(running: readonly string[]): string {
  const [first] = running;
  if (first !== undefined && running.length === 1) return first;
  throw new CodemodeError("invalid_arguments", `${running.length} runs are in progress; pass run_id to choose one.`, {
    hint: running.length === 0 ? "There is nothing to cancel." : `Pass run_id, one of: ${running.join(", ")}.`,
  });
}
