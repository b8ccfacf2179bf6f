import { defined } from "../base/defined.ts";
import type { ModelMessage, TextStreamPart, ToolSet } from "ai-six";
import type { Announcements } from "./announcements.ts";
import { describeModelError, describeWarning, type ModelFailure } from "./model/describe-model-error.ts";
import type { ModelAnswer, ModelRequest } from "./model-answer.ts";
import { addUsage, NO_USAGE, type TokenUsage, totalTokens } from "./model/token-usage.ts";

const ENDINGS: Readonly<Record<Exclude<ModelAnswer["status"], "answered">, string>> = {
  stopped: "stopped by the person",
  failed: "no answer: the request to the model failed",
  turn_limit: "stopped: too many turns",
};

/** Why a model may stop before it has said all, for a person. */
const REASONS: Readonly<Record<string, string>> = {
  length: "The model reached its output limit; its answer is incomplete.",
  "content-filter": "The provider's filter ended the answer; it is not whole.",
};

/** State of an answer while it arrives. */
export class AnswerProgress {
  readonly #request: ModelRequest;
  #turns = 0;
  #reported = 0;
  #usage = NO_USAGE;
  #contextTokens = 0;
  #text = "";
  /** Text written since the last finished turn. */
  #unkept = "";
  #unkeptUses: readonly string[] = [];
  #kept: readonly ModelMessage[] = [];
  #wantsMore = false;
  #error: ModelFailure | undefined;
  #hasAnswered = false;

  constructor(request: ModelRequest) {
    this.#request = request;
  }

  /** The model is asked once more. */
  startTurn(): void {
    this.#turns += 1;
    if (this.#text !== "" && !this.#text.endsWith("\n")) this.#text += "\n";
    this.#request.listener({ type: "turn_start", turn: this.#turns });
  }

  /** The provider has reported the usage of a request. */
  report(usage: TokenUsage): void {
    this.#reported += 1;
    this.#usage = addUsage(this.#usage, usage);
    this.#contextTokens = totalTokens(usage);
    this.#request.listener({ type: "usage", usage: this.#usage });
  }

  /** A turn is over with its tools; these are the messages of all turns so far. */
  keep(messages: readonly ModelMessage[]): void {
    this.#kept = [...messages];
    this.#unkept = "";
    this.#unkeptUses = [];
  }

  /** Takes the next part of the stream, and announces uses of tools that are in it. */
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

  /** The request failed; an error caused by a stop is not a failure. */
  fail(thrown: unknown): void {
    if (!this.#request.signal.aborted) this.#error ??= describeModelError(thrown, this.#request.model.choice);
  }

  /** Result of the request. */
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
      ...defined({ error: this.#error }),
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
