import { ToolRegistry } from "../../sources/tool-registry.ts";
import type { ToolResultEnvelope } from "../../sources/source.ts";

/** One call as it was made, with its whole result. Times in milliseconds of the process. */
export interface RecordedCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** What a model would be shown of the result: its texts, joined by newlines. */
  readonly text: string;
  readonly startedMs: number;
  readonly endedMs: number;
}

/** A registry that remembers each call and its result, so that a run can be counted afterwards. */
export class RecordingRegistry extends ToolRegistry {
  #calls: RecordedCall[] = [];

  /** The calls since the last time, oldest first. */
  takeCalls(): readonly RecordedCall[] {
    const calls = this.#calls.toSorted((a, b) => a.startedMs - b.startedMs);
    this.#calls = [];
    return calls;
  }

  override async invoke(...[entry, args, options]: Parameters<ToolRegistry["invoke"]>): Promise<ToolResultEnvelope> {
    const startedMs = performance.now();
    const envelope = await super.invoke(entry, args, options);
    this.#calls.push({ tool: entry.name, args, text: textOf(envelope), startedMs, endedMs: performance.now() });
    return envelope;
  }
}

function textOf({ content }: ToolResultEnvelope): string {
  return content.flatMap((item) => (item.type === "text" && typeof item["text"] === "string" ? [item["text"]] : [])).join("\n");
}
