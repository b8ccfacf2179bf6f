import type { SkillUses } from "../../function.ts";
import { createUseCollector, type UseCollector } from "../../skills/use-collector.ts";
import { stringValue } from "./literal-value.ts";
import { childOf, childrenOf, type PythonPart, textOf } from "./parse-module.ts";

/** Finds the tools and skills a module names: in imports, as members of an imported server, in `call_tool` and `run_skill`. */
export function findPythonUses(module: PythonPart): SkillUses {
  const collector = createUseCollector();
  /** Expressions that stand for a server (`fs`, `generated.servers.fs`), by text. */
  const servers = new Map<string, string>();
  const members: PythonPart[] = [];
  module.node.cursor().iterate(({ node }) => {
    const part = { node, text: module.text };
    if (node.name === "ImportStatement") readImport(part, { collector, servers });
    else if (node.name === "MemberExpression") members.push(part);
    else if (node.name === "CallExpression") readCall(part, collector);
  });
  const used = new Set<string>();
  for (const member of members) {
    const [object, , property] = childrenOf(member);
    const server = servers.get(textOf(object));
    if (server === undefined) continue;
    used.add(server);
    collector.tool(server, property?.node.name === "PropertyName" ? textOf(property) : (textIn(property) ?? "*"));
  }
  for (const server of servers.values()) if (!used.has(server)) collector.tool(server, "*");
  return collector.uses();
}

interface Imports {
  readonly collector: UseCollector;
  readonly servers: Map<string, string>;
}

/** One imported name: the dotted path, and what it is called from then on. */
interface Binding {
  readonly path: readonly string[];
  readonly local: string;
}

function readImport(statement: PythonPart, { collector, servers }: Imports): void {
  const words = textOf(statement)
    .replace(/#.*$/gm, "")
    .replace(/[()\\]/g, " ")
    .trim();
  const from = /^from\s+([\w.]+)\s+import\s+([\s\S]*)$/.exec(words);
  const base = from?.[1]?.split(".") ?? [];
  for (const { path, local } of bindingsIn(from?.[2] ?? words.replace(/^import\s+/, ""))) {
    if (from === null) readModule({ path, local }, { collector, servers });
    else readName(base, { path, local }, { collector, servers });
  }
}

function bindingsIn(text: string): Binding[] {
  return text.split(",").flatMap((item) => {
    const match = /^\s*([\w.*]+)(?:\s+as\s+(\w+))?\s*$/.exec(item);
    return match === null ? [] : [{ path: (match[1] ?? "").split("."), local: match[2] ?? match[1] ?? "" }];
  });
}

/** `import skills.x` and `import generated.servers.fs as f`. */
function readModule({ path, local }: Binding, { collector, servers }: Imports): void {
  const server = collector.module(path)?.server;
  if (server !== undefined) servers.set(local, server);
}

/** `from skills.x import f`, `from skills import x`, `from generated.servers import fs`, `from generated.servers.fs import f`. */
function readName(base: readonly string[], { path, local }: Binding, { collector, servers }: Imports): void {
  const [name = ""] = path;
  if (base.join(".") === "skills") collector.module([...base, name]);
  const found = collector.module(base);
  if (found === undefined) return;
  if (found.server === undefined) servers.set(local, name);
  else collector.tool(found.server, name);
}

function readCall(call: PythonPart, collector: UseCollector): void {
  const [callee] = childrenOf(call);
  const name = /(\w+)$/.exec(textOf(callee).slice(-200))?.[1];
  if (name === undefined) return;
  const [, first] = childrenOf(childOf(call, "ArgList") ?? call);
  collector.call(name, textIn(first));
}

function textIn(part: PythonPart | undefined): string | undefined {
  return part?.node.name === "String" ? stringValue(textOf(part)) : undefined;
}
