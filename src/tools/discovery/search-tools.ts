import { defined } from "../../base/defined.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import { findWithSkills, type FoundItems } from "../../runs/skills/find-with-skills.ts";
import type { AgentTool } from "../agent-tool.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { parseLanguage } from "../guest-language.ts";
import { COUNT, list, object, TEXT, TEXTS } from "../runs/result-schema.ts";
import { awaitServers, showNotes } from "./server-readiness.ts";
import { READS } from "../tool-annotations.ts";

/** Characters of a description that help to choose; get_tool_details has the rest. */
const MAX_DESCRIPTION = 200;

/** `search_tools`: ranks tools against a few words and shows each with its typed signature. */
export function createSearchTools({ registry, skills }: CodeModeExecutor): AgentTool {
  return defineAgentTool({
    name: "search_tools",
    title: "Search tools",
    description:
      "Finds tools by what they do and returns typed signatures, ready to call in execute_code. " +
      "Search once with a few words (best first), then write one program; do not search for each call.",
    inputSchema: object(
      {
        query: {
          type: "string",
          maxLength: 1_000,
          description: "A few words on what is to be done; empty lists tools.",
        },
        server: { type: "string", description: "Only tools of this server." },
        language: { enum: ["typescript", "python"], default: "typescript" },
        limit: { type: "integer", minimum: 1, maximum: 100, default: 10 },
        include_deferred: { type: "boolean", default: true, description: "Also tools kept out of lists." },
      },
      ["query"],
    ),
    resultSchema: object(
      {
        tools: list(
          object(
            {
              name: TEXT,
              kind: { enum: ["tool", "skill"] },
              server: TEXT,
              description: TEXT,
              signature: TEXT,
              import: TEXT,
              score: { type: "number" },
            },
            ["name", "kind", "server", "description", "signature", "score"],
          ),
        ),
        total: COUNT,
        hasMore: { type: "boolean" },
        notes: TEXTS,
      },
      ["tools", "total", "hasMore", "notes"],
    ),
    annotations: READS,
    run: async (args, { signal }) => {
      const server = args.text("server");
      const notes = await awaitServers(registry, { signal, server });
      const query = args.requiredText("query");
      const found = await findWithSkills({ catalog: registry.catalog(), skills }, query, {
        language: parseLanguage(args.text("language")),
        limit: args.number("limit") ?? 10,
        includeDeferred: args.flag("include_deferred") ?? true,
        ...defined({ server }),
      });
      const tools = found.tools.map((tool) => ({ ...tool, description: shorten(tool.description) }));
      return { text: showFound(query, { ...found, tools }) + showNotes(notes), structured: { ...found, tools, notes } };
    },
  });
}

function shorten(description: string): string {
  return description.length <= MAX_DESCRIPTION
    ? description
    : `${description.slice(0, MAX_DESCRIPTION - 1).trimEnd()}…`;
}

function showFound(query: string, { tools, total }: FoundItems): string {
  if (total === 0) return `No tool matches "${query}". Try other words, or list_tool_names.`;
  const lines = tools.map(({ name, kind, description, signature, import: line }) => {
    const imported = line === undefined ? "" : `  ${line}\n`;
    return `${name}${kind === "skill" ? " (skill)" : ""}: ${description}\n${imported}  ${signature}`;
  });
  return [`${tools.length} of ${total} matching tools:`, ...lines].join("\n");
}
