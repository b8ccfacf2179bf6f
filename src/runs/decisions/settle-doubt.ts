import { CodemodeError } from "../../base/codemode-error.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import type { Run } from "../run.ts";
import type { AskedCall } from "./decisions.ts";
import type { Policy } from "./policy.ts";

/** Result of a call that was made. */
interface KnownResult {
  readonly value: unknown;
}

/**
 * Decides about a call that an earlier process of the run, or an earlier attempt, has started, and whose result is not known; returns its value when
 * somebody knows that it was made. What reads or may be repeated is sent again, with the same key. Nothing is waited for
 * about any other call.
 */
export function settleDoubt(run: Run, call: AskedCall): Promise<KnownResult | undefined> | undefined {
  return run.journal?.isInDoubt?.(call.callId) === true || call.past !== undefined ? settle(run, call) : undefined;
}

async function settle(
  { host, journal, parking }: Run,
  { callId, tool, arguments: args, past }: AskedCall,
): Promise<KnownResult | undefined> {
  const rule = ruleFor(tool, host.policy);
  if (rule === "fail") throw inDoubt(tool);
  if (rule === "retry") {
    await journal?.release?.(callId, "in_doubt");
    return undefined;
  }
  const ended = past === undefined ? "its process died" : "the run that is tried again ended";
  const reason = `It was started, but ${ended} before there was a result: it may have been done.`;
  const question = { callId, tool: tool.name, arguments: args, kind: "in_doubt", reason, foreseen: false } as const;
  const answer = await parking.ask(question);
  if (answer.decision === "deny") throw inDoubt(tool, answer.reason);
  return "value" in answer ? { value: answer.value } : undefined;
}

function ruleFor({ annotations }: ToolEntry, { inDoubt: rule = "ask" }: Policy): NonNullable<Policy["inDoubt"]> {
  return annotations?.readOnlyHint === true || annotations?.idempotentHint === true ? "retry" : rule;
}

function inDoubt({ name }: ToolEntry, reason?: string): CodemodeError {
  const why = reason === undefined ? "" : ` ${reason}`;
  return new CodemodeError(
    "tool_error",
    `Nobody knows whether ${name} was done: the process that called it died before there was a result.${why}`,
    { tool: name, hint: "Look whether it was done before calling it again." },
  );
}
