import { McpServer as SdkServer, type Server, type ServerContext } from "@modelcontextprotocol/server";
import type { ExactWire } from "../base/exact-wire.ts";
import { answerCall } from "./answer-call.ts";
import { askedRuns } from "./asking/approval-form.ts";
import { untilEnding } from "./call-progress.ts";
import type { ClientProfile } from "./clients/client-profile.ts";
import { profileNamed, profileOf } from "./clients/client-profiles.ts";
import { introduction } from "./clients/introduction.ts";
import { packageVersion } from "../host/package-version.ts";
import { sayFaults } from "./messages/readable-faults.ts";
import type { PublishedSkills } from "./published-skills.ts";
import { toDirectTool } from "./surface/direct-tools.ts";
import { pageOf } from "./surface/page.ts";
import { toWireTool } from "./surface/wire-tools.ts";
import { CONTENT_CAPABILITIES, serveContent } from "./surface/serve-content.ts";
import type { ServerMode } from "../host/configuration/configuration.ts";
import { type CodemodeSource, ServedExecutor, type ServedTools, type ServedToolsOptions } from "./served-tools.ts";

/** What an MCP server speaks through: any transport of an MCP SDK, of whichever version. */
export interface McpTransport {
  /** Begins to hear the client. */
  start(): Promise<void>;
  /** Sends one message of JSON-RPC. */
  send(message: never, options?: never): Promise<void>;
  /** Ends the connection. */
  close(): Promise<void>;
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: ((message: never, extra?: never) => void) | undefined;
}

/** An MCP server for one client. */
export interface McpServer {
  /** Answers the client at the other end of the transport, until either side closes. Rejects when the transport does not start. */
  connect(transport: McpTransport): Promise<void>;
  /** Ends the connection, and what runs for its client. */
  close(): Promise<void>;
}

/**
 * An MCP server that offers an executor's tools to one client; connect it to any transport of an MCP SDK.
 *
 * The caller closes it, and what it serves too unless it gave a function to open it.
 */
export function createMcpServer(source: CodemodeSource, options: ServedToolsOptions = {}): McpServer {
  const served = new ServedExecutor(source, options);
  const skills = served.skillsNow();
  const server = createToolServer((onChange) => served.toolsFor(async () => undefined, onChange), {
    skills,
    servers: served.serversNow(),
    ...served.settingsNow(),
  });
  onServerClose(server, () => void served.close().catch(() => {}));
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the SDK sends and hears through it is its own
    connect: (transport) => server.connect(transport as Parameters<Server["connect"]>[0]),
    close: () => server.close(),
  };
}

/**
 * @internal An MCP server with the given tools, which are closed with it. It answers `initialize` on its own; what the tools
 * stand on is opened after that.
 */
export function createToolServer(
  openTools: (onChange: () => void) => ServedTools,
  { disconnected, skills, announces = true, wire, servers = [], mode, client, answerMs }: ToolServerOptions = {},
): Server {
  const mcp = new SdkServer(
    { name: "codemode", title: "Codemode", version: packageVersion() },
    {
      capabilities: { tools: { listChanged: true }, logging: {}, ...CONTENT_CAPABILITIES },
      instructions: introduction(servers, mode),
      requestState: { verify: (state, context) => askedRuns.verify(state, context) },
    },
  );
  const { server } = mcp;
  sayFaults(server);
  if (skills !== undefined) {
    skills.attach(mcp);
    if (announces)
      onServerClose(
        server,
        skills.onListChange(() => void server.sendResourceListChanged().catch(() => {})),
      );
  }
  // A client that is not there (yet, or any more) lists the tools when it comes.
  const tools = openTools(() => void server.sendToolListChanged().catch(() => {}));
  const stopContent = serveContent(server, {
    executor: () => tools.executor(disconnected ?? new AbortController().signal),
    skills,
    untilEnding: (context, answer) => untilEnding(context, disconnected, answer),
    announces,
  });
  onServerClose(server, stopContent);
  const named = client === undefined ? undefined : profileNamed(client);
  const profile = ({ mcpReq }: ServerContext): ClientProfile =>
    named ??
    profileOf({ client: server.getClientVersion(), capabilities: server.getClientCapabilities() }, mcpReq.envelope);
  server.setRequestHandler("tools/list", async ({ params }, context) => {
    const shaped = profile(context);
    const { tools: own, direct } = await tools.list(shaped, disconnected);
    const all = [...own.map((tool) => toWireTool(tool, shaped)), ...direct.map(toDirectTool)];
    const { items, ...rest } = pageOf(all, ({ name }) => name, params?.cursor);
    return { tools: [...items], ...rest };
  });
  server.setRequestHandler("tools/call", ({ params }, context) =>
    untilEnding(context, disconnected, (ending) =>
      answerCall(params, { tools, server, context, profile: profile(context), disconnected, ending, wire, answerMs }),
    ),
  );
  server.oninitialized = () => tools.warm();
  onServerClose(server, () => void tools.close().catch(() => {}));
  return server;
}

/** Parts of a server beside its tools. */
interface ToolServerOptions {
  /** How the tools of the servers are offered, as far as it is known before they are. */
  readonly mode?: ServerMode;
  /** Name of the client to shape answers for. @default by what it calls itself */
  readonly client?: string;
  /** Ends the calls in progress, whose client has gone. */
  readonly disconnected?: AbortSignal | undefined;
  /** Time after which a client that hears of no progress is answered that its program goes on. @default 45,000 */
  readonly answerMs?: number | undefined;
  /** Published too. */
  readonly skills?: PublishedSkills | undefined;
  /** Carries integers beyond 2^53 past the SDK, where the transport's text goes through it; without it they become text. */
  readonly wire?: ExactWire;
  /** Servers to name in the instructions, with their numbers of tools where those are known. */
  readonly servers?: readonly { readonly name: string; readonly tools?: number }[];
  /** Tell the client when skills change; not for a server of one request. @default true */
  readonly announces?: boolean;
}

/** Adds something to do when the server's connection has ended. */
function onServerClose(server: Server, listener: () => void): void {
  const before = server.onclose;
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's server is not an event target
  server.onclose = () => {
    before?.();
    listener();
  };
}
