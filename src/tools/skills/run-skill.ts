import type { CodeModeExecutor } from "../../host/executor.ts";
import type { AgentTool } from "../agent-tool.ts";
import type { ClientScope } from "../client-scope.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { answerInTime } from "../runs/answer-in-time.ts";
import { executeOptions, goOn } from "../runs/execute-code.ts";
import { EXECUTION } from "../runs/execution-outcome.ts";
import { object } from "../runs/result-schema.ts";
import { SKILL_NAME, skillName } from "./skill-name-argument.ts";
import { ACTS } from "../tool-annotations.ts";

/** `run_skill`: calls a code skill, or a script of a folder skill. */
export function createRunSkill(executor: CodeModeExecutor, scope: ClientScope): AgentTool {
  return defineAgentTool({
    name: "run_skill",
    title: "Run a skill",
    description:
      "Runs a skill: a code skill with arguments, a folder skill with script_name and args. " +
      "To combine skills and tools, import them in execute_code instead.",
    inputSchema: object({
      ...SKILL_NAME,
      arguments: { type: "object", description: "Arguments of a code skill, by name." },
      script_name: { type: "string", maxLength: 1_000, description: "A script of a folder skill." },
      args: { type: "array", items: { type: "string" }, description: "Arguments of the script." },
      timeout: { type: "number", exclusiveMinimum: 0, maximum: 600, description: "Seconds." },
    }),
    resultSchema: EXECUTION,
    annotations: ACTS,
    run: async (args, context) => {
      const { language: _, ...asked } = executeOptions(args, { scope, context });
      const call = {
        arguments: args.object("arguments"),
        scriptName: args.text("script_name"),
        args: args.texts("args"),
      };
      return answerInTime(context, asked, (options) =>
        goOn(executor, { ...context, begin: () => executor.runSkill(skillName(args), call, options) }, options),
      );
    },
  });
}
