/**
 * The part of `@mastra/core` that the adapter uses; the package is too large, and needs too new a Node, to be installed
 * here. A project that has it gets its own types; tests check the adapter against them.
 */
declare module "@mastra/core/tools" {
  /** How a call is suspended, and what it goes on with when it is resumed. */
  interface Suspending {
    readonly suspend?: (payload: unknown) => Promise<void>;
    readonly resumeData?: unknown;
  }

  /** Context of a tool's call. */
  export interface ToolExecutionContext {
    readonly abortSignal?: AbortSignal;
    readonly agent?: Suspending & { readonly toolCallId: string };
    readonly workflow?: Suspending;
    readonly writer?: { write(chunk: unknown): Promise<void> };
  }

  /** A tool of Mastra. */
  export interface Tool<Input = unknown, Output = unknown> {
    readonly id: string;
    description: string;
    readonly inputSchema?: unknown;
    readonly execute?: (input: Input, context: ToolExecutionContext) => Promise<Output | object | void>;
  }

  /** Makes a tool of Mastra. */
  export function createTool<Input, Output>(options: {
    readonly id: string;
    readonly description: string;
    readonly inputSchema: object;
    readonly toModelOutput: (output: Output) => unknown;
    readonly execute: (input: Input, context: ToolExecutionContext) => Promise<Output>;
  }): Tool<Input, Output>;
}
