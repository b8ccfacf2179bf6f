import { withWholeArtifacts } from "../artifacts/whole-artifacts.ts";
import { parseJson, stringifyJson } from "../../base/exact-json.ts";
import { isRecord } from "../../base/is-record.ts";
import { largeContentOf, largeStructuredOf, largeTextOf, readWhole, wholeValue } from "../../base/steps/large-text.ts";
import { isLarge } from "../../base/steps/json-in-steps.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import { CodemodeError, toCodemodeError } from "../../base/codemode-error.ts";
import { type AnswerPlace, ASSUMED_BYTES, COUNTED_BYTES } from "../../sources/answer-room.ts";
import type { CallOptions, CallProgress, InputAnswers, ToolResultEnvelope } from "../../sources/source.ts";
import type { Run } from "../run.ts";
import { askForContent, isContentEntry } from "../servers/server-content.ts";
import { hashArguments } from "../journal/hash-arguments.ts";
import type { PastWrite } from "./past-writes.ts";
import { currentTool, isStale, lateTool, logIn } from "./late-tool.ts";
import { matchingArguments } from "./matching-arguments.ts";
import { reads } from "./policy.ts";
import { readResult } from "./read-result.ts";
import { settleDoubt } from "./settle-doubt.ts";

/** Settings of one call that differ from the ordinary. */
export interface GateCallOptions {
  /** Gives the whole MCP result instead of its value, also when it is an error. @default false */
  readonly raw?: boolean;
  /** A shorter time-out than that of the server, which it cannot raise. */
  readonly timeoutMs?: number;
  readonly onProgress?: (progress: CallProgress) => void;
  /** The caller answers what the server asks in the middle of the call; with `raw` the question is the result. */
  readonly answers?: InputAnswers;
}

/** Arguments that fit the schema of a tool. */
type Accepted = Readonly<Record<string, unknown>>;

/** A call on its way through the doors. */
interface GateCall {
  readonly callId: number;
  /** Its record, in which the tool goes by the name in the catalog once that is known. */
  readonly call: { tool: string };
  readonly args: unknown;
  readonly options: GateCallOptions;
}

/**
 * One announced call on its way through the doors: known tool, arguments match, decisions, budgets; then the call itself.
 * Nothing is awaited where nothing has to be waited for, and nothing made that is not needed, since every call of a program
 * goes this way.
 */
export class CallOnItsWay implements AnswerPlace {
  readonly #run: Run;
  readonly #asked: GateCall;
  /** The write of an earlier attempt that it would repeat, until it is decided what becomes of that. */
  #past: PastWrite | undefined;

  constructor(run: Run, asked: GateCall) {
    this.#run = run;
    this.#asked = asked;
  }

  /** Resolves with the value of the call. Rejects with the `CodemodeError` of the door that refused, or of the tool. */
  pass(): Promise<unknown> {
    const { tool } = this.#asked.call;
    const known = this.#run.root.catalog.get(tool);
    if (known !== undefined && known.assumed !== true && !isStale(this.#run, known)) return this.#check(known);
    const isUnknown = known === undefined || known.assumed === true;
    const current = isUnknown ? lateTool(this.#run, tool) : currentTool(this.#run, known);
    return current.then(
      (late) => this.#check(late),
      (thrown: unknown) => this.#refuse(thrown),
    );
  }

  /** A call that is not made leaves its place in the budget to others, and what it would have repeated to other calls. */
  #refuse(thrown: unknown): Promise<never> {
    if (this.#past !== undefined) this.#run.decisions.past?.giveBack(this.#past);
    this.#run.budget.drop();
    return Promise.reject(toCodemodeError(thrown));
  }

  #check(tool: ToolEntry): Promise<unknown> {
    let { args } = this.#asked;
    try {
      args = withWholeArtifacts(args, tool.inputSchema, this.#run.artifacts);
    } catch (thrown) {
      return this.#refuse(thrown);
    }
    if (args !== this.#asked.args || !isRecord(args) || !isLarge(args)) return this.#decide(tool, args);
    const { host, clock } = this.#run;
    return host.validator.prepare(args, clock.signal).then(
      () => this.#decide(tool, args),
      (thrown: unknown) => this.#refuse(thrown),
    );
  }

  #decide(tool: ToolEntry, args: unknown): Promise<unknown> {
    const { rules, decisions, host } = this.#run;
    const { callId, call } = this.#asked;
    if (decisions.past !== undefined && !reads(tool)) this.#past = this.#pastOf(tool, args);
    try {
      call.tool = tool.name;
      if (host.lock !== undefined && !isContentEntry(tool)) host.lock.assertSame(tool);
      const matching = matchingArguments(this.#run, tool, args);
      for (const rule of rules) rule(tool);
      const question = { callId, tool, arguments: matching, past: this.#past };
      const settled = decisions.settle(this.#run, question);
      if (!(settled instanceof Promise)) return this.#perform(tool, settled);
      return settled.then(
        (final) => this.#perform(tool, final),
        (thrown: unknown) => this.#refuse(thrown),
      );
    } catch (thrown) {
      return this.#refuse(thrown);
    }
  }

  /** Makes the call, unless it is known to have been made. */
  #perform(tool: ToolEntry, accepted: Accepted): Promise<unknown> {
    const past = this.#past;
    if (past?.valueJson !== undefined) return Promise.resolve(this.#known({ value: parseJson(past.valueJson) }));
    const { callId } = this.#asked;
    const doubt = settleDoubt(this.#run, { callId, tool, arguments: accepted, past });
    this.#past = undefined;
    if (doubt === undefined) return this.#make(tool, accepted);
    return doubt.then(
      (done) => (done === undefined ? this.#make(tool, accepted) : this.#known(done)),
      (thrown: unknown) => this.#refuse(thrown),
    );
  }

  /** A call that is known to have been made needs no place among those that are. */
  #known({ value }: { readonly value: unknown }): unknown {
    this.#run.budget.drop();
    return value;
  }

  /** The write of an earlier attempt that this call would repeat. */
  #pastOf({ name: tool }: ToolEntry, args: unknown): PastWrite | undefined {
    return this.#run.decisions.past?.take({ tool, argumentsHash: hashArguments(stringifyJson(args ?? {})) });
  }

  #make(tool: ToolEntry, accepted: Accepted): Promise<unknown> {
    const { decisions } = this.#run;
    const { callId } = this.#asked;
    if (!decisions.hearResults) return this.#inTurn(tool, accepted);
    // Hooks are shown the value itself.
    const perform = (): Promise<unknown> =>
      this.#inTurn(tool, accepted).then((value) => wholeValue(value, this.#run.clock.signal));
    return decisions.conclude(this.#run, { callId, tool, arguments: accepted }, perform);
  }

  #inTurn(tool: ToolEntry, accepted: Accepted): Promise<unknown> {
    const turn = this.#run.budget.enter();
    return turn === undefined ? this.#send(tool, accepted) : turn.then(() => this.#send(tool, accepted));
  }

  #send(tool: ToolEntry, accepted: Accepted): Promise<unknown> {
    if (!isContentEntry(tool)) {
      const { onLogin } = this.#run.events;
      const sent =
        onLogin === undefined ? this.#invoke(tool, accepted) : this.#loggedIn(tool, () => this.#invoke(tool, accepted));
      return sent.then(
        (envelope) => this.#received(tool, envelope),
        (thrown: unknown) => this.#failed(thrown),
      );
    }
    const ask = { tool, arguments: accepted, answers: this.#asked.options.answers };
    const { signal } = this.#run.clock;
    const content = this.#loggedIn(tool, async () =>
      signal.aborted ? Promise.reject(endedEarly(tool)) : askForContent(this.#run, ask),
    );
    return content.then(
      (value) => this.#left(value),
      (thrown: unknown) => this.#failed(thrown),
    );
  }

  enterRoom(bytes: number): Promise<boolean> | undefined {
    return this.#run.budget.room.enter(this.#asked.callId, bytes);
  }

  /** What did not come through a transport has its size known only now. */
  #received(tool: ToolEntry, envelope: ToolResultEnvelope): unknown {
    const turn = this.enterRoom(bytesOf(envelope));
    return turn === undefined ? this.#read(tool, envelope) : turn.then(() => this.#read(tool, envelope));
  }

  #read(tool: ToolEntry, envelope: ToolResultEnvelope): unknown {
    const isRaw = this.#asked.options.raw === true;
    const value = isRaw ? readWhole(envelope, this.#run.clock.signal) : readResult(this.#run, tool, envelope);
    return value instanceof Promise
      ? value.then(
          (read) => this.#left(read),
          (thrown: unknown) => this.#failed(thrown),
        )
      : this.#left(value);
  }

  #left(value: unknown): unknown {
    this.#run.budget.leave();
    return value;
  }

  #failed(thrown: unknown): never {
    this.#run.budget.leave();
    throw thrown;
  }

  /** Where a person can be asked to log in, the call is made again after that: before, it did nothing. */
  #loggedIn<Received>(tool: ToolEntry, send: () => Promise<Received>): Promise<Received> {
    if (this.#run.events.onLogin === undefined) return send();
    return send().catch(async (thrown: unknown) => {
      await logIn(this.#run, tool.serverName, toCodemodeError(thrown));
      return send();
    });
  }

  #invoke(tool: ToolEntry, accepted: Accepted): Promise<ToolResultEnvelope> {
    const { host, clock, record, events } = this.#run;
    if (clock.signal.aborted) return Promise.reject(endedEarly(tool));
    const { callId, options } = this.#asked;
    const { timeoutMs, answers } = options;
    if (!reads(tool)) record.send(callId, tool.name, accepted);
    const onProgress = this.#progressOf(tool);
    const { client } = events;
    const settings: { -readonly [Setting in keyof CallOptions]: CallOptions[Setting] } = {
      signal: clock.signal,
      idempotencyKey: `${events.runId}:${callId}`,
      place: this,
    };
    if (timeoutMs !== undefined) settings.timeoutMs = timeoutMs;
    if (onProgress !== undefined) settings.onProgress = onProgress;
    if (answers !== undefined) settings.answers = answers;
    if (client !== undefined) settings.client = client;
    return host.registry.invoke(tool, accepted, settings);
  }

  /** A server is asked for progress only where something listens. */
  #progressOf(tool: ToolEntry): ((progress: CallProgress) => void) | undefined {
    const { events } = this.#run;
    const { callId, options } = this.#asked;
    if (!events.wantsProgress) return options.onProgress;
    return (progress) => {
      events.callProgress(callId, tool.name, progress);
      options.onProgress?.(progress);
    };
  }
}

/** About how large a result is, as far as that is known without going through it or making it of its bytes. */
function bytesOf(envelope: ToolResultEnvelope): number {
  const structured = largeStructuredOf(envelope);
  const bytes = (structured?.bytes ?? 0) + (largeContentOf(envelope)?.bytes ?? sizeOf(envelope.content));
  if (bytes >= COUNTED_BYTES || structured !== undefined) return bytes;
  const { structuredContent } = envelope;
  return structuredContent !== undefined && isLarge(structuredContent) ? ASSUMED_BYTES : bytes;
}

function sizeOf(content: ToolResultEnvelope["content"]): number {
  let bytes = 0;
  for (const item of content)
    bytes += largeTextOf(item)?.bytes ?? (typeof item["text"] === "string" ? item["text"].length : 0);
  return bytes;
}

function endedEarly(tool: ToolEntry): CodemodeError {
  return new CodemodeError("cancelled", `${tool.name} was not called: the run had ended.`, { tool: tool.name });
}
