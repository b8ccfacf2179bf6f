import type { AgentToolResult } from "../../tools/agent-tool.ts";
import { type AdapterOptions, type AdapterTool, adapterTools, type ExecutorSource } from "../adapter-tools.ts";
import { describePart, type ModelPart, toDataUrl, toModelParts } from "../model-parts.ts";
import { readCalls, runCalls, type RunCallsOptions } from "../plain-calls.ts";

const CALLS = { list: "output", type: "function_call", id: "call_id", input: "arguments" };

/** A function tool as the Responses API takes it. */
export interface OpenaiTool {
  type: "function";
  name: string;
  description: string;
  parameters: { [keyword: string]: unknown };
  strict: false;
}

/** An item of a response's output; of those that are not `function_call`, nothing is asked. */
export interface OpenaiItem {
  readonly type: string;
}

/** A piece of what a model is shown of a result. Binary data is a data URL. */
export type OpenaiOutputContent =
  | { type: "input_text"; text: string }
  | { type: "input_image"; image_url: string; detail: "auto" }
  | { type: "input_file"; filename: string; file_data: string };

/** The answer to one `function_call` item. */
export interface OpenaiToolOutput {
  type: "function_call_output";
  call_id: string;
  output: string | OpenaiOutputContent[];
}

/** The tools of an executor as the Responses API has them, and the way to perform what a model asks for. */
export interface OpenaiToolset {
  /** For `tools` of a request; made afresh each time, so that descriptions follow the catalog. */
  readonly tools: OpenaiTool[];
  /**
   * Performs the `function_call` items of a response, of its output, or one of them, side by side, and returns the
   * items for the next request's `input`. Items that name other tools are left to the caller. Failure of a call is
   * reported in its output, never an exception; the API has no mark for it.
   */
  readonly run: (
    response: OpenaiItem | readonly OpenaiItem[] | { readonly output: readonly OpenaiItem[] },
    options?: RunCallsOptions,
  ) => Promise<OpenaiToolOutput[]>;
}

/** The tools of an executor for the OpenAI Responses API, as plain JSON; no SDK is needed. Throws like `codemodeTools`. */
export function openaiTools(codemode: ExecutorSource, options: AdapterOptions = {}): OpenaiToolset {
  const tools = adapterTools(codemode, options);
  return {
    get tools() {
      return tools.map(toOpenaiTool);
    },
    run: async (response, callOptions) => {
      const finished = await runCalls(tools, readCalls(response, CALLS), callOptions);
      return finished.map(({ toolCallId, result }) => toToolOutput(toolCallId, result));
    },
  };
}

function toOpenaiTool({ name, description, inputSchema }: AdapterTool): OpenaiTool {
  // Strict mode would make every optional argument required.
  return { type: "function", name, description, parameters: { ...structuredClone(inputSchema) }, strict: false };
}

function toToolOutput(call_id: string, result: AgentToolResult): OpenaiToolOutput {
  const parts = toModelParts(result);
  const [first] = parts;
  const output = parts.length === 1 && first?.kind === "text" ? first.text : parts.map(toContent);
  return { type: "function_call_output", call_id, output };
}

function toContent(part: ModelPart): OpenaiOutputContent {
  if (part.kind === "image") return { type: "input_image", image_url: toDataUrl(part), detail: "auto" };
  if (part.kind === "file" && part.mimeType === "application/pdf") {
    return { type: "input_file", filename: "result.pdf", file_data: toDataUrl(part) };
  }
  return { type: "input_text", text: describePart(part) };
}
