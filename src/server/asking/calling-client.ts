import type { Server, ServerContext } from "@modelcontextprotocol/server";
import * as z from "zod";
import { isRecord } from "../../base/is-record.ts";
import { abilitiesOf } from "./approval-form.ts";
import type { CallInQuestion } from "./call-in-question.ts";
import type { CallingClient, ServerRequest } from "../../sources/source.ts";

/**
 * The client that made a request, for the servers that its program calls: their questions reach it as the request's own,
 * and their log messages with the request.
 *
 * @param asked the call of a client of revision 2026-07-28, which is asked in a result while its program goes on
 */
export function callingClient(
  server: Pick<Server, "getClientCapabilities">,
  { mcpReq }: ServerContext,
  asked?: CallInQuestion,
): CallingClient {
  return {
    of: server,
    ask: async (request) => {
      const { method, params } = request;
      const isReachable = mcpReq.envelope === undefined || asked !== undefined;
      if (!isReachable || !canAnswer(abilitiesOf(server, mcpReq.envelope), request)) {
        throw new Error(`The client that called cannot answer ${method}.`);
      }
      return asked === undefined ? mcpReq.send({ method, params }, looseAnswer) : asked.ask(request);
    },
    log: ({ level, logger, data }) => {
      const isLevel = (text: string): text is (typeof LEVELS)[number] => LEVELS.some((each) => each === text);
      // A client that has gone needs no log.
      if (isLevel(level)) mcpReq.log(level, data, logger).catch(() => {});
    },
  };
}

const LEVELS = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"] as const;

/** The client's answer as it came; the server that asked checks it. */
const looseAnswer = z.looseObject({});

function canAnswer(capabilities: Readonly<Record<string, unknown>>, { method, params }: ServerRequest): boolean {
  if (method === "sampling/createMessage") return isRecord(capabilities["sampling"]);
  if (method === "roots/list") return isRecord(capabilities["roots"]);
  const { elicitation } = capabilities;
  if (!isRecord(elicitation)) return false;
  if (params["mode"] === "url") return isRecord(elicitation["url"]);
  // A client that names neither way to ask has the form alone.
  return isRecord(elicitation["form"]) || elicitation["url"] === undefined;
}
