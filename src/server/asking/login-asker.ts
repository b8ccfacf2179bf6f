import type { Server, ServerContext } from "@modelcontextprotocol/server";
import { randomUUID } from "node:crypto";
import type { AskToLogIn } from "../../runs/hooks.ts";

/**
 * Asks the person at the client that made a request to open an address and log in there; undefined for a client that
 * shows no addresses.
 */
export function loginAsker(server: Server, { mcpReq }: ServerContext): AskToLogIn | undefined {
  if (server.getClientCapabilities()?.elicitation?.url === undefined || mcpReq.envelope !== undefined) return undefined;
  return async ({ server: name, url, userCode }) => {
    const code = userCode === undefined ? "" : ` The code to type there is ${userCode}.`;
    const message = `The server "${name}" needs a login.${code}`;
    const answer = await mcpReq.elicitInput({ mode: "url", message, url, elicitationId: randomUUID() });
    return answer.action === "accept";
  };
}
