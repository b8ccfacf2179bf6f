import { toolError } from "../sources/tool-value.ts";
import type { CodeModeExecutor } from "../host/executor.ts";
import { toReadingText } from "../runs/reading-text.ts";
import type { AgentTool, AgentToolResult } from "./agent-tool.ts";
import type { ClientScope } from "./client-scope.ts";
import { defineAgentTool } from "./define-agent-tool.ts";
import { toMcpContent } from "./mcp-content.ts";
import { ARTIFACT, list, object, TEXT } from "./result-schema.ts";
import { ACTS } from "./tool-annotations.ts";
import { isRecord } from "./tool-arguments.ts";
import { toJsonObject } from "./to-json-object.ts";

type Content = AgentToolResult["content"];

/** `call_tool`: one call without a program, through the same gate. */
export function createCallTool(executor: CodeModeExecutor, scope: ClientScope): AgentTool {
  return defineAgentTool({
    name: "call_tool",
    title: "Call one tool",
    description: "Calls one tool. For more than one call, or to work on the result, write a program for execute_code.",
    inputSchema: object(
      {
        tool_name: { type: "string", description: "Full name, server__tool." },
        arguments: { type: "object", description: "As the tool's own schema says.", default: {} },
      },
      ["tool_name"],
    ),
    resultSchema: object({ tool: TEXT, value: {}, artifacts: list(ARTIFACT) }, ["tool", "value", "artifacts"]),
    annotations: ACTS,
    run: async (args, { signal, onEvent }) => {
      const tool = args.requiredText("tool_name");
      const envelope = await executor.callTool(tool, args.object("arguments") ?? {}, {
        raw: true,
        ...(signal === undefined ? {} : { signal }),
        ...(onEvent === undefined ? {} : { onEvent }),
      });
      const { value, content } = openEnvelope(tool, envelope);
      const { json } = toJsonObject({ json: value ?? null });
      const outcome = { value: json ?? null, stdout: "", stderr: "", error: null, notes: [] };
      const reading = toReadingText(outcome, scope.artifacts);
      const isWhole = reading.keptAside.value === undefined;
      return {
        text: reading.text,
        structured: { tool, value: isWhole ? json : null, artifacts: reading.artifacts },
        content: toMcpContent(content),
      };
    },
  });
}

/** Splits a result into what is data and what is content of other kinds. An error result is thrown with its own text. */
function openEnvelope(tool: string, envelope: unknown): { readonly value: unknown; readonly content: Content } {
  if (!isRecord(envelope)) return { value: envelope, content: [] };
  const items: readonly unknown[] = Array.isArray(envelope["content"]) ? envelope["content"] : [];
  const content = items.filter(isContentItem);
  const text = content
    .flatMap((item) => (item.type === "text" && typeof item["text"] === "string" ? [item["text"]] : []))
    .join("\n");
  if (envelope["isError"] === true) throw toolError(tool, { ...envelope, content });
  return {
    value: envelope["structuredContent"] ?? (content.length === 0 ? envelope["toolResult"] : undefined) ?? text,
    content: content.filter(({ type }) => type !== "text"),
  };
}

function isContentItem(item: unknown): item is Content[number] {
  return isRecord(item) && typeof item["type"] === "string";
}
