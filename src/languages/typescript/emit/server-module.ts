import type { CatalogServer, ToolEntry } from "../../../catalog/tool.ts";
import { createNameAllocator, isIdentifier, type NameAllocator } from "../../type-names.ts";
import { toolShapes } from "../../tool-shapes.ts";
import { commentLines, docComment } from "./text.ts";
import { toolText } from "./tool-text.ts";

/** Spelling of declarations. */
export interface ModuleOptions {
  /** Type of results without an output schema, and of what an output schema leaves open. @default "unknown" */
  readonly untyped?: "any" | "unknown";
  /** Module the types of options and envelopes come from. @default "codemode" */
  readonly runtime?: string;
}

/** A text and what could not be expressed in it, as sentences. */
export interface EmittedText {
  readonly text: string;
  readonly problems: readonly string[];
}

/** Type names that generated types must not hide. */
export const RESERVED_TYPES: readonly string[] = ["CallOptions", "RawCallOptions", "ToolResult", "Promise"];

/**
 * Declares every tool of a server as an async function, with its types and documentation, as one module.
 *
 * A tool that cannot be expressed takes any arguments; it never spoils the others.
 */
export function emitServerModule(server: CatalogServer, options: ModuleOptions = {}): EmittedText {
  const steps = emitServerModuleInSteps(server, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Same as {@link emitServerModule}, one tool at each step. */
export function* emitServerModuleInSteps(
  server: CatalogServer,
  options: ModuleOptions = {},
): Generator<void, EmittedText> {
  const names = createNameAllocator(RESERVED_TYPES);
  const problems: string[] = [];
  const tools: string[] = [];
  for (const entry of declarableTools(server, problems)) {
    tools.push(toolDeclaration(entry, { names, untyped: options.untyped ?? "unknown" }, problems));
    yield;
  }
  const imports = `import type { CallOptions, RawCallOptions, ToolResult } from ${JSON.stringify(options.runtime ?? "codemode")};`;
  const text = [...serverHeader(server), imports, "", ...tools, "export {};", ""].join("\n");
  return { text, problems };
}

/** The tools of a server whose identifier can be declared; the others are reported and stay callable by name. */
export function declarableTools(server: CatalogServer, problems: string[]): ToolEntry[] {
  const seen = new Set<string>();
  return server.tools.filter((entry) => {
    const usable = isIdentifier(entry.identifier) && !seen.has(entry.identifier);
    seen.add(entry.identifier);
    if (!usable) problems.push(`${entry.name}: ${JSON.stringify(entry.identifier)} cannot be declared; use callTool.`);
    return usable;
  });
}

/** The comment a module of a server begins with. */
export function serverHeader(server: CatalogServer): string[] {
  const title = `Tools of ${JSON.stringify(server.name.slice(0, 300))}.`;
  const lines = [title, ...(server.description === undefined ? [] : [server.description.trim()])];
  return docComment(lines.flatMap((line) => commentLines(line, 1000)));
}

function toolDeclaration(
  entry: ToolEntry,
  { names, untyped }: { names: NameAllocator; untyped: "any" | "unknown" },
  problems: string[],
): string {
  problems.push(...toolShapes(entry).problems);
  const tool = toolText(entry, { names, untyped, prefix: "export ", inlineInput: false });
  const name = `export declare function ${entry.identifier}`;
  const raw = tool.inputOptional ? `${tool.input} | undefined` : tool.input;
  return [
    ...tool.types,
    `${name}(args: ${raw}, options: RawCallOptions): Promise<ToolResult>;`,
    ...docComment(tool.docs),
    `${name}(args${tool.inputOptional ? "?" : ""}: ${tool.input}, options?: CallOptions): Promise<${tool.output}>;`,
    "",
  ].join("\n");
}
