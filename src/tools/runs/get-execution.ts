import type { CodeModeExecutor } from "../../host/executor.ts";
import type { RunDocument } from "../../runs/journal/run-document.ts";
import { showWaiting, toReadingText } from "../../runs/reading-text.ts";
import { type ExecutionResult, toRunning } from "../../runs/result.ts";
import type { AgentTool } from "../agent-tool.ts";
import type { ClientScope } from "../client-scope.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { READS } from "../tool-annotations.ts";
import { EXECUTION, toOutcome } from "./execution-outcome.ts";
import { assertOwnRun } from "./own-run.ts";
import { object } from "./result-schema.ts";

/** Longest time that one call waits: clients abandon a call after 60 s. */
const MOST_SECONDS = 50;

/** `get_execution`: the result of a program that was started before, once it has one. */
export function createGetExecution(executor: CodeModeExecutor, scope: ClientScope): AgentTool {
  return defineAgentTool({
    name: "get_execution",
    title: "Get a run",
    description: "Gives the result of a run, also one started elsewhere; waits for its end, or for an approval.",
    inputSchema: object(
      {
        run_id: { type: "string", description: "run_…" },
        wait: { type: "number", minimum: 0, maximum: MOST_SECONDS, default: 0, description: "Seconds." },
      },
      ["run_id"],
    ),
    resultSchema: EXECUTION,
    annotations: READS,
    run: async (args, { signal, readingCharacters }) => {
      const runId = args.requiredText("run_id");
      await assertOwnRun(runId, executor, scope);
      const timeoutMs = (args.number("wait") ?? 0) * 1_000;
      const run = await executor.runs.wait(runId, signal === undefined ? { timeoutMs } : { timeoutMs, signal });
      const { waiting: _, ...outcome } = toOutcome(
        readAgain(run, { scope, approvers: executor.approvers, readingCharacters }),
      );
      return outcome;
    },
  });
}

/** The result as its reader is given it; what was kept aside for another reader is kept aside again for this one. */
function readAgain(
  run: RunDocument,
  {
    scope: { artifacts: store },
    approvers,
    readingCharacters: characters,
  }: {
    readonly scope: ClientScope;
    readonly approvers: ReadonlySet<string>;
    readonly readingCharacters: number | undefined;
  },
): ExecutionResult {
  const { runId, status, value, stdout, stderr, error, notes, toolCalls, artifacts, pending } = run;
  const outcome = { value, stdout, stderr, error, notes };
  const result = {
    ...toRunning(runId),
    ...outcome,
    toolCalls,
    artifacts,
    pending,
    durationMs: run.durationMs ?? Date.now() - Date.parse(run.startedAt),
  };
  if (status === "suspended") return { ...result, status, text: showWaiting(run, approvers) };
  if (status === "running") return result;
  const reading = toReadingText(outcome, store, characters);
  return {
    ...result,
    // One that waited too long has ended too.
    status: status === "expired" ? "failed" : status,
    keptAside: reading.keptAside,
    artifacts: [...artifacts, ...reading.artifacts],
    text: reading.text,
  };
}
