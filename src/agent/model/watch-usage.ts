import { type LanguageModel, type LanguageModelMiddleware, wrapLanguageModel } from "ai-six";
import type { TokenUsage } from "./token-usage.ts";

type WatchedModel = Exclude<LanguageModel, string>;
type StreamPart =
  Awaited<ReturnType<NonNullable<LanguageModelMiddleware["wrapStream"]>>>["stream"] extends ReadableStream<infer Part>
    ? Part
    : never;

/**
 * The same model, with a listener that hears what each request took as soon as the provider has said so; also when the
 * tools the model asked for are stopped after that.
 */
export function watchUsage(model: LoadableModel, onUsage: (usage: TokenUsage) => void): WatchedModel {
  return wrapLanguageModel({
    model,
    middleware: {
      specificationVersion: "v3",
      wrapStream: async ({ doStream }) => {
        const { stream, ...rest } = await doStream();
        const watch = new TransformStream<StreamPart, StreamPart>({
          transform: (part, controller) => {
            if (part.type === "finish") onUsage(toTokenUsage(part.usage));
            controller.enqueue(part);
          },
        });
        return { ...rest, stream: stream.pipeThrough(watch) };
      },
    },
  });
}

/** A model that can be watched. */
export type LoadableModel = Parameters<typeof wrapLanguageModel>[0]["model"];

type ReportedUsage = Extract<StreamPart, { readonly type: "finish" }>["usage"];

/** The report of one request in our form. */
function toTokenUsage({ inputTokens, outputTokens }: ReportedUsage): TokenUsage {
  return {
    inputTokens: inputTokens.total ?? 0,
    cacheReadTokens: inputTokens.cacheRead ?? 0,
    cacheWriteTokens: inputTokens.cacheWrite ?? 0,
    outputTokens: outputTokens.total ?? 0,
    isComplete: inputTokens.total !== undefined && outputTokens.total !== undefined,
  };
}
