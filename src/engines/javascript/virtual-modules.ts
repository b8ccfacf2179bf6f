import type { HostNamespace } from "../engine.ts";

const BUILT_IN = "codemode";
/** Prefix of names that are not a module, so that they never match one the engine has loaded, our own among them. */
const MISSING = "missing:";
const SERVERS = "generated/servers/";
/** Exports of the built-in module. */
export const CODEMODE_EXPORTS: readonly string[] = [
  "callTool",
  "search",
  "describe",
  "emit",
  "artifacts",
  "sleep",
  "retry",
  "waitFor",
  "runWithTimeout",
  "parallel",
  "RateLimiter",
  "ToolError",
  "listResources",
  "listResourceTemplates",
  "readResource",
  "listPrompts",
  "getPrompt",
  "complete",
];
/** The same names as Python programs spell them; they are understood, not offered. */
export const CODEMODE_ALIASES: readonly string[] = [
  "call_tool",
  "wait_for",
  "run_with_timeout",
  "skills",
  "list_resources",
  "list_resource_templates",
  "read_resource",
  "list_prompts",
  "get_prompt",
];
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;
/** No name of an export may hold one. */
const LONE_SURROGATE = /\p{Surrogate}/u;
const RESERVED: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally " +
    "for function if implements import in instanceof interface let new null package private protected public return static super " +
    "switch this throw true try typeof var void while with yield then"
  ).split(" "),
);

/** Thrown for a module that is not there. */
export class UnknownModuleError extends Error {
  override readonly name = "UnknownModuleError";
  /** Modules that can be imported instead. */
  readonly hint: string;

  constructor(module: string, hint: string) {
    super(`There is no module "${module}".`);
    this.hint = hint;
  }
}

/** Finds what programs import: texts given with the cell, one module per namespace, and the built-in `codemode`. */
export class VirtualModules {
  #namespaces: ReadonlyMap<string, HostNamespace> = new Map();
  #texts: ReadonlyMap<string, string> = new Map();
  /** A text that was imported once stays what it was, so a changed text goes by a new name. */
  readonly #loaded: Map<string, string> = new Map();

  /** Sets what can be imported from now on. */
  use(namespaces: ReadonlyMap<string, HostNamespace>, texts: ReadonlyMap<string, string>): void {
    this.#namespaces = namespaces;
    this.#texts = texts;
  }

  /** Forgets what was imported. */
  clear(): void {
    this.#loaded.clear();
  }

  /** What was imported, by full name. */
  get loaded(): readonly (readonly [name: string, text: string])[] {
    return [...this.#loaded];
  }

  set loaded(modules: readonly (readonly [name: string, text: string])[]) {
    this.#loaded.clear();
    for (const [name, text] of modules) this.#loaded.set(name, text);
  }

  /** Full name of a module. A missing module cannot be reported to the engine here, so `load` reports it. */
  normalize(specifier: string): string {
    const name = plainName(specifier);
    for (const candidate of [specifier, name]) {
      const text = this.#texts.get(candidate);
      if (text !== undefined) return this.#versioned(candidate, text);
    }
    if (name === BUILT_IN) return BUILT_IN;
    const server = this.#serverOf(name);
    if (server !== undefined) return this.#versioned(`${SERVERS}${server}`, this.#serverText(server));
    return `${MISSING}${specifier}`;
  }

  /** Text of a module by its full name; throws an error that names what there is. */
  load(name: string): string {
    if (name === BUILT_IN) return builtInText();
    const text = this.#loaded.get(name);
    if (text === undefined) throw new UnknownModuleError(name.slice(MISSING.length), this.#offer());
    return text;
  }

  #versioned(name: string, text: string): string {
    for (let version = 1; ; version += 1) {
      const full = version === 1 ? name : `${name}?${version}`;
      const known = this.#loaded.get(full);
      if (known === undefined) this.#loaded.set(full, text);
      if (known === undefined || known === text) return full;
    }
  }

  /** The namespace a specifier names, by its name or its alias. */
  #serverOf(specifier: string): string | undefined {
    const name = serverName(specifier);
    if (name === undefined || this.#namespaces.has(name)) return name;
    return [...this.#namespaces.values()].find(({ alias }) => alias === name)?.name;
  }

  #serverText(server: string): string {
    const properties = new Set(this.#namespaces.get(server)?.functions.map(([property]) => property));
    const names = [...properties].filter(isBindable);
    // A module with an export called then would be taken for a promise where it is imported by `import()`.
    const others = [...properties].filter(
      (name) => !isBindable(name) && !["then", "default"].includes(name) && !LONE_SURROGATE.test(name),
    );
    const local = (index: number): string => `own$${index}$${names.length}`;
    const exports = others.map((name, index) => `${local(index)} as ${JSON.stringify(name)}`);
    return `const namespace = __codemode__(${JSON.stringify(server)});
export default namespace;
export const { ${names.join(", ")} } = namespace;
${others.map((name, index) => `const ${local(index)} = namespace[${JSON.stringify(name)}];\n`).join("")}export { ${exports.join(", ")} };
`;
  }

  #offer(): string {
    const names = [...[...this.#namespaces.keys()].map((name) => `${SERVERS}${name}`), BUILT_IN, ...this.#texts.keys()];
    const shown = names
      .slice(0, 30)
      .map((name) => `"${name}"`)
      .join(", ");
    return `These can be imported: ${shown}${names.length > 30 ? ` and ${names.length - 30} more` : ""}.`;
  }
}

function isBindable(name: string): boolean {
  return IDENTIFIER.test(name) && !RESERVED.has(name);
}

/** The specifier without a leading `./` and without the ending of a source file. */
function plainName(specifier: string): string {
  return specifier.replace(/^(?:\.\/)+/, "").replace(/\.(?:ts|js|mjs)$/, "");
}

function serverName(name: string): string | undefined {
  return /^generated\/(?:servers|mcp)\/([^/]+)$/.exec(name)?.[1];
}

function builtInText(): string {
  return `const codemode = __codemode__();
export default codemode;
export const { ${[...CODEMODE_EXPORTS, ...CODEMODE_ALIASES].join(", ")} } = codemode;
`;
}
