/** Use of an identifier at one place. */
export interface NameUse {
  readonly name: string;
  /** Offset in the JavaScript. */
  readonly start: number;
  readonly end: number;
  readonly scope: Scope;
  readonly writes: boolean;
  /** The operand of `typeof`, which never fails. */
  readonly underTypeof: boolean;
  /** The static property read from it at once, as in `name.member`. */
  readonly member?: string | undefined;
}

/** Kind of a scope: `function` scopes take `var`; `arrow` ones leave `arguments` to the enclosing function. */
type ScopeKind = "top" | "function" | "arrow" | "block";

/** A lexical scope and the names declared in it. */
export class Scope {
  readonly kind: ScopeKind;
  readonly parent: Scope | undefined;
  readonly #names = new Set<string>();

  constructor(kind: ScopeKind, parent?: Scope) {
    this.kind = kind;
    this.parent = parent;
    if (kind === "function") this.#names.add("arguments");
  }

  /** Names declared here. */
  get names(): ReadonlySet<string> {
    return this.#names;
  }

  /** Declares a name here. */
  declare(name: string): void {
    this.#names.add(name);
  }

  /** The scope a `var` of this place belongs to. */
  variableScope(): Scope {
    return this.kind === "block" && this.parent !== undefined ? this.parent.variableScope() : this;
  }

  /** The scope that declares a name, seen from here; undefined for a global. */
  find(name: string): Scope | undefined {
    return this.#names.has(name) ? this : this.parent?.find(name);
  }
}
