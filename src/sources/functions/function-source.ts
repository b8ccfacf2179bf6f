import { defined } from "../../base/defined.ts";
import type { ToolDefinition } from "../../catalog/tool.ts";
import { onAbort } from "../../base/deadline.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { CallOptions, SourceSnapshot, ToolResultEnvelope, ToolSource } from "../source.ts";
import type { FunctionTool } from "./define-tool.ts";
import { toEnvelope, toErrorEnvelope } from "./to-envelope.ts";

/** Options of {@link createFunctionSource}. */
export interface FunctionSourceOptions {
  /** One line about the group, for models. */
  readonly description?: string;
  /** Maximum time one call may take. @default 60,000 */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/**
 * Host functions as a source of tools, ready at once.
 *
 * Throws `config_error` when two tools have one name. A call that runs out of time or is cancelled rejects at once; the
 * function itself is notified by its signal and its late result is dropped.
 */
export function createFunctionSource(
  name: string,
  tools: readonly FunctionTool[],
  options: FunctionSourceOptions = {},
): ToolSource {
  return new FunctionSource(name, tools, options);
}

class FunctionSource implements ToolSource {
  readonly name: string;
  readonly transport = "functions";
  readonly #tools: ReadonlyMap<string, FunctionTool>;
  readonly #timeoutMs: number;
  /** Functions that cancel the calls in progress. */
  readonly #active = new Set<() => void>();
  #closed = false;
  #snapshot: SourceSnapshot;

  constructor(name: string, tools: readonly FunctionTool[], { description, timeoutMs }: FunctionSourceOptions) {
    this.name = name;
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#timeoutMs = timeoutMs ?? DEFAULT_TIMEOUT_MS;
    if (this.#tools.size < tools.length) {
      throw new CodemodeError("config_error", `Two tools of "${name}" have the same name.`, {
        hint: "Give each tool of a group a name of its own.",
      });
    }
    this.#snapshot = {
      status: "ready",
      tools: tools.map((tool) => toDefinition(tool, name, description)),
      ...defined({ description }),
      warnings: [],
    };
  }

  snapshot(): SourceSnapshot {
    return this.#snapshot;
  }

  settled(): Promise<SourceSnapshot> {
    return Promise.resolve(this.#snapshot);
  }

  onChange(): () => void {
    return () => {};
  }

  call(
    toolName: string,
    args: Readonly<Record<string, unknown>>,
    options: CallOptions = {},
  ): Promise<ToolResultEnvelope> {
    const fullName = `${this.name}__${toolName}`;
    const tool = this.#tools.get(toolName);
    if (tool === undefined || this.#closed) return Promise.reject(this.#absent(fullName));
    return callFunction(tool, args, {
      fullName,
      timeoutMs: Math.min(options.timeoutMs ?? this.#timeoutMs, this.#timeoutMs),
      onProgress: options.onProgress,
      signal: options.signal,
      active: this.#active,
    });
  }

  #absent(tool: string): CodemodeError {
    if (this.#closed) return new CodemodeError("server_unavailable", `"${this.name}" was closed.`, { tool });
    return new CodemodeError("unknown_tool", `${tool} does not exist.`, { tool });
  }

  close(): Promise<void> {
    this.#snapshot = { ...this.#snapshot, status: "closed" };
    this.#closed = true;
    for (const cancel of this.#active) cancel();
    return Promise.resolve();
  }
}

interface FunctionCall {
  readonly fullName: string;
  readonly timeoutMs: number;
  readonly onProgress: CallOptions["onProgress"];
  readonly signal: AbortSignal | undefined;
  readonly active: Set<() => void>;
}

function callFunction(
  tool: FunctionTool,
  args: Readonly<Record<string, unknown>>,
  call: FunctionCall,
): Promise<ToolResultEnvelope> {
  return new Promise((resolve, reject) => new CallInProgress(call, { resolve, reject }).begin(tool, args));
}

interface PromisedEnvelope {
  readonly resolve: (envelope: ToolResultEnvelope) => void;
  readonly reject: (reason: unknown) => void;
}

/** A call that ends with its function, with its time, with its run, or with its source. */
class CallInProgress {
  readonly #call: FunctionCall;
  readonly #promised: PromisedEnvelope;
  readonly #context: CallContext;
  readonly #cancel: () => void = () => this.#end("cancelled", `The call of ${this.#call.fullName} was cancelled.`);
  #timer: NodeJS.Timeout | undefined;
  #unlisten: (() => void) | undefined;

  constructor(call: FunctionCall, promised: PromisedEnvelope) {
    this.#call = call;
    this.#promised = promised;
    this.#context = new CallContext(call.onProgress);
  }

  begin(tool: FunctionTool, args: Readonly<Record<string, unknown>>): void {
    const { signal, timeoutMs, fullName, active } = this.#call;
    if (signal?.aborted === true) return this.#cancel();
    const late = (): void => this.#end("tool_timeout", `${fullName} did not answer within ${timeoutMs} ms.`);
    this.#timer = setTimeout(late, timeoutMs);
    if (signal !== undefined) this.#unlisten = onAbort(signal, this.#cancel);
    active.add(this.#cancel);
    run(tool, args, this.#context).then((envelope) => {
      this.#finish();
      this.#promised.resolve(envelope);
    }, this.#promised.reject);
  }

  #end(code: "cancelled" | "tool_timeout", message: string): void {
    const error = new CodemodeError(code, message, { tool: this.#call.fullName });
    this.#context.abort(error);
    this.#finish();
    this.#promised.reject(error);
  }

  #finish(): void {
    clearTimeout(this.#timer);
    this.#unlisten?.();
    this.#call.active.delete(this.#cancel);
  }
}

/** Context of a function about its call. The signal is made when it is asked for, since most functions never do. */
class CallContext {
  readonly onProgress: NonNullable<CallOptions["onProgress"]>;
  #controller: AbortController | undefined;
  #reason: CodemodeError | undefined;

  constructor(onProgress: CallOptions["onProgress"]) {
    this.onProgress = onProgress ?? toNobody;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  abort(reason: CodemodeError): void {
    this.#reason ??= reason;
    this.#controller?.abort(reason);
  }
}

function toNobody(): void {}

async function run(
  tool: FunctionTool,
  args: Readonly<Record<string, unknown>>,
  context: Parameters<FunctionTool["execute"]>[1],
): Promise<ToolResultEnvelope> {
  try {
    const envelope = toEnvelope(await tool.execute(args, context));
    return envelope instanceof Promise ? await envelope : envelope;
  } catch (error) {
    return toErrorEnvelope(error);
  }
}

function toDefinition(tool: FunctionTool, serverName: string, description: string | undefined): ToolDefinition {
  const { execute: _execute, name, ...described } = tool;
  return {
    ...described,
    name: `${serverName}__${name}`,
    serverName,
    toolName: name,
    ...defined({ serverDescription: description }),
  };
}
