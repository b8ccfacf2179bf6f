import { beginningOf } from "../../base/bound-text.ts";
import { defined } from "../../base/defined.ts";
import { escapeInvisible, quoteName } from "../../catalog/brief.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import { findWithSkills, type FoundItems } from "../../runs/skills/find-with-skills.ts";
import type { AgentTool } from "../agent-tool.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { parseLanguage } from "../guest-language.ts";
import { COUNT, list, object, TEXT, TEXTS } from "../runs/result-schema.ts";
import { findContent, showContent } from "./find-content.ts";
import { awaitServers, showNotes } from "./server-readiness.ts";
import { READS } from "../tool-annotations.ts";

/** Characters of a description that help to choose; get_tool_details has the rest. */
const MAX_DESCRIPTION = 200;

/** Best tools that are shown with a call; the others have their signatures. */
const MOST_EXAMPLES = 3;

const INPUT = object(
  {
    query: {
      type: "string",
      maxLength: 1_000,
      description: "A few words on what is to be done, a name, a glob (mail__*) or /regex/; empty lists tools.",
    },
    server: { type: "string", description: "Only tools of this server." },
    language: { enum: ["typescript", "python"], default: "typescript" },
    limit: { type: "integer", minimum: 1, maximum: 100, default: 10 },
    offset: {
      type: "integer",
      minimum: 0,
      default: 0,
      description: "Best matches to leave out, for the next page.",
    },
    include_deferred: { type: "boolean", default: true, description: "Also tools kept out of lists." },
  },
  ["query"],
);

const RESULT = object(
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
          example: TEXT,
          score: { type: "number" },
        },
        ["name", "kind", "server", "description", "signature", "score"],
      ),
    ),
    total: COUNT,
    hasMore: { type: "boolean" },
    resources: list(object({ server: TEXT, uri: TEXT, name: TEXT, description: TEXT }, ["server", "uri", "name"])),
    prompts: list(object({ server: TEXT, name: TEXT, description: TEXT }, ["server", "name"])),
    notes: TEXTS,
  },
  ["tools", "total", "hasMore", "notes"],
);

/** `search_tools`: ranks tools against a few words and shows each with its typed signature. */
export function createSearchTools({ registry, skills, observed, embedded }: CodeModeExecutor): AgentTool {
  return defineAgentTool({
    name: "search_tools",
    title: "Search tools",
    description:
      "Finds tools by what they do and returns typed signatures, ready to call in execute_code. " +
      "Search once with a few words (best first), then write one program; do not search for each call.",
    inputSchema: INPUT,
    resultSchema: RESULT,
    annotations: READS,
    run: async (args, { signal }) => {
      const server = args.text("server");
      const waited = await awaitServers(registry, { signal, server });
      const query = args.requiredText("query");
      const found = await findWithSkills({ catalog: observed.apply(registry.catalog()), skills }, query, {
        language: parseLanguage(args.text("language")),
        limit: args.number("limit") ?? 10,
        offset: args.number("offset") ?? 0,
        includeDeferred: args.flag("include_deferred") ?? true,
        ...defined({ server, embedded }),
      });
      const { total, hasMore, note } = found;
      const notes = note === undefined ? waited : [...waited, note];
      const tools = found.tools.map(({ example, ...tool }, rank) => ({
        ...tool,
        description: shorten(tool.description),
        ...(rank < MOST_EXAMPLES ? defined({ example }) : {}),
      }));
      const similar = total === 0 ? registry.catalog().suggest(query, 3) : [];
      const text = total === 0 ? nothingFound(query, similar, server) : showFound({ ...found, tools });
      const content = await findContent(registry, query, server);
      const shown = text + showContent(content) + showNotes(notes);
      return { text: shown, structured: { tools, total, hasMore, ...content, notes } };
    },
  });
}

function shorten(description: string): string {
  return description.length <= MAX_DESCRIPTION
    ? description
    : `${beginningOf(description, MAX_DESCRIPTION - 1).trimEnd()}…`;
}

function showFound({ tools, total, hasMore, isWeak }: FoundItems): string {
  const lines = tools.map(({ name, kind, description, signature, import: line, example }) => {
    const imported = line === undefined ? "" : `  ${line}\n`;
    const called = example === undefined ? "" : `\n  ${example.replace("\n", "\n  ")}`;
    return `${name}${kind === "skill" ? " (skill)" : ""}: ${description}\n${imported}  ${signature}${called}`;
  });
  const first =
    isWeak === true
      ? "No tool has these words; the nearest in meaning are below. If none fits, name the thing or the action itself."
      : `${tools.length} of ${total} matching tools:`;
  return [first, ...lines, ...(hasMore ? ["More: the same query with offset, or a narrower one."] : [])].join("\n");
}

function nothingFound(query: string, similar: readonly string[], server: string | undefined): string {
  const names = similar.length === 0 ? "" : ` Names like it: ${similar.map(escapeInvisible).join(", ")}.`;
  const wider = server === undefined ? "" : " without server, or";
  return `No tool matches ${quoteName(query)}.${names} Try${wider} the thing or the action itself (such as "invoice" or "send email"), or list_servers and list_tool_names.`;
}
