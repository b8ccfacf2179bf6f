import type { ToolContent } from "../tools/agent-tool.ts";
import type { ToolEntry } from "../catalog/tool.ts";
import { defined } from "../base/defined.ts";
import { stringifyJson } from "../base/exact-json.ts";
import { toCodemodeError } from "../base/codemode-error.ts";
import type { CodeModeExecutor } from "../host/executor.ts";
import { failedCallStatus } from "../runs/decisions/gate.ts";
import type { ToolResultEnvelope } from "../sources/source.ts";
import { isRecord } from "../base/is-record.ts";
import type { CallStatus } from "./agent-event.ts";
import type { ModelTool, ToolAnswer, ToolUseContext } from "./toolset.ts";

const LONGEST_NAME = 64;

/** Every tool of every server as a tool of its own, called through the same gate as by programs. */
export function directTools(executor: CodeModeExecutor): readonly ModelTool[] {
  const names = new Set<string>();
  return executor.registry.listTools().map((entry) => ({
    name: freeName(entry, names),
    description: entry.description,
    inputSchema: objectSchema(entry.inputSchema),
    run: (args, use) => callTool(executor, { entry, args }, use),
  }));
}

/** A name that every provider takes and no other tool has. */
function freeName({ serverIdentifier, identifier }: ToolEntry, taken: Set<string>): string {
  const whole = `${serverIdentifier}__${identifier}`.replace(/[^A-Za-z0-9_-]/g, "_");
  let name = whole.slice(0, LONGEST_NAME);
  for (let number = 2; taken.has(name); number += 1) {
    const ending = `_${number}`;
    name = `${whole.slice(0, LONGEST_NAME - ending.length)}${ending}`;
  }
  taken.add(name);
  return name;
}

/** Providers want an object with properties, also for a tool that takes nothing. */
function objectSchema(schema: ToolEntry["inputSchema"]): ModelTool["inputSchema"] {
  return { properties: {}, ...(typeof schema === "object" ? schema : {}), type: "object" };
}

async function callTool(
  executor: CodeModeExecutor,
  { entry, args }: { readonly entry: ToolEntry; readonly args: unknown },
  { useId, signal, listener }: ToolUseContext,
): Promise<ToolAnswer> {
  const tool = entry.name;
  const began = performance.now();
  const end = (status: CallStatus, error?: string): void => {
    const durationMs = performance.now() - began;
    listener({ type: "call_end", callId: useId, tool, status, durationMs, ...defined({ error }) });
  };
  listener({ type: "call_start", callId: useId, tool });
  try {
    const result = await executor.callTool(tool, isRecord(args) ? args : {}, {
      raw: true,
      signal,
      onProgress: (progress) => listener({ type: "call_progress", callId: useId, ...progress }),
    });
    const answer = toAnswer(isEnvelope(result) ? result : { content: [] });
    end(answer.isError ? "error" : "ok", answer.isError ? answer.text : undefined);
    return answer;
  } catch (thrown) {
    const error = toCodemodeError(thrown);
    end(failedCallStatus(error), error.message);
    const hint = error.details.hint === undefined ? "" : `\n${error.details.hint}`;
    return { text: `${error.code}: ${error.message}${hint}`, content: [], isError: true };
  }
}

/** Texts are joined; what has no text is given by its structured content. */
function toAnswer({ content, structuredContent, isError = false }: ToolResultEnvelope): ToolAnswer {
  const texts = content.flatMap((item) => textOf(item) ?? []);
  const rest = content.filter((item) => textOf(item) === undefined);
  const structured = structuredContent === undefined ? "" : stringifyJson(structuredContent);
  return { text: texts.length === 0 ? structured : texts.join("\n"), content: rest, isError };
}

function textOf(item: ToolContent): string | undefined {
  return item.type === "text" && typeof item["text"] === "string" ? item["text"] : undefined;
}

function isEnvelope(value: unknown): value is ToolResultEnvelope {
  return isRecord(value) && Array.isArray(value["content"]);
}
