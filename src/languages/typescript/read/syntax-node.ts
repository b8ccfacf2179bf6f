/** A node of a syntax tree, whose fields are read one by one because the parser's types do not know TypeScript. */
export interface SyntaxNode {
  readonly type: string;
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** Tells whether a value is a node. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value && "end" in value;
}

/** The node in a field. */
export function nodeAt(node: SyntaxNode | undefined, field: string): SyntaxNode | undefined {
  const value = node?.[field];
  return isNode(value) ? value : undefined;
}

/** The nodes in a field that holds a list; empty places are left out. */
export function nodesAt(node: SyntaxNode | undefined, field: string): readonly SyntaxNode[] {
  const value = node?.[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The name an identifier or the text a string literal stands for. */
export function nameOf(node: SyntaxNode | undefined): string | undefined {
  const name = node?.type === "Identifier" ? node.name : node?.type === "Literal" ? node.value : undefined;
  return typeof name === "string" ? name : undefined;
}

/** Visits a node and everything below it, parents first. Without recursion, so that depth costs no stack. */
export function walk(root: SyntaxNode, visit: (node: SyntaxNode) => void): void {
  const open: SyntaxNode[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    visit(node);
    for (const value of Object.values(node).reverse()) {
      if (Array.isArray(value)) open.push(...value.filter(isNode).reverse());
      else if (isNode(value)) open.push(value);
    }
  }
}
