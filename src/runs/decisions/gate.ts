import { withWholeArtifacts } from "../artifacts/whole-artifacts.ts";
import { parseJson, stringifyJson } from "../../base/exact-json.ts";
import { isRecord } from "../../base/is-record.ts";
import { isLarge } from "../../base/steps/json-in-steps.ts";
import { defined } from "../../base/defined.ts";
import { performance } from "node:perf_hooks";
import type { ToolEntry } from "../../catalog/tool.ts";
import { acceptArguments } from "../../schema/check/accept-arguments.ts";
import { type ArgumentRefusal, refusedArguments, refusedNonObject } from "../../languages/refused-arguments.ts";
import { signatureOf } from "../../languages/calls/tool-signature.ts";
import { boundText } from "../../base/bound-text.ts";
import { CodemodeError, toCodemodeError } from "../../base/codemode-error.ts";
import type { CallProgress, InputAnswers } from "../../sources/source.ts";
import type { ToolCallTrace } from "../result.ts";
import type { Run } from "../run.ts";
import { askForContent, isContentEntry } from "../servers/server-content.ts";
import { hashArguments } from "../journal/hash-arguments.ts";
import type { PastWrite } from "./past-writes.ts";
import { currentTool, isStale, lateTool, logIn } from "./late-tool.ts";
import { reads } from "./policy.ts";
import { readResult } from "./read-result.ts";
import { settleDoubt } from "./settle-doubt.ts";

/** Maximum number of reasons noted for which a tool's arguments were not checked in full. */
const MAX_UNCHECKED = 3;

/** Characters of a name that no tool has. */
const NAME_CHARACTERS = 1_000;

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
 * The one way to a tool. Every call passes the same doors in the same order: known tool, arguments match the schema, hooks
 * before the call, policy, budgets; then the call, and hooks after it.
 */
export class Gate {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  /**
   * Counts a call the program makes, before anything else is done about it and whatever becomes of it; returns its number
   * in the run, from 1. Of the calls past the limit the first is reported, and the others leave no record: their number
   * is 0.
   */
  announce(name: string): number {
    const { budget, record } = this.#run;
    budget.accept();
    if (budget.refused > 1) return 0;
    return record.toolCalls.push({ tool: boundText(name, NAME_CHARACTERS), status: "in_doubt", durationMs: 0 });
  }

  /**
   * Makes an announced call and returns its value. Throws `CodemodeError` with the code of the door that refused, or of
   * the tool.
   */
  call(callId: number, args: unknown, options: GateCallOptions = {}): Promise<unknown> {
    const { events, record, root, budget } = this.#run;
    if (callId === 0) return new Promise(() => {});
    const call = record.toolCalls[callId - 1] ?? { tool: "", status: "in_doubt", durationMs: 0 };
    if (events.isHeard) events.callStart(callId, root.catalog.get(call.tool)?.name ?? call.tool, args);
    if (callId > budget.limit) return new Promise(() => {});
    const started = performance.now();
    const end = (status: ToolCallTrace["status"], error?: CodemodeError): void => {
      call.status = status;
      call.durationMs = performance.now() - started;
      if (!isWaiting(record, callId)) events.callEnd(callId, call, error);
    };
    return this.#throughDoors({ callId, call, args, options }).then(
      (value) => {
        end("ok");
        return value;
      },
      (thrown: unknown) => {
        const error = toCodemodeError(thrown);
        // A parked run leaves its calls as they are.
        const isOpen = record.pending !== undefined || this.isCutOff(callId, error);
        end(isOpen ? "in_doubt" : failedCallStatus(error), error);
        throw error;
      },
    );
  }

  /** Throws `CodemodeError` as a call would that names no tool, or has arguments that do not match. */
  async match(name: string, args: unknown): Promise<void> {
    this.#matchingArguments(this.#run.root.catalog.get(name) ?? (await lateTool(this.#run, name)), args);
  }

  /** True for a call that may change something and was on its way when the run ended: nobody knows whether it was done. */
  isCutOff(callId: number, { code }: { readonly code: string }): boolean {
    const { record, clock } = this.#run;
    return code === "cancelled" && clock.signal.aborted && record.sent.has(callId);
  }

  /** Nothing is awaited where nothing has to be waited for, since every call of a program passes here. */
  #throughDoors(asked: GateCall): Promise<unknown> {
    const { tool } = asked.call;
    const known = this.#run.root.catalog.get(tool);
    const refuse = (thrown: unknown): Promise<never> => {
      this.#run.budget.drop();
      return Promise.reject(toCodemodeError(thrown));
    };
    if (known !== undefined && known.assumed !== true && !isStale(this.#run, known))
      return this.#check(known, asked, refuse);
    const isUnknown = known === undefined || known.assumed === true;
    const current = isUnknown ? lateTool(this.#run, tool) : currentTool(this.#run, known);
    return current.then((late) => this.#check(late, asked, refuse), refuse);
  }

  #check(tool: ToolEntry, asked: GateCall, refuse: (thrown: unknown) => Promise<never>): Promise<unknown> {
    let { args } = asked;
    try {
      args = withWholeArtifacts(asked.args, tool.inputSchema, this.#run.artifacts);
    } catch (thrown) {
      return refuse(thrown);
    }
    if (args !== asked.args) return this.#decide(tool, { ...asked, args }, refuse);
    if (!isRecord(args) || !isLarge(args)) return this.#decide(tool, asked, refuse);
    const { host, clock } = this.#run;
    return host.validator.prepare(args, clock.signal).then(() => this.#decide(tool, asked, refuse), refuse);
  }

  #decide(tool: ToolEntry, asked: GateCall, refuse: (thrown: unknown) => Promise<never>): Promise<unknown> {
    const { rules, decisions, host } = this.#run;
    const { callId, call, args } = asked;
    const past = decisions.past === undefined || reads(tool) ? undefined : this.#pastOf(tool, args);
    const perform = (final: Accepted): Promise<unknown> => {
      if (past?.valueJson !== undefined) return Promise.resolve(this.#known({ value: parseJson(past.valueJson) }));
      const doubt = settleDoubt(this.#run, { callId, tool, arguments: final, past });
      return doubt === undefined
        ? make(final)
        : doubt.then((done) => (done === undefined ? make(final) : this.#known(done)), refuse);
    };
    const refusePast = (thrown: unknown): Promise<never> => {
      if (past !== undefined) decisions.past?.giveBack(past);
      return refuse(thrown);
    };
    const make = (final: Accepted): Promise<unknown> =>
      decisions.conclude(this.#run, { callId, tool, arguments: final }, () =>
        this.#run.budget.run(() => this.#performLoggedIn(asked, tool, final)),
      );
    try {
      call.tool = tool.name;
      if (host.lock !== undefined && !isContentEntry(tool)) host.lock.assertSame(tool);
      const matching = this.#matchingArguments(tool, args);
      for (const rule of rules) rule(tool);
      const settled = decisions.settle(this.#run, { callId, tool, arguments: matching, past }, (rewritten) =>
        this.#matchingArguments(tool, rewritten),
      );
      return settled instanceof Promise ? settled.then(perform, refusePast) : perform(settled);
    } catch (thrown) {
      return refusePast(thrown);
    }
  }

  /** The write of an earlier attempt that this call would repeat. */
  #pastOf({ name: tool }: ToolEntry, args: unknown): PastWrite | undefined {
    return this.#run.decisions.past?.take({ tool, argumentsHash: hashArguments(stringifyJson(args ?? {})) });
  }

  #matchingArguments(tool: ToolEntry, args: unknown): Readonly<Record<string, unknown>> {
    const value = args ?? {};
    if (!isRecord(value)) {
      throw this.#refused(tool, (named) => refusedNonObject(named, value));
    }
    const verdict = acceptArguments(this.#run.host.validator, tool.inputSchema, value);
    if (verdict.ok) {
      for (const reason of verdict.unchecked.slice(0, MAX_UNCHECKED)) {
        this.#run.record.resultNotes.add(`Not all arguments of ${tool.name} were checked: ${reason}`);
      }
      return verdict.value;
    }
    throw this.#refused(tool, (named) => refusedArguments(named, verdict.issues));
  }

  #refused(
    tool: ToolEntry,
    say: (tool: { readonly name: string; readonly signature: string }) => ArgumentRefusal,
  ): CodemodeError {
    const signature = signatureOf(tool, this.#run.language);
    const { message, hint } = say({ name: tool.name, signature });
    return new CodemodeError("invalid_arguments", message, { tool: tool.name, hint });
  }

  /** A call that is known to have been made needs no place among those that are. */
  #known({ value }: { readonly value: unknown }): unknown {
    this.#run.budget.drop();
    return value;
  }

  /** A server is asked for progress only where something listens. */
  #progressOf(
    callId: number,
    tool: ToolEntry,
    { onProgress }: GateCallOptions,
  ): ((progress: CallProgress) => void) | undefined {
    const { events } = this.#run;
    if (!events.wantsProgress) return onProgress;
    return (progress) => {
      events.callProgress(callId, tool.name, progress);
      onProgress?.(progress);
    };
  }

  /** Where a person can be asked to log in, the call is made again after that: before, it did nothing. */
  #performLoggedIn(asked: GateCall, tool: ToolEntry, accepted: Accepted): Promise<unknown> {
    const result = this.#perform(asked, tool, accepted);
    if (this.#run.events.onLogin === undefined) return result;
    return result.catch(async (thrown: unknown) => {
      await logIn(this.#run, tool.serverName, toCodemodeError(thrown));
      return this.#perform(asked, tool, accepted);
    });
  }

  #perform(
    { callId, options }: GateCall,
    tool: ToolEntry,
    accepted: Readonly<Record<string, unknown>>,
  ): Promise<unknown> {
    const { host, clock, record } = this.#run;
    const { signal } = clock;
    if (signal.aborted) return Promise.reject(endedEarly(tool));
    const { timeoutMs, answers } = options;
    if (isContentEntry(tool)) return askForContent(this.#run, { tool, arguments: accepted, answers });
    if (!reads(tool)) record.send(callId, tool.name, accepted);
    const onProgress = this.#progressOf(callId, tool, options);
    const idempotencyKey = `${this.#run.events.runId}:${callId}`;
    const { client } = this.#run.events;
    const settings = { signal, idempotencyKey, ...defined({ timeoutMs, onProgress, answers, client }) };
    const result = host.registry.invoke(tool, accepted, settings);
    return options.raw === true ? result : result.then((envelope) => readResult(this.#run, tool, envelope));
  }
}

/** True for a call that its run is parked for: it has not ended. */
function isWaiting({ pending = [] }: Run["record"], callId: number): boolean {
  return pending.some((call) => call.callId === callId);
}

function endedEarly(tool: ToolEntry): CodemodeError {
  return new CodemodeError("cancelled", `${tool.name} was not called: the run had ended.`, { tool: tool.name });
}

/** Report of a call that ended with an error. */
export function failedCallStatus(error: CodemodeError): "ok" | "denied" | "error" {
  if (error.details.opaque === true) return "ok";
  return error.code === "policy_denied" || error.code === "approval_required" ? "denied" : "error";
}
