import { defined } from "../../base/defined.ts";
import { toJsonSchema } from "genkit/schema";
import type { FunctionTool } from "../../sources/functions/define-tool.ts";
import type { ContentItem } from "../../sources/source.ts";
import { isRecord } from "../../base/is-record.ts";
import { linkedContent } from "../linked-content.ts";

/** The part of a Genkit tool that a call needs. */
export interface GenkitTool {
  /** Genkit's description of the tool. */
  readonly __action: {
    readonly name: string;
    readonly description?: string | undefined;
    readonly inputSchema?: unknown;
    readonly inputJsonSchema?: unknown;
    readonly outputSchema?: unknown;
    readonly outputJsonSchema?: unknown;
    readonly actionType?: string | undefined;
  };
  /** Performs a call. */
  // oxlint-disable-next-line typescript/no-explicit-any -- each tool has an input of its own
  (input: any, options?: { abortSignal?: AbortSignal; context?: any }): Promise<unknown>;
}

/** Options of {@link fromGenkitTools}. */
export interface FromGenkitOptions {
  /** Value that the tools receive as `context`, for instance the signed-in user. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/**
 * Tools of Genkit as functions for programs: `registry.addTools("mine", fromGenkitTools(tools))`.
 *
 * A program gets a tool's output; of a multipart tool, text and pictures too. A tool that interrupts fails with the
 * SDK's own error, since a program cannot wait for a person.
 */
export function fromGenkitTools(
  tools: readonly GenkitTool[],
  options: FromGenkitOptions = {},
): readonly FunctionTool[] {
  return tools.map((tool) => toFunctionTool(tool, options));
}

function toFunctionTool(tool: GenkitTool, { context }: FromGenkitOptions): FunctionTool {
  const { name, description = "", actionType, ...schemas } = readAction(tool);
  const isMultipart = actionType === "tool.v2";
  const inputSchema = toSchema(schemas.inputSchema, schemas.inputJsonSchema);
  const outputSchema = isMultipart ? undefined : toSchema(schemas.outputSchema, schemas.outputJsonSchema);
  return {
    name: name.slice(name.lastIndexOf("/") + 1),
    description,
    inputSchema: inputSchema ?? { type: "object" },
    ...defined({ outputSchema }),
    execute: async (args, { signal }) => {
      const output = await tool({ ...args }, { abortSignal: signal, ...defined({ context }) });
      return isMultipart ? toValue(output) : output;
    },
  };
}

function readAction(tool: GenkitTool): GenkitTool["__action"] {
  // oxlint-disable-next-line no-underscore-dangle -- the SDK's own name
  return tool.__action;
}

function toSchema(schema: unknown, jsonSchema: unknown): Readonly<Record<string, unknown>> | undefined {
  if (schema === undefined && jsonSchema === undefined) return undefined;
  const converted = toJsonSchema({ schema, jsonSchema });
  return isRecord(converted) ? converted : undefined;
}

function toValue(response: unknown): unknown {
  if (!isRecord(response)) return response;
  const { output, content } = response;
  if (!Array.isArray(content) || content.length === 0) return output;
  const text = typeof output === "string" ? output : JSON.stringify(output);
  const first = text === undefined ? [] : [{ type: "text", text }];
  return { content: [...first, ...content.map(toContent)] };
}

function toContent(part: unknown): ContentItem {
  const { media, text } = isRecord(part) ? part : {};
  if (isRecord(media) && typeof media["url"] === "string") {
    const { url, contentType } = media;
    return linkedContent(url, typeof contentType === "string" ? contentType : undefined);
  }
  return { type: "text", text: typeof text === "string" ? text : JSON.stringify(part) };
}
