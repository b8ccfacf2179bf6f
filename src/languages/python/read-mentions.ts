import { TextLines } from "../../base/text-position.ts";
import { defined } from "../../base/defined.ts";
import { parser } from "@lezer/python";
import {
  type FreeName,
  type ImportedName,
  mayBeName,
  type Mentions,
  NO_MENTIONS,
  normalizeModule,
  type ProgramImport,
  type ServerCall,
} from "../mentions.ts";
import type { Position } from "../program.ts";
import { stringValue } from "./read/literal-value.ts";
import { isBinding, isInImport, isKeyword, isTried } from "./name-roles.ts";
import { childrenOf, type PythonPart, textOf } from "./read/parse-module.ts";

/** Text that is far from Python takes the parser time that grows with its square; real programs take some milliseconds. */
const MAX_MS = 500;

/** Reading holds nothing else up for longer than this. */
const SLICE_MS = 8;

const MAX_CALLS = 2_000;
const MAX_CONSTANTS = 2_000;

/** Lines and columns taken off a text before it was read. */
interface Offsets {
  readonly lineOffset: number;
  readonly columnOffset: number;
}

const NO_OFFSETS: Offsets = { lineOffset: 0, columnOffset: 0 };

/**
 * Reads the names outside itself that a Python program mentions. A text that takes too long to read, which no program does,
 * mentions every word in it.
 */
export async function readPythonMentions(code: string, offsets: Offsets = NO_OFFSETS): Promise<Mentions> {
  const tree = await parseInSlices(code);
  if (tree === undefined) return { ...NO_MENTIONS, freeNames: wordsIn(code).map((name) => toFreeName(name)) };
  return new PythonReader({ node: tree.topNode, text: code }, offsets).read();
}

async function parseInSlices(code: string): Promise<ReturnType<typeof parser.parse> | undefined> {
  const parse = parser.startParse(code);
  const end = performance.now() + MAX_MS;
  for (let slice = performance.now() + SLICE_MS; ;) {
    const tree = parse.advance();
    if (tree !== null) return tree;
    if (performance.now() < slice) continue;
    if (performance.now() > end) return undefined;
    await new Promise((resolve) => setImmediate(resolve));
    slice = performance.now() + SLICE_MS;
  }
}

function wordsIn(code: string): readonly string[] {
  return [...new Set(code.match(/\w+/g))].slice(0, 20_000);
}

/** Names that are bound to a server or to all of them by an import. */
type Bound = { readonly server: string } | "servers";

/** One program while it is read. Scopes are not distinguished: a name that is bound anywhere is free nowhere. */
class PythonReader {
  readonly #root: PythonPart;
  readonly #lines: TextLines;
  readonly #offsets: Offsets;
  readonly #imports: ProgramImport[] = [];
  readonly #imported = new Map<string, Bound>();
  readonly #bound = new Set<string>();
  readonly #asked = new Set<string>();
  readonly #probed = new Set<string>();
  readonly #calls: ServerCall[] = [];
  readonly #constants = new Set<string>();
  readonly #uses = new Map<string, { readonly members: Set<string>; otherUses: boolean }>();
  #importsAll = false;
  readonly #hasTry: boolean;

  constructor(root: PythonPart, offsets: Offsets) {
    this.#root = root;
    this.#hasTry = /\btry\b/.test(root.text);
    this.#offsets = offsets;
    this.#lines = new TextLines(root.text);
  }

  read(): Mentions {
    this.#each((part) => this.#declare(part));
    for (const name of this.#bound) this.#imported.delete(name);
    this.#each((part) => this.#use(part));
    const freeNames = [...this.#uses].map(([name, { members, otherUses }]) =>
      toFreeName(name, { members: [...members], otherUses, underTypeof: this.#probed.has(name) || this.#importsAll }),
    );
    const calls = this.#calls.filter(({ server, tool }) => !this.#asked.has(`${server}\n${tool}`));
    return {
      imports: this.#imports,
      freeNames,
      calls: calls.slice(0, MAX_CALLS),
      constants: [...this.#constants].slice(0, MAX_CONSTANTS),
    };
  }

  #each(visit: (part: PythonPart) => void): void {
    this.#root.node.cursor().iterate(({ node }) => visit({ node, text: this.#root.text }));
  }

  #declare(part: PythonPart): void {
    const { name } = part.node;
    if (name === "ImportStatement") this.#import(part);
    else if (name === "VariableName" && !isInImport(part) && isBinding(part)) this.#bound.add(textOf(part));
  }

  #use(part: PythonPart): void {
    switch (part.node.name) {
      case "String":
        this.#constant(stringValue(textOf(part)) ?? "");
        break;
      case "MemberExpression":
        this.#member(part);
        break;
      case "CallExpression":
      case "BinaryExpression":
        this.#probe(part);
        break;
      case "VariableName":
        this.#name(part);
    }
  }

  #constant(text: string): void {
    if (mayBeName(text)) this.#constants.add(text);
  }

  /** `hasattr(git, "x")`, `getattr(git, name, None)` and `"x" in git`: the program provides for what is not there. */
  #probe(part: PythonPart): void {
    const [first, operator, last] = childrenOf(part);
    if (operator?.node.name === "in" && last?.node.name === "VariableName") this.#probed.add(textOf(last));
    if (!["hasattr", "getattr"].includes(textOf(first))) return;
    const [, object] = operator === undefined ? [] : childrenOf(operator);
    this.#probed.add(textOf(object).split(/[.[]/, 1)[0] ?? "");
  }

  #name(part: PythonPart): void {
    const name = textOf(part);
    if (this.#bound.has(name) || this.#imported.has(name) || isKeyword(part) || isInImport(part)) return;
    const use = this.#uses.get(name) ?? { members: new Set<string>(), otherUses: false };
    this.#uses.set(name, use);
    const { parent } = part.node;
    const isObject = parent?.name === "MemberExpression" && parent.firstChild?.from === part.node.from;
    const member = isObject ? memberOf({ node: parent, text: part.text })?.name : undefined;
    if (member === undefined) use.otherUses = true;
    else use.members.add(member);
  }

  #member(part: PythonPart): void {
    const [object] = childrenOf(part);
    const member = memberOf(part);
    const owner = object === undefined ? undefined : this.#serverOf(object);
    if (member === undefined || owner === undefined) return;
    const { server, root, from } = owner;
    const { parent } = part.node;
    const isCalled =
      parent?.name === "CallExpression" &&
      parent.firstChild?.from === part.node.from &&
      parent.firstChild.to === part.node.to;
    if (!isCalled) this.#asked.add(`${server}\n${member.name}`);
    else if (!isTried(part, this.#hasTry)) {
      const places = { serverAt: () => this.#placeOf(from), at: () => this.#placeOf(member.from) };
      this.#calls.push({ server, tool: member.name, ...defined({ root }), ...places });
    }
  }

  /** The server an expression stands for: an imported or free name, a member of `servers`, or a dotted module. */
  #serverOf(
    object: PythonPart,
  ): { readonly server: string; readonly root?: string; readonly from: number } | undefined {
    const { from } = object.node;
    const text = textOf(object);
    const bound = this.#imported.get(text);
    if (bound !== undefined) return bound === "servers" ? undefined : { server: bound.server, from };
    if (object.node.name === "VariableName")
      return this.#bound.has(text) || text === "servers" ? undefined : { server: text, root: text, from };
    if (object.node.name !== "MemberExpression") return undefined;
    const [all] = childrenOf(object);
    const member = memberOf(object);
    if (all === undefined || member === undefined) return undefined;
    const isAll =
      this.#imported.get(textOf(all)) === "servers" || (textOf(all) === "servers" && !this.#bound.has("servers"));
    return isAll ? { server: member.name, root: "servers", from: member.from } : undefined;
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
      this.#bound.add(local);
      return;
    }
    const normalized = normalizeModule(path);
    const server = /^generated\/servers\/(.+)$/.exec(normalized)?.[1];
    if (server !== undefined) this.#imported.set(alias ?? path, { server });
    else if (normalized === "generated/servers") this.#imported.set(alias ?? path, "servers");
    this.#imported.set(local, this.#imported.get(local) ?? "servers");
    if (!isTried(statement, this.#hasTry)) this.#addImport(path, [], first.node.from);
  }

  /** `from generated.servers.git import commit as c`. */
  #importFrom(statement: PythonPart, module: readonly PythonPart[], names: readonly PythonPart[]): void {
    const path = module.map(textOf).join("");
    const listed = names.filter(({ node }) => node.name !== "(" && node.name !== ")");
    const items = splitAt(listed, ",").filter((item) => item.length > 0);
    for (const item of items) this.#bind(path, readItem(item));
    const [first] = module;
    if (!isOurs(path) || isTried(statement, this.#hasTry) || first === undefined) return;
    if (path !== "skills") {
      const asked = items.map((item) => this.#toImported(item));
      this.#addImport(path, asked, first.node.from);
      return;
    }
    for (const item of items) this.#addImport(`skills.${readItem(item).path}`, [], item[0]?.node.from ?? 0);
  }

  /** Notes what a name imported from a module is from then on. */
  #bind(module: string, { path, alias = path }: ImportItem): void {
    const normalized = normalizeModule(module);
    if (path === "*") this.#importsAll = true;
    else if (normalized === "generated/servers") this.#imported.set(alias, { server: path });
    else if (normalized === "generated" && /^(?:servers|mcp)$/.test(path)) this.#imported.set(alias, "servers");
    else this.#bound.add(alias);
  }

  #addImport(specifier: string, names: readonly ImportedName[], from: number): void {
    const normalized = normalizeModule(specifier);
    this.#imports.push({ specifier, normalized, names, at: () => this.#placeOf(from) });
  }

  #toImported(item: readonly PythonPart[]): ImportedName {
    const { path, alias } = readItem(item);
    const from = item[0]?.node.from ?? 0;
    // Generated modules offer the types of their tools too.
    return { imported: path, local: alias ?? path, usedAsValue: false, at: () => this.#placeOf(from) };
  }

  #placeOf(offset: number): Required<Position> {
    const { line, column } = this.#lines.positionAt(offset);
    const { lineOffset, columnOffset } = this.#offsets;
    return { line: line + lineOffset, column: column + columnOffset };
  }
}

function toFreeName(name: string, known: Partial<FreeName> = {}): FreeName {
  return { name, underTypeof: false, onlyTypeof: false, written: false, members: [], otherUses: true, ...known };
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

function splitAt(parts: readonly PythonPart[], separator: string): PythonPart[][] {
  const items: PythonPart[][] = [[]];
  for (const part of parts) {
    if (part.node.name === separator) items.push([]);
    else items.at(-1)?.push(part);
  }
  return items;
}

/** The name a member expression asks for, when the text says it: `a.name`, `a["name"]`. */
function memberOf(part: PythonPart): { readonly name: string; readonly from: number } | undefined {
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
