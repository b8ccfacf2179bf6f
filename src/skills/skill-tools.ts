import { defined } from "../base/defined.ts";
import type { ToolDefinition } from "../catalog/tool.ts";
import type { JsonSchema, JsonSchemaObject } from "../schema/json-schema.ts";
import type { SkillFunction } from "../languages/function.ts";
import type { CodeSkill, Skill } from "./skill.ts";

/** The server name skills carry as tools. */
export const SKILLS_SERVER = "skills";

/**
 * A skill as a tool, so that it is found and shown beside the tools of servers. Its arguments are those of running it:
 * the entry's own for code, a script with a list of arguments for a folder. `meta.kind` is `skill`.
 */
export function skillToolDefinition(skill: Skill): ToolDefinition {
  const schemas = skill.kind === "code" ? codeSchemas(skill) : folderSchemas(skill.files);
  const tags = skill.tags.length === 0 ? "" : ` (${skill.tags.join(", ")})`;
  return {
    name: `${SKILLS_SERVER}__${skill.name}`,
    serverName: SKILLS_SERVER,
    toolName: skill.name,
    description: `${skill.description}${tags}`.trim(),
    ...schemas,
    meta: { kind: "skill", skillKind: skill.kind, ...(skill.kind === "code" ? { language: skill.language } : {}) },
  };
}

/** The function that running a code skill calls. */
function entryFunction(skill: CodeSkill): SkillFunction | undefined {
  return skill.functions.find(({ exportedAs }) => exportedAs === skill.entry);
}

interface Schemas {
  readonly inputSchema: JsonSchemaObject;
  readonly outputSchema?: JsonSchema;
}

function codeSchemas(skill: CodeSkill): Schemas {
  const entry = entryFunction(skill);
  if (entry === undefined) return { inputSchema: { type: "object", properties: {}, additionalProperties: false } };
  const { inputSchema, outputSchema } = entry;
  return { inputSchema, ...defined({ outputSchema }) };
}

function folderSchemas(files: readonly { readonly path: string; readonly kind: string }[]): Schemas {
  const scripts = files.filter(({ kind }) => kind === "script").map(({ path }) => path.replace(/^scripts\//, ""));
  if (scripts.length === 0) return { inputSchema: { type: "object", properties: {}, additionalProperties: false } };
  return {
    inputSchema: {
      type: "object",
      properties: {
        script_name: { type: "string", enum: scripts },
        args: { type: "array", items: { type: "string" } },
      },
      required: ["script_name"],
      additionalProperties: false,
    },
  };
}
