import { randomUUID } from "node:crypto";
import {
  type CallToolResult,
  inputRequired,
  type InputRequiredResult,
  isSpecType,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { onAbort } from "../../base/deadline.ts";
import { isRecord } from "../../base/is-record.ts";
import { CALLER_GONE } from "../../runs/run-clock.ts";
import type { ServerRequest } from "../../sources/source.ts";
import { askedRuns } from "./approval-form.ts";

type Answer = CallToolResult | InputRequiredResult;
type Question = NonNullable<InputRequiredResult["inputRequests"]>[string];

interface OpenQuestion {
  readonly question: Question;
  readonly answer: (value: Readonly<Record<string, unknown>>) => void;
  readonly refuse: (reason: Error) => void;
  isSent: boolean;
}

/** A question that nobody answers for this long is refused, and the outcome of its call is forgotten. */
const UNANSWERED_MS = 15 * 60 * 1_000;

/** Calls whose client was asked something and has not come back yet. Every request stands alone and finds its call here. */
const waiting = new Map<string, CallInQuestion>();

/** What comes of a call whose client brings the answers that it was asked for. */
export async function takeUpCall(callId: string, request: RequestOfCall): Promise<Answer> {
  const call = waiting.get(callId);
  if (call !== undefined) return call.goOn(request);
  const text = "The program that asked is over, so that the answer reaches nobody. Run it again.";
  return { content: [{ type: "text", text }], isError: true };
}

/**
 * A call of a client of revision 2026-07-28, which can be asked in a result alone: its program goes on while the client
 * finds the answer, and the request that brings it takes the call up again.
 */
export class CallInQuestion {
  readonly #id = randomUUID();
  readonly #ending = new AbortController();
  readonly #questions = new Map<string, OpenQuestion>();
  #number = 0;
  #outcome: Promise<Answer> | undefined;
  #wake: () => void = () => {};
  #forget: NodeJS.Timeout | undefined;
  readonly #stopListening: (() => void) | undefined;

  /** @param disconnected ends the call whenever it comes */
  constructor(disconnected: AbortSignal | undefined) {
    this.#stopListening = disconnected && onAbort(disconnected, () => this.#ending.abort(CALLER_GONE));
  }

  /** Ends the call: with the request that waits for it, not with one that has been answered with a question. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Asks the client with the next result. Rejects when no answer comes. */
  ask({ method, params }: ServerRequest): Promise<Readonly<Record<string, unknown>>> {
    const question: unknown = { method, params };
    if (!isQuestion(question))
      return Promise.reject(new Error(`The server asked ${method} in a form MCP does not know.`));
    return new Promise((answer, refuse) => {
      this.#number += 1;
      this.#questions.set(`question-${this.#number}`, { question, answer, refuse, isSent: false });
      this.#wake();
    });
  }

  /** The outcome of the call, or what its client is asked before that. */
  begin(work: Promise<Answer>, request: RequestOfCall): Promise<Answer> {
    this.#outcome = work;
    work.catch(() => {});
    return this.#next(request);
  }

  /** Takes the call up again with the answers of a client. */
  goOn({ context, ending }: RequestOfCall): Promise<Answer> {
    for (const [key, open] of this.#questions) {
      const response = context.mcpReq.inputResponses?.[key];
      if (isRecord(response)) {
        this.#questions.delete(key);
        open.answer(response);
      } else open.isSent = false;
    }
    return this.#next({ context, ending });
  }

  async #next({ context, ending }: RequestOfCall): Promise<Answer> {
    clearTimeout(this.#forget);
    const stop = onAbort(ending, () => this.#ending.abort(ending.reason));
    const asked = new Promise<undefined>((resolve) => {
      this.#wake = () => resolve(undefined);
    });
    if ([...this.#questions.values()].some(({ isSent }) => !isSent)) this.#wake();
    try {
      const outcome = await Promise.race([this.#outcome, asked]);
      if (outcome === undefined) return await this.#question(context);
      this.#end("The call is over.");
      return outcome;
    } catch (error) {
      this.#end("The call has failed.");
      throw error;
    } finally {
      stop();
    }
  }

  async #question(context: ServerContext): Promise<InputRequiredResult> {
    waiting.set(this.#id, this);
    this.#forget = setTimeout(() => this.#end("Nobody answered."), UNANSWERED_MS).unref();
    const unsent = [...this.#questions].filter(([, { isSent }]) => !isSent);
    for (const [, open] of unsent) open.isSent = true;
    return inputRequired({
      requestState: await askedRuns.mint({ callId: this.#id }, context),
      inputRequests: Object.fromEntries(unsent.map(([key, { question }]) => [key, question])),
    });
  }

  #end(reason: string): void {
    clearTimeout(this.#forget);
    this.#stopListening?.();
    waiting.delete(this.#id);
    for (const { refuse } of this.#questions.values()) refuse(new Error(reason));
    this.#questions.clear();
  }
}

/** A request that waits for a call. */
interface RequestOfCall {
  readonly context: ServerContext;
  /** Ends the call while the request waits. */
  readonly ending: AbortSignal;
}

function isQuestion(value: unknown): value is Question {
  return (
    isSpecType.ElicitRequest(value) || isSpecType.CreateMessageRequest(value) || isSpecType.ListRootsRequest(value)
  );
}
