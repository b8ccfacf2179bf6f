import { defined } from "../../base/defined.ts";
import type { ToolDefinition } from "../../catalog/tool.ts";
import { onAbort } from "../../base/deadline.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { CallOptions, SourceSnapshot, ToolResultEnvelope, ToolSource } from "../source.ts";
import type { FunctionTool } from "./define-tool.ts";
import { isThenable } from "./plain-result.ts";
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
  /** Aborted when the source is closed, which cancels the calls in progress. */
  readonly #closing = new AbortController();
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
    if (tool === undefined || this.#closing.signal.aborted) return Promise.reject(this.#absent(fullName));
    return callFunction(tool, args, {
      fullName,
      timeoutMs: Math.min(options.timeoutMs ?? this.#timeoutMs, this.#timeoutMs),
      onProgress: options.onProgress,
      signal: options.signal,
      closing: this.#closing.signal,
    });
  }

  #absent(tool: string): CodemodeError {
    if (this.#closing.signal.aborted)
      return new CodemodeError("server_unavailable", `"${this.name}" was closed.`, { tool });
    return new CodemodeError("unknown_tool", `${tool} does not exist.`, { tool });
  }

  close(): Promise<void> {
    this.#snapshot = { ...this.#snapshot, status: "closed" };
    this.#closing.abort();
    return Promise.resolve();
  }
}

interface FunctionCall {
  readonly fullName: string;
  readonly timeoutMs: number;
  readonly onProgress: CallOptions["onProgress"];
  readonly signal: AbortSignal | undefined;
  readonly closing: AbortSignal;
}

/** What a function returns at once needs nothing that could end its call sooner. */
function callFunction(
  tool: FunctionTool,
  args: Readonly<Record<string, unknown>>,
  call: FunctionCall,
): Promise<ToolResultEnvelope> {
  if (call.signal?.aborted === true) return Promise.reject(cancelled(call));
  const context = new CallContext(call.onProgress);
  try {
    const returned = tool.execute(args, context);
    const envelope = isThenable(returned) ? Promise.resolve(returned).then(toEnvelope) : toEnvelope(returned);
    if (!(envelope instanceof Promise)) return Promise.resolve(envelope);
    return new Promise((resolve, reject) => new CallInProgress(call, context, { resolve, reject }).follow(envelope));
  } catch (thrown) {
    return Promise.resolve(toErrorEnvelope(thrown));
  }
}

function cancelled({ fullName }: FunctionCall): CodemodeError {
  return new CodemodeError("cancelled", `The call of ${fullName} was cancelled.`, { tool: fullName });
}

interface PromisedEnvelope {
  readonly resolve: (envelope: ToolResultEnvelope) => void;
  readonly reject: (reason: unknown) => void;
}

/** A call that ends with its function, with its time, with its run, or with its source. */
class CallInProgress {
  readonly #call: FunctionCall;
  readonly #context: CallContext;
  readonly #promised: PromisedEnvelope;
  #timer: NodeJS.Timeout | undefined;
  #unlisten: readonly (() => void)[] = [];

  constructor(call: FunctionCall, context: CallContext, promised: PromisedEnvelope) {
    this.#call = call;
    this.#context = context;
    this.#promised = promised;
  }

  follow(envelope: Promise<ToolResultEnvelope>): void {
    const { signal, timeoutMs, closing } = this.#call;
    this.#timer = setTimeout(() => this.#end(late(this.#call)), timeoutMs);
    const cancel = (): void => this.#end(cancelled(this.#call));
    this.#unlisten = (signal === undefined ? [closing] : [signal, closing]).map((each) => onAbort(each, cancel));
    envelope.then(
      (answer) => this.#answer(answer),
      (thrown: unknown) => this.#answer(toErrorEnvelope(thrown)),
    );
  }

  #answer(envelope: ToolResultEnvelope): void {
    this.#finish();
    this.#promised.resolve(envelope);
  }

  #end(error: CodemodeError): void {
    this.#context.abort(error);
    this.#finish();
    this.#promised.reject(error);
  }

  #finish(): void {
    clearTimeout(this.#timer);
    for (const unlisten of this.#unlisten) unlisten();
  }
}

function late({ fullName, timeoutMs }: FunctionCall): CodemodeError {
  return new CodemodeError("tool_timeout", `${fullName} did not answer within ${timeoutMs} ms.`, { tool: fullName });
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
