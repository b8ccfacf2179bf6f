import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  LOG_LEVEL_META_KEY,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { defined } from "../../base/defined.ts";
import { isRecord } from "../../base/is-record.ts";
import type { InputAnswers } from "../../sources/source.ts";
import type { SealedState } from "../asking/approval-form.ts";

/**
 * What a client brings for a call in which the server behind asks something, and what it can be asked for.
 *
 * @param declared what it said when it connected, in older revisions of the protocol
 */
export function answersOf(
  { mcpReq }: ServerContext,
  { tool, declared }: { readonly tool: string; readonly declared: ClientCapabilities | undefined },
): InputAnswers {
  const { inputResponses, envelope } = mcpReq;
  const sealed = mcpReq.requestState<SealedState>();
  const requestState = sealed !== undefined && "tool" in sealed && sealed.tool === tool ? sealed.state : undefined;
  const capabilities = (isRecord(envelope) ? envelope[CLIENT_CAPABILITIES_META_KEY] : undefined) ?? declared;
  return {
    params: defined({ inputResponses, requestState }),
    ...(isRecord(capabilities) ? { capabilities } : {}),
    ...defined({ logLevel: logLevelOf(envelope) }),
  };
}

/** What the client of a request wants to read; one of an older revision says it to our own server, which leaves the rest out. */
function logLevelOf(envelope: unknown): string | undefined {
  if (!isRecord(envelope)) return "debug";
  const level = envelope[LOG_LEVEL_META_KEY];
  return typeof level === "string" ? level : undefined;
}
