import { unwritten } from "./decisions/keep-large-result.ts";
import { boundText } from "../base/bound-text.ts";
import { defined } from "../base/defined.ts";
import { CodemodeError, toCodemodeError } from "../base/codemode-error.ts";
import { parseJson, stringifyJson } from "../base/exact-json.ts";
import { PIECE_CHARACTERS } from "../base/steps/json-in-steps.ts";
import { lengthOf, wholeValue } from "../base/steps/large-text.ts";
import { parseSoon } from "../base/steps/parse-in-steps.ts";
import { isRecord } from "../base/is-record.ts";
import { type GuestErrorData, type HostCall, type HostReply, WAIT } from "../engines/engine.ts";
import type { GateCallOptions } from "./decisions/call-on-its-way.ts";
import { type GuestRequest, ONLY_READ, parseGuestRequest } from "./guest-requests.ts";
import { type Crossing, keyOf } from "./journal/run-journal.ts";
import type { Run } from "./run.ts";
import { measureJson } from "../sources/mcp/call/measure-json.ts";
import { charactersOf, isLong, jsonOf, JsonText, writeLong } from "./values/json-text.ts";
import { countService, isSkillCall, recall, serve } from "./services.ts";

/** Characters of a name that no tool has. */
const NAME_CHARACTERS = 1_000;

/** Beginning of the targets that are no names of tools. */
const SERVICE = "codemode:";

/** A call of the host itself, which takes the value or the error as it is, and of any size. */
interface CallOfHost {
  readonly options: GateCallOptions | undefined;
  made?: { readonly value: unknown };
  problem?: unknown;
}

/** A request on its way through the door. */
type Passage = Crossing & { readonly own?: CallOfHost | undefined };

/** The one way out of a sandbox: every request of a guest is read, recorded, answered and recorded again here. */
export class Door {
  readonly #run: Run;
  #made = 0;
  readonly #refused = (thrown: unknown): HostReply => this.#run.record.told(failedReply(thrown));
  /** The reading of long arguments, and of what was asked for since. */
  #reading: Promise<void> | undefined;

  constructor(run: Run) {
    this.#run = run;
  }

  /**
   * Answers one request. Never rejects: failure is part of the reply. Every call of a program passes here, and an async
   * function takes a kilobyte a call, so nothing is awaited where nothing has to be waited for.
   */
  answer(call: HostCall): Promise<HostReply> {
    const isShort = call.argumentsJson.length <= PIECE_CHARACTERS;
    return isShort && this.#reading === undefined ? this.#enter(readRequest(call)) : this.#answerInTurn(call);
  }

  /** Long arguments are read while other work goes on. What comes after them waits, since numbers follow the program. */
  #answerInTurn({ target, argumentsJson }: HostCall): Promise<HostReply> {
    const read = (this.#reading ?? Promise.resolve())
      .then(() => parseSoon(argumentsJson, this.#run.clock.signal))
      .then(
        (args) => toRequest(target, args),
        (cause: unknown) => unread(notJson(cause)),
      )
      .catch(unread);
    const entered = read.then((request) => ({ reply: this.#enter(request) }));
    const turn = entered.then(() => {
      if (this.#reading === turn) this.#reading = undefined;
    });
    this.#reading = turn;
    return entered.then(({ reply }) => reply);
  }

  #enter(request: Crossing["request"], own?: CallOfHost): Promise<HostReply> {
    const { clock } = this.#run;
    if (this.#reading !== undefined && clock.signal.aborted) {
      return Promise.resolve(failedReply(ended()));
    }
    try {
      // Numbers follow the program, so this happens at once.
      const crossing = this.#place(request, own);
      if (crossing.callId === undefined && request.kind !== "wait") countService(this.#run);
      const recorded = this.#run.journal?.call(crossing);
      return recorded === undefined ? this.#act(crossing) : this.#recallOrAct(crossing, recorded);
    } catch (thrown) {
      return Promise.resolve(this.#refused(thrown));
    }
  }

  /** Makes one call of the host, which is answered like one of a guest. Throws `CodemodeError`. */
  async pass(name: string, args: unknown, options?: GateCallOptions): Promise<unknown> {
    const own: CallOfHost = { options };
    const reply = await this.#enter({ kind: "call", name, arguments: args }, own);
    if (own.problem !== undefined) throw own.problem;
    const valueJson = jsonOf(reply);
    reply.taken?.();
    return own.made === undefined ? parseJson(valueJson) : own.made.value;
  }

  /** Counts a request, and announces a tool call that was not announced before. */
  #place(request: Crossing["request"], own: CallOfHost | undefined): Passage {
    this.#made += 1;
    if (this.#made === 1) this.#run.clock.expectListeners();
    const number = this.#made;
    const { guest, journal, gate } = this.#run;
    if (request.kind !== "call" || isSkillCall(this.#run, request.name)) return { number, guest, request };
    const known = journal?.callId?.({ number, guest });
    return { number, guest, request, callId: known ?? gate.announce(request.name), own };
  }

  async #recallOrAct(crossing: Passage, recorded: Promise<HostReply | undefined>): Promise<HostReply> {
    try {
      const reply = await recorded;
      return reply === undefined ? await this.#act(crossing) : this.#recall(crossing, reply);
    } catch (thrown) {
      return this.#refused(thrown);
    }
  }

  /** Does what is asked for, and has the outcome recorded. Never rejects. */
  #act(crossing: Passage): Promise<HostReply> {
    const { request, own } = crossing;
    const { clock, parking } = this.#run;
    if (request.kind !== "wait") clock.begin(nameOf(request));
    parking.enter(request);
    const performed = this.#perform(crossing);
    // The host takes the value itself.
    const made = own === undefined ? performed : performed.then((value) => wholeValue(value, clock.signal));
    return made.then(
      (value) => {
        if (own !== undefined) own.made = { value };
        if (isLong(value)) return this.#replyHeld(value, crossing);
        const written = this.#written(value, crossing);
        return written instanceof Promise
          ? written.then((reply) => this.#done(crossing, reply))
          : this.#done(crossing, written);
      },
      (thrown: unknown) => this.#done(crossing, failed(thrown, crossing)),
    );
  }

  /** A long reply counts until the program has taken it and the journal has written it. */
  async #replyHeld(value: unknown, crossing: Passage): Promise<HostReply> {
    const { budget, journal } = this.#run;
    const free = budget.hold(charactersOf(value), crossing.callId);
    const reply = await this.#done(crossing, await this.#written(value, crossing), true);
    if (!reply.ok) return (free(), reply);
    return { ...reply, taken: () => void (journal?.flush?.() ?? Promise.resolve()).then(free) };
  }

  #done(crossing: Crossing, reply: HostReply, isHeld = false): HostReply | Promise<HostReply> {
    const { request, callId } = crossing;
    const { clock, parking, budget, record } = this.#run;
    if (!isHeld) budget.room.leave(callId);
    parking.leave(request);
    if (request.kind !== "wait") clock.over(nameOf(request));
    return this.#record(crossing, record.told(reply));
  }

  #perform({ request, callId, number, guest, own }: Passage): Promise<unknown> {
    if (request.kind === "refused") return Promise.reject(toCodemodeError(request.problem));
    if (request.kind === "call" && callId !== undefined) {
      return this.#run.gate.call(callId, request.arguments, own === undefined ? callOptions(request) : own.options);
    }
    const answer = (): Promise<unknown> => serve(this.#run, request, keyOf({ guest, number }));
    return ONLY_READ.has(request.kind) ? this.#run.budget.serve(() => this.#whileRunning(answer)) : answer();
  }

  /** What waited for its turn is not begun after the end. */
  #whileRunning<T>(answer: () => Promise<T>): Promise<T> {
    return this.#run.clock.signal.aborted ? Promise.reject(ended()) : answer();
  }

  #record(crossing: Crossing, reply: HostReply): HostReply | Promise<HostReply> {
    const { journal, record, gate } = this.#run;
    // What was in progress when the run was parked is not over, and what was cut off has no result.
    if (journal === undefined || record.pending !== undefined) return reply;
    if (!reply.ok && gate.isCutOff(crossing.callId ?? 0, reply.error)) return reply;
    try {
      const written = journal.result(crossing, reply);
      if (written === undefined) return reply;
      return written instanceof Promise ? written.then(() => reply, this.#refused) : { ...reply, turn: written };
    } catch (thrown) {
      return this.#refused(thrown);
    }
  }

  /** A recorded call is part of the trace like any other; it took no time. */
  #recall({ callId, guest, number, request }: Crossing, reply: HostReply): HostReply {
    const { record, journal, budget } = this.#run;
    record.told(reply);
    if (request.kind === "refused") return reply;
    if (callId === undefined) recall(this.#run, request, reply);
    else if (journal?.callId?.({ guest, number }) === undefined) {
      const call = record.toolCalls[callId - 1];
      if (call !== undefined) budget.drop();
      if (call !== undefined) call.status = reply.ok ? "ok" : "error";
    }
    return reply;
  }

  #written(value: unknown, crossing: Passage): HostReply | Promise<HostReply> {
    if (!isLong(value)) return this.#replyOf(value, crossing);
    return writeLong(value, this.#run.clock.signal).then(
      (json) => this.#replyOf(json, crossing),
      (thrown: unknown) => failed(thrown, crossing),
    );
  }

  #replyOf(value: unknown, crossing: Passage): HostReply {
    const { toolResultBytes } = this.#run.limits;
    try {
      const valueJson = value instanceof JsonText ? value.json : stringifyJson(value ?? null);
      const characters = lengthOf(valueJson);
      if (characters <= toolResultBytes || crossing.own !== undefined) return { ok: true, valueJson };
      const message = `The result of ${nameOf(crossing.request)} is ${characters} bytes of JSON.`;
      const hint = `At most ${toolResultBytes} bytes (toolResultBytes) reach a program; ask the tool for less.`;
      throw new CodemodeError("result_too_large", message, { hint });
    } catch (thrown) {
      return failed(thrown, crossing);
    }
  }
}

/** The reply to a request that failed. */
function failed(thrown: unknown, { request, own }: Passage): HostReply {
  const problem = unwritten(thrown, nameOf(request));
  if (own !== undefined) own.problem = problem;
  return failedReply(problem);
}

const ended = (): CodemodeError => new CodemodeError("cancelled", "The run had ended.");

/** What a guest asks for, or what is wrong with it. */
function readRequest({ target, argumentsJson }: HostCall): Crossing["request"] {
  try {
    return toRequest(target, parseArguments(argumentsJson));
  } catch (problem) {
    return unread(problem);
  }
}

function toRequest(target: string, args: unknown): GuestRequest {
  if (target === WAIT) return { kind: "wait", until: Number(args) };
  if (!target.startsWith(SERVICE)) return { kind: "call", name: boundText(target, NAME_CHARACTERS), arguments: args };
  return parseGuestRequest(target.slice(SERVICE.length), args);
}

function unread(problem: unknown): Crossing["request"] {
  return { kind: "refused", problem };
}

/** A request as errors name it. */
function nameOf(request: Crossing["request"]): string {
  if (request.kind === "call") return request.name;
  if (request.kind === "skill-run") return `the skill "${request.name ?? request.skill_name ?? ""}"`;
  return `codemode.${request.kind}`;
}

function callOptions({ options }: Extract<GuestRequest, { kind: "call" }>): GateCallOptions | undefined {
  if (options === undefined) return undefined;
  const { raw, timeoutMs } = options;
  return defined({ raw, timeoutMs });
}

function parseArguments(argumentsJson: string): unknown {
  try {
    return parseJson(argumentsJson);
  } catch (cause) {
    throw notJson(cause);
  }
}

function notJson(cause: unknown): CodemodeError {
  return new CodemodeError("invalid_arguments", "The arguments are not JSON.", {
    hint: "Pass plain objects, lists, texts, numbers, booleans and null, nested no deeper than 1,000 levels.",
    cause,
  });
}

function failedReply(thrown: unknown): HostReply {
  const { code, message, details } = toCodemodeError(thrown);
  const { tool, hint, content, structuredContent, opaque } = details;
  const error: GuestErrorData = {
    code,
    message,
    ...defined({ tool, hint, content: content?.filter(isShallow), opaque }),
    ...(isShallow(structuredContent) ? defined({ structuredContent }) : {}),
  };
  return { ok: false, error };
}

/** What is nested deeper than this is no part of an error: nothing could write it. */
const MOST_LEVELS = 500;

/** Of a text that may be many megabytes nothing is looked at. */
function isShallow(part: unknown): boolean {
  const isText = isRecord(part) && part["type"] === "text";
  return isText || measureJson(part, MOST_LEVELS, Number.POSITIVE_INFINITY).fits;
}
