import { defined } from "../base/defined.ts";
import { parseJson, stringifyJson } from "../base/exact-json.ts";
import { bigintsAsText } from "../base/exact-wire.ts";
import type { ExecutionEvent } from "../runs/events.ts";
import type { CodeModeExecutor } from "../host/executor.ts";
import { hashArguments } from "../runs/journal/hash-arguments.ts";
import type { Runs } from "../runs/journal/runs.ts";
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
  /**
   * Has the SDK's own approval of a tool call stand for the calls of a program that need one, where the SDK has such a thing. A
   * program is then begun when the SDK asks whether its call needs an approval, and goes on with the approval. @default false
   */
  readonly approvals?: boolean;
  /**
   * Name of the conversation that the tools are made for. Many models count the calls of each conversation anew, so with
   * `approvals` the same call in two conversations is told apart by this. @default what the SDK shows of a conversation, if anything
   */
  readonly conversation?: string;
}

/** Calls that were begun to see whether they wait for an approval, and that the SDK has not made yet. */
const MOST_BEGUN = 200;

/** Facts an SDK knows about one call. */
export interface AdapterCall {
  readonly signal?: AbortSignal | undefined;
  readonly toolCallId?: string | undefined;
  /** What the SDK shows of the conversation the call is in, the same whenever it asks about or makes this call. */
  readonly conversation?: string;
  /** True for a call that may wait for an approval, and what was decided about one that did. */
  readonly mayWait?: boolean;
  readonly decided?: AgentToolContext["decided"];
  /** Id of the run that the call begins. @default a new one */
  readonly runId?: string;
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
  /**
   * Begins the call, and resolves with whether it waits for a person; {@link call} with the same `toolCallId` is then that
   * person's approval of all that it waits for. Absent unless `approvals` is set, and for tools that run nothing.
   */
  readonly needsApproval?: (args: unknown, call: AdapterCall) => Promise<boolean>;
}

/** The tools of an executor in the form adapters hand on. Throws like `codemodeTools`. */
export function adapterTools(source: ExecutorSource, options: AdapterOptions = {}): readonly AdapterTool[] {
  const { onProgress, onEvent, approvals = false, conversation, ...selection } = options;
  const executor = "executor" in source ? source.executor : source;
  const owner = selection.scope?.owner;
  return codemodeTools(executor, selection).map((tool) => {
    const adapted = toAdapterTool(tool, { onProgress, onEvent });
    return approvals && tool.annotations.openWorldHint && !tool.annotations.readOnlyHint
      ? withApproval(adapted, executor.runs, (args, call) =>
          nameCall(adapted.name, args, {
            ...call,
            conversation: JSON.stringify([owner, conversation ?? call.conversation]),
          }),
        )
      : adapted;
  });
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
      const { mayWait, decided, runId } = call;
      const context = { ...toContext(name, call, listeners), ...defined({ mayWait, decided, runId }) };
      const result = await tool.execute(parseArguments(args), context);
      // SDKs write results as JSON themselves.
      return { ...result, structured: bigintsAsText(result.structured) };
    },
  };
}

/**
 * A tool whose calls are begun when the SDK asks whether they need an approval. What it denies stays parked. The run of a
 * call is known by its name, so that another process goes on with it too.
 */
function withApproval(
  tool: AdapterTool,
  runs: Runs,
  nameOf: (args: unknown, call: AdapterCall) => string,
): AdapterTool {
  const begun = new Map<string, Promise<AgentToolResult>>();
  const begin = (args: unknown, name: string, call: AdapterCall): Promise<AgentToolResult> => {
    const known = begun.get(name);
    if (known !== undefined) return known;
    const [oldest] = begun.keys();
    if (begun.size >= MOST_BEGUN && oldest !== undefined) begun.delete(oldest);
    const running = findBegun(runs, name).then(
      ({ waiting, runId }) => waiting ?? tool.call(args, { ...call, runId, mayWait: true }),
    );
    begun.set(name, running);
    return running;
  };
  return Object.defineProperties(
    {
      ...tool,
      needsApproval: async (args: unknown, call: AdapterCall) => {
        if (call.toolCallId === undefined) return false;
        const { waiting } = await begin(args, nameOf(args, call), call);
        return waiting !== undefined && waiting.calls.length > 0;
      },
      call: async (args: unknown, call: AdapterCall = {}) => {
        if (call.toolCallId === undefined) return tool.call(args, call);
        const name = nameOf(args, call);
        const known = (await begun.get(name)) ?? (await findBegun(runs, name)).waiting;
        begun.delete(name);
        if (known?.waiting === undefined) return known ?? tool.call(args, call);
        const { runId, calls } = known.waiting;
        // Who approves a program has not said that a write of it may be made a second time.
        const asked = calls.filter(({ kind }) => kind === "approval");
        const decisions = asked.map(({ callId }) => ({ callId, decision: "approve" as const }));
        return tool.call(args, { ...call, decided: { runId, decisions } });
      },
    },
    { description: { enumerable: true, get: () => tool.description } },
  );
}

/** Ids of calls are not unique with every model, so the conversation, the tool and the arguments are part of the name. */
function nameCall(tool: string, args: unknown, { toolCallId = "", conversation = "" }: AdapterCall): string {
  return hashArguments(stringifyJson([conversation, toolCallId, tool, parseArguments(args) ?? {}]));
}

/** The unfinished run that a call of this name began, in whatever process, as its result; or the id that a new one gets. */
async function findBegun(
  runs: Runs,
  name: string,
): Promise<{ readonly waiting?: AgentToolResult; readonly runId: string }> {
  for (let begun = 0; ; begun += 1) {
    const runId = `run_${hashArguments(stringifyJson([name, begun])).slice(0, 20)}`;
    const [run] = await runs.get(runId).then(
      (known) => [known],
      () => [],
    );
    if (run === undefined) return { runId };
    if (run.status !== "suspended" && run.status !== "running") continue;
    const waiting = { runId, calls: run.pending };
    return { runId, waiting: { text: "", structured: {}, content: [], isError: false, waiting } };
  }
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
