import { defined } from "../base/defined.ts";
import { parseJson } from "../base/exact-json.ts";
import { bigintsAsText } from "../base/exact-wire.ts";
import type { ExecutionEvent } from "../runs/events.ts";
import type { CodeModeExecutor } from "../host/executor.ts";
import type { AgentTool, AgentToolContext, AgentToolResult } from "../tools/agent-tool.ts";
import { codemodeTools, type CodemodeToolsOptions } from "../tools/codemode-tools.ts";
import { reportProgress } from "../tools/runs/run-progress.ts";

/** Source that adapters make tools of: an executor, or the result of `createCodemode` and `openCodemode`. */
export type ExecutorSource = CodeModeExecutor | { readonly executor: CodeModeExecutor };

/** Identity of a call of the model. */
export interface AdapterCallName {
  /** Name of the tool the model called. */
  readonly tool: string;
  /** The SDK's own id of the call, where it has one. */
  readonly toolCallId?: string;
}

/** Progress of one call. */
export interface AdapterProgress extends AdapterCallName {
  /** Grows with each report of a call; the whole part counts the tool calls of the program that have ended. */
  readonly progress: number;
  /** Names the tool the program called, and what became of it. */
  readonly message: string;
}

/** Choice of an agent's tools, and listeners to their calls. */
export interface AdapterOptions extends CodemodeToolsOptions {
  /** Hears how far calls have come, in addition to the SDK's own way. */
  readonly onProgress?: (progress: AdapterProgress) => void;
  /** Hears everything that happens in the programs that calls run, as it happens. */
  readonly onEvent?: (event: ExecutionEvent, call: AdapterCallName) => void;
}

/** Facts an SDK knows about one call. */
export interface AdapterCall {
  readonly signal?: AbortSignal | undefined;
  readonly toolCallId?: string | undefined;
  /** The SDK's own way to show progress. */
  readonly onProgress?: ((progress: AdapterProgress) => void) | undefined;
}

/** A tool as adapters hand it on: described for the model, and called with what an SDK knows about the call. */
export interface AdapterTool extends Pick<
  AgentTool,
  "name" | "title" | "description" | "inputSchema" | "outputSchema" | "annotations"
> {
  /** Performs the call. Failure is part of the result. `args` may be the JSON text of the arguments. */
  call(args: unknown, call?: AdapterCall): Promise<AgentToolResult>;
}

/** The tools of an executor in the form adapters hand on. Throws like `codemodeTools`. */
export function adapterTools(source: ExecutorSource, options: AdapterOptions = {}): readonly AdapterTool[] {
  const { onProgress, onEvent, ...selection } = options;
  const executor = "executor" in source ? source.executor : source;
  return codemodeTools(executor, selection).map((tool) => toAdapterTool(tool, { onProgress, onEvent }));
}

/** Lets the description of an SDK's own tool follow the catalog: SDKs read it for each request to a model. */
export function withLiveDescription<Made extends object>(made: Made, tool: AdapterTool): Made {
  return Object.defineProperty(made, "description", { enumerable: true, get: () => tool.description });
}

/** Listeners to calls, whatever the SDK. */
interface Listeners {
  readonly onProgress: AdapterOptions["onProgress"];
  readonly onEvent: AdapterOptions["onEvent"];
}

function toAdapterTool(tool: AgentTool, listeners: Listeners): AdapterTool {
  const { name, title, inputSchema, outputSchema, annotations } = tool;
  return {
    name,
    title,
    // Follows the catalog, so it is asked for each time.
    get description() {
      return tool.description;
    },
    inputSchema,
    outputSchema,
    annotations,
    call: async (args, call = {}) => {
      const result = await tool.execute(parseArguments(args), toContext(name, call, listeners));
      // SDKs write results as JSON themselves.
      return { ...result, structured: bigintsAsText(result.structured) };
    },
  };
}

/** Text that is not JSON is passed on unchanged, so that the tool's own check reports what it expects. */
function parseArguments(args: unknown): unknown {
  if (typeof args !== "string") return args;
  if (args.trim() === "") return {};
  try {
    return parseJson(args);
  } catch {
    return args;
  }
}

/** Skip progress when nobody listens: producing it costs the server and the run. */
function toContext(tool: string, call: AdapterCall, { onProgress, onEvent }: Listeners): AgentToolContext {
  const { signal, toolCallId } = call;
  const name: AdapterCallName = { tool, ...defined({ toolCallId }) };
  const heard: ((event: ExecutionEvent) => void)[] = [call.onProgress, onProgress]
    .filter((listener) => listener !== undefined)
    .map((listener) => reportProgress((progress) => listener({ ...name, ...progress })));
  if (onEvent !== undefined) heard.push((event) => onEvent(event, name));
  return {
    ...defined({ signal }),
    ...(heard.length === 0 ? {} : { onEvent: (event) => heard.forEach((listener) => listener(event)) }),
  };
}
