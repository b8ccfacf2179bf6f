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
  return fittingSignature(entry, false);
}

/** The same in fewer words, `read_file({ path }): Promise<string>`: a property without a type is a string. */
export function emitShortSignature(entry: ToolEntry): string {
  return fittingSignature(entry, true);
}

function fittingSignature(entry: ToolEntry, isShort: boolean): string {
  const { input, output } = toolShapes(entry);
  const twice = [input, output].map((document) =>
    document === undefined ? undefined : expandDefinitions(document, 1),
  );
  const size = twice.reduce((sum, shape) => sum + (shape === undefined ? 0 : sizeOf(shape)), 0);
  const once = [input, output].map((document) => (document === undefined ? undefined : expandDefinitions(document)));
  for (let maxDepth = 8; ; maxDepth--) {
    const [args, result] = size <= MAX_REPEATED && maxDepth === 8 ? twice : once;
    const line = signatureLine(entry, { args, result, maxDepth, isShort });
    if (line.length <= MAX_SIGNATURE || maxDepth === 0) return cutSignature(line, entry);
  }
}

interface SignatureParts {
  readonly args: Shape | undefined;
  readonly result: Shape | undefined;
  readonly maxDepth: number;
  readonly isShort: boolean;
}

function signatureLine(entry: ToolEntry, { args, result, maxDepth, isShort }: SignatureParts): string {
  const { inputOptional, inputEmpty } = toolShapes(entry);
  const style = {
    untyped: "unknown",
    nameOf: () => "unknown",
    maxLiterals: MAX_LITERALS,
    maxDepth,
    terse: true,
    ...(isShort ? { unsaid: "string" } : {}),
  } as const;
  const spell = (shape: Shape | undefined): string => (shape === undefined ? "unknown" : printType(shape, style));
  const name = isShort ? "" : `args${inputOptional ? "?" : ""}: `;
  const parameter = inputEmpty ? "" : `${name}${spell(args)}`;
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
