import { defined } from "../../base/defined.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import { stringifyJson } from "../../base/exact-json.ts";
import { ExactWire } from "../../base/exact-wire.ts";
import { jsonPieces } from "../../base/steps/json-in-steps.ts";
import { settleWithin, withinDeadline } from "../../base/deadline.ts";
import type { Credentials } from "./auth/credentials.ts";
import { ServerRequests } from "./call/server-requests.ts";
import { McpConnection, type TransportHealth } from "./connection.ts";
import type { EraVerdict } from "./listing/tool-cache.ts";
import { OversizeAnswer } from "./transport/oversize-answer.ts";
import type { McpServerConfig } from "./server-config.ts";
import type { ContentChange } from "../source.ts";
import { StdioTransport } from "./transport/stdio-transport.ts";
import { WatchedTransport } from "./transport/watched-transport.ts";
import { isSilence, OLDER_REVISIONS, olderRevision, type Prior, priorOf, readPrior, refusedHandshake } from "./era.ts";
import { hearChanges } from "./hear-changes.ts";
import { openError } from "./open-error.ts";
import { type LineContext, readLine, readLongLine, readNoise } from "./transport/read-line.ts";
import type { Variables } from "../http/variables.ts";

/** Settings for opening and watching a connection. */
interface OpenOptions {
  readonly serverName: string;
  /** Largest message taken from the server. */
  readonly messageBytes: number;
  readonly signal: AbortSignal;
  /** Environment in which the names of proxies are looked up. */
  readonly variables: Variables;
  /** Logs in at a remote server. */
  readonly credentials: Credentials | undefined;
  /** The protocol that was negotiated before; without it that is done now. */
  readonly era: EraVerdict | undefined;
  readonly onLost: (connection: McpConnection) => void;
  readonly onToolsChanged: () => void;
  readonly onContentChange: (change: ContentChange) => void;
}

interface PreparedTransport {
  readonly watched: WatchedTransport;
  readonly health: TransportHealth;
}

const QUOTED_LINES = 5;
/** Part of the time for connecting that a server may take to answer which protocol it speaks. */
const PROBE_SHARE = 1 / 3;
const MOST_PROBE_MS = 10_000;
/** Time for ending a connection, or what could not be opened; whoever waits for the server would else wait for that. */
export const CLOSE_MS = 5_000;

/** Only one version of the SDK is ever loaded, and only once something connects. */
const loadSdk = (): Promise<typeof import("@modelcontextprotocol/client")> => import("@modelcontextprotocol/client");

/**
 * Opens a connection: starts the program or reaches the URL, and shakes hands.
 *
 * Rejects with `server_unavailable` that carries the end of the server's stderr; nothing is left running then.
 * @param config with its variables expanded
 */
export async function openConnection(config: McpServerConfig, options: OpenOptions): Promise<McpConnection> {
  const prior = priorOf(config, options.era);
  try {
    return await openOnce(config, options, prior);
  } catch (error) {
    const next = options.signal.aborted ? undefined : nextAttempt(config, prior, error);
    if (next === undefined) throw error;
    const opened = openOnce(next.config ?? config, options, next.prior);
    // What the server said about the transport that was meant is the better report of the two.
    return next.config === undefined ? opened : opened.catch(() => Promise.reject(error));
  }
}

/** Another way to open the connection, where the server seems to want one. */
function nextAttempt(
  config: McpServerConfig,
  prior: Prior | undefined,
  error: unknown,
): { readonly prior: Prior | undefined; readonly config?: McpServerConfig } | undefined {
  const legacy: Prior = { kind: "legacy" };
  const revision = olderRevision(error);
  if (revision !== undefined) return { prior: { ...legacy, revision } };
  if (config.transport === "stdio") {
    // One that was asked first, since its configuration says so, may end at the question; what it says then is beside the point.
    if (prior === undefined) return { prior: legacy };
    return prior.kind === "legacy" && refusedHandshake(error) ? { prior: undefined } : undefined;
  }
  if (prior === undefined && isSilence(error)) return { prior: legacy };
  return config.mayBeSse && refusedHttp(error) ? { prior: legacy, config: { ...config, transport: "sse" } } : undefined;
}

/** Servers of before streamable HTTP answer the handshake like this; other refusals are about something else. */
function refusedHttp(error: unknown): boolean {
  const cause = CodemodeError.is(error) ? error.details.cause : undefined;
  return cause instanceof Error && "status" in cause && [400, 404, 405].includes(Number(cause.status));
}

async function openOnce(
  config: McpServerConfig,
  options: OpenOptions,
  prior: Prior | undefined,
): Promise<McpConnection> {
  const { serverName, signal } = options;
  const prepared = config.transport === "stdio" ? prepareStdio(config, options) : await prepareHttp(config, options);
  const { watched, health } = prepared;
  try {
    const sdk = await loadSdk();
    const { Client } = sdk;
    const requests = new ServerRequests(serverName, config.relay);
    const extensions = config.skills.enabled ? { extensions: { "io.modelcontextprotocol/skills": {} } } : {};
    const timeoutMs = Math.min(config.connectTimeoutMs * PROBE_SHARE, MOST_PROBE_MS);
    const client = new Client(
      { name: "codemode", version: "0.1.0" },
      {
        capabilities: { ...requests.capabilities(), ...extensions },
        ...offer(prior),
        versionNegotiation: { mode: "auto", probe: { timeoutMs } },
      },
    );
    requests.listen(client, sdk);
    watched.onLog = (message) => requests.log(message);
    const connection = new McpConnection(client, {
      transport: watched,
      health,
      requests,
      isLocal: config.transport === "stdio",
    });
    Object.assign(client, { onclose: () => options.onLost(connection) });
    watched.onToolsChanged = options.onToolsChanged;
    watched.onContentChange = options.onContentChange;
    const checked = prior?.kind !== "modern" ? prior : readPrior(prior.discover, sdk);
    const handshake = client.connect(watched, {
      timeout: config.connectTimeoutMs,
      signal,
      ...defined({ prior: checked }),
    });
    await withinDeadline(handshake, config.connectTimeoutMs, signal);
    void hearChanges(client, options);
    return connection;
  } catch (error) {
    // Before closing: an end after that was not the server's own.
    const failure = openError(error, { serverName, config, health, signal });
    await settleWithin(watched.close(), CLOSE_MS);
    throw failure;
  }
}

/** What a server is offered that refused the newest revision. */
function offer(prior: Prior | undefined): { readonly supportedProtocolVersions?: string[] } {
  const revision = prior?.kind === "legacy" ? prior.revision : undefined;
  return revision === undefined ? {} : { supportedProtocolVersions: [revision, ...OLDER_REVISIONS] };
}

function prepareStdio(
  config: Extract<McpServerConfig, { transport: "stdio" }>,
  { messageBytes }: OpenOptions,
): PreparedTransport {
  const wire = new ExactWire();
  const garbage: string[] = [];
  let garbageLines = 0;
  let lines: LineContext | undefined;
  const transport = StdioTransport.launch(config, messageBytes, {
    format: async () => {
      const { deserializeMessage } = await loadSdk();
      lines = { wire, watched, deserialize: deserializeMessage, held: new Set() };
      const context = lines;
      return {
        serialize: (message) => `${wire.toWire(stringifyJson(message))}\n`,
        deserialize: (line) => readLine(line, context),
        serializeInPieces: function* inPieces(message) {
          for (const piece of jsonPieces(message)) yield wire.toWire(piece);
          yield "\n";
        },
        deserializeSoon: (line) => readLongLine(line, context),
      };
    },
    onGarbage: (text) => {
      garbageLines += 1;
      if (garbage.length < QUOTED_LINES) garbage.push(text.slice(0, 200));
      if (lines !== undefined) readNoise(text, lines);
    },
    onTooLong: (head) => oversize.begin(head),
    onTooLongEnd: (tail) => oversize.end(tail),
  });
  const watched = new WatchedTransport(transport, wire);
  // By these the SDK tells a local server, with which it shakes hands in the same process when its question stays open.
  Object.assign(watched, { pid: transport.pid, stderr: null });
  const oversize = new OversizeAnswer(watched);
  const health: TransportHealth = {
    ending: () => transport.ending,
    startError: () => transport.startError,
    lastWords: () => [transport.stderr.summary(), ...noise(garbage)].filter(Boolean).join("\n"),
    warnings: () => [...garbageWarning(garbageLines, garbage[0]), ...messageWarnings(watched)],
  };
  return { watched, health };
}

async function prepareHttp(
  config: Extract<McpServerConfig, { transport: "http" | "sse" }>,
  options: OpenOptions,
): Promise<PreparedTransport> {
  const { createHttpTransport } = await import("./transport/http-transport.ts");
  const wire = new ExactWire();
  const transport = await createHttpTransport(config, {
    wire,
    messageBytes: options.messageBytes,
    variables: options.variables,
    credentials: options.credentials,
    note: (oddity) => watched.oddities.note(oddity),
    lighten: (parts) => watched.large.lighten(parts),
    placeOf: (id) => watched.places.of(id),
    isWanted: (id) => watched.isOpen(id),
    onUnanswered: (id) => watched.endRequest(id, "unanswered"),
    onTooLarge: (id) => (id === undefined ? watched.endAll("too_large") : watched.endRequest(id, "too_large")),
  });
  const watched = new WatchedTransport(transport, wire);
  return {
    watched,
    health: {
      ending: transport.ending,
      startError: () => undefined,
      lastWords: () => "",
      warnings: () => messageWarnings(watched),
    },
  };
}

/** Stray output of a program on the channel of the protocol is often the reason why it cannot be used. */
function noise(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["On its standard output, which is for messages only, it wrote:", ...lines];
}

function garbageWarning(lines: number, first: string | undefined): readonly string[] {
  if (lines === 0) return [];
  return [
    `Ignored ${lines} ${lines === 1 ? "line" : "lines"} of output that is not an MCP message, first ${JSON.stringify(first?.slice(0, 80))}.`,
  ];
}

function messageWarnings(watched: WatchedTransport): readonly string[] {
  return [...watched.oddities.sentences(), ...strayWarning(watched)];
}

function strayWarning({ strayAnswers }: WatchedTransport): readonly string[] {
  if (strayAnswers === 0) return [];
  return [`Ignored ${strayAnswers} ${strayAnswers === 1 ? "answer" : "answers"} to no request.`];
}
