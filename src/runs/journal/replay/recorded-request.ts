import { stringifyJson } from "../../../base/exact-json.ts";
import { isLarge } from "../../../base/steps/json-in-steps.ts";
import type { LargeText } from "../../../base/steps/large-text.ts";
import type { HostReply } from "../../../engines/engine.ts";
import type { Crossing } from "../run-journal.ts";

/** The name of a request that runs a skill, however it is written. */
export const SKILL = "skill-run";

/** A request by name, as it is recorded. */
export function labelOf({ callId, request }: Crossing): string {
  if (request.kind !== "call") return request.kind;
  return callId === undefined ? SKILL : request.name;
}

/** What a request asks for, as JSON text or, where writing that takes long, as the value to write. */
export function argumentsOf(crossing: Crossing): { readonly body: string } | { readonly value: unknown } {
  const value = askedFor(crossing);
  return isLarge(value) ? { value } : { body: stringifyJson(value) };
}

/** What is wrong with a request is said by its reply. */
function askedFor({ callId, request }: Crossing): unknown {
  if (request.kind === "refused") return { kind: request.kind };
  return request.kind === "call" && callId !== undefined ? (request.arguments ?? {}) : request;
}

type CallCrossing = Crossing & {
  readonly callId: number;
  readonly request: { readonly kind: "call"; readonly name: string };
};

/** Whether a request is a call of a tool that is made, and not one past the limit. */
export function isCall(crossing: Crossing): crossing is CallCrossing {
  return crossing.callId !== undefined && crossing.callId > 0 && crossing.request.kind === "call";
}

/** JSON text of a reply; what is kept as bytes becomes a text when it is written. */
export function bodyOf(reply: HostReply): { readonly body: string } | { readonly value: LargeText } {
  if (!reply.ok) return { body: stringifyJson(reply.error) };
  return typeof reply.valueJson === "string" ? { body: reply.valueJson } : { value: reply.valueJson };
}

/** How the request of a reply ended. */
export function statusOf(reply: HostReply): "ok" | "error" | "denied" {
  if (reply.ok) return "ok";
  return reply.error.code === "policy_denied" || reply.error.code === "approval_required" ? "denied" : "error";
}
