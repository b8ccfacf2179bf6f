import { CodemodeError } from "../../base/codemode-error.ts";
import { stringifyJson } from "../../base/exact-json.ts";
import type { SecretFilter } from "../../base/secret-filter.ts";
import type { CallDecision, ExecutionResult, PendingDecision } from "../result.ts";
import { hashArguments } from "./hash-arguments.ts";
import type { RunStore, StoredRun } from "./run-store.ts";
import { SecretSeal, showSealed } from "./secret-seal.ts";

/** What is decided, and by whom. */
interface DecisionWriting {
  readonly decisions: readonly CallDecision[];
  readonly secrets: SecretFilter;
  readonly by: string;
  /** Why arguments cannot be sent to a tool. @default nothing is checked before the run goes on */
  readonly match?: (tool: string, args: unknown) => Promise<CodemodeError | undefined>;
}

/** The calls that a parked run still waits for. */
async function readPending(store: RunStore, runId: string): Promise<readonly PendingDecision[]> {
  let pending: readonly PendingDecision[] = [];
  for (const { type, facts, body = "[]", callId } of await store.load(runId, { whole: true })) {
    const { for: what, kind }: { for?: string; kind?: string } = JSON.parse(facts);
    if (type === "wait" && what === "decision") pending = JSON.parse(showSealed(body));
    if (type === "decision" && kind !== undefined) pending = pending.filter((call) => call.callId !== callId);
  }
  return pending;
}

/** What is known of a run that waits, as its result. */
export async function waitingResult(store: RunStore, { runId, result }: StoredRun): Promise<ExecutionResult> {
  const kept: ExecutionResult = JSON.parse(result ?? "null");
  return { ...kept, pending: await readPending(store, runId) };
}

/** Writes decisions about calls that a parked run waits for. Throws for calls that do not wait, and writes none then. */
export async function writeDecisions(
  store: RunStore,
  { runId, status, pending: count }: StoredRun,
  { decisions, secrets, by, match }: DecisionWriting,
): Promise<void> {
  if (status === "expired") {
    throw new CodemodeError(
      "invalid_arguments",
      `The run ${runId} has expired: nobody decided about its calls in time.`,
      {
        hint: "Start its program anew. approvals.expireMs of the configuration says how long a run waits.",
      },
    );
  }
  if (status === "running") throw new CodemodeError("busy", `The run ${runId} is running.`);
  const pending = status === "suspended" && count > 0 ? await readPending(store, runId) : [];
  const answers = decisions.flatMap(({ callId, ...decision }) => {
    if (callId === "all") return pending.map((call) => ({ decision: { ...decision, callId: call.callId }, call }));
    const call = pending.find((each) => each.callId === callId);
    if (call === undefined) throw notWaiting(runId, callId, pending);
    return [{ decision: { ...decision, callId }, call }];
  });
  if (answers.length === 0) throw notWaiting(runId, undefined, pending);
  for (const { decision, call } of answers) await assertMatching(call.tool, decision, match);
  const seal = new SecretSeal(secrets, store.salt);
  for (const { decision, call } of answers) {
    const at = Date.now();
    const { callId, decision: made } = decision;
    const event = {
      type: "decision",
      at,
      callId,
      facts: JSON.stringify({ kind: call.kind, decision: made }),
      body: seal.seal(stringifyJson(decision)),
    } as const;
    const written = await store.answer(runId, event, {
      at: new Date(at).toISOString(),
      runId,
      callId,
      tool: secrets.text(call.tool),
      argumentsHash: hashArguments(seal.seal(stringifyJson(decision.arguments ?? call.arguments))),
      kind: "decision",
      outcome: made === "approve" ? "allow" : "deny",
      by: secrets.text(by),
    });
    if (!written) throw notWaiting(runId, callId, []);
  }
}

async function assertMatching(
  tool: string,
  { arguments: edited }: Pick<CallDecision, "arguments">,
  match: DecisionWriting["match"],
): Promise<void> {
  const problem = edited === undefined ? undefined : await match?.(tool, edited);
  if (problem !== undefined) throw problem;
}

function notWaiting(runId: string, callId: number | undefined, pending: readonly PendingDecision[]): CodemodeError {
  const what = callId === undefined ? "No call" : `Call ${callId}`;
  const waiting = pending.map((call) => `${call.callId} (${call.tool})`).join(", ");
  return new CodemodeError("invalid_arguments", `${what} of the run ${runId} waits for a decision.`, {
    hint: waiting === "" ? `codemode runs show ${runId} shows how it stands.` : `These wait: ${waiting}.`,
  });
}
