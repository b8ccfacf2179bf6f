import { defined } from "../../../base/defined.ts";
import type { Client } from "@modelcontextprotocol/client";
import { isRecord } from "../../../base/is-record.ts";
import type { InputAnswers } from "../../source.ts";
import { looseResult } from "./loose-result.ts";

const CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";

/**
 * Sends a request of a caller that answers for itself what the server asks: with the answers it brings, and with what it
 * can be asked for in place of what we can. A question comes back as the result, with `resultType` "input_required".
 */
export async function requestAnswered(
  client: Client,
  { method, params }: { readonly method: string; readonly params: Readonly<Record<string, unknown>> },
  {
    timeoutMs,
    signal,
    answers,
  }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined; readonly answers: InputAnswers },
): Promise<Readonly<Record<string, unknown>>> {
  // Older servers ask while the call is open, and know neither.
  if (client.getProtocolEra() !== "modern") {
    return client.request({ method, params }, looseResult, { timeout: timeoutMs, ...defined({ signal }) });
  }
  const { capabilities, params: brought } = answers;
  const meta = isRecord(params["_meta"]) ? params["_meta"] : {};
  const asked = capabilities === undefined ? meta : { ...meta, [CAPABILITIES]: capabilities };
  const sent = { ...params, ...brought, _meta: asked };
  return client.request({ method, params: sent }, looseResult, {
    timeout: timeoutMs,
    allowInputRequired: true,
    ...defined({ signal }),
  });
}
