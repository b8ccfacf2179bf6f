import { childOf, childrenOf, lineAt, type PythonPart, textOf } from "./parse-module.ts";

/** A call of an imported tool, as far as the text shows. */
export interface PythonToolCall {
  /** Identifiers of server and tool. */
  readonly server: string;
  readonly tool: string;
  /** Arguments that are given by name. */
  readonly keywords: readonly { readonly name: string; readonly line: number; readonly column: number }[];
}

interface Imported {
  readonly server: string;
  /** Absent for a name that stands for the whole server. */
  readonly tool?: string;
}

/** Finds the calls of tools that are imported from `generated.servers` and bound nowhere else in the module. */
export function findPythonToolCalls(module: PythonPart): readonly PythonToolCall[] {
  const imported = new Map<string, Imported>();
  const bound = new Set<string>();
  const calls: PythonPart[] = [];
  module.node.cursor().iterate(({ node }) => {
    const part = { node, text: module.text };
    if (node.name === "ImportStatement") for (const [local, from] of importedIn(part)) imported.set(local, from);
    else if (node.name === "CallExpression") calls.push(part);
    else if (BINDING.test(node.name)) for (const name of namesBoundBy(part)) bound.add(name);
  });
  for (const name of bound) imported.delete(name);
  return calls.flatMap((call) => toToolCall(call, imported));
}

const BINDING =
  /^(?:AssignStatement|ParamList|FunctionDefinition|ClassDefinition|ForStatement|WithStatement|NamedExpression)$/;

/** Every name on the left, roughly: a name too many costs a check, never a refusal. */
function namesBoundBy(part: PythonPart): readonly string[] {
  const head = textOf(part).split(/:=|(?<![=!<>])=(?!=)|:\s*\n/, 1)[0] ?? "";
  const text = part.node.name === "ParamList" ? textOf(part) : head;
  return text.slice(0, 2_000).match(/\w+/g) ?? [];
}

function importedIn(statement: PythonPart): [string, Imported][] {
  const words = textOf(statement)
    .replace(/#.*$/gm, "")
    .replace(/[()\\]/g, " ")
    .trim();
  const [, path = "", names = ""] =
    /^from\s+generated\.(?:servers|mcp)(?:\.(\w+))?\s+import\s+([\s\S]*)$/.exec(words) ?? [];
  return names.split(",").flatMap((item): [string, Imported][] => {
    const [, name, alias] = /^\s*(\w+)(?:\s+as\s+(\w+))?\s*$/.exec(item) ?? [];
    if (name === undefined) return [];
    return [[alias ?? name, path === "" ? { server: name } : { server: path, tool: name }]];
  });
}

function toToolCall(call: PythonPart, imported: ReadonlyMap<string, Imported>): PythonToolCall[] {
  const [callee] = childrenOf(call);
  const [owner, member] = textOf(callee).split(".");
  const from = imported.get(owner ?? "");
  const tool = callee?.node.name === "MemberExpression" ? member : from?.tool;
  const isTool = callee?.node.name === "MemberExpression" ? from?.tool === undefined : true;
  if (from === undefined || tool === undefined || !isTool) return [];
  const parts = childrenOf(childOf(call, "ArgList") ?? call);
  const keywords = parts.flatMap((part, index) => {
    if (part.node.name !== "VariableName" || parts[index + 1]?.node.name !== "AssignOp") return [];
    const line = lineAt(call.text, part.node.from);
    const column = part.node.from - call.text.lastIndexOf("\n", part.node.from - 1);
    return [{ name: textOf(part), line, column }];
  });
  return [{ server: from.server, tool, keywords }];
}
