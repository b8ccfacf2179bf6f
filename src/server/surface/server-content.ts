import {
  type ClientCapabilities,
  type CompleteResult,
  type GetPromptResult,
  type InputRequiredResult,
  isInputRequiredResult,
  type Prompt,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  type Resource,
  ResourceNotFoundError,
  type ResourceTemplateType,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { defined } from "../../base/defined.ts";
import { isRecord } from "../../base/is-record.ts";
import { toCodemodeError } from "../../base/codemode-error.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import type { ListedContent } from "../../sources/content-lists.ts";
import { passOn, throwProtocolError } from "./call-direct.ts";
import { fitsTemplate, fromOwnUri, type ServerUri, toOwnTemplate, toOwnUri } from "./content-names.ts";
import { answersOf } from "./input-answers.ts";

/** The request of a client, and what ends it. */
export interface ContentRequest {
  readonly context: ServerContext;
  readonly signal: AbortSignal;
  /** What the client can be asked for, as it said when it connected. */
  readonly declared: ClientCapabilities | undefined;
}

/**
 * Resources, prompts and completions of the servers as our own server has them: `codemode://SERVER/<encoded uri>` and
 * `server__prompt`. A URI or name of a server itself is understood too where one server alone has it, since results of tools
 * name them like that. Reading passes the gate.
 */
export class ServerContent {
  readonly #executor: CodeModeExecutor;

  constructor(executor: CodeModeExecutor) {
    this.#executor = executor;
  }

  async resources(): Promise<readonly Resource[]> {
    const listed = await this.#executor.registry.content.list("resources/list");
    return listed.flatMap(({ server, item }) => {
      const uri = textOf(item, "uri");
      return uri === undefined ? [] : [{ ...item, name: textOf(item, "name") ?? uri, uri: toOwnUri({ server, uri }) }];
    });
  }

  async templates(): Promise<readonly ResourceTemplateType[]> {
    const listed = await this.#executor.registry.content.list("resources/templates/list");
    return listed.flatMap(({ server, item }) => {
      const uri = textOf(item, "uriTemplate");
      if (uri === undefined) return [];
      return [{ ...item, name: textOf(item, "name") ?? uri, uriTemplate: toOwnTemplate({ server, uri }) }];
    });
  }

  async prompts(): Promise<readonly Prompt[]> {
    const listed = await this.#executor.registry.content.list("prompts/list");
    return listed.flatMap(({ server, item }) => {
      const name = textOf(item, "name");
      return name === undefined ? [] : [{ ...item, name: `${server}__${name}` }];
    });
  }

  /** Reads a resource. Throws the error of the protocol for one that there is not. */
  async read(asked: string, request: ContentRequest): Promise<ReadResourceResult | InputRequiredResult> {
    const { server, uri } = await this.locate(asked);
    const contents = await this.#ask(`${server}__resources/read`, { uri }, request);
    if (isInputRequiredResult(contents)) return contents;
    const isOurs = asked !== uri;
    const items = (Array.isArray(contents) ? contents : []).filter(isRecord).map((item) => {
      const own = textOf(item, "uri") ?? uri;
      return Object.assign({}, item, { uri: isOurs ? toOwnUri({ server, uri: own }) : own });
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a server sends is passed on as it came
    return { contents: items } as ReadResourceResult;
  }

  /** The messages of a prompt. */
  async prompt(
    name: string,
    args: Readonly<Record<string, string>> | undefined,
    request: ContentRequest,
  ): Promise<GetPromptResult | InputRequiredResult> {
    const prompt = await this.#locatePrompt(name);
    const params = { name: prompt.name, ...defined({ arguments: args }) };
    const result = await this.#ask(`${prompt.server}__prompts/get`, params, request);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a server sends is passed on as it came
    return result as GetPromptResult | InputRequiredResult;
  }

  /** Suggestions of a server for an argument of its prompt or template; none from one that suggests nothing. */
  async complete(
    { ref, ...params }: { readonly ref: Readonly<Record<string, unknown>>; readonly [key: string]: unknown },
    { signal }: ContentRequest,
  ): Promise<CompleteResult> {
    const { registry } = this.#executor;
    const { server, ...meant } =
      ref["type"] === "ref/prompt"
        ? await this.#locatePrompt(textOf(ref, "name") ?? "")
        : await this.locate(textOf(ref, "uri") ?? "");
    const request = { method: "completion/complete", params: { ...params, ref: { ...ref, ...meant } } } as const;
    const result = await registry.ask(server, request, { signal }).catch(throwProtocolError);
    const completion = isRecord(result) ? result["completion"] : undefined;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a server sends is passed on as it came
    return { completion: isRecord(completion) ? completion : { values: [] } } as CompleteResult;
  }

  /** Subscribes at the server of a resource to its changes, or ends that. */
  async watch(
    asked: string,
    method: "resources/subscribe" | "resources/unsubscribe",
    { signal }: Pick<ContentRequest, "signal">,
  ): Promise<ServerUri> {
    const place = await this.locate(asked);
    const request = { method, params: { uri: place.uri } };
    await this.#executor.registry.ask(place.server, request, { signal }).catch((thrown) => this.#refuse(thrown));
    return place;
  }

  /** The server that a URI of ours, or of a server, belongs to. Throws the error of the protocol where there is none. */
  async locate(asked: string): Promise<ServerUri> {
    const { registry } = this.#executor;
    const own = fromOwnUri(asked);
    if (own !== undefined && registry.listServers().some(({ name }) => name === own.server)) return own;
    const [resources, templates] = await Promise.all([
      registry.content.list("resources/list"),
      registry.content.list("resources/templates/list"),
    ]);
    const listing = serversOf(resources.filter(({ item }) => item["uri"] === asked));
    const fitting = serversOf(templates.filter(({ item }) => fitsTemplate(asked, textOf(item, "uriTemplate") ?? "")));
    // Servers read more than they list: results of tools name the rest.
    const places = [listing, fitting, serversOf([...resources, ...templates])];
    const [server, ...others] = places.find(({ length }) => length > 0) ?? [];
    if (server === undefined || others.length > 0) throw new ResourceNotFoundError(asked);
    return { server, uri: asked };
  }

  async #locatePrompt(asked: string): Promise<{ readonly server: string; readonly name: string }> {
    const prompts = (await this.#executor.registry.content.list("prompts/list")).flatMap(({ server, item }) => {
      const name = textOf(item, "name");
      return name === undefined ? [] : [{ server, name }];
    });
    const full = prompts.find(({ server, name }) => `${server}__${name}` === asked);
    const [only, ...others] = prompts.filter(({ name }) => name === asked);
    const found = full ?? (others.length === 0 ? only : undefined);
    if (found !== undefined) return found;
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no prompt "${asked}".`);
  }

  async #ask(
    entry: string,
    params: Readonly<Record<string, unknown>>,
    { context, signal, declared }: ContentRequest,
  ): Promise<unknown> {
    const { registry } = this.#executor;
    try {
      const options = { raw: true, signal, answers: answersOf(context, { tool: entry, declared }) };
      const result = await this.#executor.callTool(entry, params, options);
      if (isInputRequiredResult(result)) return await passOn(result, entry, context);
      return registry.secrets.data(result);
    } catch (thrown) {
      return this.#refuse(thrown);
    }
  }

  /** Throws the error of the protocol for a request that failed. */
  #refuse(thrown: unknown): never {
    throwProtocolError(thrown);
    const { message } = toCodemodeError(thrown);
    throw new ProtocolError(ProtocolErrorCode.InternalError, this.#executor.registry.secrets.text(message));
  }
}

function serversOf(listed: readonly ListedContent[]): readonly string[] {
  return [...new Set(listed.map(({ server }) => server))];
}

function textOf(item: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = item[key];
  return typeof value === "string" ? value : undefined;
}
