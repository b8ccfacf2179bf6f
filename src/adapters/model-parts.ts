import type { AgentToolResult, ToolContent } from "../tools/agent-tool.ts";

/** Image formats that every provider with eyes takes; others are files. */
type ImageType = "image/png" | "image/jpeg" | "image/gif" | "image/webp";

/** A piece of what a model is shown of a result. Binary data is base64. */
export type ModelPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "image"; readonly data: string; readonly mimeType: ImageType }
  | { readonly kind: "file"; readonly data: string; readonly mimeType: string };

const IMAGE_TYPES: ReadonlySet<string> = new Set<ImageType>(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** Parts of a result for a model: its text first, then what the program emitted, in order. Never empty. */
export function toModelParts(result: AgentToolResult): readonly ModelPart[] {
  return [{ kind: "text", text: result.text }, ...result.content.map(toPart)];
}

/** One text for SDKs whose tool results are text: pictures and files are named with their sizes. */
export function toModelText(result: AgentToolResult): string {
  return toModelParts(result).map(describePart).join("\n\n");
}

/** Output for SDKs that show pictures to models: the parts where one is a picture, else one text. */
export function toTextOrParts<Item>(result: AgentToolResult, toItem: (part: ModelPart) => Item): string | Item[] {
  const parts = toModelParts(result);
  return parts.some(isImage) ? parts.map(toItem) : toModelText(result);
}

/** Result of `toModelOutput` of the AI SDK, and of SDKs that follow it; a failure is marked where it is text alone. */
export function toTypedOutput<Item>(
  result: AgentToolResult,
  toItem: (part: ModelPart) => Item,
): { type: "content"; value: Item[] } | { type: "error-text" | "text"; value: string } {
  const parts = toModelParts(result);
  if (parts.some(({ kind }) => kind !== "text")) return { type: "content", value: parts.map(toItem) };
  return { type: result.isError ? "error-text" : "text", value: toModelText(result) };
}

/** Tells whether a part is a picture. */
export function isImage(part: ModelPart): part is Extract<ModelPart, { kind: "image" }> {
  return part.kind === "image";
}

/** Binary data as an address that holds it. */
export function toDataUrl({ mimeType, data }: Exclude<ModelPart, { kind: "text" }>): string {
  return `data:${mimeType};base64,${data}`;
}

/** A part in words; text is itself. */
export function describePart(part: ModelPart): string {
  if (part.kind === "text") return part.text;
  const bytes = Math.floor((part.data.replace(/=+$/, "").length * 3) / 4);
  return `[${part.kind}: ${part.mimeType}, ${bytes} bytes, not shown here]`;
}

function toPart(item: ToolContent): ModelPart {
  const { data, mimeType, text, resource } = item;
  if (item.type === "text" && typeof text === "string") return { kind: "text", text };
  if (typeof data === "string" && typeof mimeType === "string") return toBinary(data, mimeType);
  return fromResource(resource) ?? { kind: "text", text: JSON.stringify(item) };
}

function fromResource(resource: unknown): ModelPart | undefined {
  if (typeof resource !== "object" || resource === null) return undefined;
  const { text, blob, mimeType } = { text: undefined, blob: undefined, mimeType: undefined, ...resource };
  if (typeof text === "string") return { kind: "text", text };
  if (typeof blob !== "string") return undefined;
  return toBinary(blob, typeof mimeType === "string" ? mimeType : "application/octet-stream");
}

function toBinary(data: string, mimeType: string): ModelPart {
  return isImageType(mimeType) ? { kind: "image", data, mimeType } : { kind: "file", data, mimeType };
}

function isImageType(mimeType: string): mimeType is ImageType {
  return IMAGE_TYPES.has(mimeType);
}
