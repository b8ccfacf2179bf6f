import type { AgentToolResult } from "../../tools/agent-tool.ts";
import { type AdapterOptions, type AdapterTool, adapterTools, type ExecutorSource } from "../adapter-tools.ts";
import { describePart, type ModelPart, toModelParts } from "../model-parts.ts";
import { readCalls, runCalls, type RunCallsOptions } from "../plain-calls.ts";

const CALLS = { list: "content", type: "tool_use", id: "id", input: "input" };

/** A tool as the Messages API takes it. */
export interface AnthropicTool {
  name: string;
  description: string;
  input_schema: { type: "object"; [keyword: string]: unknown };
}

/** A block of a message; of those that are not `tool_use`, nothing is asked. */
export interface AnthropicBlock {
  readonly type: string;
}

/** A picture or a PDF for the model. */
export interface AnthropicSource<MediaType extends string> {
  type: "base64";
  media_type: MediaType;
  data: string;
}

/** A piece of what a model is shown of a result. */
export type AnthropicResultContent =
  | { type: "text"; text: string }
  | { type: "image"; source: AnthropicSource<"image/png" | "image/jpeg" | "image/gif" | "image/webp"> }
  | { type: "document"; source: AnthropicSource<"application/pdf"> };

/** The answer to one `tool_use` block. */
export interface AnthropicToolResult {
  type: "tool_result";
  tool_use_id: string;
  content: AnthropicResultContent[];
  is_error: boolean;
}

/** The tools of an executor as the Messages API has them, and the way to perform what a model asks for. */
export interface AnthropicToolset {
  /** For `tools` of a request; made afresh each time, so that descriptions follow the catalog. */
  readonly tools: AnthropicTool[];
  /**
   * Performs the `tool_use` blocks of a response, of its content, or one of them, side by side, and returns the blocks
   * for the next user message. Blocks that name other tools are left to the caller. Failure of a call is a result with
   * `is_error`, never an exception.
   */
  readonly run: (
    response: AnthropicBlock | readonly AnthropicBlock[] | { readonly content: readonly AnthropicBlock[] },
    options?: RunCallsOptions,
  ) => Promise<AnthropicToolResult[]>;
}

/** The tools of an executor for the Anthropic Messages API, as plain JSON; no SDK is needed. Throws like `codemodeTools`. */
export function anthropicTools(codemode: ExecutorSource, options: AdapterOptions = {}): AnthropicToolset {
  const tools = adapterTools(codemode, options);
  return {
    get tools() {
      return tools.map(toAnthropicTool);
    },
    run: async (response, callOptions) => {
      const finished = await runCalls(tools, readCalls(response, CALLS), callOptions);
      return finished.map(({ toolCallId, result }) => toToolResult(toolCallId, result));
    },
  };
}

function toAnthropicTool({ name, description, inputSchema }: AdapterTool): AnthropicTool {
  return { name, description, input_schema: { ...structuredClone(inputSchema), type: "object" } };
}

function toToolResult(tool_use_id: string, result: AgentToolResult): AnthropicToolResult {
  const content = toModelParts(result).map(toContent);
  return { type: "tool_result", tool_use_id, content, is_error: result.isError };
}

function toContent(part: ModelPart): AnthropicResultContent {
  if (part.kind === "image") {
    const { data, mimeType: media_type } = part;
    return { type: "image", source: { type: "base64", media_type, data } };
  }
  if (part.kind === "file" && part.mimeType === "application/pdf") {
    return { type: "document", source: { type: "base64", media_type: part.mimeType, data: part.data } };
  }
  return { type: "text", text: describePart(part) };
}
