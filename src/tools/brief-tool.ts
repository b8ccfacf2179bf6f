import { isRecord } from "../base/is-record.ts";
import type { AgentTool } from "./agent-tool.ts";

/** Words and parameters that a model is shown of a tool of ours where every token counts. */
interface BriefForm {
  /** @default that of the tool */
  readonly description?: string;
  readonly parameters: readonly string[];
  /** Arguments that are meant where they are left out. */
  readonly defaults?: Readonly<Record<string, unknown>>;
}

const FORMS: Readonly<Record<string, BriefForm>> = {
  search_tools: {
    description: "Finds tools by a few words on what is to be done; returns their typed signatures.",
    parameters: ["query", "language"],
    defaults: { limit: 6 },
  },
  get_tool_details: {
    description: "Types and documentation of tools, where a signature is not enough. Names: server__tool.",
    parameters: ["tool_names"],
  },
  execute_code: { parameters: ["code", "language", "session", "retry_of"] },
  read_artifact: { description: "Reads a result that was kept aside.", parameters: ["id", "offset", "path"] },
};

/** What a model needs of a parameter whose name says the rest. */
const KEPT: ReadonlySet<string> = new Set(["type", "enum", "items"]);

/** A tool of ours in few words. It takes all its parameters still; those that are rarely needed are not shown. */
export function briefTool(tool: AgentTool): AgentTool {
  const form = FORMS[tool.name];
  const { properties, required = [] } = tool.inputSchema;
  if (form === undefined || !isRecord(properties)) return tool;
  const shown = form.parameters.map((name) => [name, briefSchema(properties[name])]);
  const inputSchema = { type: "object", properties: Object.fromEntries(shown), required } as const;
  const { title, outputSchema, annotations } = tool;
  return {
    name: tool.name,
    title,
    get description() {
      return form.description ?? tool.description;
    },
    inputSchema,
    outputSchema,
    annotations,
    execute: (args, context) => tool.execute(isRecord(args) ? { ...form.defaults, ...args } : args, context),
  };
}

function briefSchema(schema: unknown): unknown {
  return isRecord(schema) ? Object.fromEntries(Object.entries(schema).filter(([key]) => KEPT.has(key))) : schema;
}
