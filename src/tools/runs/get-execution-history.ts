import type { CodeModeExecutor } from "../../host/executor.ts";
import type { HistoryEntry } from "../../runs/history.ts";
import type { AgentTool } from "../agent-tool.ts";
import type { ClientScope } from "../client-scope.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { runningOf } from "./own-run.ts";
import { ERROR, list, object, RUN_STATUSES, TEXT, TEXTS, TOOL_CALL } from "./result-schema.ts";
import { READS } from "../tool-annotations.ts";

const DEFAULT_RUNS = 10;

/** `get_execution_history`: the last runs of this client, and those in progress. */
export function createGetExecutionHistory(executor: CodeModeExecutor, scope: ClientScope): AgentTool {
  return defineAgentTool({
    name: "get_execution_history",
    title: "List past runs",
    description:
      "Lists the last programs run here with their outcome and tool calls, newest first, and the runs in progress.",
    inputSchema: object({ limit: { type: "integer", minimum: 1, maximum: 100, default: DEFAULT_RUNS } }),
    resultSchema: object({ runs: list(RUN), running: TEXTS }, ["runs", "running"]),
    annotations: READS,
    run: async (args) => {
      const owner = scope.owner ?? null;
      const runs = (await executor.history(args.number("limit") ?? DEFAULT_RUNS, owner)).map(toRun);
      const running = await runningOf(executor, scope);
      const lines = [...running.map((runId) => `${runId}: running`), ...runs.map(showRun)];
      return { text: lines.length === 0 ? "Nothing was run yet." : lines.join("\n"), structured: { runs, running } };
    },
  });
}

const RUN = object(
  {
    runId: TEXT,
    language: TEXT,
    code: TEXT,
    skill: object({ name: TEXT, arguments: { type: "object" }, scriptName: TEXT, args: TEXTS }, ["name"]),
    startedAt: TEXT,
    status: { enum: RUN_STATUSES },
    durationMs: { type: "number" },
    error: { anyOf: [ERROR, { type: "null" }] },
    toolCalls: list(TOOL_CALL),
    text: TEXT,
  },
  ["runId", "language", "code", "startedAt", "status", "durationMs", "error", "toolCalls", "text"],
);

/** Everything but the session, whose name inside the executor is not the client's. */
function toRun(entry: HistoryEntry): Omit<HistoryEntry, "sessionId"> {
  const { sessionId: _, ...run } = entry;
  return run;
}

function showRun({
  runId,
  startedAt,
  status,
  error,
  toolCalls,
  durationMs,
  code,
}: Omit<HistoryEntry, "sessionId">): string {
  const [first = ""] = code.trim().split("\n", 1);
  const reason = error === null ? "" : ` (${error.code}: ${error.message})`;
  return `${runId}: ${startedAt} ${status}${reason}, ${toolCalls.length} calls, ${Math.round(durationMs)} ms: ${first.slice(0, 100)}`;
}
