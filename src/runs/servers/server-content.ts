import { defined } from "../../base/defined.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import { isRecord } from "../../base/is-record.ts";
import type { CatalogServer, ToolEntry } from "../../catalog/tool.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { unknownName } from "../../catalog/unknown-name.ts";
import type { JsonSchema } from "../../schema/json-schema.ts";
import { type InputAnswers, LIST_FIELDS, type SourceRequest } from "../../sources/source.ts";
import type { GuestRequest } from "../guest-requests.ts";
import type { Run } from "../run.ts";

/** What programs call of a server beside its tools, as the end of a full name, with its arguments. */
const REQUESTS: Readonly<Record<"resources/read" | "prompts/get", JsonSchema>> = {
  "resources/read": {
    type: "object",
    properties: { uri: { type: "string" } },
    required: ["uri"],
    additionalProperties: false,
  },
  "prompts/get": {
    type: "object",
    properties: { name: { type: "string" }, arguments: { type: "object", additionalProperties: { type: "string" } } },
    required: ["name"],
    additionalProperties: false,
  },
};

/** A request to a server that passes the gate like a call of a tool. */
interface ContentEntry extends ToolEntry {
  readonly request: keyof typeof REQUESTS;
}

/**
 * The entry of `server__resources/read` or `server__prompts/get`; undefined for every other name. Throws `unknown_tool` where
 * there is no such server.
 *
 * @param shown servers that the error may name
 */
export function contentEntry(catalog: Catalog, fullName: string, shown: Catalog): ContentEntry | undefined {
  const request = Object.keys(REQUESTS).find((each) => fullName.endsWith(`__${each}`));
  if (request === undefined || !isContentRequest(request)) return undefined;
  const name = fullName.slice(0, -request.length - 2);
  const server = catalog.server(name);
  if (server === undefined) throw unknownName(shown, { kind: "server", name });
  return toEntry(server, request, REQUESTS[request]);
}

/** Tells such an entry from that of a tool. */
export function isContentEntry(tool: ToolEntry): tool is ContentEntry {
  return "request" in tool;
}

/** Performs a request that passed the gate, and returns what a program gets: the contents, or the whole prompt. */
export async function askForContent(
  run: Run,
  {
    tool: { serverName, request, name },
    arguments: params,
    answers,
  }: {
    readonly tool: ContentEntry;
    readonly arguments: Readonly<Record<string, unknown>>;
    readonly answers: InputAnswers | undefined;
  },
): Promise<unknown> {
  const { registry } = run.host;
  const options = { signal: run.clock.signal, ...defined({ answers, client: run.events.client }) };
  const result = await registry.ask(serverName, { method: request, params }, options);
  // A question of the server is for the caller that said it answers it.
  if (request === "prompts/get" || (answers !== undefined && result["contents"] === undefined)) return result;
  const { contents } = result;
  if (Array.isArray(contents)) return contents;
  throw new CodemodeError("tool_error", `"${serverName}" answered without contents.`, { tool: name });
}

/** Lists of one server or of all, each item with its server; or completions. */
export async function answerAsk(run: Run, { method, server, params }: AskRequest): Promise<unknown> {
  const { registry } = run.host;
  const catalog = registry.catalog();
  const options = { signal: run.clock.signal };
  const found = server === undefined ? undefined : catalog.server(server);
  if (server !== undefined && found === undefined) throw unknownName(catalog, { kind: "server", name: server });
  if (run.server !== undefined && found?.name !== run.server) throw onlyItsOwn(run.server);
  if (method === "completion/complete") {
    if (found === undefined) throw new CodemodeError("invalid_arguments", "complete needs the name of a server.");
    const { completion } = await registry.ask(found.name, requestOf(method, params), options);
    return isRecord(completion) ? completion : { values: [] };
  }
  const field = LIST_FIELDS[method];
  const listOf = async ({ name }: Pick<CatalogServer, "name">): Promise<readonly unknown[]> => {
    const items = (await registry.ask(name, { method }, options))[field];
    return Array.isArray(items) ? items.filter(isRecord).map((item) => Object.assign({ server: name }, item)) : [];
  };
  if (found !== undefined) return listOf(found);
  await run.awaitServers(undefined, LIST_WAIT_MS);
  const usable = registry.listServers().filter(({ status }) => status === "ready");
  // One server that fails does not hide the others.
  const lists = usable.map((each) => listOf(each).catch(() => []));
  return (await Promise.all(lists)).flat();
}

type AskRequest = Extract<GuestRequest, { kind: "ask" }>;

const LIST_WAIT_MS = 1_500;

function requestOf(method: SourceRequest["method"], params: AskRequest["params"]): SourceRequest {
  return params === undefined ? { method } : { method, params };
}

function onlyItsOwn(server: string): CodemodeError {
  return new CodemodeError("policy_denied", `A script of server "${server}" asks that server only.`);
}

function isContentRequest(text: string): text is keyof typeof REQUESTS {
  return Object.hasOwn(REQUESTS, text);
}

function toEntry(server: CatalogServer, request: keyof typeof REQUESTS, inputSchema: JsonSchema): ContentEntry {
  return {
    name: `${server.name}__${request}`,
    serverName: server.name,
    toolName: request,
    serverIdentifier: server.identifier,
    identifier: request,
    description: "",
    inputSchema,
    annotations: { readOnlyHint: true },
    deferLoading: false,
    request,
  };
}
