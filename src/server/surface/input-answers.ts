import { CLIENT_CAPABILITIES_META_KEY, type ServerContext } from "@modelcontextprotocol/server";
import { defined } from "../../base/defined.ts";
import { isRecord } from "../../base/is-record.ts";
import type { InputAnswers } from "../../sources/source.ts";
import type { SealedState } from "../approval-form.ts";

/** What a client brings for a call in which the server behind asks something, and what it can be asked for. */
export function answersOf({ mcpReq }: ServerContext, tool: string): InputAnswers {
  const { inputResponses, envelope } = mcpReq;
  const sealed = mcpReq.requestState<SealedState>();
  const requestState = sealed !== undefined && "tool" in sealed && sealed.tool === tool ? sealed.state : undefined;
  const capabilities = isRecord(envelope) ? envelope[CLIENT_CAPABILITIES_META_KEY] : undefined;
  return {
    params: defined({ inputResponses, requestState }),
    ...(isRecord(capabilities) ? { capabilities } : {}),
  };
}
