import { defined } from "../base/defined.ts";
import { type CodemodeError, toCodemodeError } from "../base/codemode-error.ts";
import type { CodeModeExecutor } from "../host/executor.ts";
import { handOnContent } from "../runs/hand-on-content.ts";
import { showError, toReadingText } from "../runs/reading-text.ts";
import type { AgentTool, ToolContent } from "./agent-tool.ts";
import type { ClientScope } from "./client-scope.ts";
import { type AgentToolOutcome, defineAgentTool } from "./define-agent-tool.ts";
import { toMcpContent } from "./mcp-content.ts";
import type { JsonSchemaObject } from "../schema/json-schema.ts";
import { ARTIFACT, list, object, TEXT } from "./runs/result-schema.ts";
import { ACTS } from "./tool-annotations.ts";
import { isRecord } from "../base/is-record.ts";
import { toJsonObject } from "./to-json-object.ts";

/** An error with what the tool sent beside its words. */
const FAILURE: JsonSchemaObject = {
  type: "object",
  properties: { code: TEXT, message: TEXT, tool: TEXT, hint: TEXT, content: list({}), structuredContent: {} },
  required: ["code", "message"],
};

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
    resultSchema: object(
      {
        tool: TEXT,
        value: {
          description: "As a program gets it; `handedOn` of an item is its place after the first of `content`.",
        },
        artifacts: list(ARTIFACT),
        error: FAILURE,
      },
      ["tool", "value", "artifacts"],
    ),
    annotations: ACTS,
    run: async (args, { signal, onEvent, onLogin, client }) => {
      const tool = args.requiredText("tool_name");
      const options = {
        ...defined({ signal, onEvent, onLogin, client, owner: scope.owner }),
      };
      try {
        const value = await executor.callTool(tool, args.object("arguments") ?? {}, options);
        return toAnswer(tool, value, scope);
      } catch (thrown) {
        return toFailure(toCodemodeError(thrown));
      }
    },
  });
}

function toAnswer(tool: string, result: unknown, scope: ClientScope): AgentToolOutcome {
  const { value, content } = handOnContent(result ?? null);
  const { json } = toJsonObject({ json: value });
  const reading = toReadingText(
    { value: json ?? null, stdout: "", stderr: "", error: null, notes: [] },
    scope.artifacts,
  );
  const isWhole = reading.keptAside.value === undefined;
  return {
    text: reading.text,
    structured: { tool, value: isWhole ? json : null, artifacts: reading.artifacts },
    content: toMcpContent(content),
  };
}

/** A failure with all that the tool sent beside its words. */
function toFailure(error: CodemodeError): AgentToolOutcome {
  const { content = [], structuredContent } = error.details;
  const others = content.filter(isContentItem).filter(({ type }) => type !== "text");
  return {
    text: showError(error.toReport()),
    structured: {
      error: {
        ...error.toReport(),
        ...(content.length === 0 ? {} : { content }),
        ...defined({ structuredContent }),
      },
    },
    content: toMcpContent(others),
    isError: true,
  };
}

function isContentItem(item: unknown): item is ToolContent {
  return isRecord(item) && typeof item["type"] === "string";
}
