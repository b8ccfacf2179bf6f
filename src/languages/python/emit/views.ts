import type { ToolEntry } from "../../../catalog/tool.ts";
import type { PropertyShape } from "../../../schema/shape/shape.ts";
import { DOC_BUDGETS, propertyText, toolFacts, type DocBudget } from "../../docs.ts";
import { createNameAllocator } from "../../type-names.ts";
import { prettyParameters } from "./parameters.ts";
import { inlineDocument, prettyType, type PrettyLimits } from "./pretty-type.ts";
import { docstring, docstringLines, pythonComments, isPythonName } from "./text.ts";
import { pythonTool, type PythonTool } from "./tool-signature.ts";
import { TypedDictWriter } from "./typed-dicts.ts";

/** Longest signature; nested types are left out, from the inside, until it fits. */
const MAX_SIGNATURE = 1200;

/** Names that mean something in a declaration, whatever a schema calls its parts. */
const RESERVED = ["Any", "Literal", "NotRequired", "TypedDict", "NoReturn", "None", "True", "False"];
const MAX_DECLARATION_BYTES = 60 * 1024;

/** One line with the types of a tool, enough to call it: `read_file(*, path: str, head: float = ...) -> str`. */
export function emitPythonSignature(entry: ToolEntry): string {
  return fittingSignature(entry, false);
}

/** The same in fewer words, `read_file(*, path, head: float = ...) -> str`: a parameter without a type is a string. */
export function emitShortPythonSignature(entry: ToolEntry): string {
  return fittingSignature(entry, true);
}

function fittingSignature(entry: ToolEntry, isShort: boolean): string {
  const tool = inlineTool(pythonTool(entry));
  for (let maxDepth = 8; ; maxDepth--) {
    const limits = { maxLiterals: 12, maxDepth };
    const line = `${entry.identifier}(${prettyParameters(tool, { ...limits, isShort })}) -> ${resultType(tool, limits)}${observedComment(entry)}`;
    if (line.length <= MAX_SIGNATURE || (maxDepth === 0 && line.length <= MAX_SIGNATURE * 3)) return line;
    if (maxDepth === 0) return `${entry.identifier}(arguments: dict[str, Any], /) -> Any`;
  }
}

/** The line that imports a tool in guest code. */
export function emitPythonImport(entry: ToolEntry): string {
  return `from generated.servers.${entry.serverIdentifier} import ${entry.identifier}`;
}

/** The declaration of a tool with its documentation, on its own: what a model needs to use the tool well. */
export function emitPythonDeclaration(entry: ToolEntry): string {
  for (const [index, budget] of DOC_BUDGETS.entries()) {
    const last = index === DOC_BUDGETS.length - 1;
    const text = declaration(
      entry,
      budget,
      last ? { maxLiterals: 24, maxDepth: 3 } : { maxLiterals: 400, maxDepth: 24 },
    );
    if (Buffer.byteLength(text) <= MAX_DECLARATION_BYTES) return text;
  }
  const lines = docstring(docstringLines(entry.description.trim(), 300), "    ");
  return [`async def ${emitPythonSignature(entry)}:`, ...(lines.length === 0 ? ["    ..."] : lines)].join("\n");
}

/** The lines that document a tool inside a docstring: what it does, then every parameter. */
export function documentationLines(entry: ToolEntry, budget: DocBudget, typed: boolean): string[] {
  const tool = inlineTool(pythonTool(entry));
  const limits = { maxLiterals: 24, maxDepth: 4 };
  const parameters = [...tool.keywords, ...tool.others].flatMap((property) => {
    const text = propertyText(property.docs, budget, ["integer"]);
    const type = typed ? ` (${prettyType(property.shape, limits)}${property.required ? "" : ", optional"})` : "";
    const name = isPythonName(property.name) ? property.name : JSON.stringify(property.name);
    if (text === "" && !typed) return [];
    return [[`${name}${type}`, ...(text === "" ? [] : [text])].join(": ")];
  });
  const result = typed
    ? [`Returns ${resultType(tool, limits)}. Raises ToolError when the tool reports a failure.`]
    : [];
  const description = docstringLines(entry.description.trim(), budget.tool).filter(
    (line, index) => index > 0 || line !== "",
  );
  const details = [...toolFacts(entry), ...parameters, ...result].flatMap((text) => docstringLines(text, 2000));
  return [...description, ...(description.length > 0 && details.length > 0 ? [""] : []), ...details];
}

function inlineTool(tool: PythonTool): PythonTool {
  if (tool.input.definitions.length === 0 && (tool.output?.definitions.length ?? 0) === 0) return tool;
  const shapes = (properties: readonly PropertyShape[]): PropertyShape[] =>
    properties.map((property) =>
      Object.assign({}, property, { shape: inlineDocument({ ...tool.input, root: property.shape }).root }),
    );
  return {
    ...tool,
    input: inlineDocument(tool.input),
    ...(tool.output === undefined ? {} : { output: inlineDocument(tool.output) }),
    keywords: shapes(tool.keywords),
    others: shapes(tool.others),
  };
}

function resultType(tool: PythonTool, limits: PrettyLimits): string {
  return tool.output === undefined ? "Any" : prettyType(tool.output.root, limits);
}

function declaration(entry: ToolEntry, budget: DocBudget, limits: PrettyLimits): string {
  const tool = pythonTool(entry);
  const options = {
    ...limits,
    names: createNameAllocator([entry.identifier, ...RESERVED]),
    bars: true,
    nameOf: (word: string) => (word === "List" || word === "Dict" ? word.toLowerCase() : word),
    comments: (property: PropertyShape) => pythonComments(propertyText(property.docs, budget, ["integer"]), 2000),
  };
  const input = new TypedDictWriter(tool.input, "", options);
  const parameters = declaredParameters(tool, input);
  const output = tool.output && { types: new TypedDictWriter(tool.output, "Result", options), root: tool.output.root };
  const result = output === undefined ? "Any" : output.types.typeOf(output.root, "Result");
  const about = isNamed(tool) ? budget : { ...budget, property: 0 };
  const body = docstring(documentationLines(entry, about, false), "    ");
  return [
    ...input.declarations,
    ...(output?.types.declarations ?? []),
    `async def ${entry.identifier}(${parameters}) -> ${result}:${observedComment(entry)}`,
    ...(body.length === 0 ? ["    ..."] : body),
  ].join("\n");
}

/** Said of a result type that the tool does not declare itself. */
function observedComment({ observedCalls: calls }: ToolEntry): string {
  return calls === undefined ? "" : `  # observed in ${calls} call${calls === 1 ? "" : "s"}`;
}

function isNamed({ keywords, others }: PythonTool): boolean {
  return keywords.length > 0 && others.length === 0;
}

/** One parameter a line; the documentation of each stands in the docstring. */
function declaredParameters(tool: PythonTool, types: TypedDictWriter): string {
  if (tool.empty) return "";
  if (!isNamed(tool)) {
    return `arguments: ${types.typeOf(tool.input.root, "Arguments")}${tool.optional ? " = ..." : ""}, /`;
  }
  const lines = tool.keywords.map(
    ({ name, shape, required }) => `    ${name}: ${types.typeOf(shape, name)}${required ? "" : " = ..."},`,
  );
  return `\n    *,\n${lines.join("\n")}\n`;
}
