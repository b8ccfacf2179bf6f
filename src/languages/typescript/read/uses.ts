import { isReservedWord } from "../../../catalog/reserved-words.ts";
import type { SkillUses } from "../../function.ts";
import { createUseCollector, type UseCollector } from "../../skills/use-collector.ts";
import { nameOf, nodeAt, nodesAt, type SyntaxNode, walk } from "./syntax-node.ts";

/** Finds the tools and skills a module names: in imports, as members of a server, in `callTool` and `run_skill`. */
export function findUses(statements: readonly SyntaxNode[]): SkillUses {
  const collector = createUseCollector();
  const names: Names = { servers: new Map(), declared: new Set(), used: new Set(), inner: new Set() };
  for (const statement of statements) {
    readImport(statement, { collector, names });
    walk(statement, (node) => declare(node, names.declared));
  }
  for (const statement of statements) {
    walk(statement, (node) => {
      if (node.type === "MemberExpression") readMember(node, { collector, names });
      else if (node.type === "CallExpression") readCall(node, collector);
      else if (node.type === "ImportExpression") readDynamicImport(node, collector);
    });
  }
  for (const [local, server] of names.servers) if (!names.used.has(local)) collector.tool(server, "*");
  return collector.uses();
}

interface Names {
  /** Identifiers of imported servers by their local names. */
  readonly servers: Map<string, string>;
  /** Everything the file binds anywhere; scopes are not distinguished. */
  readonly declared: Set<string>;
  /** Local names of servers of which a member was read. */
  readonly used: Set<string>;
  /** Member expressions already read as part of a longer one. */
  readonly inner: Set<SyntaxNode>;
}

interface UseContext {
  readonly collector: UseCollector;
  readonly names: Names;
}

function readImport(statement: SyntaxNode, { collector, names }: UseContext): void {
  const specifier = statement.importKind === "type" ? undefined : nameOf(nodeAt(statement, "source"));
  const found = specifier === undefined ? undefined : collector.module(pathOf(specifier));
  if (found === undefined) return;
  for (const binding of nodesAt(statement, "specifiers")) {
    const local = nameOf(nodeAt(binding, "local")) ?? "";
    const isNamed = binding.type === "ImportSpecifier" || binding.type === "ExportSpecifier";
    const imported = isNamed ? (nameOf(nodeAt(binding, "imported")) ?? local) : undefined;
    if (found.server === undefined) noteServer(local, imported, names);
    else if (imported === undefined) names.servers.set(local, found.server);
    else collector.tool(found.server, imported);
  }
}

/** `import { files } from "generated/servers"`; `servers` there is the map of all of them. */
function noteServer(local: string, imported: string | undefined, names: Names): void {
  if (imported !== undefined && imported !== "servers") names.servers.set(local, imported);
}

function readDynamicImport(node: SyntaxNode, collector: UseCollector): void {
  const found = collector.module(pathOf(nameOf(nodeAt(node, "source")) ?? ""));
  if (found?.server !== undefined) collector.tool(found.server, "*");
}

function pathOf(specifier: string): string[] {
  return specifier
    .replace(/^(?:\.\/)+/, "")
    .replace(/\.(?:ts|js|mjs|mts)$/, "")
    .split("/");
}

/** `files.read`, `files["read"]` and `servers.files.read`, where `files` is imported or a global of that name. */
function readMember(node: SyntaxNode, { collector, names }: UseContext): void {
  const object = nodeAt(node, "object");
  if (object === undefined || names.inner.has(node)) return;
  const tool = propertyName(node) ?? "*";
  if (object.type === "Identifier") {
    const name = nameOf(object) ?? "";
    const server = serverOf(name, names);
    if (server === undefined) return;
    names.used.add(name);
    collector.tool(server, tool);
  } else if (object.type === "MemberExpression" && nameOf(nodeAt(object, "object")) === "servers") {
    names.inner.add(object);
    collector.tool(propertyName(object) ?? "*", tool);
  }
}

function serverOf(name: string, names: Names): string | undefined {
  return names.servers.get(name) ?? (isGlobalServer(name, names.declared) ? name : undefined);
}

/** A free name with a member may be the global of a server; names that guests define are not. */
function isGlobalServer(name: string, declared: ReadonlySet<string>): boolean {
  return name !== "" && !declared.has(name) && !isReservedWord(name, "server");
}

function readCall(node: SyntaxNode, collector: UseCollector): void {
  const callee = nodeAt(node, "callee");
  const name = callee?.type === "MemberExpression" ? propertyName(callee) : nameOf(callee);
  if (name !== undefined) collector.call(name, nameOf(nodesAt(node, "arguments")[0]));
}

function propertyName(member: SyntaxNode): string | undefined {
  const property = nodeAt(member, "property");
  return member.computed === true && property?.type !== "Literal" ? undefined : nameOf(property);
}

/** Notes the names a node binds anywhere in the file; scopes are not distinguished. */
function declare(node: SyntaxNode, declared: Set<string>): void {
  const add = (target: SyntaxNode | undefined): void => {
    if (target !== undefined) walk(target, (part) => part.type === "Identifier" && declared.add(nameOf(part) ?? ""));
  };
  if (/^Import\w*Specifier$/.test(node.type)) add(nodeAt(node, "local"));
  else if (node.type === "CatchClause") add(nodeAt(node, "param"));
  else if (node.type === "VariableDeclarator" || /^(?:Class|Function)/.test(node.type)) add(nodeAt(node, "id"));
  else if (/^TS(?:Enum|Module)Declaration$/.test(node.type)) add(nodeAt(node, "id"));
  for (const parameter of nodesAt(node, "params")) add(parameter);
}
