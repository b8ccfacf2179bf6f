import { readFileSync, writeFileSync } from "node:fs";
import { McpServer } from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";

/** An image as a tool gives it. */
interface ImageAnswer {
  readonly png: string;
}

/** A tool over a state: reads and changes it in place. */
export interface StateTool<State> {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>> & { readonly type: "object" };
  readonly outputSchema?: Readonly<Record<string, unknown>> & { readonly type: "object" };
  readonly readOnly: boolean;
  /** A text, a value for structured content, or an image. What it throws is the tool's error. */
  run(state: State, args: Readonly<Record<string, unknown>>): unknown;
}

/**
 * Serves tools over stdio. The state is a JSON file that is read for each call and written after one that changes it, so
 * that the harness sets and reads it without a word to the server.
 */
export async function serveState<State>(name: string, file: string, tools: readonly StateTool<State>[]): Promise<void> {
  const { server } = new McpServer({ name, version: "1.0.0" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", () => ({
    tools: tools.map(({ name: tool, description, inputSchema, outputSchema, readOnly }) => ({
      name: tool,
      description,
      inputSchema,
      ...(outputSchema === undefined ? {} : { outputSchema }),
      annotations: { readOnlyHint: readOnly },
    })),
  }));
  server.setRequestHandler("tools/call", ({ params }) => {
    const tool = tools.find((each) => each.name === params.name);
    if (tool === undefined) return failure(`Unknown tool: ${params.name}`);
    try {
      return perform(tool, file, params.arguments ?? {});
    } catch (thrown) {
      return failure(thrown instanceof Error ? thrown.message : String(thrown));
    }
  });
  await server.connect(new StdioServerTransport());
}

function perform<State>(
  tool: StateTool<State>,
  file: string,
  args: Readonly<Record<string, unknown>>,
): Record<string, unknown> & {
  content: { type: "text"; text: string }[] | { type: "image"; data: string; mimeType: string }[];
} {
  assertArguments(tool.inputSchema, args);
  const before = readFileSync(file, "utf8");
  const state = JSON.parse(before) as State;
  const answer = tool.run(state, args);
  const after = JSON.stringify(state);
  if (after !== before) writeFileSync(file, after);
  if (isImage(answer)) return { content: [{ type: "image", data: answer.png, mimeType: "image/png" }] };
  if (typeof answer === "string") return { content: [{ type: "text", text: answer }] };
  const content = [{ type: "text" as const, text: JSON.stringify(answer) }];
  return tool.outputSchema === undefined ? { content } : { content, structuredContent: answer };
}

function failure(text: string): { content: { type: "text"; text: string }[]; isError: true } {
  return { content: [{ type: "text", text }], isError: true };
}

function isImage(answer: unknown): answer is ImageAnswer {
  return typeof answer === "object" && answer !== null && "png" in answer;
}

/** Refuses what is missing and what nobody asked for, as a strict server does. */
function assertArguments(schema: StateTool<unknown>["inputSchema"], args: Readonly<Record<string, unknown>>): void {
  const properties = Object.keys(schema["properties"] ?? {});
  const required = (schema["required"] ?? []) as readonly string[];
  for (const name of required) if (args[name] === undefined) throw new Error(`Missing argument: ${name}`);
  for (const name of Object.keys(args)) {
    if (!properties.includes(name)) throw new Error(`Unknown argument: ${name}. Known: ${properties.join(", ")}`);
  }
}
