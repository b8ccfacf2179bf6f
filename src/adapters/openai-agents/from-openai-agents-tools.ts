import { stringifyJson } from "../../base/exact-json.ts";
import { RunContext, type Tool } from "@openai/agents";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { FunctionTool } from "../../sources/functions/define-tool.ts";
import type { ContentItem } from "../../sources/source.ts";
import { isRecord } from "../../base/is-record.ts";
import { binaryContent, linkedContent } from "../linked-content.ts";

/** Options of {@link fromOpenaiAgentsTools}. */
export interface FromOpenaiAgentsOptions {
  /** Value that the tools receive in `context` of their run context. @default an empty object */
  readonly context?: unknown;
}

/** A tool of the OpenAI Agents SDK, of any kind and for any context. */
// oxlint-disable-next-line typescript/no-explicit-any -- the SDK's own way to say so
export type AnyOpenaiAgentsTool = Tool<any>;

type CallableTool = Extract<AnyOpenaiAgentsTool, { readonly type: "function" }>;

/**
 * Function tools of the OpenAI Agents SDK as functions for programs: `registry.addTools("mine", fromOpenaiAgentsTools(tools))`.
 *
 * A call that the tool's `needsApproval` asks a person about fails. What a tool's own
 * `errorFunction` makes of an error is a text here too; pass `errorFunction: null` to have the error thrown.
 *
 * Throws `config_error` for hosted tools, which only run at the provider, and for tools with guardrails, which only a
 * runner of the SDK applies.
 */
export function fromOpenaiAgentsTools(
  tools: readonly AnyOpenaiAgentsTool[],
  options: FromOpenaiAgentsOptions = {},
): FunctionTool[] {
  const runContext = new RunContext(options.context ?? {});
  return tools.map((tool) => toFunctionTool(callable(tool), runContext));
}

function callable(tool: AnyOpenaiAgentsTool): CallableTool {
  if (tool.type !== "function") {
    throw new CodemodeError("config_error", `"${tool.name}" is not a function tool (${tool.type}).`, {
      hint: "Hand on only tools that were made with tool().",
    });
  }
  if ([...(tool.inputGuardrails ?? []), ...(tool.outputGuardrails ?? [])].length === 0) return tool;
  throw new CodemodeError("config_error", `"${tool.name}" has guardrails, which programs would pass by.`, {
    hint: "Leave it out, or guard it with the policy of the executor and hand on a copy without guardrails.",
  });
}

function toFunctionTool(tool: CallableTool, runContext: RunContext): FunctionTool {
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: { ...tool.parameters },
    ...(tool.outputSchema === undefined ? {} : { outputSchema: { ...tool.outputSchema } }),
    execute: async (args, { signal }) => {
      if (await tool.needsApproval(runContext, args)) {
        throw new CodemodeError("approval_required", `${tool.name} needs the approval of a person for this call.`, {
          hint: "Ask the person to make this call, or do without it.",
        });
      }
      return toValue(await tool.invoke(runContext, stringifyJson(args), { signal }));
    },
  };
}

/** Pictures and texts in the SDK's form become content; everything else is the value. */
function toValue(output: unknown): unknown {
  const items: readonly unknown[] = Array.isArray(output) ? output : [output];
  const content = items.map(toContent);
  return items.length > 0 && content.every((item) => item !== undefined) ? { content } : output;
}

function toContent(item: unknown): ContentItem | undefined {
  if (!isRecord(item)) return undefined;
  const { type, text, image } = item;
  if (type === "text" && typeof text === "string") return { type, text };
  if (type !== "image") return undefined;
  if (typeof image === "string") return linkedContent(image, "image/*");
  if (!isRecord(image)) return undefined;
  const { data, mediaType, url } = image;
  if (typeof url === "string") return linkedContent(url, "image/*");
  const bytes = data instanceof Uint8Array ? Buffer.from(data).toString("base64") : data;
  if (typeof bytes !== "string") return undefined;
  return binaryContent(bytes, typeof mediaType === "string" ? mediaType : "image/png");
}
