import { ToolMessage } from "@langchain/core/messages";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { toJsonSchema as convertSchema } from "@langchain/core/utils/json_schema";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { JsonSchema } from "../../schema/json-schema.ts";
import { isStandardSchema, toJsonSchema } from "../../schema/standard-schema.ts";
import type { FunctionTool } from "../../sources/functions/define-tool.ts";
import type { ContentItem } from "../../sources/source.ts";
import { isRecord } from "../../base/is-record.ts";
import { binaryContent, linkedContent } from "../linked-content.ts";

/** Options of {@link fromLangchainTools}. */
export interface FromLangchainOptions {
  /** Call options of the tools beside the signal, such as `configurable`, `callbacks` or `tags`. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * Tools of LangChain as functions for programs: `registry.addTools("mine", fromLangchainTools(tools))`.
 *
 * A program gets the content of a tool's message, parsed where it is plainly JSON; an artifact stays with the host. A
 * message of status `error` is an error, and so is a LangGraph command, which only a graph can follow.
 */
export function fromLangchainTools(
  tools: readonly StructuredToolInterface[],
  { config }: FromLangchainOptions = {},
): FunctionTool[] {
  let calls = 0;
  return tools.map((tool) => ({
    name: tool.name,
    description: tool.description,
    inputSchema: inputSchemaOf(tool),
    execute: async (args, { signal }) => {
      calls += 1;
      const call = { type: "tool_call" as const, id: `codemode_${calls}`, name: tool.name, args: { ...args } };
      return toValue(tool.name, await tool.invoke(call, { ...config, signal }));
    },
  }));
}

/**
 * Older versions of LangChain convert a schema's output, not its input, and so require properties that have a default.
 */
function inputSchemaOf({ name, schema }: StructuredToolInterface): JsonSchema {
  return isStandardSchema(schema) && schema["~standard"].jsonSchema !== undefined
    ? toJsonSchema(schema, { owner: `the tool "${name}"`, side: "input" })
    : { ...convertSchema(schema, { io: "input" }) };
}

function toValue(name: string, output: unknown): unknown {
  if (!ToolMessage.isInstance(output)) {
    if (isRecord(output) && "lg_name" in output) {
      throw new CodemodeError("tool_error", `${name} answered with a command for a graph.`, {
        hint: "Call it from the graph; a program cannot follow it.",
      });
    }
    return output;
  }
  const content = typeof output.content === "string" ? output.content : output.content.map(toContent);
  const isError = output.status === "error";
  if (typeof content === "string" && !isError) return content;
  return { content: typeof content === "string" ? [{ type: "text", text: content }] : content, isError };
}

function toContent(block: unknown): ContentItem {
  if (typeof block === "string") return { type: "text", text: block };
  if (!isRecord(block)) return { type: "text", text: JSON.stringify(block) };
  const { type, text, data } = block;
  const mimeType = block["mimeType"] ?? block["mime_type"];
  if (type === "text" && typeof text === "string") return { type, text };
  if (typeof data === "string" && typeof mimeType === "string") return binaryContent(data, mimeType);
  const address = addressOf(block);
  return address === undefined ? { type: "text", text: JSON.stringify(block) } : linkedContent(address);
}

function addressOf({ image_url: image, url }: Readonly<Record<string, unknown>>): string | undefined {
  const address = isRecord(image) ? image["url"] : (image ?? url);
  return typeof address === "string" ? address : undefined;
}
