import { defined } from "../base/defined.ts";
import { isRecord } from "../base/is-record.ts";
import type { ModelMessage } from "ai-six";
import type { CodeModeExecutor } from "../host/executor.ts";
import type { AgentAnswer } from "./agent-answer.ts";
import type { AgentEvent, AgentListener, AgentMode } from "./agent-event.ts";
import { answerRequest } from "./answer-request.ts";
import type { ModelAnswer } from "./model-answer.ts";
import { codeTools, withFittingTools } from "./code-tools.ts";
import { cutExchanges, type Exchange } from "./cut-exchanges.ts";
import { directTools } from "./direct-tools.ts";
import type { ImageFiles } from "./image-files.ts";
import type { LoadedModel } from "./model/load-model.ts";
import { type ProgramLanguage, systemPrompt } from "./system-prompt.ts";

/** Parts of a conversation. */
export interface ConversationOptions {
  readonly executor: CodeModeExecutor;
  readonly model: LoadedModel;
  readonly images: ImageFiles;
  /** Maximum number of requests to the model for one answer. */
  readonly maxTurns: number;
  /** The conversation is cut at its beginning when it takes more tokens than this. */
  readonly contextTokens: number;
  /** Languages of the programs the model is asked to write. */
  readonly language: ProgramLanguage;
}

/** Settings of one request. */
interface AskOptions {
  readonly mode: AgentMode;
  readonly signal: AbortSignal;
  readonly listener: AgentListener;
}

/** A conversation with an agent, which remembers what was said and done. Knows nothing of terminals. */
export class Conversation {
  readonly #options: ConversationOptions;
  #model: LoadedModel;
  #exchanges: readonly Exchange[] = [];
  /** Messages remembered when the last request was made. */
  #before: readonly Exchange[] = [];
  #last: AgentAnswer | undefined;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#model = options.model;
  }

  /** The model that is asked. */
  get model(): LoadedModel {
    return this.#model;
  }

  /** Changes the model that answers from now on. */
  useModel(model: LoadedModel): void {
    this.#model = model;
  }

  /** The last request and what came of it. */
  get last(): AgentAnswer | undefined {
    return this.#last;
  }

  /** Remembered messages, in the form they are sent to the model. */
  get messages(): readonly ModelMessage[] {
    return this.#exchanges.flatMap(({ messages }) => messages);
  }

  /** Answers a request and remembers both. Never rejects for a model that fails: that is part of the answer. */
  async ask(request: string, options: AskOptions): Promise<AgentAnswer> {
    const { kept, dropped } = cutExchanges(this.#exchanges, this.#options.contextTokens);
    if (dropped > 0) {
      const requests = dropped === 1 ? "the oldest request" : `the ${dropped} oldest requests`;
      const text = `Forgot ${requests} and what came of it, to stay below ${this.#options.contextTokens} tokens.`;
      options.listener({ type: "note", text });
    }
    this.#before = kept;
    const { answer, messages, contextTokens } = await this.#answer(request, options);
    this.#exchanges = [...kept, { messages, contextTokens }];
    this.#last = answer;
    return answer;
  }

  /**
   * Answers the last request once more from the same beginning, for instance in the other mode. The conversation goes
   * on as if it had not been; what the tools did stays done. Undefined when nothing has been asked yet.
   */
  async again(options: AskOptions): Promise<AgentAnswer | undefined> {
    return this.#last === undefined ? undefined : (await this.#answer(this.#last.request, options)).answer;
  }

  /** Forgets everything. */
  reset(): void {
    this.#exchanges = [];
    this.#before = [];
    this.#last = undefined;
  }

  async #answer(
    request: string,
    { mode, signal, listener }: AskOptions,
  ): Promise<{ answer: AgentAnswer; messages: readonly ModelMessage[]; contextTokens: number }> {
    const { executor, images, maxTurns, language } = this.#options;
    const before = this.#before.flatMap(({ messages }) => messages);
    const content =
      mode === "code" ? await withFittingTools(executor, request, { language, earlier: textOf(before) }) : request;
    const asked: ModelMessage = { role: "user", content };
    const tally = new Tally(listener);
    const began = performance.now();
    const given = await answerRequest({
      model: this.#model,
      system: systemPrompt(mode, language),
      messages: [...before, asked],
      tools: mode === "code" ? codeTools(executor) : directTools(executor),
      maxTurns,
      images,
      signal,
      listener: tally.listener,
    });
    const answer = { request, mode, ...toPublic(given), ...tally.counts(), durationMs: performance.now() - began };
    return { answer, messages: [asked, ...given.messages], contextTokens: given.contextTokens };
  }
}

/** What the person wrote so far with what was put behind it, and the programs of the model. */
function textOf(messages: readonly ModelMessage[]): string {
  return messages
    .flatMap(({ content }) => (typeof content === "string" ? [content] : content.flatMap(programOf)))
    .join("\n");
}

function programOf(part: object): readonly string[] {
  const input = "input" in part && isRecord(part.input) ? part.input : {};
  return typeof input["code"] === "string" ? [input["code"]] : [];
}

function toPublic(given: ModelAnswer): Pick<ModelAnswer, "status" | "text" | "turns" | "usage" | "error"> {
  const { status, text, turns, usage, error } = given;
  return { status, text, turns, usage, ...defined({ error }) };
}

/** Counts what happens on its way to the listener. */
class Tally {
  #toolCalls = 0;
  #failedCalls = 0;
  #programs = 0;
  readonly #images: string[] = [];
  readonly listener: AgentListener;

  constructor(listener: AgentListener) {
    this.listener = (event) => {
      this.#count(event);
      listener(event);
    };
  }

  counts(): Pick<AgentAnswer, "toolCalls" | "failedCalls" | "programs" | "images"> {
    return {
      toolCalls: this.#toolCalls,
      failedCalls: this.#failedCalls,
      programs: this.#programs,
      images: this.#images,
    };
  }

  #count(event: AgentEvent): void {
    if (event.type === "program") this.#programs += 1;
    else if (event.type === "image") this.#images.push(event.file);
    else if (event.type === "call_start") this.#toolCalls += 1;
    else if (event.type === "call_end" && event.status !== "ok") this.#failedCalls += 1;
  }
}
