import { CodemodeError } from "../../base/codemode-error.ts";
import type { AgentTool } from "../../tools/agent-tool.ts";
import type { Turn } from "./conversation-cost.ts";
import { writtenCall } from "./recorded-turns.ts";

/** One use of a tool of ours: what a model writes and what it reads. */
export interface ToolUse {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly structured: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
}

/** Uses the tools an agent is given, as an agent would. */
export class ToolDesk {
  readonly #tools: readonly AgentTool[];
  readonly #signal: AbortSignal;

  constructor(tools: readonly AgentTool[], signal: AbortSignal) {
    this.#tools = tools;
    this.#signal = signal;
  }

  /** The current definitions for a model: name, description and input schema as JSON. */
  definitions(): readonly string[] {
    return this.#tools.map(definitionText);
  }

  /** Calls one tool. */
  async use(name: string, args: Readonly<Record<string, unknown>>): Promise<ToolUse> {
    const tool = this.#tools.find((candidate) => candidate.name === name);
    if (tool === undefined) throw new CodemodeError("internal", `An agent is not given ${name}.`);
    const { text, structured, isError } = await tool.execute(args, { signal: this.#signal });
    return { tool: name, args, text, structured: { ...structured }, isError };
  }
}

/** A tool definition as a model is given it. */
export function definitionText({
  name,
  description,
  inputSchema,
}: Pick<AgentTool, "name" | "description"> & { readonly inputSchema: unknown }): string {
  return JSON.stringify({ name, description, inputSchema });
}

/** Uses of tools as turns of a model, one use in each. */
export function toTurns(uses: readonly ToolUse[]): readonly Turn[] {
  return uses.map(({ tool, args, text }) => ({ written: [writtenCall(tool, args)], read: [text] }));
}
