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
  if (config.transport !== "stdio")
    return `Check the url and the headers, and that the server speaks ${config.transport}.`;
  const missing = thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
  if (missing) return `Check that "${config.command}" is installed and on the PATH.`;
  return "Run its command by hand to see what it needs; a server gets only the variables named in its env.";
}
