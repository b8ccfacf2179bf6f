import { CodemodeError } from "../../base/codemode-error.ts";
import { stringifyJson } from "../../base/exact-json.ts";
import type { SecretFilter } from "../../base/secret-filter.ts";
import type { CallDecision, ExecutionResult, PendingDecision } from "../result.ts";
import { showWaiting } from "../reading-text.ts";
import { hashArguments } from "./hash-arguments.ts";
import { parseRecorded } from "./replay/replay.ts";
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
export async function readPending(store: RunStore, runId: string): Promise<readonly PendingDecision[]> {
  let pending: readonly PendingDecision[] = [];
  for (const { type, facts, body = "[]", callId } of await store.load(runId, { whole: true })) {
    const { for: what, kind }: { for?: string; kind?: string } = JSON.parse(facts);
    if (type === "wait" && what === "decision") pending = parseRecorded(showSealed(body));
    if (type === "decision" && kind !== undefined) pending = pending.filter((call) => call.callId !== callId);
  }
  return pending;
}

/** What is known of a run that waits, as its result. */
export async function waitingResult(
  store: RunStore,
  { runId, result }: StoredRun,
  approvers: ReadonlySet<string>,
): Promise<ExecutionResult> {
  const kept: ExecutionResult = parseRecorded(result ?? "null");
  const pending = await readPending(store, runId);
  return { ...kept, pending, text: showWaiting({ runId, pending }, approvers) };
}

/** Writes decisions about calls that a parked run waits for. Throws for calls that do not wait, and writes none then. */
export async function writeDecisions(
  store: RunStore,
  run: StoredRun,
  { decisions, secrets, by, match }: DecisionWriting,
): Promise<void> {
  const { runId, status } = run;
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
  const answers = answersOf(
    run,
    decisions,
    status === "suspended" && run.pending > 0 ? await readPending(store, runId) : [],
  );
  for (const { decision, call } of answers) await assertMatching(call.tool, decision, match);
  const seal = new SecretSeal(secrets, store.salt);
  const at = Date.now();
  const written = await store.answer(
    runId,
    answers.map(({ decision, call }) => ({
      event: {
        type: "decision",
        at,
        callId: decision.callId,
        facts: JSON.stringify({ kind: call.kind, decision: decision.decision }),
        body: seal.seal(stringifyJson(decision)),
      },
      audit: {
        at: new Date(at).toISOString(),
        runId,
        callId: decision.callId,
        tool: secrets.text(call.tool),
        argumentsHash: hashArguments(seal.seal(stringifyJson(decision.arguments ?? call.arguments))),
        kind: "decision",
        outcome: decision.decision === "approve" ? "allow" : "deny",
        by: secrets.text(by),
      },
    })),
  );
  if (written) return;
  throw new CodemodeError("busy", `Somebody else has just decided about the run ${runId}; nothing was decided here.`, {
    hint: `codemode runs show ${runId} shows how it stands.`,
  });
}

/** Decisions with the calls they are about; what is said of all holds for those that are not named. */
function answersOf(
  run: StoredRun,
  decisions: readonly CallDecision[],
  pending: readonly PendingDecision[],
): readonly { readonly decision: CallDecision & { readonly callId: number }; readonly call: PendingDecision }[] {
  if (decisions.length === 0 && pending.length > 0) {
    throw new CodemodeError("invalid_arguments", "No decision was given.", { hint: waitingHint(run, pending) });
  }
  const named = new Set<number>();
  for (const { callId } of decisions) {
    if (callId === "all") continue;
    if (!pending.some((call) => call.callId === callId)) throw notWaiting(run, callId, pending);
    if (named.has(callId)) throw new CodemodeError("invalid_arguments", `Call ${callId} is decided twice.`);
    named.add(callId);
  }
  const answers = pending.flatMap((call) => {
    const own =
      decisions.find(({ callId }) => callId === call.callId) ?? decisions.find(({ callId }) => callId === "all");
    return own === undefined ? [] : [{ decision: { ...own, callId: call.callId }, call }];
  });
  if (answers.length === 0) throw notWaiting(run, undefined, pending);
  return answers;
}

async function assertMatching(
  tool: string,
  { arguments: edited }: Pick<CallDecision, "arguments">,
  match: DecisionWriting["match"],
): Promise<void> {
  const problem = edited === undefined ? undefined : await match?.(tool, edited);
  if (problem !== undefined) throw problem;
}

function notWaiting(
  run: Pick<StoredRun, "runId" | "status">,
  callId: number | undefined,
  pending: readonly PendingDecision[],
): CodemodeError {
  const { runId, status } = run;
  const which =
    callId === undefined ? `No call of the run ${runId} waits` : `Call ${callId} of the run ${runId} does not wait`;
  const message = status === "suspended" ? `${which} for a decision.` : `The run ${runId} has ended (${status}).`;
  return new CodemodeError("invalid_arguments", message, { hint: waitingHint(run, pending) });
}

/** What can be done instead of a decision that does not fit. */
function waitingHint(
  { runId, status }: Pick<StoredRun, "runId" | "status">,
  pending: readonly PendingDecision[],
): string {
  if (pending.length > 0) return `These wait: ${pending.map((call) => `${call.callId} (${call.tool})`).join(", ")}.`;
  return status === "suspended"
    ? `codemode runs resume ${runId} goes on with it.`
    : `codemode runs show ${runId} shows how it stands.`;
}
