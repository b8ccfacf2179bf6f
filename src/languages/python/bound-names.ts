import { normalizeModule } from "../mentions.ts";
import { isBinding, isInImport } from "./name-roles.ts";
import { stringValue } from "./read/literal-value.ts";
import { childrenOf, type PythonPart, textOf } from "./read/parse-module.ts";

/** An import of one of our modules. */
interface OwnImport {
  readonly statement: PythonPart;
  /** Dotted path as written. */
  readonly path: string;
  readonly from: number;
  readonly names: readonly { readonly imported: string; readonly local: string; readonly from: number }[];
}

/** An expression that stands for a server. */
interface ServerExpression {
  readonly server: string;
  /** The free name it is reached through; absent for an imported module. */
  readonly root?: string;
  /** Offset of the name of the server. */
  readonly from: number;
}

/** A tool that a name stands for: by server and tool, or the function that calls tools by their full names. */
type BoundFunction = { readonly server: string; readonly tool: string } | "call_tool";

/** What names that an import binds stand for: one server, or all of them. */
type Bound = { readonly server: string } | "servers";

/**
 * What the names of a Python program stand for, by its imports. Scopes are not distinguished: a name that is bound anywhere
 * is free nowhere, and one that is bound to two things stands for neither.
 */
export class BoundNames {
  readonly imports: OwnImport[] = [];
  /** Names that are bound to anything but a server. */
  readonly bound: Set<string> = new Set();
  /** True where a module was imported with all its names. */
  importsAll = false;
  readonly #servers = new Map<string, Bound>();
  readonly #functions = new Map<string, BoundFunction>();

  constructor(root: PythonPart) {
    const own = new Set<string>();
    root.node.cursor().iterate(({ node }) => {
      const part = { node, text: root.text };
      if (node.name === "ImportStatement") this.#import(part);
      else if (node.name === "VariableName" && !isInImport(part) && isBinding(part)) own.add(textOf(part));
    });
    for (const name of own) this.#forget(name);
    for (const name of this.bound) this.#servers.delete(name);
  }

  /** True for a name that is bound in any way. */
  has(name: string): boolean {
    return this.bound.has(name) || this.#servers.has(name);
  }

  /** Names that mean something else than they would without the program. */
  get own(): readonly string[] {
    const renamed = [...this.#servers].filter(([name, bound]) => bound === "servers" || bound.server !== name);
    return [...[...this.bound].filter((name) => !this.#functions.has(name)), ...renamed.map(([name]) => name)];
  }

  /** The server an expression stands for: an imported or free name, a member of `servers`, or a dotted module. */
  serverOf(object: PythonPart): ServerExpression | undefined {
    const { from } = object.node;
    const text = textOf(object);
    const bound = this.#servers.get(text);
    if (bound !== undefined) return bound === "servers" ? undefined : { server: bound.server, from };
    if (object.node.name === "VariableName")
      return this.bound.has(text) || text === "servers" ? undefined : { server: text, root: text, from };
    if (object.node.name !== "MemberExpression") return undefined;
    const [all] = childrenOf(object);
    const member = memberOf(object);
    if (all === undefined || member === undefined) return undefined;
    const isAll =
      this.#servers.get(textOf(all)) === "servers" || (textOf(all) === "servers" && !this.bound.has("servers"));
    return isAll ? { server: member.name, root: "servers", from: member.from } : undefined;
  }

  /** The function that an imported name stands for. */
  functionOf(name: string): BoundFunction | undefined {
    return this.#functions.get(name);
  }

  #forget(name: string): void {
    this.#functions.delete(name);
    this.bound.add(name);
  }

  #import(statement: PythonPart): void {
    const parts = childrenOf(statement).filter(({ node }) => node.name !== "Comment");
    const at = parts.findIndex(({ node }) => node.name === "import");
    if (parts[0]?.node.name === "from") this.#importFrom(statement, parts.slice(1, at), parts.slice(at + 1));
    else for (const item of splitAt(parts.slice(1), ",")) this.#importModule(statement, item);
  }

  /** `import generated.servers.git as g`. */
  #importModule(statement: PythonPart, item: readonly PythonPart[]): void {
    const { path, alias } = readItem(item);
    const local = alias ?? path.split(".")[0] ?? "";
    const [first] = item;
    if (!isOurs(path) || first === undefined) {
      this.#forget(local);
      return;
    }
    const normalized = normalizeModule(path);
    const server = /^generated\/servers\/(.+)$/.exec(normalized)?.[1];
    if (server !== undefined) this.#servers.set(alias ?? path, { server });
    else if (normalized === "generated/servers") this.#servers.set(alias ?? path, "servers");
    this.#servers.set(local, this.#servers.get(local) ?? "servers");
    this.imports.push({ statement, path, from: first.node.from, names: [] });
  }

  /** `from generated.servers.git import commit as c`. */
  #importFrom(statement: PythonPart, module: readonly PythonPart[], names: readonly PythonPart[]): void {
    const path = module.map(textOf).join("");
    const listed = names.filter(({ node }) => node.name !== "(" && node.name !== ")");
    const items = splitAt(listed, ",").filter((item) => item.length > 0);
    for (const item of items) this.#bind(path, readItem(item));
    const [first] = module;
    if (!isOurs(path) || first === undefined) return;
    const asked = items.map((item) => {
      const { path: imported, alias = imported } = readItem(item);
      return { imported, local: alias, from: item[0]?.node.from ?? 0 };
    });
    if (path !== "skills") this.imports.push({ statement, path, from: first.node.from, names: asked });
    else
      for (const { imported, from } of asked)
        this.imports.push({ statement, path: `skills.${imported}`, from, names: [] });
  }

  /** Notes what a name imported from a module stands for. */
  #bind(module: string, { path, alias = path }: ImportItem): void {
    const normalized = normalizeModule(module);
    if (path === "*") this.importsAll = true;
    else if (normalized === "generated/servers") this.#servers.set(alias, { server: path });
    else if (normalized === "generated" && /^(?:servers|mcp)$/.test(path)) this.#servers.set(alias, "servers");
    else this.#bindFunction(alias, importedFunction(normalized, path));
  }

  #bindFunction(name: string, imported: BoundFunction | undefined): void {
    const isNew = !this.bound.has(name);
    this.#forget(name);
    if (isNew && imported !== undefined) this.#functions.set(name, imported);
  }
}

function importedFunction(module: string, name: string): BoundFunction | undefined {
  const server = /^generated\/servers\/(.+)$/.exec(module)?.[1];
  if (server !== undefined) return { server, tool: name };
  return module === "codemode" && /^call_?tool$/i.test(name) ? "call_tool" : undefined;
}

/** True for a module that programs get from us. */
function isOurs(path: string): boolean {
  return /^(?:generated|skills)(?:\.|$)|^codemode$/.test(path);
}

/** A dotted path, and the name it goes by. */
interface ImportItem {
  readonly path: string;
  readonly alias?: string;
}

function readItem(item: readonly PythonPart[]): ImportItem {
  const as = item.findIndex(({ node }) => node.name === "as");
  const path = item
    .slice(0, as === -1 ? item.length : as)
    .map(textOf)
    .join("");
  return as === -1 ? { path } : { path, alias: textOf(item[as + 1]) };
}

/** The parts between separators. */
export function splitAt(parts: readonly PythonPart[], separator: string): PythonPart[][] {
  const items: PythonPart[][] = [[]];
  for (const part of parts) {
    if (part.node.name === separator) items.push([]);
    else items.at(-1)?.push(part);
  }
  return items;
}

/** The name a member expression asks for, when the text says it: `a.name`, `a["name"]`. */
export function memberOf(part: PythonPart): { readonly name: string; readonly from: number } | undefined {
  const [, mark, property] = childrenOf(part);
  if (property === undefined) return undefined;
  const name =
    mark?.node.name === "."
      ? textOf(property)
      : property.node.name === "String"
        ? stringValue(textOf(property))
        : undefined;
  return name === undefined ? undefined : { name, from: property.node.from };
}
