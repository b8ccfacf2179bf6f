import { stepCountIs, streamText, type TextStreamPart, type ToolSet } from "ai-six";
import { settleWithin } from "../base/deadline.ts";
import { Announcements } from "./announcements.ts";
import { AnswerProgress } from "./answer-progress.ts";
import type { ModelAnswer, ModelRequest } from "./model-answer.ts";
import { toToolSet } from "./to-tool-set.ts";
import { watchUsage } from "./model/watch-usage.ts";

/** Maximum time for what was stopped to end. */
const STOP_MS = 5_000;

/** Asks the model and performs the tool uses it wants, turn by turn, until it has answered. Never rejects. */
export async function answerRequest(request: ModelRequest): Promise<ModelAnswer> {
  const progress = new AnswerProgress(request);
  const announcements = new Announcements();
  const running = new Set<Promise<unknown>>();
  try {
    const stream = startStream(request, { progress, announcements, running });
    for await (const part of stream) progress.take(part, announcements);
  } catch (thrown) {
    progress.fail(thrown);
  } finally {
    announcements.end();
    // Cancelled tools may still be stopping; one that never does is not waited for.
    await settleWithin(Promise.all(running), STOP_MS);
  }
  return progress.finish();
}

function startStream(
  { model, system, messages, tools, maxTurns, images, signal, listener }: ModelRequest,
  {
    progress,
    announcements,
    running,
  }: {
    readonly progress: AnswerProgress;
    readonly announcements: Announcements;
    readonly running: Set<Promise<unknown>>;
  },
): AsyncIterable<TextStreamPart<ToolSet>> {
  // Warnings arrive in the stream; printed as well they would be between the lines, or in the middle of a document.
  globalThis.AI_SDK_LOG_WARNINGS = false;
  return streamText({
    model: watchUsage(model.model, (usage) => progress.report(usage)),
    system,
    messages: [...messages],
    tools: toToolSet(tools, { listener, signal, images, seesImages: model.seesImages, announcements, running }),
    stopWhen: stepCountIs(maxTurns),
    abortSignal: signal,
    // Anthropic caches what it is asked to; the others cache by themselves.
    providerOptions: { anthropic: { cacheControl: { type: "ephemeral" } } },
    prepareStep: () => {
      progress.startTurn();
      return {};
    },
    onStepFinish: ({ response }) => progress.keep(response.messages),
    // Errors arrive in the stream too; without a listener they would be printed.
    onError: () => {},
  }).fullStream;
}
