import { defined } from "../../base/defined.ts";
import { unknownName } from "../../catalog/unknown-name.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import type { AgentTool } from "../agent-tool.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { COUNT, object, TEXTS } from "../runs/result-schema.ts";
import { awaitServers, showNotes } from "./server-readiness.ts";
import { READS } from "../tool-annotations.ts";

const DEFAULT_NAMES = 200;

/** `list_tool_names`: full names only, for an overview that costs little. */
export function createListToolNames({ registry }: CodeModeExecutor): AgentTool {
  return defineAgentTool({
    name: "list_tool_names",
    title: "List tool names",
    description:
      "Lists full tool names (server__tool) without details. Prefer search_tools when you know what you need.",
    inputSchema: object({
      server: { type: "string", description: "Only tools of this server." },
      keywords: {
        anyOf: [{ type: "array", items: { type: "string" } }, { type: "string" }],
        description: "Only tools whose name or description has one of these.",
      },
      limit: { type: "integer", minimum: 1, maximum: 1_000, default: DEFAULT_NAMES },
      include_deferred: { type: "boolean", default: false, description: "Also tools kept out of lists." },
    }),
    resultSchema: object({ tools: TEXTS, total: COUNT, hasMore: { type: "boolean" }, notes: TEXTS }, [
      "tools",
      "total",
      "hasMore",
      "notes",
    ]),
    annotations: READS,
    run: async (args, { signal }) => {
      const server = args.text("server");
      const notes = await awaitServers(registry, { signal, server });
      const catalog = registry.catalog();
      if (server !== undefined && catalog.server(server) === undefined)
        throw unknownName(catalog, { kind: "server", name: server });
      const { tools, total } = catalog.listToolNames({
        limit: args.number("limit") ?? DEFAULT_NAMES,
        includeDeferred: args.flag("include_deferred") ?? false,
        keywords: args.texts("keywords") ?? [],
        ...defined({ server }),
      });
      const hasMore = total > tools.length;
      const text = [`${tools.length} of ${total} tools${tools.length === 0 ? "." : ":"}`, ...tools].join("\n");
      return { text: text + showNotes(notes), structured: { tools, total, hasMore, notes } };
    },
  });
}
