import { type ModelMessage, stepCountIs, streamText, type TextStreamPart, type ToolSet } from "ai-six";
import type { ImageFiles } from "./image-files.ts";
import { Announcements } from "./announcements.ts";
import type { AgentListener } from "./agent-event.ts";
import { describeModelError, describeWarning, type ModelFailure } from "./describe-model-error.ts";
import type { LoadedModel } from "./load-model.ts";
import { addUsage, NO_USAGE, type TokenUsage, totalTokens } from "./token-usage.ts";
import { toToolSet } from "./to-tool-set.ts";
import type { ModelTool } from "./toolset.ts";
import { watchUsage } from "./watch-usage.ts";

/** What is asked, of whom, and with which tools. */
export interface ModelRequest {
  readonly model: LoadedModel;
  readonly system: string;
  /** The conversation, ending with the request. */
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ModelTool[];
  /** Most times the model may be asked before it has to have answered. */
  readonly maxTurns: number;
  readonly images: ImageFiles;
  readonly signal: AbortSignal;
  readonly listener: AgentListener;
}

/** What came of asking. */
export interface ModelAnswer {
  readonly status: "answered" | "stopped" | "failed" | "turn_limit";
  /** Everything the model wrote for the person. */
  readonly text: string;
  /** How often the model was asked. */
  readonly turns: number;
  readonly usage: TokenUsage;
  /** Tokens the model had read and written in its last turn; how long the conversation is now. */
  readonly contextTokens: number;
  /** What the conversation goes on with, also after a stop. */
  readonly messages: readonly ModelMessage[];
  readonly error?: ModelFailure;
}

const ENDINGS: Readonly<Record<Exclude<ModelAnswer["status"], "answered">, string>> = {
  stopped: "stopped by the person",
  failed: "no answer: the request to the model failed",
  turn_limit: "stopped: too many turns",
};

/** Why a model may stop before it has said all, for a person. */
const REASONS: Readonly<Record<string, string>> = {
  length: "The model reached the most it may write at once; its answer is not whole.",
  "content-filter": "The provider's filter ended the answer; it is not whole.",
};

/** Most time for what was stopped to end. */
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
    await settleWithin(STOP_MS, running);
  }
  return progress.finish();
}

/** Waits for tools that were told to stop and may still be stopping, but not for one that never does. */
async function settleWithin(waitMs: number, running: ReadonlySet<Promise<unknown>>): Promise<void> {
  if (running.size === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, waitMs);
  });
  await Promise.race([Promise.all(running), late]);
  clearTimeout(timer);
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

/** What is known of an answer while it comes. */
class AnswerProgress {
  readonly #request: ModelRequest;
  #turns = 0;
  #reported = 0;
  #usage = NO_USAGE;
  #contextTokens = 0;
  #text = "";
  /** What was written since the last finished turn. */
  #unkept = "";
  #unkeptUses: readonly string[] = [];
  #kept: readonly ModelMessage[] = [];
  #wantsMore = false;
  #error: ModelFailure | undefined;
  #hasAnswered = false;

  constructor(request: ModelRequest) {
    this.#request = request;
  }

  startTurn(): void {
    this.#turns += 1;
    if (this.#text !== "" && !this.#text.endsWith("\n")) this.#text += "\n";
    this.#request.listener({ type: "turn_start", turn: this.#turns });
  }

  report(usage: TokenUsage): void {
    this.#reported += 1;
    this.#usage = addUsage(this.#usage, usage);
    this.#contextTokens = totalTokens(usage);
    this.#request.listener({ type: "usage", usage: this.#usage });
  }

  keep(messages: readonly ModelMessage[]): void {
    this.#kept = [...messages];
    this.#unkept = "";
    this.#unkeptUses = [];
  }

  take(part: TextStreamPart<ToolSet>, announcements: Announcements): void {
    const { listener } = this.#request;
    switch (part.type) {
      case "start-step":
        for (const warning of part.warnings) listener({ type: "note", text: describeWarning(warning) });
        break;
      case "text-delta":
        this.#text += part.text;
        this.#unkept += part.text;
        listener({ type: "text", text: part.text });
        break;
      case "tool-input-start":
        listener({ type: "writing", tool: part.toolName });
        break;
      case "tool-call":
        this.#unkeptUses = [...this.#unkeptUses, part.toolName];
        announcements.make(part.toolCallId);
        break;
      case "tool-error":
        listener({
          type: "note",
          text: `${part.toolName} could not be used: ${describeModelError(part.error).message}`,
        });
        break;
      case "finish-step":
        this.#wantsMore = part.finishReason === "tool-calls";
        this.#noteEnd(part.finishReason);
        break;
      case "finish":
        this.#hasAnswered = true;
        break;
      case "error":
        this.fail(part.error);
        break;
      default:
    }
  }

  fail(thrown: unknown): void {
    if (!this.#request.signal.aborted) this.#error ??= describeModelError(thrown, this.#request.model.choice);
  }

  finish(): ModelAnswer {
    const status = this.#status();
    const isComplete = this.#usage.isComplete && this.#reported === this.#turns;
    return {
      status,
      text: this.#text,
      turns: this.#turns,
      usage: { ...this.#usage, isComplete },
      contextTokens: this.#contextTokens,
      messages: status === "answered" ? this.#kept : [...this.#kept, this.#lastWords(status)],
      ...(this.#error === undefined ? {} : { error: this.#error }),
    };
  }

  #noteEnd(reason: string): void {
    const text = REASONS[reason];
    if (text !== undefined) this.#request.listener({ type: "note", text });
  }

  #status(): ModelAnswer["status"] {
    if (this.#error !== undefined) return "failed";
    if (this.#request.signal.aborted || !this.#hasAnswered) return "stopped";
    return this.#wantsMore && this.#turns >= this.#request.maxTurns ? "turn_limit" : "answered";
  }

  /** Requests and answers must alternate, so an answer that was cut short gets an end. */
  #lastWords(status: Exclude<ModelAnswer["status"], "answered">): ModelMessage {
    const uses = this.#unkeptUses.length === 0 ? "" : ` while it used ${this.#unkeptUses.join(", ")}`;
    const end = `(${ENDINGS[status]}${uses})`;
    return { role: "assistant", content: this.#unkept === "" ? end : `${this.#unkept}\n${end}` };
  }
}
