import {
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
  specTypeSchemas,
} from "@modelcontextprotocol/server";
import { defined } from "../../base/defined.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import type { ContentChange } from "../../sources/source.ts";
import type { PublishedSkills } from "../published-skills.ts";
import type { ServerUri } from "./content-names.ts";
import { pageOf } from "./page.ts";
import type { ContentRequest, ServerContent } from "./server-content.ts";

/** What the resources and prompts of a server stand on. */
interface ContentParts {
  /** Waits a moment for servers that are still connecting. */
  readonly executor: () => Promise<CodeModeExecutor>;
  readonly skills: PublishedSkills | undefined;
  /** Answers with a signal that ends with the request or its client. */
  readonly untilEnding: <Answer>(
    context: ServerContext,
    answer: (ending: AbortSignal) => Promise<Answer>,
  ) => Promise<Answer>;
  /** Send changes to the client; not for a server of one request. */
  readonly announces: boolean;
}

/** What a server of ours declares for {@link serveContent}. */
export const CONTENT_CAPABILITIES = {
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  completions: {},
} as const;

/**
 * Answers a client about resources, templates, prompts and completions of all servers, and about the published skills.
 * Returns the way to stop.
 */
export function serveContent(server: Server, parts: ContentParts): () => void {
  const { skills } = parts;
  const watched = new Map<string, ServerUri>();
  let stop: (() => void) | undefined;
  let opening: Promise<ServerContent> | undefined;
  const open = async (): Promise<ServerContent> => {
    const executor = await parts.executor();
    // What a client never asks for is never loaded.
    const { ServerContent: Content } = await import("./server-content.ts");
    if (parts.announces) {
      stop ??= executor.registry.onContentChange((name, change) => announce(server, { name, change, watched }));
    }
    return new Content(executor);
  };
  const content = (): Promise<ServerContent> => (opening ??= open());
  const ask = <Answer>(
    context: ServerContext,
    answer: (from: ServerContent, asked: ContentRequest) => Promise<Answer>,
  ): Promise<Answer> => {
    const declared = server.getClientCapabilities();
    return parts.untilEnding(context, async (signal) => answer(await content(), { context, signal, declared }));
  };

  const leave = async (uri: string): Promise<unknown> =>
    (await content()).watch(uri, "resources/unsubscribe", { signal: AbortSignal.timeout(LEAVE_MS) });

  server.setRequestHandler("resources/list", async ({ params }) => {
    const [own, listed] = await Promise.all([skills?.listed() ?? [], (await content()).resources()]);
    const { items: resources, ...rest } = pageOf([...own, ...listed], ({ uri }) => uri, params?.cursor);
    return { resources: [...resources], ...rest };
  });
  server.setRequestHandler("resources/templates/list", async ({ params }) => {
    const templates = await (await content()).templates();
    const all = skills === undefined ? templates : [SKILL_FILES, ...templates];
    const { items: resourceTemplates, ...rest } = pageOf(all, ({ uriTemplate }) => uriTemplate, params?.cursor);
    return { resourceTemplates: [...resourceTemplates], ...rest };
  });
  server.setRequestHandler("resources/read", REQUESTS.read, async ({ uri }, context) => {
    const file = uri.startsWith("skill:") ? await skills?.contents(uri) : undefined;
    if (file !== undefined) return { contents: [file] };
    return ask(context, (from, asked) => from.read(uri, asked));
  });
  server.setRequestHandler("prompts/list", async ({ params }) => {
    const all = await (await content()).prompts();
    const { items: prompts, ...rest } = pageOf(all, ({ name }) => name, params?.cursor);
    return { prompts: [...prompts], ...rest };
  });
  server.setRequestHandler("prompts/get", REQUESTS.prompt, ({ name, arguments: args }, context) =>
    ask(context, (from, asked) => from.prompt(name, args, asked)),
  );
  server.setRequestHandler("completion/complete", REQUESTS.complete, ({ ref, argument, context: given }, context) =>
    ask(context, (from, asked) => from.complete({ ref, argument, ...defined({ context: given }) }, asked)),
  );
  serveSubscriptions(server, watched, (uri, method, context) =>
    ask(context, (from, asked) => from.watch(uri, method, asked)),
  );
  return () => {
    stop?.();
    // Other clients of ours may watch the same; what is nobody's any more is not announced any more.
    for (const uri of watched.keys()) void leave(uri).catch(() => {});
  };
}

/** Lets a client watch resources; `watched` has those that it does. */
function serveSubscriptions(
  server: Server,
  watched: Map<string, ServerUri>,
  watch: (
    uri: string,
    method: "resources/subscribe" | "resources/unsubscribe",
    context: ServerContext,
  ) => Promise<ServerUri>,
): void {
  server.setRequestHandler("resources/subscribe", REQUESTS.subscribe, async ({ uri }, context) => {
    if (!watched.has(uri)) watched.set(uri, await watch(uri, "resources/subscribe", context));
    return {};
  });
  server.setRequestHandler("resources/unsubscribe", REQUESTS.subscribe, async ({ uri }, context) => {
    if (!watched.delete(uri)) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `${uri} is not subscribed to.`);
    await watch(uri, "resources/unsubscribe", context);
    return {};
  });
}

/** Time in which a server that is no longer watched hears of it. */
const LEAVE_MS = 5_000;

/** Parameters of the requests that need some. Handlers without them answer wrong ones as an error of the server's own. */
const REQUESTS = {
  read: { params: specTypeSchemas.ReadResourceRequestParams },
  prompt: { params: specTypeSchemas.GetPromptRequestParams },
  complete: { params: specTypeSchemas.CompleteRequestParams },
  subscribe: { params: specTypeSchemas.SubscribeRequestParams },
};

/** The files of skills, of which only the documents are listed. */
const SKILL_FILES = { name: "io.modelcontextprotocol/skills", uriTemplate: "skill://{+path}" };

function announce(
  server: Server,
  {
    name,
    change,
    watched,
  }: { readonly name: string; readonly change: ContentChange; readonly watched: ReadonlyMap<string, ServerUri> },
): void {
  if (change.kind === "prompts") void server.sendPromptListChanged().catch(() => {});
  else if (change.kind === "resources") void server.sendResourceListChanged().catch(() => {});
  else {
    for (const [asked, { server: owner, uri }] of watched) {
      if (owner === name && uri === change.uri) void server.sendResourceUpdated({ uri: asked }).catch(() => {});
    }
  }
}
