import { defined } from "../../base/defined.ts";
import { type BoundNames, memberOf } from "./bound-names.ts";
import { stringValue } from "./read/literal-value.ts";
import { childrenOf, type PythonPart, textOf } from "./read/parse-module.ts";
import { LiteralNames } from "./literal-names.ts";
import { splitArguments } from "./written-arguments.ts";

/** A call of a tool, as far as the text shows. */
export interface ToolCall {
  /** Identifier or name of the server as written; empty for `call_tool`, whose first argument names both. */
  readonly server: string;
  readonly tool: string;
  /** The free name it is reached through; absent for what is imported. */
  readonly root?: string;
  /** `member` of a server, which takes any number of values in order; `function` of a module, which takes one. */
  readonly form: "member" | "function" | "call_tool";
  readonly call: PythonPart;
  /** Offset of the name of the function. */
  readonly from: number;
  /** What a name stands for, where the text says it. */
  readonly literalOf: (name: PythonPart) => PythonPart | undefined;
}

/** A call by itself. */
type FoundCall = Omit<ToolCall, "literalOf">;

const MOST_CALLS = 2_000;

/** Programs that rebind names in ways their text does not show, or hold errors back in another way than by `try`. */
const OPAQUE =
  /\b(?:globals|locals|vars|exec|eval|setattr|delattr|__builtins__|builtins|suppress|return_exceptions|asyncio\.wait|\.exception)\b/;

/**
 * Finds the calls of imported tools, of `server.tool(…)`, `servers.server.tool(…)` and `call_tool("server__tool", …)`, the
 * first 2,000. A text that is not Python throughout, or that hides what its names stand for, has none.
 */
export function findToolCalls(root: PythonPart, names: BoundNames): readonly ToolCall[] {
  if (names.importsAll || OPAQUE.test(root.text)) return [];
  const found: ToolCall[] = [];
  const literals = new LiteralNames(root, (call) => toToolCall(call, names) !== undefined);
  const literalOf = (name: PythonPart): PythonPart | undefined => literals.valueOf(name);
  let isPython = true;
  root.node.cursor().iterate(({ node }) => {
    if (node.type.isError) isPython = false;
    if (node.name !== "CallExpression" || found.length >= MOST_CALLS) return;
    const call = toToolCall({ node, text: root.text }, names);
    if (call !== undefined) found.push({ ...call, literalOf });
  });
  return isPython ? found : [];
}

function toToolCall(call: PythonPart, names: BoundNames): FoundCall | undefined {
  const [callee] = childrenOf(call);
  if (callee?.node.name === "VariableName") return calledByName(call, callee, names);
  if (callee?.node.name !== "MemberExpression") return undefined;
  const [object] = childrenOf(callee);
  const member = memberOf(callee);
  if (object === undefined || member === undefined) return undefined;
  const place = { call, from: member.from };
  if (textOf(object) === "codemode" && !names.bound.has("codemode"))
    return isCallTool(member.name) ? calledByFullName(place) : undefined;
  const owner = names.serverOf(object);
  if (owner === undefined) return undefined;
  const { server, root } = owner;
  return {
    server,
    tool: member.name,
    form: root === undefined ? "function" : "member",
    ...place,
    ...defined({ root }),
  };
}

function calledByName(call: PythonPart, callee: PythonPart, names: BoundNames): FoundCall | undefined {
  const name = textOf(callee);
  const place = { call, from: callee.node.from };
  if (isCallTool(name) && !names.has(name)) return calledByFullName({ ...place, root: name });
  const imported = names.functionOf(name);
  if (imported === "call_tool") return calledByFullName(place);
  return imported === undefined ? undefined : { ...imported, form: "function", ...place };
}

/** `call_tool("server__tool", …)`, where the name is written out. */
function calledByFullName(place: Pick<FoundCall, "call" | "from" | "root">): FoundCall | undefined {
  const [first] = splitArguments(place.call);
  const [name, ...more] = first ?? [];
  const tool = name?.node.name === "String" && more.length === 0 ? stringValue(textOf(name)) : undefined;
  return tool === undefined ? undefined : { server: "", tool, form: "call_tool", ...place };
}

function isCallTool(name: string): boolean {
  return name === "call_tool" || name === "callTool";
}
