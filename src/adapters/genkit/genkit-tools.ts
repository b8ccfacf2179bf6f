import type { AgentToolResult } from "../../tools/agent-tool.ts";
import type { JsonSchemaObject } from "../../schema/json-schema.ts";
import { isRecord } from "../../base/is-record.ts";
import { type AdapterOptions, type AdapterTool, adapterTools, type ExecutorSource } from "../adapter-tools.ts";
import { describePart, isImage, toDataUrl, toModelParts } from "../model-parts.ts";

/** Result of a tool for Genkit: a text, pictures beside it, and fields that only the host reads. */
export interface GenkitOutput {
  output: string;
  content?: { media: { url: string; contentType: string } }[];
  metadata: { structured: object; isError: boolean };
}

/** Description of a tool for Genkit. */
export interface GenkitToolConfig {
  name: string;
  description: string;
  inputJsonSchema: JsonSchemaObject;
  multipart: true;
}

/** The part of a Genkit instance that tools are defined with. */
export interface GenkitInstance<DefinedTool> {
  /** Registers a tool and returns the value that `generate({ tools })` takes. */
  defineTool(config: GenkitToolConfig, fn: (input: unknown, call: unknown) => Promise<GenkitOutput>): DefinedTool;
}

/**
 * Defines the tools of an executor on a Genkit instance, for `ai.generate({ tools })`.
 *
 * A failure is reported to the model as text; pictures are media parts of the tool's response; `structured` and
 * `isError` are its metadata where Genkit keeps them. Genkit does not hand the abort signal of `generate` on to tools:
 * pass it as
 * `context: { signal }` too, and the program stops with it. Genkit has no tool progress: pass `onProgress`.
 * Descriptions are those of this moment, so discover the servers first. Throws like `codemodeTools`.
 */
export function genkitTools<DefinedTool>(
  ai: GenkitInstance<DefinedTool>,
  codemode: ExecutorSource,
  options: AdapterOptions = {},
): DefinedTool[] {
  return adapterTools(codemode, options).map((tool) => {
    const { name, description } = tool;
    // SDKs modify the schemas they receive.
    const inputJsonSchema = structuredClone(tool.inputSchema);
    return ai.defineTool({ name, description, inputJsonSchema, multipart: true }, (input, call) =>
      callTool(tool, input, call),
    );
  });
}

async function callTool(tool: AdapterTool, input: unknown, call: unknown): Promise<GenkitOutput> {
  const signals = signalsOf(call);
  const signal = signals.length === 0 ? undefined : AbortSignal.any(signals);
  const result = await tool.call(input, { signal });
  signal?.throwIfAborted();
  return toOutput(result);
}

function signalsOf(call: unknown): AbortSignal[] {
  if (!isRecord(call)) return [];
  const { abortSignal, context } = call;
  return [abortSignal, isRecord(context) ? context["signal"] : undefined].filter(
    (signal): signal is AbortSignal => signal instanceof AbortSignal,
  );
}

function toOutput(result: AgentToolResult): GenkitOutput {
  const parts = toModelParts(result);
  const content = parts.filter(isImage).map((part) => ({
    media: { url: toDataUrl(part), contentType: part.mimeType },
  }));
  return {
    output: parts
      .filter((part) => !isImage(part))
      .map(describePart)
      .join("\n\n"),
    ...(content.length === 0 ? {} : { content }),
    metadata: { structured: result.structured, isError: result.isError },
  };
}
