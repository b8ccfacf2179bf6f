import type { ToolEntry } from "../../../catalog/tool.ts";
import { expandDefinitions } from "../../../schema/shape/expand.ts";
import type { Shape } from "../../../schema/shape/shape.ts";
import { sizeOf } from "../../../schema/shape/shape-tree.ts";
import { toolShapes } from "../../tool-shapes.ts";
import { createNameAllocator } from "../../type-names.ts";
import { printType } from "./print-type.ts";
import { docComment, quote } from "./text.ts";
import { toolText } from "./tool-text.ts";

/** Longest signature; nested types are left out, from the inside, until it fits. */
const MAX_SIGNATURE = 1200;
const MAX_LITERALS = 12;

/** Most types in a signature in which one that contains itself is spelled twice. */
const MAX_REPEATED = 60;

/** One line with the types of a tool, enough to call it: `read_file(args: { path: string }): Promise<string>`. */
export function emitSignature(entry: ToolEntry): string {
  const { input, output } = toolShapes(entry);
  const twice = [input, output].map((document) =>
    document === undefined ? undefined : expandDefinitions(document, 1),
  );
  const isShort = twice.reduce((size, shape) => size + (shape === undefined ? 0 : sizeOf(shape)), 0) <= MAX_REPEATED;
  const once = [input, output].map((document) => (document === undefined ? undefined : expandDefinitions(document)));
  for (let maxDepth = 8; ; maxDepth--) {
    const [args, result] = isShort && maxDepth === 8 ? twice : once;
    const line = signatureLine(entry, { args, result, maxDepth });
    if (line.length <= MAX_SIGNATURE || maxDepth === 0) return cutSignature(line, entry);
  }
}

interface SignatureParts {
  readonly args: Shape | undefined;
  readonly result: Shape | undefined;
  readonly maxDepth: number;
}

function signatureLine(entry: ToolEntry, { args, result, maxDepth }: SignatureParts): string {
  const { inputOptional, inputEmpty } = toolShapes(entry);
  const style = {
    untyped: "unknown",
    nameOf: () => "unknown",
    maxLiterals: MAX_LITERALS,
    maxDepth,
    terse: true,
  } as const;
  const spell = (shape: Shape | undefined): string => (shape === undefined ? "unknown" : printType(shape, style));
  const parameter = inputEmpty ? "" : `args${inputOptional ? "?" : ""}: ${spell(args)}`;
  return `${entry.identifier}(${parameter}): Promise<${spell(result)}>${observedComment(entry)}`;
}

/** Said of a result type that the tool does not declare itself. */
function observedComment({ observedCalls: calls }: ToolEntry): string {
  return calls === undefined ? "" : ` /* observed in ${calls} call${calls === 1 ? "" : "s"} */`;
}

/** The declaration of a tool with its documentation, on its own: what a model needs to use the tool well. */
export function emitDeclaration(entry: ToolEntry): string {
  const names = createNameAllocator(["Promise"]);
  const tool = toolText(entry, { names, untyped: "unknown", prefix: "", inlineInput: true });
  const parameter = toolShapes(entry).inputEmpty ? "" : `args${tool.inputOptional ? "?" : ""}: ${tool.input}`;
  return [
    ...tool.types,
    ...docComment(tool.docs),
    `declare function ${entry.identifier}(${parameter}): Promise<${tool.output}>;${observedComment(entry)}`,
  ].join("\n");
}

/** The line that imports a tool in guest code. */
export function emitImport(entry: ToolEntry): string {
  return `import { ${entry.identifier} } from ${quote(`generated/servers/${entry.serverIdentifier}`)};`;
}

/** Wide tools whose top level alone is too long keep their name and refer to the rest. */
function cutSignature(line: string, entry: ToolEntry): string {
  if (line.length <= MAX_SIGNATURE * 3) return line;
  return `${entry.identifier}(args: { [key: string]: unknown }): Promise<unknown>`;
}
