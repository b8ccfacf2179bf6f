import type { CodeModeExecutor } from "../../host/executor.ts";
import { describeSkill } from "../../runs/skills/describe-skill.ts";
import { originNote } from "../../runs/skills/skill-origin.ts";
import { toolNotes } from "../../runs/skills/tool-notes.ts";
import type { AgentTool } from "../agent-tool.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { object } from "../runs/result-schema.ts";
import { SKILL_NAME, skillName } from "./skill-name-argument.ts";
import { READS } from "../tool-annotations.ts";

/** `load_skill`: a skill's code or instructions. */
export function createLoadSkill({ skills, registry }: CodeModeExecutor): AgentTool {
  return defineAgentTool({
    name: "load_skill",
    title: "Load a skill",
    description: "Gives a skill whole: its code and functions, or its instructions and the names of its files.",
    inputSchema: object(SKILL_NAME),
    resultSchema: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
    annotations: READS,
    run: async (args) => {
      const skill = await skills.get(skillName(args));
      const structured = describeSkill(skill, registry);
      if (skill.kind === "code") return { text: skill.code, structured };
      const note = originNote(skill);
      const origin = note === undefined ? [] : [note, ""];
      const files = skill.files.map(({ path }) => `- ${path}`);
      const notes = [...skill.notes, ...toolNotes(skill, registry)].map((each) => `Note: ${each}`);
      const about = notes.length === 0 ? [] : ["", ...notes];
      return { text: [...origin, skill.instructions.trim(), "", "Files:", ...files, ...about].join("\n"), structured };
    },
  });
}
