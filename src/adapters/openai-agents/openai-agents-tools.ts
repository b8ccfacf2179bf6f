import { type FunctionTool, tool } from "@openai/agents";
import { isSchemaObject, type JsonSchemaObject } from "../../schema/json-schema.ts";
import type { AgentToolResult } from "../../tools/agent-tool.ts";
import {
  type AdapterOptions,
  type AdapterTool,
  adapterTools,
  type ExecutorSource,
  withLiveDescription,
} from "../adapter-tools.ts";
import { describePart, type ModelPart, toTextOrParts } from "../model-parts.ts";

/** Result of a tool's function for the OpenAI Agents SDK: one text, or text and pictures in order. */
export type OpenaiAgentsOutput =
  | string
  | readonly (
      | { readonly type: "text"; readonly text: string }
      | { readonly type: "image"; readonly image: { readonly data: string; readonly mediaType: string } }
    )[];

/** A tool as the OpenAI Agents SDK takes it, for an agent of any context. */
// oxlint-disable-next-line typescript/no-explicit-any -- the SDK's own way to say "of any context and parameters"
export type OpenaiAgentsTool = FunctionTool<any, any, OpenaiAgentsOutput>;

/**
 * The tools of an executor for `new Agent({ tools })` of the OpenAI Agents SDK.
 *
 * A failure is reported to the model as text. When the signal of a run is aborted, the program stops and the call
 * rejects with the signal's reason. `customData` of a tool output item holds `{ structured, isError }` where the SDK
 * has it (from 0.12). The SDK has no tool progress: pass `onProgress`. The caller closes the executor.
 */
export function openaiAgentsTools(source: ExecutorSource, options: AdapterOptions = {}): OpenaiAgentsTool[] {
  return adapterTools(source, options).map(toTool);
}

function toTool(adapted: AdapterTool): OpenaiAgentsTool {
  const results = new RunResults();
  const made = tool({
    name: adapted.name,
    description: adapted.description,
    parameters: toParameters(structuredClone(adapted.inputSchema)),
    // Strict mode would make every optional argument a required one.
    strict: false,
    execute: async (args, context, details) => {
      const signal = details?.signal;
      const toolCallId = details?.toolCall?.callId;
      const result = await adapted.call(args, { signal, toolCallId });
      signal?.throwIfAborted();
      results.keep(context, toolCallId, result);
      return toTextOrParts(result, toOutputPart);
    },
    ...approvalOf(adapted),
    customDataExtractor: ({ runContext, toolCall }) => results.take(runContext, toolCall.callId),
  });
  return withLiveDescription(made, adapted);
}

/** The SDK asks before the call, so the program is begun then; its interruption is what the run waits for. */
function approvalOf({ needsApproval }: AdapterTool): {
  readonly needsApproval?: (context: unknown, input: unknown, callId?: string) => Promise<boolean>;
} {
  if (needsApproval === undefined) return {};
  return { needsApproval: (_context, input, toolCallId) => needsApproval(input, { toolCallId }) };
}

function toParameters(schema: JsonSchemaObject): {
  type: "object";
  properties: Record<string, object>;
  required: string[];
  additionalProperties: true;
} {
  const { properties, required } = schema;
  const fields = isSchemaObject(properties) ? Object.entries(properties) : [];
  return {
    ...schema,
    type: "object",
    properties: Object.fromEntries(fields.filter((field): field is [string, object] => isSchemaObject(field[1]))),
    required: Array.isArray(required) ? required.filter((name) => typeof name === "string") : [],
    additionalProperties: true,
  };
}

function toOutputPart(part: ModelPart): Exclude<OpenaiAgentsOutput, string>[number] {
  return part.kind === "image"
    ? { type: "image", image: { data: part.data, mediaType: part.mimeType } }
    : { type: "text", text: describePart(part) };
}

/** Host-only parts of results, kept until the SDK asks for them; dropped with their run. */
class RunResults {
  readonly #runs = new WeakMap<object, Map<string, AgentToolResult>>();

  keep(run: object | undefined, toolCallId: string | undefined, result: AgentToolResult): void {
    if (run === undefined || toolCallId === undefined) return;
    const calls = this.#runs.get(run) ?? new Map<string, AgentToolResult>();
    this.#runs.set(run, calls.set(toolCallId, result));
  }

  take(run: object, toolCallId: string): { structured: object; isError: boolean } | undefined {
    const calls = this.#runs.get(run);
    const result = calls?.get(toolCallId);
    calls?.delete(toolCallId);
    return result === undefined ? undefined : { structured: result.structured, isError: result.isError };
  }
}
