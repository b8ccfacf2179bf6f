import { createRequire } from "node:module";
import type { Attributes, Context, Span } from "@opentelemetry/api";
import type { ToolRegistry } from "../../sources/tool-registry.ts";
import type { EventListener, ExecutionEvent, ToolCallEndEvent, ToolCallStartEvent } from "../events.ts";
import type { ExecutionResult } from "../result.ts";

type OpenTelemetry = typeof import("@opentelemetry/api");

/** Where the API of OpenTelemetry keeps what an SDK has registered. */
const REGISTERED = Symbol.for("opentelemetry.js.api.1");

/** The events that spans are made of; nobody is asked for progress on their account. */
const TYPES: ReadonlySet<ExecutionEvent["type"]> = new Set([
  "run_start",
  "tool_call_start",
  "tool_call_end",
  "run_end",
]);

/** How the server of a tool is reached; undefined for a tool that is not known. */
type TransportOf = (tool: string) => string | undefined;

/**
 * Makes spans of the events of one run: `execute_code`, and in it `execute_tool SERVER__TOOL` for each call. Nobody listens
 * where no SDK of OpenTelemetry has registered a tracer; then nothing is loaded. Neither programs nor arguments go into
 * spans.
 */
export function spanListeners(registry: ToolRegistry): readonly EventListener[] {
  const api = registeredApi();
  if (api === undefined) return [];
  const spans = new RunSpans(api, (tool) => {
    const server = registry.getTool(tool)?.serverName;
    return registry.listServers().find(({ name }) => name === server)?.transport;
  });
  return [Object.assign((event: ExecutionEvent) => spans.hear(event), { types: TYPES })];
}

class RunSpans {
  readonly #api: OpenTelemetry;
  readonly #transportOf: TransportOf;
  readonly #calls = new Map<number, Span>();
  #run: Span | undefined;
  #parent: Context | undefined;

  constructor(api: OpenTelemetry, transportOf: TransportOf) {
    this.#api = api;
    this.#transportOf = transportOf;
  }

  hear(event: ExecutionEvent): void {
    if (event.type === "run_start") this.#begin(event);
    if (event.type === "tool_call_start") this.#beginCall(event);
    if (event.type === "tool_call_end") this.#endCall(event);
    if (event.type === "run_end") this.#end(event.result);
  }

  #begin({ runId, language }: Extract<ExecutionEvent, { type: "run_start" }>): void {
    const { trace, context } = this.#api;
    const attributes = {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "execute_code",
      "gen_ai.tool.type": "function",
      "gen_ai.tool.call.id": runId,
      "codemode.language": language,
    };
    const active = context.active();
    this.#run = trace.getTracer("codemode").startSpan("execute_code", { attributes }, active);
    this.#parent = trace.setSpan(active, this.#run);
  }

  #beginCall({ runId, callId, tool }: ToolCallStartEvent): void {
    const { trace, context, SpanKind } = this.#api;
    const transport = this.#transportOf(tool);
    const isRemote = transport !== undefined && transport !== "functions";
    const attributes: Attributes = {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": tool,
      "gen_ai.tool.type": "function",
      "gen_ai.tool.call.id": `${runId}:${callId}`,
      ...(isRemote
        ? { "mcp.method.name": "tools/call", "network.transport": transport === "stdio" ? "pipe" : "tcp" }
        : {}),
    };
    const kind = isRemote ? SpanKind.CLIENT : SpanKind.INTERNAL;
    const parent = this.#parent ?? context.active();
    const span = trace.getTracer("codemode").startSpan(`execute_tool ${tool}`, { attributes, kind }, parent);
    this.#calls.set(callId, span);
  }

  #endCall({ callId, status, error }: ToolCallEndEvent): void {
    const span = this.#calls.get(callId);
    this.#calls.delete(callId);
    span?.setAttribute("codemode.status", status);
    if (span !== undefined) this.#finish(span, error);
  }

  #end({ status, error }: ExecutionResult): void {
    this.#run?.setAttribute("codemode.status", status);
    if (this.#run !== undefined) this.#finish(this.#run, error ?? undefined);
  }

  #finish(span: Span, error: ExecutionResult["error"] | undefined): void {
    if (error !== null && error !== undefined) {
      span.setAttribute("error.type", error.code);
      span.setStatus({ code: this.#api.SpanStatusCode.ERROR, message: error.message });
    }
    span.end();
  }
}

function registeredApi(): OpenTelemetry | undefined {
  const registered: unknown = Reflect.get(globalThis, REGISTERED);
  if (typeof registered !== "object" || registered === null || !("trace" in registered)) return undefined;
  try {
    const api: OpenTelemetry = createRequire(import.meta.url)("@opentelemetry/api");
    return api;
  } catch {
    // It is installed where only the application finds it.
    return undefined;
  }
}
