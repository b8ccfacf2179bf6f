import { escapeInvisible } from "../../catalog/brief.ts";
import type { AgentTool } from "../agent-tool.ts";
import type { ClientScope } from "../client-scope.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { COUNT, list, object, TEXT } from "./result-schema.ts";
import { READS } from "../tool-annotations.ts";

/** `search_artifacts`: finds kept results by words in them, also those of earlier runs. */
export function createSearchArtifacts({ artifacts }: ClientScope): AgentTool {
  return defineAgentTool({
    name: "search_artifacts",
    title: "Search artifacts",
    description:
      "Finds long results that were kept aside, also by earlier runs, by words in them: ids and snippets. " +
      'Read them with read_artifact, or `artifacts` of "codemode".',
    inputSchema: object(
      {
        query: { type: "string", maxLength: 1_000, description: "Words that stand in it." },
        limit: { type: "integer", minimum: 1, maximum: 50, default: 10 },
      },
      ["query"],
    ),
    resultSchema: object(
      {
        artifacts: list(
          object({ id: TEXT, name: TEXT, mimeType: TEXT, bytes: COUNT, path: TEXT, snippet: TEXT }, [
            "id",
            "mimeType",
            "bytes",
            "snippet",
          ]),
        ),
      },
      ["artifacts"],
    ),
    annotations: READS,
    run: async (args) => {
      const found = await artifacts.search(args.requiredText("query"), args.number("limit") ?? 10);
      const lines = found.map(({ id, name, mimeType, bytes, snippet }) => {
        const called = name === undefined ? "" : ` ${escapeInvisible(name)}`;
        return `${id}${called} (${mimeType}, ${bytes} bytes): ${escapeInvisible(snippet.replace(/\s+/g, " "))}`;
      });
      const text = lines.length === 0 ? "No artifact has these words. Try fewer or other words." : lines.join("\n");
      return { text, structured: { artifacts: found } };
    },
  });
}
