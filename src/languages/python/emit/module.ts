import type { CatalogServer, ToolEntry } from "../../../catalog/tool.ts";
import { DOC_BUDGETS } from "../../docs.ts";
import { parametersOf } from "../../tool-shapes.ts";
import { createNameAllocator } from "../../type-names.ts";
import { emitPythonStub, pythonTools } from "./stub.ts";
import { namesByKeyword } from "./tool-signature.ts";
import { docstring, docstringLines, quotePython } from "./text.ts";
import { documentationLines } from "./views.ts";

/** Form of a module of functions. */
export interface PythonModuleOptions {
  /** Module that has `_call_with(name, arguments, keywords)`. @default "codemode" */
  readonly runtime?: string;
}

const MAX_DOC_BYTES = 56 * 1024;

/**
 * Writes a server as a module of async functions, each with its documentation; the types are in the stub beside it.
 *
 * The names of those types exist at run time too, as `dict`: calling one makes a dict, as calling a `TypedDict` would.
 */
export function emitPythonModule(server: CatalogServer, options: PythonModuleOptions = {}): string {
  const tools = pythonTools(server);
  const { types } = emitPythonStub(server);
  const names = createNameAllocator([...tools.map((entry) => entry.identifier), ...types]);
  const call = names.claim("_call_with");
  const dict = names.claim("_dict");
  const title = `Tools of ${JSON.stringify(server.name.slice(0, 300))}.`;
  const about = server.description === undefined ? [] : ["", ...docstringLines(server.description.trim(), 1000)];
  return [
    ...docstring([...docstringLines(title, 1000), ...about]),
    `from builtins import dict as ${dict}`,
    `from ${options.runtime ?? "codemode"} import _call_with as ${call}`,
    "",
    ...types.map((name) => `${name} = ${dict}`),
    "",
    ...tools.map((entry) => toolFunction(entry, call)),
  ].join("\n");
}

function toolFunction(entry: ToolEntry, call: string): string {
  const own = [...namesByKeyword(parametersOf(entry))].filter(([keyword, name]) => keyword !== name);
  const keywords =
    own.length === 0
      ? "keywords"
      : `{${JSON.stringify(Object.fromEntries(own))}.get(name, name): keywords[name] for name in keywords}`;
  return [
    "",
    `async def ${entry.identifier}(arguments=None, /, **keywords):`,
    ...docstring(boundedDocumentation(entry), "    "),
    `    return await ${call}(${quotePython(entry.name)}, arguments, ${keywords})`,
    "",
  ].join("\n");
}

function boundedDocumentation(entry: ToolEntry): string[] {
  for (const budget of DOC_BUDGETS) {
    const lines = documentationLines(entry, budget, true);
    if (Buffer.byteLength(lines.join("\n")) <= MAX_DOC_BYTES) return lines;
  }
  return docstringLines(entry.description.trim(), 300);
}
