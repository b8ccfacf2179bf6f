import { statSync } from "node:fs";
import { CodemodeError } from "../../base/codemode-error.ts";
import { DeadlineError } from "../../base/deadline.ts";
import { isRecord } from "../../base/is-record.ts";
import type { TransportHealth } from "./connection.ts";
import type { McpServerConfig } from "./server-config.ts";
import { HttpRefusal, hintForStatus } from "./transport/http-refusal.ts";
import { endReason } from "./transport/watched-transport.ts";

interface FailedOpen {
  readonly serverName: string;
  readonly config: McpServerConfig;
  readonly health: TransportHealth;
  readonly signal: AbortSignal;
}

/** Error of a connection that could not be opened: what happened, and what the server said. */
export function openError(reported: unknown, { serverName, config, health, signal }: FailedOpen): CodemodeError {
  const thrown = withoutProbe(reported);
  if (CodemodeError.is(thrown)) return thrown;
  if (signal.aborted) return new CodemodeError("cancelled", `Connecting to "${serverName}" was cancelled.`);
  const folder = missingFolder(config, health);
  const reason =
    folder ?? health.ending() ?? (isTimeout(thrown) ? silence(config.connectTimeoutMs) : `failed: ${textOf(thrown)}`);
  const words = health.lastWords();
  const odd = health.warnings().map((warning) => ` ${warning}`);
  const message = `Server "${serverName}" ${reason}.${odd.join("")}${words === "" ? "" : ` The end of its stderr:\n${words}`}`;
  const cause = health.startError() ?? thrown;
  return new CodemodeError("server_unavailable", message, {
    cause,
    hint: folder === undefined ? hintFor(config, cause) : "Create the folder, or correct cwd in its configuration.",
  });
}

/** The SDK wraps what ended its question for the protocol. */
function withoutProbe(thrown: unknown): unknown {
  const isProbe = thrown instanceof Error && "code" in thrown && thrown.code === "ERA_NEGOTIATION_FAILED";
  if (!isProbe) return thrown;
  const { cause } = "data" in thrown && isRecord(thrown.data) ? thrown.data : thrown;
  return cause ?? thrown;
}

/** The system reports a folder that does not exist as if it were the program. */
function missingFolder(config: McpServerConfig, health: TransportHealth): string | undefined {
  if (config.transport !== "stdio" || config.cwd === undefined || health.startError() === undefined) return undefined;
  if (statSync(config.cwd, { throwIfNoEntry: false })?.isDirectory() === true) return undefined;
  return `could not be started: its folder ${config.cwd} does not exist`;
}

const silence = (limitMs: number): string => `did not answer the handshake within ${limitMs} ms`;

/** True for an error that says that a server took too long. */
export function isTimeout(thrown: unknown): boolean {
  if (thrown instanceof DeadlineError) return true;
  return thrown instanceof Error && "code" in thrown && thrown.code === "REQUEST_TIMEOUT";
}

function textOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (endReason(thrown) === "unanswered") return "it accepted the handshake and sent no answer";
  const cause = thrown.cause instanceof Error ? ` (${thrown.cause.message})` : "";
  return `${thrown.message}${cause}`.slice(0, 600);
}

function hintFor(config: McpServerConfig, thrown: unknown): string {
  if (thrown instanceof HttpRefusal && thrown.status >= 400) return hintForStatus(thrown.status);
  if (thrown instanceof Error && /protocol version is not supported/.test(thrown.message))
    return "Update codemode or the server: revisions 2024-10-07 to 2026-07-28 of MCP are understood.";
  const network = config.transport === "stdio" ? undefined : networkHint(thrown);
  if (network !== undefined) return network;
  if (config.transport !== "stdio")
    return `Check the url and the headers, and that the server speaks ${config.transport}.`;
  const missing = thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
  if (missing) return `Check that "${config.command}" is installed and on the PATH.`;
  return "Run its command by hand to see what it needs; a server gets only the variables named in its env.";
}

/** Advice about an address that could not be reached, by what the system says of it. */
const NETWORK_HINTS: readonly (readonly [RegExp, string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, "The name of its host is not known: check the url, and the network or the proxy."],
  [/ECONNREFUSED/, "Nothing listens there: start the server, or check the port of the url."],
  [
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT/,
    "Its host does not answer: check the url, the network and the proxy.",
  ],
  [
    /wrong version number|packet length too long|http request/,
    "It does not speak TLS at that port: write http:// in the url.",
  ],
  [/CERT_HAS_EXPIRED/, "Its certificate has expired; it is for the people who run it to renew it."],
  [/ALTNAME_INVALID/, "Its certificate is for another host: write the host it is for in the url."],
  [
    /SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)/,
    "Its certificate is not trusted: name the file of its authority in the environment variable NODE_EXTRA_CA_CERTS.",
  ],
];

function networkHint(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const said = `${thrown.message} ${"code" in thrown ? String(thrown.code) : ""}`;
  return networkHint(thrown.cause) ?? NETWORK_HINTS.find(([what]) => what.test(said))?.[1];
}
