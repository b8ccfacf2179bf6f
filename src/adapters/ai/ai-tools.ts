import * as sdk from "ai";
import type { JSONSchema7, ModelMessage, Tool } from "ai";
import type { AgentToolResult } from "../../tools/agent-tool.ts";
import {
  type AdapterOptions,
  type AdapterProgress,
  type AdapterTool,
  adapterTools,
  type ExecutorSource,
} from "../adapter-tools.ts";
import { type ModelPart, toTypedOutput } from "../model-parts.ts";
import { watchCall } from "../watch-call.ts";

/** Result of a tool call for the host; the model receives the text and the images. */
export interface AiToolOutput extends AgentToolResult {
  /** Only in preliminary results, whose `text` reports the same in words. */
  readonly progress?: AdapterProgress;
}

/** A tool of the AI SDK. */
export type AiTool = Tool<Readonly<Record<string, unknown>>, AiToolOutput>;

/** Result of `toModelOutput`, in either version of the SDK. */
type ModelOutput = Awaited<ReturnType<NonNullable<AiTool["toModelOutput"]>>>;
type OutputItem = Extract<ModelOutput, { type: "content" }>["value"][number];

/**
 * The tools of an executor for `generateText`, `streamText` and agents of the AI SDK (`ai` 6 and 7), by name.
 *
 * A call returns an {@link AiToolOutput} to the host, and its text to the model, images as images. While a program
 * runs, how far it has come is given as preliminary results. The SDK's abort signal stops the program. A failed call is
 * an
 * `error-text` for the model. Throws like `codemodeTools`.
 */
export function aiTools(codemode: ExecutorSource, options: AdapterOptions = {}): Record<string, AiTool> {
  return Object.fromEntries(adapterTools(codemode, options).map((tool) => [tool.name, toAiTool(tool)]));
}

function toAiTool(tool: AdapterTool): AiTool {
  return {
    // Follows the catalog, so it is asked for each time.
    get description() {
      return tool.description;
    },
    title: tool.title,
    ...approvalOf(tool),
    inputSchema: sdk.jsonSchema<Readonly<Record<string, unknown>>>(toSchema(tool.inputSchema)),
    execute: (input, { abortSignal, toolCallId, messages }) =>
      callTool(tool, input, { signal: abortSignal, toolCallId, conversation: lastRequest(messages) }),
    toModelOutput: ({ output }) => toTypedOutput(output, toOutputItem),
  };
}

/** The SDK asks with the arguments alone, so the program is begun then and goes on when the call is made. */
function approvalOf({ needsApproval }: AdapterTool): Pick<AiTool, "needsApproval"> {
  if (needsApproval === undefined) return {};
  return {
    needsApproval: (input, { toolCallId, messages }) =>
      needsApproval(input, { toolCallId, conversation: lastRequest(messages) }),
  };
}

/** Text of the last message of the user, which hosts that shorten a conversation keep, and that no approval comes before. */
function lastRequest(messages: readonly ModelMessage[] = []): string {
  const content = messages.findLast(({ role }) => role === "user")?.content ?? "";
  if (typeof content === "string") return content;
  return content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

async function* callTool(...[tool, input, call]: Parameters<typeof watchCall>): AsyncGenerator<AiToolOutput> {
  const steps = watchCall(tool, input, call);
  for (;;) {
    const step = await steps.next();
    if (step.done === true) {
      yield step.value;
      return;
    }
    const progress = step.value;
    yield { text: progress.message, structured: {}, content: [], isError: false, progress };
  }
}

function toOutputItem(part: ModelPart): OutputItem {
  if (part.kind === "text") return { type: "text", text: part.text };
  const { kind, data, mimeType: mediaType } = part;
  // Version 7 has one form for all data and warns of the two of version 6, which knows no other.
  if ("isStepCount" in sdk) return { type: "file", mediaType, data: { type: "data", data } };
  return { type: kind === "image" ? "image-data" : "file-data", mediaType, data };
}

/** A JSON Schema in the SDK's own type for it, which allows less than the schema may say. */
function toSchema(schema: AdapterTool["inputSchema"]): JSONSchema7 {
  return { ...schema };
}
