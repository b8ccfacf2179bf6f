import { beginningOf } from "../../base/bound-text.ts";
import { escapeInvisible } from "../../catalog/brief.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import { type SkillSummary, summarizeSkill } from "../../runs/skills/describe-skill.ts";
import type { Skill } from "../../skills/skill.ts";
import type { AgentTool } from "../agent-tool.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { COUNT, list, object, TEXT, TEXTS } from "../runs/result-schema.ts";
import { READS } from "../tool-annotations.ts";

const DEFAULT_SKILLS = 50;

/** Characters of a description that a list shows; load_skill has the rest. */
const MAX_DESCRIPTION = 160;

/** Characters of a signature that a list shows; get_tool_details has the rest. */
const MAX_SIGNATURE = 240;

/** `list_skills`: the saved skills, one line each. */
export function createListSkills({ skills }: CodeModeExecutor): AgentTool {
  return defineAgentTool({
    name: "list_skills",
    title: "List skills",
    description:
      "Lists saved skills (programs to reuse) with their signatures; with a query the best matches first. " +
      'Code skills are imported in execute_code: from "skills/<name>" (TypeScript), from skills.<name> import … (Python).',
    inputSchema: object({
      query: { type: "string", maxLength: 1_000, description: "A few words; empty lists all." },
      limit: { type: "integer", minimum: 1, maximum: 1_000, default: DEFAULT_SKILLS },
    }),
    resultSchema: object({ skills: list(SKILL), total: COUNT, problems: TEXTS }, ["skills", "total", "problems"]),
    annotations: READS,
    run: async (args) => {
      const limit = args.number("limit") ?? DEFAULT_SKILLS;
      const found = await skills.list({ query: args.text("query"), limit });
      const notes = found.problems.map(({ path, reason }) => onLine(`${path}: ${reason}`));
      const listed = found.skills.map(toListed);
      const lines = listed.map(({ name, description, signature }) => `${name}: ${description}\n  ${signature}`);
      const left = found.total - listed.length;
      const more = left === 0 ? "" : ` (${left} more: pass a query, or a higher limit)`;
      const head = `${listed.length} of ${found.total} skills${more}${lines.length === 0 ? "." : ":"}`;
      const aside = notes.length === 0 ? [] : [`${notes.length} set aside:`, ...notes.slice(0, 10)];
      return {
        text: [head, ...lines, ...aside].join("\n"),
        structured: { total: found.total, skills: listed, problems: notes },
      };
    },
  });
}

const SKILL = object(
  {
    name: TEXT,
    kind: { enum: ["code", "folder"] },
    language: { enum: ["typescript", "python"] },
    description: TEXT,
    tags: TEXTS,
    signature: TEXT,
    server: TEXT,
  },
  ["name", "kind", "description", "tags", "signature"],
);

function toListed(skill: Skill): SkillSummary {
  const summary = summarizeSkill(skill);
  return {
    ...summary,
    description: shorten(summary.description, MAX_DESCRIPTION),
    signature: shorten(summary.signature, MAX_SIGNATURE),
  };
}

/** What skills say of themselves forges no line, and hides nothing. */
function onLine(text: string): string {
  return escapeInvisible(text.replace(/\s+/g, " "));
}

function shorten(text: string, characters: number): string {
  const line = onLine(text);
  return line.length <= characters ? line : `${beginningOf(line, characters - 1).trimEnd()}…`;
}
