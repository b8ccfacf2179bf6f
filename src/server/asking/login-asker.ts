import type { Server, ServerContext } from "@modelcontextprotocol/server";
import { randomUUID } from "node:crypto";
import { isRecord } from "../../base/is-record.ts";
import { abilitiesOf } from "./approval-form.ts";
import type { CallInQuestion } from "./call-in-question.ts";
import type { AskToLogIn } from "../../runs/hooks.ts";

/**
 * Asks the person at the client that made a request to open an address and log in there; undefined for a client that
 * shows no addresses.
 */
export function loginAsker(
  server: Pick<Server, "getClientCapabilities">,
  { mcpReq }: ServerContext,
  asked?: CallInQuestion,
): AskToLogIn | undefined {
  const { elicitation } = abilitiesOf(server, mcpReq.envelope);
  const isReachable = mcpReq.envelope === undefined || asked !== undefined;
  if (!isRecord(elicitation) || elicitation["url"] === undefined || !isReachable) return undefined;
  return async ({ server: name, url, userCode }) => {
    const code = userCode === undefined ? "" : ` The code to type there is ${userCode}.`;
    const message = `The server "${name}" needs a login.${code}`;
    const params = { mode: "url" as const, message, url, elicitationId: randomUUID() };
    const answer = await (asked === undefined
      ? mcpReq.elicitInput(params)
      : asked.ask({ server: name, method: "elicitation/create", params }));
    return answer["action"] === "accept";
  };
}
