import { CodemodeError, toCodemodeError } from "../base/codemode-error.ts";
import { defined } from "../base/defined.ts";
import { stringifyJson } from "../base/exact-json.ts";
import { Decisions } from "../runs/decisions/decisions.ts";
import type { GateCallOptions } from "../runs/decisions/call-on-its-way.ts";
import type { Listening } from "../runs/hooks.ts";
import { newId } from "../runs/journal/run-turns.ts";
import { decisionAdvice } from "../runs/reading-text.ts";
import type { ExecutionResult } from "../runs/result.ts";
import { Run } from "../runs/run.ts";
import type { RunEvents } from "../runs/run-events.ts";
import type { ExecuteOptions } from "./executor-options.ts";
import type { RunKit } from "./run-kit.ts";

/** One call that is made outside a program. */
export interface SingleCall
  extends GateCallOptions, Listening, Pick<ExecuteOptions, "signal" | "onApproval" | "owner"> {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** End of a call that was made outside a program; without an error its value counts. */
interface SingleCallEnd {
  readonly result: ExecutionResult;
  readonly events: RunEvents;
  readonly value: unknown;
  readonly error: CodemodeError | undefined;
}

/** Makes one call as the only one of a run, whose id begins with `call_`. Never rejects: failure is part of the end. */
export async function callOnce(kit: RunKit, { name, arguments: args, ...options }: SingleCall): Promise<SingleCallEnd> {
  const { host, log, onApproval: asked } = kit.parts;
  const { signal, hooks, onEvent, onApproval = asked, onLogin, client, owner, ...callOptions } = options;
  const runId = newId("call");
  const listening = defined({ hooks, onEvent, onLogin, client });
  const events = kit.events(runId, listening);
  const limits = { ...host().limits("typescript"), toolCalls: 1, concurrentCalls: 1 };
  const code = `await callTool(${stringifyJson(name)}, ${stringifyJson(args)})`;
  const { raw, timeoutMs } = callOptions;
  const call = { name, arguments: args, options: defined({ raw, timeoutMs }) };
  // Where nobody could ever decide, a call that has to be asked for is refused.
  const canWait = log.isLasting || onApproval !== undefined;
  const recorder = kit.recorder(
    { language: "typescript", code, runId, startedAt: Date.now(), ...defined({ client: owner }) },
    { stop: (reason) => run.clock.end(reason), start: canWait ? kit.startOf(limits, { call }) : undefined },
  );
  const decisions = kit.decisions(listening);
  const settings = { language: "typescript", limits, isTimed: false, events, signal, decisions } as const;
  const run = new Run(host(), { ...settings, ...defined({ journal: recorder }) });
  let error: CodemodeError | undefined;
  const value = await run.call(name, args, callOptions).catch((thrown: unknown) => {
    error = toCodemodeError(thrown);
  });
  const durationMs = run.clock.elapsedMs;
  run.clock.end(new CodemodeError("cancelled", "The call has ended."));
  const ended = run.record.conclude({ runId, durationMs }, error);
  const result = (await recorder?.finish(ended, Decisions.definitionsAsked(run))) ?? ended;
  return { result, events, value, error };
}

/** The value of a call that waited for an approval. Throws where it waits still. */
export function valueOf(
  { runId, status, value, error, pending }: ExecutionResult,
  approvers: ReadonlySet<string>,
): unknown {
  if (status === "completed") return value;
  if (error !== null) throw new CodemodeError(error.code, error.message, error);
  const [call] = pending;
  throw new CodemodeError(
    "approval_required",
    `${call?.tool ?? "The call"} waits for an approval: ${call?.reason ?? ""}`,
    {
      ...defined({ tool: call?.tool }),
      runId,
      hint: decisionAdvice(runId, approvers),
    },
  );
}
