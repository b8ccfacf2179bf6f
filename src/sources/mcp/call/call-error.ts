import { stringifyJson } from "../../../base/exact-json.ts";
import { CodemodeError, type ErrorDetails } from "../../../base/codemode-error.ts";
import { HttpRefusal, hintForStatus } from "../transport/http-refusal.ts";
import { endReason, type RequestEnd } from "../transport/watched-transport.ts";

/** Facts known about a call that failed. */
interface FailedCall {
  readonly serverName: string;
  readonly toolName: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** The server's state and the end of its stderr, as sentences. */
  readonly diagnosis: () => string;
  /** Oddities of the server's messages, as sentences. */
  readonly oddities: () => readonly string[];
}

const INVALID_PARAMS = -32_602;
const MAX_DATA = 1_000;

/** Turns whatever the SDK threw during a call into the error the caller is to see. */
export function toCallError(thrown: unknown, call: FailedCall): CodemodeError {
  if (CodemodeError.is(thrown)) return thrown;
  const tool = `${call.serverName}__${call.toolName}`;
  if (call.signal?.aborted === true) return cancelledCall(tool, thrown);
  const reason = endReason(thrown);
  if (reason !== undefined) return endedCall(reason, tool, call);
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  if (code === "REQUEST_TIMEOUT")
    return timedOutCall(tool, call.timeoutMs, { cause: thrown, oddities: call.oddities() });
  if (typeof code === "number") return protocolError(code, tool, thrown);
  return lostCall(tool, call, { cause: thrown });
}

function protocolError(code: number, tool: string, thrown: unknown): CodemodeError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const data = thrown instanceof Error && "data" in thrown ? thrown.data : undefined;
  const kind = code === INVALID_PARAMS ? "invalid_arguments" : "tool_error";
  const said = plainMessage(message).trim() || `${tool} failed with error ${code} and no words`;
  return new CodemodeError(kind, withData(said, data), {
    tool,
    cause: thrown,
    ...(data === undefined || data === null ? {} : { structuredContent: data }),
  });
}

/** The error of a call that its caller took back. */
export function cancelledCall(tool: string, cause?: unknown): CodemodeError {
  return new CodemodeError("cancelled", `The call of ${tool} was cancelled.`, { tool, cause });
}

/** The error of a call that took longer than it may. */
export function timedOutCall(
  tool: string,
  timeoutMs: number,
  { cause, oddities = [] }: { readonly cause?: unknown; readonly oddities?: readonly string[] } = {},
): CodemodeError {
  const message = [`${tool} did not answer within ${Math.ceil(timeoutMs)} ms.`, ...oddities].join(" ");
  return new CodemodeError("tool_timeout", message, {
    tool,
    cause,
    hint: "Ask for less in one call, or raise timeoutMs of this server in the configuration.",
  });
}

function endedCall(reason: RequestEnd["reason"], tool: string, call: FailedCall): CodemodeError {
  if (reason === "lost") return lostCall(tool, call, {});
  if (reason === "malformed" || reason === "unanswered") {
    const what =
      reason === "malformed" ? "answered with something that is not MCP" : "accepted the call and sent no answer";
    const message = [`"${call.serverName}" ${what}: ${tool}.`, ...call.oddities()].join(" ");
    return new CodemodeError("tool_error", message, {
      tool,
      hint: "This is a fault of the server; report it to its authors.",
    });
  }
  return new CodemodeError("response_too_large", `The answer of ${tool} is larger than one message may be.`, {
    tool,
    hint: "Ask for a smaller part, for instance by a range, a filter or a limit.",
  });
}

function lostCall(tool: string, call: FailedCall, details: ErrorDetails): CodemodeError {
  const { cause } = details;
  const refusal = cause instanceof Error && "status" in cause ? cause.message : undefined;
  const isRefused = cause instanceof HttpRefusal && cause.status >= 400 && cause.status < 500;
  const known = call.diagnosis() || reasonOf(cause);
  const lost = `The connection to "${call.serverName}" was lost during ${tool}. ${known}`.trim();
  const message = refusal === undefined ? lost : `"${call.serverName}" refused the call of ${tool}: ${refusal}`;
  return new CodemodeError("server_unavailable", message, {
    ...details,
    tool,
    hint: isRefused
      ? hintForStatus(cause.status)
      : "The call was not repeated, since it may have taken effect. Check, then call again.",
  });
}

/** Words of what broke the connection, innermost first, as the outer ones say nothing but that it broke. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "";
  return reasonOf(thrown.cause) || (thrown.message === "" ? "" : `The reason: ${thrown.message.slice(0, MAX_DATA)}.`);
}

/** Servers often say only in the data what was wrong; what the message says already is not said again. */
function withData(message: string, data: unknown): string {
  if (data === undefined || data === null) return message;
  const text = typeof data === "string" ? data : writtenData(data);
  return message.includes(text) ? message : `${message} (${text.slice(0, MAX_DATA)})`;
}

/** What is nested too deeply to be written says nothing that a person could read. */
function writtenData(data: unknown): string {
  try {
    return stringifyJson(data);
  } catch {
    return "";
  }
}

/** The SDK puts the number of the error before the server's own words. */
function plainMessage(message: string): string {
  return message.replace(/^MCP error -?\d+: /, "");
}
