import type { AnyNode, CallExpression, Identifier, MemberExpression, Program } from "acorn";
import { isReservedWord } from "../../../catalog/reserved-words.ts";
import { isIdentifier } from "../../type-names.ts";
import {
  type FreeName,
  mayBeName,
  type Mentions,
  normalizeModule,
  type ProgramImport,
  type ServerCall,
  serverOfSpecifier,
} from "../../mentions.ts";
import type { ScopeAnalysis } from "./scope.ts";
import { childrenOf } from "./parse-program.ts";
import { isEmptyImport, propertyKey, staticMember } from "./patterns.ts";
import { importedName } from "./module-names.ts";
import type { NameUse, Scope } from "./scope.ts";
import type { TextPosition } from "../../../base/text-position.ts";

/** A program as its parser and the analysis of its scopes understand it. */
interface ReadProgram {
  readonly js: string;
  readonly program: Program;
  readonly analysis: ScopeAnalysis;
  /** Place in the user's text of an offset of the program. */
  readonly toUser: (offset: number) => TextPosition;
}

// A program with more is made by a machine.
const MAX_CALLS = 2_000;
const MAX_CONSTANTS = 2_000;

/** Reads the names outside itself that a program mentions. */
export function readMentions(read: ReadProgram): Mentions {
  const found = new MentionWalker(read).walk();
  const free = read.analysis.uses.filter((use) => use.scope.find(use.name) === undefined);
  return { imports: describeImports(read), freeNames: describeFreeNames(free), ...found };
}

/** Finds calls of members of servers, and texts that may be names. */
class MentionWalker {
  readonly #read: ReadProgram;
  readonly #uses: ReadonlyMap<number, NameUse>;
  /** Local names of imported modules of servers, with the identifier of the server. */
  readonly #modules: ReadonlyMap<string, string>;
  readonly #calls: ServerCall[] = [];
  /** Members that are read without being called. */
  readonly #asked = new Set<string>();
  readonly #constants = new Set<string>();
  readonly #placed = new Set<string>();

  constructor(read: ReadProgram) {
    this.#read = read;
    this.#uses = new Map(read.analysis.uses.map((use) => [use.start, use]));
    this.#modules = new Map(read.program.body.flatMap(serverModulesOf));
  }

  walk(): Pick<Mentions, "calls" | "constants" | "placed"> {
    const pending: { readonly node: AnyNode; readonly parent: AnyNode | undefined }[] = [
      { node: this.#read.program, parent: undefined },
    ];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { node, parent } = next;
      this.#visit(node, parent);
      for (const child of childrenOf(node)) pending.push({ node: child, parent: node });
    }
    const calls = this.#calls.filter(({ server, tool }) => !this.#asked.has(`${server}\n${tool}`));
    return {
      calls: calls.slice(0, MAX_CALLS),
      constants: [...this.#constants].slice(0, MAX_CONSTANTS),
      placed: [...this.#placed].slice(0, MAX_CONSTANTS),
    };
  }

  #visit(node: AnyNode, parent: AnyNode | undefined): void {
    if (node.type === "MemberExpression") this.#member(node, parent);
    else if (node.type === "AssignmentExpression") this.#assignment(node.left);
    else if (node.type === "CallExpression") this.#placeAll(node);
    else this.#text(node, parent);
  }

  #text(node: AnyNode, parent: AnyNode | undefined): void {
    if (node.type === "Literal" && typeof node.value === "string") this.#constant(node.value);
    else if (node.type === "TemplateElement") this.#constant(node.value.cooked ?? "");
    else if (node.type === "Property" && parent?.type === "ObjectPattern" && node.key.type === "Identifier")
      this.#constant(node.key.name);
  }

  #constant(text: string): void {
    if (mayBeName(text)) this.#constants.add(text);
  }

  #assignment(to: AnyNode): void {
    if (to.type === "MemberExpression" && this.#isGlobalObject(to.object)) this.#place(staticMember(to));
  }

  /** `Object.assign(globalThis, { … })` and its like. */
  #placeAll({ arguments: [target, name, ...more] }: CallExpression): void {
    if (target === undefined || !this.#isGlobalObject(target)) return;
    if (name?.type === "Literal") return this.#place(String(name.value));
    for (const each of [name, ...more])
      if (each?.type === "ObjectExpression")
        for (const property of each.properties) if (property.type === "Property") this.#place(propertyKey(property));
  }

  #place(name: string | undefined): void {
    if (name !== undefined && isIdentifier(name) && !isReservedWord(name, "tool")) this.#placed.add(name);
  }

  #isGlobalObject(node: AnyNode): boolean {
    return node.type === "Identifier" && node.name === "globalThis" && this.#scopeOf(node) === undefined;
  }

  #member(node: MemberExpression, parent: AnyNode | undefined): void {
    const tool = staticMember(node);
    const owner = this.#serverOf(node.object);
    if (tool === undefined || owner === undefined) return;
    const isCalled = parent?.type === "CallExpression" && parent.callee === node && !parent.optional && !node.optional;
    if (!isCalled) this.#asked.add(`${owner.server}\n${tool}`);
    else {
      const { toUser } = this.#read;
      const { start, ...named } = owner;
      this.#calls.push({ ...named, tool, serverAt: () => toUser(start), at: () => toUser(node.property.start) });
    }
  }

  /** The server an object stands for: a free name, an imported module, or a member of the free names `servers` and `codemode`. */
  #serverOf(object: AnyNode): ServerName | undefined {
    if (object.type === "Identifier") return this.#serverCalled(object);
    if (object.type !== "MemberExpression" || object.object.type !== "Identifier") return undefined;
    const server = staticMember(object);
    const all = object.object;
    const isRoot = all.name === "servers" || all.name === "codemode";
    if (server === undefined || !isRoot || object.optional || this.#scopeOf(all) !== undefined) return undefined;
    return { server, root: all.name, start: object.property.start };
  }

  #serverCalled(identifier: Identifier): ServerName | undefined {
    const { name, start } = identifier;
    const scope = this.#scopeOf(identifier);
    if (scope === undefined) return name === "servers" ? undefined : { server: name, root: name, start };
    const server = scope === this.#read.analysis.top ? this.#modules.get(name) : undefined;
    return server === undefined ? undefined : { server, start };
  }

  #scopeOf({ name, start }: Identifier): Scope | undefined {
    return this.#uses.get(start)?.scope.find(name);
  }
}

interface ServerName {
  readonly server: string;
  /** The free name it is reached through. */
  readonly root?: string;
  /** Place of the server's name. */
  readonly start: number;
}

function serverModulesOf(node: Program["body"][number]): (readonly [local: string, server: string])[] {
  if (node.type !== "ImportDeclaration") return [];
  const server = serverOfSpecifier(normalizeModule(String(node.source.value)));
  if (server === undefined) return [];
  const whole = node.specifiers.filter((entry) => entry.type !== "ImportSpecifier");
  return whole.map((entry) => [entry.local.name, server] as const);
}

/** The imports of a program, in order. */
function describeImports({ program, js, analysis: { uses, top }, toUser }: ReadProgram): readonly ProgramImport[] {
  const used = new Set(uses.filter((use) => use.scope.find(use.name) === top).map((use) => use.name));
  return program.body
    .filter((node) => node.type === "ImportDeclaration")
    .filter((node) => !isEmptyImport(node, js))
    .map((node) => ({
      specifier: String(node.source.value),
      normalized: normalizeModule(String(node.source.value)),
      names: node.specifiers.map((entry) => ({
        imported: importedName(entry),
        local: entry.local.name,
        usedAsValue: used.has(entry.local.name),
        at: () => toUser(entry.start),
      })),
      at: () => toUser(node.source.start),
    }));
}

/** Facts known about each name that is used without being declared, in order of first use. */
function describeFreeNames(uses: readonly NameUse[]): readonly FreeName[] {
  const byName = new Map<string, NameUse[]>();
  for (const use of uses) {
    const known = byName.get(use.name);
    if (known === undefined) byName.set(use.name, [use]);
    else known.push(use);
  }
  return [...byName].map(([name, all]) => ({
    name,
    underTypeof: all.some((use) => use.underTypeof),
    onlyTypeof: all.every((use) => use.underTypeof),
    written: all.some((use) => use.writes),
    members: [...new Set(all.flatMap(({ member }) => member ?? []))],
    otherUses: all.some((use) => use.member === undefined && !use.underTypeof),
  }));
}
