import { defined } from "../base/defined.ts";
import type { ExecutionEvent } from "../runs/events.ts";
import type { CodeModeExecutor } from "../host/executor.ts";
import type { AgentTool } from "../tools/agent-tool.ts";
import { codemodeTools } from "../tools/codemode-tools.ts";
import { toolsForRequest } from "../tools/tools-for-request.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import type { AgentEvent, AgentListener } from "./agent-event.ts";
import type { ProgramLanguage } from "./system-prompt.ts";
import type { ModelTool, ToolAnswer, ToolUseContext } from "./toolset.ts";

/** Beside the tools that find tools and run programs: what those give rise to. */
const FURTHER = ["read_artifact", "list_skills", "load_skill", "read_skill_resource", "save_skill", "run_skill"];

/** The tools that find tools and run programs, in few words: {@link withFittingTools} shows the tools of servers. */
export function codeTools(executor: CodeModeExecutor): readonly ModelTool[] {
  return codemodeTools(executor, { set: "minimal", catalogTokens: 0, include: FURTHER }).map((tool) => ({
    name: tool.name,
    description: tool.description,
    inputSchema: tool.inputSchema,
    run: (args, use) => runTool(tool, args, use),
  }));
}

/** A request with the signatures behind it that fit it; `earlier` has what was written so far, programs included. */
export async function withFittingTools(
  executor: CodeModeExecutor,
  request: string,
  { language, earlier }: { readonly language: ProgramLanguage; readonly earlier: string },
): Promise<string> {
  const fitting = await toolsForRequest(executor, request, {
    language: language === "python" ? language : "typescript",
    earlier,
  });
  return fitting === "" ? request : `${request}\n\n${fitting}`;
}

async function runTool(tool: AgentTool, args: unknown, use: ToolUseContext): Promise<ToolAnswer> {
  const { useId, signal, listener } = use;
  const program = tool.name === "execute_code" ? programOf(args) : undefined;
  if (program === undefined) listener({ type: "use_start", useId, tool: tool.name, args });
  else listener({ type: "program", useId, ...program });
  const began = performance.now();
  const context = { signal, onEvent: (event: ExecutionEvent) => relay(event, useId, listener) };
  const { text, content, isError } = await tool.execute(args, context);
  listener({ type: "use_end", useId, tool: tool.name, text, isError, durationMs: performance.now() - began });
  return { text, content, isError };
}

/** The program a model wants to run, if its arguments hold one. */
function programOf(args: unknown): { readonly code: string; readonly language: GuestLanguage } | undefined {
  if (typeof args !== "object" || args === null || !("code" in args) || typeof args.code !== "string") return undefined;
  return { code: args.code, language: "language" in args && args.language === "python" ? "python" : "typescript" };
}

function relay(event: ExecutionEvent, useId: string, listener: AgentListener): void {
  const reported = toAgentEvent(event, useId);
  if (reported !== undefined) listener(reported);
}

/** Reports of a run about its calls; its printed output reaches the model and is not shown. */
function toAgentEvent(event: ExecutionEvent, useId: string): AgentEvent | undefined {
  switch (event.type) {
    case "tool_call_start":
      return { type: "call_start", callId: `${useId}/${event.callId}`, tool: event.tool };
    case "tool_call_progress": {
      const { callId, progress, total, message } = event;
      return {
        type: "call_progress",
        callId: `${useId}/${callId}`,
        progress,
        ...defined({ total, message }),
      };
    }
    case "tool_call_end": {
      const { callId, tool, status, durationMs, error } = event;
      return {
        type: "call_end",
        callId: `${useId}/${callId}`,
        tool,
        status,
        durationMs,
        ...(error === undefined ? {} : { error: error.message }),
      };
    }
    default:
      return undefined;
  }
}
