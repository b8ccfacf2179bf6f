import type { CodeModeExecutor } from "../../host/executor.ts";
import type { AgentTool } from "../agent-tool.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { object, TEXT } from "../runs/result-schema.ts";
import { SKILL_NAME, skillName } from "./skill-name-argument.ts";

/** `delete_skill`: takes a skill away; its versions are kept. */
export function createDeleteSkill({ skills }: CodeModeExecutor): AgentTool {
  return defineAgentTool({
    name: "delete_skill",
    title: "Delete a skill",
    description: "Deletes a skill. Its versions are kept, so that a person can restore it.",
    inputSchema: object(SKILL_NAME),
    resultSchema: object({ name: TEXT, deleted: { type: "boolean" } }, ["name", "deleted"]),
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
    run: async (args) => {
      const name = skillName(args);
      await skills.delete(name);
      await skills.look();
      return { text: `Deleted the skill ${name}.`, structured: { name, deleted: true } };
    },
  });
}
