import { randomUUID } from "node:crypto";
import { createMcpHandler, type McpHttpHandler, type McpServerFactory } from "@modelcontextprotocol/server";
import type { ExactWire } from "../base/exact-wire.ts";
import { isRecord } from "../base/is-record.ts";
import { paramHeaderFault, paramHeaders } from "../sources/mcp/call/param-headers.ts";
import { profileOf } from "./clients/client-profiles.ts";
import { createToolServer } from "./create-mcp-server.ts";
import type { PublishedSkills } from "./published-skills.ts";
import { ownerName } from "./sessions/http-sessions.ts";
import type { ServedExecutor, ServedTools } from "./served-tools.ts";

/** Tools about a client's own runs are of no use to clients that cannot be distinguished. */
const RUN_TOOLS = ["get_execution_history", "get_execution", "resume_execution", "cancel_execution"];

/** Clients of the 2026 revision send requests that stand alone; those of one holder share one set of tools. */
export function createStateless(
  served: ServedExecutor,
  {
    wire,
    log,
    maxBodyBytes,
    holder,
    stopped,
  }: {
    readonly wire: ExactWire;
    readonly log: (line: string) => void;
    readonly maxBodyBytes: number;
    /** Aborts when the server is told to stop. */
    readonly stopped: AbortSignal;
    readonly holder: (authorization: string | undefined) => string | undefined;
  },
): { readonly fetch: McpHttpHandler["fetch"]; readonly close: () => Promise<void> } {
  const sets = new Map<string | undefined, ServedTools>();
  const toolsOf = (owner: string | undefined): ServedTools => {
    const known = sets.get(owner) ?? openTools(served, owner, () => handler.notify.toolsChanged());
    sets.set(owner, known);
    return known;
  };
  let stopTelling: (() => void) | undefined;
  const openServer: McpServerFactory = async ({ requestInfo }) => {
    const skills = await served.skills();
    stopTelling ??= await tellOfContent(served, handler, skills);
    const shared = toolsOf(ownerName(holder(requestInfo?.headers.get("authorization") ?? undefined)));
    return createToolServer(() => ({ ...shared, close: async () => {} }), {
      skills,
      announces: false,
      wire,
      disconnected: stopped,
      servers: served.serversNow(),
      ...served.settingsNow(),
    });
  };
  const handler = createMcpHandler(openServer, {
    legacy: "reject",
    onerror: (error) => log(error.message),
    maxRequestBodySize: maxBodyBytes,
  });
  const fetch: McpHttpHandler["fetch"] = async (request, options) => {
    const owner = ownerName(holder(request.headers.get("authorization") ?? undefined));
    const refusal = await mismatchOf(toolsOf(owner), request.headers, { body: options?.parsedBody, wire });
    return refusal ?? handler.fetch(request, options);
  };
  const close = async (): Promise<void> => {
    stopTelling?.();
    await handler.close();
    await Promise.all([...sets.values()].map((tools) => tools.close()));
  };
  return { fetch, close };
}

/**
 * The refusal of a call of a tool that is offered by itself, where the headers that repeat its arguments say other than
 * they do. The library looks at those of tools that are registered with it alone.
 */
async function mismatchOf(
  tools: ServedTools,
  headers: Headers,
  { body, wire }: { readonly body: unknown; readonly wire: ExactWire },
): Promise<Response | undefined> {
  if (!isRecord(body) || body["method"] !== "tools/call" || !isRecord(body["params"])) return undefined;
  const { name, arguments: written, _meta: envelope } = body["params"];
  if (typeof name !== "string" || !isRecord(written)) return undefined;
  // What cannot be opened is reported by the call.
  const surface = await tools.offered(profileOf({}, envelope)).catch(() => undefined);
  if (surface === undefined || surface.direct.length === 0) return undefined;
  const { findDirect } = await import("./surface/surface.ts");
  const entry = findDirect(await tools.executor(), surface.direct, name);
  const marked = entry === undefined ? undefined : paramHeaders(entry.inputSchema);
  const args = wire.fromLibrary(written, { exact: true });
  const fault = paramHeaderFault(marked ?? [], args, (header) => headers.get(header) ?? undefined);
  if (fault === undefined) return undefined;
  const message = `Bad Request: the headers and the arguments of ${name} disagree: ${fault.says}. Send ${fault.header} as the argument is, or neither.`;
  const error = { code: HEADER_MISMATCH, message, data: { mismatch: { header: fault.header, body: fault.says } } };
  return Response.json({ jsonrpc: "2.0", id: body["id"] ?? null, error }, { status: 400 });
}

/** The code of the 2026 revision for headers that say other than the body. */
const HEADER_MISMATCH = -32_020;

/** Sends what changes beside the tools to the clients that listen for it; returns the way to stop. */
async function tellOfContent(
  served: ServedExecutor,
  { notify }: McpHttpHandler,
  skills: PublishedSkills | undefined,
): Promise<() => void> {
  // What cannot be opened is reported by the tools.
  const opened = await served.open().catch(() => undefined);
  const stops = [
    skills?.onListChange(() => notify.resourcesChanged()),
    opened?.executor.registry.onContentChange((_server, change) => {
      if (change.kind === "resources") notify.resourcesChanged();
      else if (change.kind === "prompts") notify.promptsChanged();
    }),
  ];
  return () => {
    for (const stop of stops) stop?.();
  };
}

/** The tools of the holder of a token, or of all clients that cannot be distinguished. */
function openTools(served: ServedExecutor, owner: string | undefined, onChange: () => void): ServedTools {
  return served.toolsFor(
    async (executor) => {
      const { createAnonymousScope, createClientScope } = await import("../tools/client-scope.ts");
      if (owner === undefined) return createAnonymousScope(executor, randomUUID);
      const scope = createClientScope(executor, owner);
      // Whoever holds the token comes back under the same name, also to the next process.
      return { ...scope, close: async () => scope.artifacts.clear() };
    },
    onChange,
    owner === undefined ? RUN_TOOLS : [],
  );
}
