import { parseJson, stringifyJson } from "../../../base/exact-json.ts";
import { boundText } from "../../../base/bound-text.ts";
import { isRecord } from "../../../base/is-record.ts";
import { CodemodeError } from "../../../base/codemode-error.ts";
import type { GuestErrorData, GuestTime, HostReply, OutputChunk } from "../../../engines/engine.ts";
import type { Crossing } from "../run-journal.ts";
import type { CallBudget } from "../../decisions/call-budget.ts";
import type { RunRecord } from "../../run-record.ts";
import type { CallDecision, PendingDecision, ToolCallTrace } from "../../result.ts";
import { RecordedApprovals } from "./recorded-approvals.ts";
import { argumentsOf, labelOf, SKILL } from "./recorded-request.ts";
import type { LoadedEvent } from "../run-store.ts";
import { BEGIN } from "../run-turns.ts";

/** Characters of arguments that an error shows. */
const SHOWN_CHARACTERS = 200;

type Facts = Readonly<Record<string, unknown>>;

/** A request of a guest as it was recorded. */
interface RecordedRequest {
  readonly label: string;
  readonly argumentsJson: string;
  readonly time: GuestTime;
  readonly callId: number | undefined;
  reply?: HostReply;
}

/** What the replay of one guest makes of a request: a reply that is known, or one that has to be found now. */
export interface Recalled {
  readonly reply: HostReply | undefined;
  /** True for a call that was announced before its process died, so that nobody knows whether it was made. */
  readonly isInDoubt: boolean;
}

/**
 * The recorded part of a run that runs again: what its guests asked for and received, in order.
 *
 * A guest makes its requests in the same order again, and what is recorded of them is the beginning of that order. So a
 * request that differs, or that comes before one that is recorded, shows that the program does not follow its journal.
 */
export class Replay {
  readonly #requests = new Map<string, RecordedRequest>();
  /** Requests of guests that have not been made again. */
  readonly #left = new Set<string>();
  readonly #turns = new Map<string, number>();
  /** Decisions about calls in doubt, which nothing but the same call can be. */
  readonly #settled = new Map<number, CallDecision>();
  readonly #approvals = new RecordedApprovals();
  readonly #asked = new Set<number>();
  readonly #finished: { readonly promise: Promise<void>; resolve: () => void };
  readonly #printed = new Map<string, number>();
  /** Output in the order it was printed. */
  readonly #output: OutputChunk[] = [];
  /** Calls by their number. */
  readonly #calls: (ToolCallTrace & { readonly isOver: boolean })[] = [];
  /** Time of the last event, and what of the time before it was not running. */
  lastAt = 0;
  downMs = 0;

  /** @param events all of the run, with secrets in them */
  constructor(events: readonly LoadedEvent[]) {
    let resolve = (): void => {};
    const promise = new Promise<void>((done) => (resolve = done));
    this.#finished = { promise, resolve };
    for (const event of events) this.#read(event);
    this.#leaveOut();
    if (this.#left.size === 0) resolve();
  }

  /** Resolves when every recorded request was made again: only then may anything live happen. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /** The error of a program that has ended before it made all its recorded requests again. */
  get remainder(): CodemodeError | undefined {
    const [key] = this.#left;
    if (key === undefined) return undefined;
    const request = this.#requests.get(key);
    return divergence(key, request, "the program ended before it");
  }

  /** Numbers of the turns that each guest has had. */
  get turns(): ReadonlyMap<string, number> {
    return this.#turns;
  }

  /** Number of the call that a request was; undefined for one that was not recorded, or was no call. */
  callId(key: string): number | undefined {
    return this.#requests.get(key)?.callId;
  }

  /** When a request was made. */
  timeOf(key: string): GuestTime | undefined {
    return this.#requests.get(key)?.time;
  }

  /** Takes a request that is made again; undefined when it was not recorded. Throws when it differs. */
  take(key: string, crossing: Crossing): Recalled | undefined {
    const recorded = this.#requests.get(key);
    if (recorded === undefined) {
      const early = [...this.#left].find((each) => guestOf(each) === guestOf(key));
      if (early !== undefined)
        throw divergence(early, this.#requests.get(early), `there is ${labelOf(crossing)} first`);
      return undefined;
    }
    const { label, argumentsJson, reply, callId } = recorded;
    const asked = argumentsOf(crossing);
    const askedJson = "body" in asked ? asked.body : stringifyJson(asked.value);
    if (label !== labelOf(crossing) || argumentsJson !== askedJson) {
      throw divergence(key, recorded, `it is now ${labelOf(crossing)}(${shown(askedJson)})`);
    }
    if (this.#left.delete(key) && this.#left.size === 0) this.#finished.resolve();
    return { reply, isInDoubt: reply === undefined && callId !== undefined && !this.#asked.has(callId) };
  }

  /** What was decided about a call that waited. */
  decision(call: PendingDecision, definition?: string): CallDecision | undefined {
    return call.kind === "in_doubt" ? this.#settled.get(call.callId) : this.#approvals.take({ call, definition });
  }

  /** The part of a piece of output that was not recorded. */
  fresh(guest: string, { stream, text }: OutputChunk): string {
    const key = `${guest} ${stream}`;
    const known = this.#printed.get(key) ?? 0;
    this.#printed.set(key, Math.max(0, known - text.length));
    return text.slice(known);
  }

  /** Puts what was recorded into the record of the run. */
  restore(record: RunRecord, budget: CallBudget): void {
    for (const { isOver, ...call } of this.#calls) {
      record.toolCalls.push(call);
      budget.accept();
      if (isOver) budget.drop();
    }
    for (const { callId, label, argumentsJson } of this.#requests.values())
      if (callId !== undefined) record.send(callId, label, argumentsJson);
    for (const { stream, text } of this.#output) record.output[stream].push(text);
  }

  #read(event: LoadedEvent): void {
    const facts: Facts = JSON.parse(event.facts);
    this.#readTime(event);
    switch (event.type) {
      case "output":
        return this.#readOutput(event, facts);
      case "decision":
        return this.#readDecision(event, facts);
      case "call":
        return this.#readRequest(event, facts);
      case "wait":
        return facts["for"] === "decision" ? this.#readPending(event, facts) : this.#readRequest(event, facts);
      case "result":
      case "answer":
        return this.#readReply(event, facts);
      default:
        return undefined;
    }
  }

  #readTime({ type, at }: LoadedEvent): void {
    // What somebody decides is not part of the run's own time.
    if (type === "decision") return;
    // A clock that was set back in between must not count.
    if (type === "start" && this.lastAt > 0) this.downMs += Math.max(0, at - this.lastAt);
    this.lastAt = Math.max(this.lastAt, at);
  }

  #readRequest({ callId, body = "{}" }: LoadedEvent, facts: Facts): void {
    const key = facts["request"];
    if (typeof key !== "string") return;
    const label = String(facts["tool"] ?? facts["for"]);
    this.#requests.set(key, { label, argumentsJson: body, time: this.#time(), callId });
    // It is no request, and is not made again.
    if (key !== BEGIN) this.#left.add(key);
    if (callId === undefined) return;
    this.#calls[callId - 1] = { tool: label, status: "in_doubt", durationMs: 0, isOver: false };
  }

  #readReply({ callId, body = "null" }: LoadedEvent, facts: Facts): void {
    const key = String(facts["request"]);
    const request = this.#requests.get(key);
    if (request === undefined) return;
    const guest = guestOf(key);
    const number = (this.#turns.get(guest) ?? 0) + 1;
    this.#turns.set(guest, number);
    const turn = { number, ...this.#time() };
    const { tool, status } = facts;
    if (status === "ok") request.reply = { ok: true, valueJson: body, turn };
    else {
      const error: GuestErrorData = JSON.parse(body);
      request.reply = { ok: false, error, turn };
    }
    if (callId === undefined) return;
    this.#calls[callId - 1] = {
      tool: String(tool),
      status: status === "ok" || status === "denied" ? status : "error",
      durationMs: Number(facts["durationMs"] ?? 0),
      isOver: true,
    };
  }

  #readOutput({ body = '""' }: LoadedEvent, { stream, guest = "" }: Facts): void {
    const text: unknown = JSON.parse(body);
    const chunk = { stream: stream === "stderr" ? "stderr" : "stdout", text: String(text) } as const;
    this.#output.push(chunk);
    const key = `${String(guest)} ${chunk.stream}`;
    this.#printed.set(key, (this.#printed.get(key) ?? 0) + chunk.text.length);
  }

  #readPending({ body = "[]" }: LoadedEvent, { definitions }: Facts): void {
    const pending: readonly PendingDecision[] = parseRecorded(body);
    for (const call of pending) {
      if (call.kind === "in_doubt") continue;
      const definition = isRecord(definitions) ? definitions[call.tool] : undefined;
      this.#approvals.show({ call, definition: typeof definition === "string" ? definition : undefined });
      if (!call.foreseen) this.#asked.add(call.callId);
    }
  }

  #readDecision({ callId = 0, body }: LoadedEvent, { kind, decision, by, tool, of }: Facts): void {
    // From then on the call is on its way, and whether it was made has to be asked anew.
    if (decision === "allow") {
      this.#asked.delete(callId);
      // What was said about a doubt holds until the call is sent for it.
      if (of !== "approval") this.#settled.delete(callId);
    }
    if (by === "person") this.#useApproval(callId, String(tool));
    if (typeof kind !== "string" || body === undefined) return;
    const decided: CallDecision = parseRecorded(body);
    if (kind === "in_doubt") this.#settled.set(callId, decided);
    else this.#approvals.add(callId, decided);
  }

  #useApproval(callId: number, tool: string): void {
    for (const { callId: number, argumentsJson } of this.#requests.values())
      if (number === callId) this.#approvals.use(callId, tool, argumentsJson);
  }

  /** A skill whose result is known does not run again. */
  #leaveOut(): void {
    const over = new Set<string>();
    for (const [key, { label, reply }] of this.#requests)
      if (label === SKILL && reply !== undefined) over.add(`${key}.`);
    for (const key of this.#requests.keys()) {
      if ([...over].some((guest) => key.startsWith(guest))) this.#left.delete(key);
    }
  }

  #time(): GuestTime {
    return { wallMs: this.lastAt, runningMs: this.lastAt - this.downMs };
  }
}

/** What the recorder wrote, with integers as they were; like `JSON.parse`, of the type that the caller expects. */
export const parseRecorded: typeof JSON.parse = parseJson;

/** The guest that made a request: requests are numbered in each guest, and a guest is named by the request it serves. */
function guestOf(key: string): string {
  return key.slice(0, key.lastIndexOf(".") + 1);
}

function divergence(key: string, recorded: RecordedRequest | undefined, how: string): CodemodeError {
  const was = recorded === undefined ? "" : ` ${recorded.label}(${shown(recorded.argumentsJson)})`;
  const which = recorded?.callId === undefined ? `request ${key}` : `call ${recorded.callId}`;
  return new CodemodeError("internal", `The program did not follow its journal: ${which} was${was}, but ${how}.`, {
    hint: "Nothing was done. The tools, skills or codemode itself may have changed since; start the program anew.",
  });
}

function shown(json: string): string {
  return boundText(json, SHOWN_CHARACTERS);
}
