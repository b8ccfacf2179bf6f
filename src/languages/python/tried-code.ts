import type { PythonNode, PythonPart } from "./read/parse-module.ts";

/**
 * The code whose failure a program handles itself: what stands in a `try` with an `except`, and functions that may be
 * called there, which are those called in such code and those that are handed around.
 */
export class TriedCode {
  readonly #root: PythonPart;
  readonly #handles: boolean;
  readonly #known = new Map<string, boolean>();
  #uses: ReadonlyMap<string, readonly PythonNode[]> | undefined;

  constructor(root: PythonPart) {
    this.#root = root;
    this.#handles = /\btry\b/.test(root.text) && /\bexcept\b/.test(root.text);
  }

  has({ node }: PythonPart): boolean {
    if (!this.#handles) return false;
    for (let child = node, { parent } = node; parent !== null; child = parent, { parent } = parent) {
      if (parent.name === "TryStatement" && isTriedBody(child) && parent.getChild("except") !== null) return true;
      if (parent.name === "LambdaExpression") return true;
      if (parent.name === "FunctionDefinition") return this.#mayBeTried(parent);
    }
    return false;
  }

  #mayBeTried(definition: PythonNode): boolean {
    const name = this.#text(definition.getChild("VariableName"));
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    // Of two functions that call each other neither is known to be called outside.
    this.#known.set(name, true);
    const isTried =
      definition.parent?.name === "DecoratedStatement" ||
      (this.#usesOf().get(name) ?? []).some((use) => !isInside(use, definition) && this.#isTriedUse(use));
    this.#known.set(name, isTried);
    return isTried;
  }

  /** True for a call in tried code, and for any use that is not a call. */
  #isTriedUse(use: PythonNode): boolean {
    const callee = use.name === "PropertyName" ? use.parent : use;
    const isCall = callee?.parent?.name === "CallExpression";
    return !isCall || callee === null || this.has({ node: callee, text: this.#root.text });
  }

  #usesOf(): ReadonlyMap<string, readonly PythonNode[]> {
    if (this.#uses !== undefined) return this.#uses;
    const uses = new Map<string, PythonNode[]>();
    this.#root.node.cursor().iterate(({ node }) => {
      if (node.name !== "VariableName" && node.name !== "PropertyName") return;
      const name = this.#text(node);
      const found = uses.get(name);
      if (found === undefined) uses.set(name, [node]);
      else found.push(node);
    });
    this.#uses = uses;
    return uses;
  }

  #text(node: PythonNode | null): string {
    return node === null ? "" : this.#root.text.slice(node.from, node.to);
  }
}

function isInside(node: PythonNode, outer: PythonNode): boolean {
  return outer.from <= node.from && node.to <= outer.to;
}

function isTriedBody(node: PythonNode): boolean {
  return node.name === "Body" && node.prevSibling?.name === "try";
}
