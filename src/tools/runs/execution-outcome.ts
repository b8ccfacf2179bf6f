import { defined } from "../../base/defined.ts";
import type { ExecutionResult } from "../../runs/result.ts";
import type { JsonSchemaObject } from "../../schema/json-schema.ts";
import type { AgentToolOutcome } from "../define-agent-tool.ts";
import { toMcpContent } from "../mcp-content.ts";
import { ARTIFACT, ERROR, list, object, RUN_STATUSES, TEXT, TEXTS, TOOL_CALL } from "./result-schema.ts";

/** What a tool reports of a run. */
export function toOutcome(result: ExecutionResult): AgentToolOutcome {
  const { runId, text, content, pending: calls, status } = result;
  return {
    text,
    structured: toExecutionFields(result),
    content: toMcpContent(content),
    isError: status === "failed" || status === "cancelled",
    ...(calls.length === 0 ? {} : { waiting: { runId, calls } }),
  };
}

/** Schema of what came of a program. */
export const EXECUTION: JsonSchemaObject = object(
  {
    runId: TEXT,
    status: { enum: RUN_STATUSES },
    value: {},
    stdout: TEXT,
    stderr: TEXT,
    error: { anyOf: [ERROR, { type: "null" }] },
    notes: TEXTS,
    toolCalls: list(TOOL_CALL),
    artifacts: list(ARTIFACT),
    pending: list({}),
    durationMs: { type: "number" },
    preview: {},
  },
  ["runId", "status", "value", "stdout", "stderr", "error", "notes", "toolCalls", "artifacts", "pending", "durationMs"],
);

/** The result for a program on the other side; what went to artifacts is not sent a second time. */
function toExecutionFields(result: ExecutionResult): object {
  const { runId, status, stdout, stderr, error, notes, toolCalls, artifacts, pending, durationMs, keptAside } = result;
  const moved = Object.entries(keptAside).map(([part, id]) => `${part} is kept as artifact ${id}.`);
  return {
    runId,
    status,
    value: keptAside.value === undefined ? result.value : null,
    stdout: keptAside.stdout === undefined ? stdout : "",
    stderr: keptAside.stderr === undefined ? stderr : "",
    error,
    notes: [...notes, ...moved],
    toolCalls,
    artifacts,
    pending,
    durationMs,
    ...defined({ preview: result.preview }),
  };
}
