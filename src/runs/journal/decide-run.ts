import { CodemodeError } from "../../base/codemode-error.ts";
import { stringifyJson } from "../../base/exact-json.ts";
import type { SecretFilter } from "../../base/secret-filter.ts";
import type { CallDecision, ExecutionResult, PendingDecision } from "../result.ts";
import type { RunStore, StoredRun } from "./run-store.ts";
import { SecretSeal, showSealed } from "./secret-seal.ts";

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
  { decisions, secrets }: { readonly decisions: readonly CallDecision[]; readonly secrets: SecretFilter },
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
    if (callId === "all") return pending.map((call) => ({ ...decision, callId: call.callId, kind: call.kind }));
    const call = pending.find((each) => each.callId === callId);
    if (call === undefined) throw notWaiting(runId, callId, pending);
    return [{ ...decision, callId, kind: call.kind }];
  });
  if (answers.length === 0) throw notWaiting(runId, undefined, pending);
  const seal = new SecretSeal(secrets, store.salt);
  for (const { kind, ...decision } of answers) {
    const written = await store.answer(runId, {
      type: "decision",
      at: Date.now(),
      callId: decision.callId,
      facts: JSON.stringify({ kind, decision: decision.decision }),
      body: seal.seal(stringifyJson(decision)),
    });
    if (!written) throw notWaiting(runId, decision.callId, []);
  }
}

function notWaiting(runId: string, callId: number | undefined, pending: readonly PendingDecision[]): CodemodeError {
  const what = callId === undefined ? "No call" : `Call ${callId}`;
  const waiting = pending.map((call) => `${call.callId} (${call.tool})`).join(", ");
  return new CodemodeError("invalid_arguments", `${what} of the run ${runId} waits for a decision.`, {
    hint: waiting === "" ? `codemode runs show ${runId} shows how it stands.` : `These wait: ${waiting}.`,
  });
}
