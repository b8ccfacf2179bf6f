import { dynamicTool, jsonSchema, type ToolSet } from "ai-six";
import type { AgentListener } from "./agent-event.ts";
import type { Announcements } from "./announcements.ts";
import type { ImageFiles, SavedImage } from "./image-files.ts";
import type { ModelTool, ToolAnswer } from "./toolset.ts";

/** State shared by the tools of one answer. */
interface ToolSetOptions {
  readonly listener: AgentListener;
  readonly signal: AbortSignal;
  readonly images: ImageFiles;
  readonly seesImages: boolean;
  /** Lets a use begin once the reader of the stream has seen it. */
  readonly announcements: Announcements;
  /** Uses in progress, to be waited for when an answer is stopped. */
  readonly running: Set<Promise<unknown>>;
}

/** A use that is turned into a message for the model. */
interface Output extends Pick<ToolAnswer, "text" | "isError"> {
  readonly kind: "codemode-output";
  readonly images: readonly SavedImage[];
}

/** The tools in the form of the AI SDK. */
export function toToolSet(tools: readonly ModelTool[], options: ToolSetOptions): ToolSet {
  return Object.fromEntries(
    tools.map((tool) => [
      tool.name,
      dynamicTool({
        description: tool.description,
        inputSchema: jsonSchema({ ...tool.inputSchema }),
        execute: (input, { toolCallId }) => {
          const use = perform(tool, { input, useId: toolCallId }, options);
          const settled = use.then(
            () => {},
            () => {},
          );
          options.running.add(settled);
          void settled.then(() => options.running.delete(settled));
          return use;
        },
        toModelOutput: ({ output }) => toModelOutput(output, options.seesImages),
      }),
    ]),
  );
}

async function perform(
  tool: ModelTool,
  { input, useId }: { readonly input: unknown; readonly useId: string },
  { listener, signal, images, announcements }: ToolSetOptions,
): Promise<Output> {
  await announcements.whenMade(useId);
  if (signal.aborted) return { kind: "codemode-output", text: "Stopped before it began.", images: [], isError: true };
  const { text, content, isError } = await tool.run(input, { useId, signal, listener });
  const saved: SavedImage[] = [];
  const texts = text === "" ? [] : [text];
  for (const item of content) {
    const image = await images.save(item);
    if (image === undefined) texts.push(textOfContent(item));
    else {
      saved.push(image);
      listener({ type: "image", file: image.file, mimeType: image.mimeType });
    }
  }
  return { kind: "codemode-output", text: texts.join("\n"), images: saved, isError };
}

/** Data other than images is named and left out: it would only fill the context. */
function textOfContent(item: ToolAnswer["content"][number]): string {
  if (item.type === "text" && typeof item["text"] === "string") return item["text"];
  return JSON.stringify(item, (key, value: unknown) =>
    (key === "data" || key === "blob") && typeof value === "string" ? `(${value.length} characters of base64)` : value,
  );
}

type DynamicToolOutput = Awaited<ReturnType<NonNullable<ReturnType<typeof dynamicTool>["toModelOutput"]>>>;

function toModelOutput(output: unknown, seesImages: boolean): DynamicToolOutput {
  if (!isOutput(output)) return { type: "text", value: JSON.stringify(output) ?? "" };
  const { text, images, isError } = output;
  if (images.length === 0 || isError) return { type: isError ? "error-text" : "text", value: text };
  if (!seesImages) {
    const named = images.map(({ file, mimeType }) => `(${mimeType} image, shown to the person as ${file})`);
    return { type: "text", value: [text, ...named].join("\n") };
  }
  const shown = images.map(({ data, mimeType }) => ({ type: "image-data" as const, data, mediaType: mimeType }));
  return { type: "content", value: [...(text === "" ? [] : [{ type: "text" as const, text }]), ...shown] };
}

function isOutput(value: unknown): value is Output {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "codemode-output";
}
