import { performance } from "node:perf_hooks";
import { boundText } from "../../base/bound-text.ts";
import { type CodemodeError, toCodemodeError } from "../../base/codemode-error.ts";
import type { ToolCallTrace } from "../result.ts";
import type { Run } from "../run.ts";
import { CallOnItsWay, type GateCallOptions } from "./call-on-its-way.ts";
import { lateTool } from "./late-tool.ts";
import { matchingArguments } from "./matching-arguments.ts";

/** Characters of a name that no tool has. */
const NAME_CHARACTERS = 1_000;

/** A call that is being made, with its record. */
interface CallMade {
  readonly callId: number;
  readonly call: Run["record"]["toolCalls"][number];
  readonly startedAt: number;
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
    const made = { callId, call, args, options, startedAt: performance.now() };
    return new CallOnItsWay(this.#run, made).pass().then(
      (value) => {
        this.#end(made, "ok");
        return value;
      },
      (thrown: unknown) => {
        const error = toCodemodeError(thrown);
        // A parked run leaves its calls as they are.
        const isOpen = record.pending !== undefined || this.isCutOff(callId, error);
        this.#end(made, isOpen ? "in_doubt" : failedCallStatus(error), error);
        throw error;
      },
    );
  }

  #end({ callId, call, startedAt }: CallMade, status: ToolCallTrace["status"], error?: CodemodeError): void {
    const { record, events } = this.#run;
    call.status = status;
    // Whole microseconds: a thousand of these are written with the result, and more digits take longer than the rest of it.
    call.durationMs = Math.round((performance.now() - startedAt) * 1_000) / 1_000;
    if (!isWaiting(record, callId)) events.callEnd(callId, call, error);
  }

  /** Throws `CodemodeError` as a call would that names no tool, or has arguments that do not match. */
  async match(name: string, args: unknown): Promise<void> {
    matchingArguments(this.#run, this.#run.root.catalog.get(name) ?? (await lateTool(this.#run, name)), args);
  }

  /** True for a call that may change something and was on its way when the run ended: nobody knows whether it was done. */
  isCutOff(callId: number, { code }: { readonly code: string }): boolean {
    const { record, clock } = this.#run;
    return code === "cancelled" && clock.signal.aborted && record.sent.has(callId);
  }
}

/** True for a call that its run is parked for: it has not ended. */
function isWaiting({ pending }: Run["record"], callId: number): boolean {
  return pending?.some((call) => call.callId === callId) === true;
}

/** Report of a call that ended with an error. */
export function failedCallStatus(error: CodemodeError): "ok" | "denied" | "error" {
  if (error.details.opaque === true) return "ok";
  return error.code === "policy_denied" || error.code === "approval_required" ? "denied" : "error";
}
