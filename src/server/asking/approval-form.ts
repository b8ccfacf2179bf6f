import { randomBytes } from "node:crypto";
import {
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  inputRequired,
  type InputRequiredResult,
  type InputResponseView,
  isSpecType,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import * as z from "zod";
import { escapeInvisible, hangingText } from "../../catalog/brief.ts";
import { stringifyJson } from "../../base/exact-json.ts";
import { isRecord } from "../../base/is-record.ts";
import type { CallDecision, PendingDecision } from "../../runs/result.ts";

/** What comes back with the answer to a question: which run it is about, and the calls that were shown. */
export interface AskedRun {
  readonly runId: string;
  readonly callIds: readonly number[];
}

/** What comes back with the answer to a question of a server behind: the tool that was called, and the server's own state. */
interface AskedTool {
  readonly tool: string;
  readonly state: string;
}

/** What comes back with the answer to a question in the middle of a call of ours: the call that waits for it. */
interface AskedInCall {
  readonly callId: string;
}

/** What we seal for the way through a client. */
export type SealedState = AskedRun | AskedTool | AskedInCall;

/** Signs what a client brings back, so that no client decides about a run it was not asked about. */
export const askedRuns: ReturnType<typeof createRequestStateCodec<SealedState>> = createRequestStateCodec<SealedState>({
  key: randomBytes(32),
  ttlSeconds: 24 * 60 * 60,
  bind: ({ http }) => http?.authInfo?.clientId ?? "",
});

/** Key of the one question of an answer. */
export const APPROVAL = "approval";

/** Characters of the arguments of one call in a question, and of all calls together. */
const SHOWN_CHARACTERS = { arguments: 400, message: 16_000 } as const;

/** Abilities of the client that made a request: from 2026-07-28 on each request says them, before that the handshake did. */
export function abilitiesOf(
  server: Pick<Server, "getClientCapabilities">,
  envelope: unknown,
): Readonly<Record<string, unknown>> {
  const named = isRecord(envelope) ? envelope[CLIENT_CAPABILITIES_META_KEY] : undefined;
  const capabilities: unknown = named ?? server.getClientCapabilities();
  return isRecord(capabilities) ? capabilities : {};
}

/** True when a client can show a form to a person. */
export function canAskPerson(
  server: Pick<Server, "getClientCapabilities">,
  { envelope }: ServerContext["mcpReq"],
): boolean {
  const { elicitation } = abilitiesOf(server, envelope);
  // A client that names neither way to ask has the form alone.
  return isRecord(elicitation) && (isRecord(elicitation["form"]) || elicitation["url"] === undefined);
}

/** The question about calls of a run: a form with the choice to approve all, to deny all, or to choose among them. */
export async function askPerson(
  { runId, calls }: { readonly runId: string; readonly calls: readonly PendingDecision[] },
  context: ServerContext,
): Promise<InputRequiredResult> {
  const callIds = calls.map(({ callId }) => callId);
  const choices = calls.map(({ callId, tool }) => [
    `call_${callId}`,
    { type: "boolean" as const, title: `Call ${callId}: ${escapeInvisible(tool)}`, default: false },
  ]);
  return inputRequired({
    requestState: await askedRuns.mint({ runId, callIds }, context),
    inputRequests: {
      [APPROVAL]: inputRequired.elicit({
        message: messageOf(calls),
        requestedSchema: {
          type: "object",
          properties: {
            decision: {
              type: "string",
              title: "Decision",
              // Without a default: a client that fills in what a person left open approves nothing.
              enum: ["approve all", "deny all", "choose"],
            },
            ...Object.fromEntries(choices),
          },
          required: ["decision"],
        },
      }),
    },
  });
}

/** What a person decided; nothing where the question was closed without an answer. */
export function readDecisions(answer: InputResponseView, { callIds }: AskedRun): readonly CallDecision[] {
  if (answer.kind !== "elicit" || answer.action === "cancel") return [];
  const deny = (callId: number): CallDecision => ({ callId, decision: "deny" });
  if (answer.action === "decline") return callIds.map(deny);
  const { content = {} } = answer;
  const choice = content["decision"];
  if (choice === "approve all") return callIds.map((callId) => ({ callId, decision: "approve" }));
  if (choice === "deny all") return callIds.map(deny);
  if (choice !== "choose") return [];
  return callIds.map((callId) => (content[`call_${callId}`] === true ? { callId, decision: "approve" } : deny(callId)));
}

/**
 * Asks a client of before 2026-07-28, which is asked in the middle of its call. One that fails to ask, or answers what is no
 * answer, has closed the question: no decision comes of it, so that the caller can say which run waits.
 */
export async function decisionsNow(
  { inputRequests }: InputRequiredResult,
  { runId, calls }: { readonly runId: string; readonly calls: readonly PendingDecision[] },
  { context, signal }: { readonly context: ServerContext; readonly signal: AbortSignal },
): Promise<readonly CallDecision[]> {
  const question = inputRequests?.[APPROVAL];
  if (question?.method !== "elicitation/create" || question.params.mode === "url") return [];
  try {
    const { method, params } = question;
    const answer = await context.mcpReq.send({ method, params: { ...params, mode: "form" } }, z.looseObject({}), {
      timeout: PERSON_MS,
      signal,
    });
    if (!isSpecType.ElicitResult(answer)) return [];
    const { action, content } = answer;
    const view = { kind: "elicit" as const, action, ...(isRecord(content) ? { content } : {}) };
    return readDecisions(view, { runId, callIds: calls.map(({ callId }) => callId) });
  } catch (error) {
    if (signal.aborted) throw error;
    return [];
  }
}

/** Time for a person to answer. */
const PERSON_MS = 10 * 60 * 1_000;

/** Every call is named, and of long arguments both ends are shown: what is approved must not hide behind what is shown. */
function messageOf(calls: readonly PendingDecision[]): string {
  const each = Math.min(SHOWN_CHARACTERS.arguments, Math.floor(SHOWN_CHARACTERS.message / calls.length));
  const most = Math.max(LEAST_SHOWN, each);
  let cut = 0;
  const lines = calls.map(({ callId, tool, arguments: args, foreseen }) => {
    const text = stringifyJson(args);
    if (text.length > most) cut += 1;
    return `${callId}. ${hangingText(tool)} ${hangingText(bothEnds(text, most))}${foreseen ? " (comes later in the program)" : ""}`;
  });
  const reasons = [...new Set(calls.map(({ reason }) => hangingText(reason)))].slice(0, 3);
  const what = calls.length === 1 ? "1 call that needs" : `${calls.length} calls that need`;
  const rest =
    cut === 0 ? [] : [`The arguments of ${cut === 1 ? "1 call are" : `${cut} calls are`} cut: … stands for the rest.`];
  return [`A program wants to make ${what} your approval.`, ...rest, ...lines, `Reason: ${reasons.join("; ")}`].join(
    "\n",
  );
}

/** Fewest characters of arguments that are shown, however many calls there are. */
const LEAST_SHOWN = 40;

/** Half of a character outside the basic plane, where a cut left one. */
const HALF = /^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g;

function bothEnds(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor(most / 3);
  const [head, tail] = [text.slice(0, most - end), text.slice(-end)].map((part) => part.replaceAll(HALF, ""));
  return `${head} … ${text.length - most} characters … ${tail}`;
}
