import type { CodeModeExecutor } from "../../host/executor.ts";
import type { AgentTool } from "../agent-tool.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { COUNT, object, TEXT } from "../runs/result-schema.ts";
import { SKILL_NAME, skillName } from "./skill-name-argument.ts";
import { READS } from "../tool-annotations.ts";

/** Characters of a file that are shown; the whole is in the structured result. */
const MAX_TEXT = 24_000;

/** `read_skill_resource`: a file of a folder skill. */
export function createReadSkillResource({ skills }: CodeModeExecutor): AgentTool {
  return defineAgentTool({
    name: "read_skill_resource",
    title: "Read a file of a skill",
    description: "Reads a file of a folder skill, by its path in the folder as load_skill lists it.",
    inputSchema: object({ ...SKILL_NAME, resource_name: { type: "string", minLength: 1, maxLength: 1_000 } }, [
      "resource_name",
    ]),
    resultSchema: object({ path: TEXT, mimeType: TEXT, bytes: COUNT, text: TEXT, base64: TEXT }, [
      "path",
      "mimeType",
      "bytes",
    ]),
    annotations: READS,
    run: async (args) => {
      const directory = skills;
      const resource = await directory.readResource(skillName(args), args.requiredText("resource_name"));
      const { text } = resource;
      if (text === undefined)
        return { text: `${resource.path}: ${resource.bytes} bytes, ${resource.mimeType}.`, structured: resource };
      const more = text.length > MAX_TEXT ? `\n\n(${text.length - MAX_TEXT} characters more)` : "";
      return { text: text.slice(0, MAX_TEXT) + more, structured: resource };
    },
  });
}
