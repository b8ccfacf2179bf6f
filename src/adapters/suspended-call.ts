import { isRecord } from "../base/is-record.ts";
import type { AgentToolResult } from "../tools/agent-tool.ts";
import type { AdapterCall, AdapterTool } from "./adapter-tools.ts";

type Decided = NonNullable<AdapterCall["decided"]>;
type Decision = Decided["decisions"][number];

/**
 * Makes a call in an SDK that repeats it with a person's answer when it had to wait. Without an answer the call begins, and
 * its result may have `waiting`; with one the run that the answer names goes on, in whatever process. What is no answer
 * leaves that run as it is.
 *
 * @param options.answer undefined when nobody was asked yet
 */
export async function callOrGoOn(
  tool: AdapterTool,
  args: unknown,
  { call, answer }: { readonly call: AdapterCall; readonly answer: unknown },
): Promise<AgentToolResult> {
  if (answer === undefined) return tool.call(args, { ...call, mayWait: true });
  const decided = toDecided(answer);
  return decided === undefined ? notAnswered() : tool.call(args, { ...call, mayWait: true, decided });
}

function toDecided(answer: unknown): Decided | undefined {
  if (!isRecord(answer) || typeof answer["runId"] !== "string" || !Array.isArray(answer["decisions"])) return undefined;
  const decisions: readonly unknown[] = answer["decisions"];
  return decisions.length > 0 && decisions.every(isDecision) ? { runId: answer["runId"], decisions } : undefined;
}

function isDecision(value: unknown): value is Decision {
  if (!isRecord(value)) return false;
  const { callId, decision, arguments: edited } = value;
  return (
    (callId === "all" || Number.isInteger(callId)) &&
    (decision === "approve" || decision === "deny") &&
    (edited === undefined || isRecord(edited))
  );
}

function notAnswered(): AgentToolResult {
  const text =
    'The program waits still: what the call was given is no answer. Give { runId, decisions: [{ callId: "all", decision: "approve" }] } with the run id of the question.';
  return { text, structured: {}, content: [], isError: true };
}
