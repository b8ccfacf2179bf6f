import type { CodeModeExecutor } from "../../host/executor.ts";
import type { AgentTool } from "../agent-tool.ts";
import type { ClientScope } from "../client-scope.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { ACTS } from "../tool-annotations.ts";
import { answerInTime } from "./answer-in-time.ts";
import { executeOptions, goOn } from "./execute-code.ts";
import { EXECUTION } from "./execution-outcome.ts";
import { assertOwnRun } from "./own-run.ts";
import { object } from "./result-schema.ts";

/** `resume_execution`: goes on with a program that was left, or that waited for a person who has decided. */
export function createResumeExecution(executor: CodeModeExecutor, scope: ClientScope): AgentTool {
  return defineAgentTool({
    name: "resume_execution",
    title: "Resume a run",
    description: "Goes on with a suspended run where it was; nothing that was done is done again.",
    inputSchema: object({ run_id: { type: "string", description: "run_…" } }, ["run_id"]),
    resultSchema: EXECUTION,
    annotations: ACTS,
    run: async (args, context) => {
      const runId = args.requiredText("run_id");
      await assertOwnRun(runId, executor, scope);
      const { language: _, ...asked } = executeOptions(args, { scope, context });
      return answerInTime(context, asked, (options) =>
        goOn(executor, { ...context, begin: () => executor.runs.resume(runId, options) }, options),
      );
    },
  });
}
