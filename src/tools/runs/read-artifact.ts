import { defined } from "../../base/defined.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { ReadArtifactOptions } from "../../runs/artifacts/artifact-part.ts";
import { READING_BUDGET_CHARACTERS } from "../../runs/reading-text.ts";
import type { AgentTool } from "../agent-tool.ts";
import type { ClientScope } from "../client-scope.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { COUNT, object, TEXT } from "./result-schema.ts";
import { READS } from "../tool-annotations.ts";
import type { ToolArguments } from "../tool-arguments.ts";

/** `read_artifact`: reads a part of a result that was too long to be shown whole. */
export function createReadArtifact({ artifacts }: ClientScope): AgentTool {
  return defineAgentTool({
    name: "read_artifact",
    title: "Read an artifact",
    description:
      "Reads a part of a long result by character range, by lines that match a pattern, or by JSON path. " +
      'To compute with it, use `artifacts.read(id)` of "codemode" in execute_code instead.',
    inputSchema: object(
      {
        id: { type: "string", description: "As named by execute_code, art_…" },
        offset: {
          type: "integer",
          minimum: 0,
          default: 0,
          description: "First character (with pattern: matching line).",
        },
        limit: {
          type: "integer",
          minimum: 1,
          maximum: READING_BUDGET_CHARACTERS,
          description: "Maximum number of characters (lines).",
        },
        pattern: { type: "string", maxLength: 1_000, description: "Only lines that match (RE2)." },
        path: { type: "string", maxLength: 1_000, description: "JSON path, such as $.items[0].name." },
      },
      ["id"],
    ),
    resultSchema: object(
      { id: TEXT, mimeType: TEXT, text: TEXT, total: COUNT, nextOffset: COUNT, omittedCharacters: COUNT },
      ["id", "mimeType", "text", "total"],
    ),
    annotations: READS,
    run: async (args, { signal }) => {
      const part = await artifacts.read(args.requiredText("id"), rangeOf(args), signal);
      const omittedCharacters = Math.max(0, part.text.length - READING_BUDGET_CHARACTERS);
      const text = part.text.slice(0, READING_BUDGET_CHARACTERS);
      const unit = args.text("pattern") === undefined ? "characters" : "matching lines";
      const more =
        part.nextOffset === undefined ? "" : `\n\n(of ${part.total} ${unit}; read on from offset ${part.nextOffset})`;
      const left =
        omittedCharacters === 0
          ? ""
          : `\n\n(${omittedCharacters} characters of these lines are left out; ask for fewer lines or by path)`;
      return { text: text + more + left, structured: { ...part, text, ...(left === "" ? {} : { omittedCharacters }) } };
    },
  });
}

function rangeOf(args: ToolArguments): ReadArtifactOptions {
  const [offset, limit, pattern, path] = [
    args.number("offset"),
    args.number("limit"),
    args.text("pattern"),
    args.text("path"),
  ];
  if (pattern === "")
    throw new CodemodeError("invalid_arguments", "The pattern is empty.", { hint: "Leave pattern out to read all." });
  return {
    ...defined({ offset, limit, pattern, path }),
  };
}
