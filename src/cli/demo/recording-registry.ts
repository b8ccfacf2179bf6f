import { ToolRegistry } from "../../sources/tool-registry.ts";
import type { ToolResultEnvelope } from "../../sources/source.ts";

/** One call with its arguments and result. */
export interface RecordedCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Result as a model would see it: its texts, joined by newlines. */
  readonly text: string;
}

/** A registry that remembers each call and its result, so that a run can be counted afterwards. */
export class RecordingRegistry extends ToolRegistry {
  #calls: RecordedCall[] = [];

  /** The calls that were answered since the last time, in the order of the answers. */
  takeCalls(): readonly RecordedCall[] {
    const calls = this.#calls;
    this.#calls = [];
    return calls;
  }

  override async invoke(...[entry, args, options]: Parameters<ToolRegistry["invoke"]>): Promise<ToolResultEnvelope> {
    const envelope = await super.invoke(entry, args, options);
    this.#calls.push({ tool: entry.name, args, text: textOf(envelope) });
    return envelope;
  }
}

function textOf({ content }: ToolResultEnvelope): string {
  return content
    .flatMap((item) => (item.type === "text" && typeof item["text"] === "string" ? [item["text"]] : []))
    .join("\n");
}
