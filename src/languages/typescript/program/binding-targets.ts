import type { AnyNode, Identifier } from "acorn";

/** Takes what a pattern binds or assigns to, and the expressions in it, in their order. */
interface TargetVisitor {
  readonly found: (name: Identifier) => void;
  readonly visit: (node: AnyNode, parent: AnyNode) => void;
}

/** Goes through a pattern of names, as declarations, parameters and assignments have it. */
export function eachTarget(pattern: AnyNode, visitor: TargetVisitor): void {
  switch (pattern.type) {
    case "Identifier":
      visitor.found(pattern);
      return;
    case "ObjectPattern":
      for (const property of pattern.properties) eachTarget(property, visitor);
      return;
    case "Property":
      if (pattern.computed) visitor.visit(pattern.key, pattern);
      eachTarget(pattern.value, visitor);
      return;
    case "ArrayPattern":
      for (const element of pattern.elements) if (element) eachTarget(element, visitor);
      return;
    case "RestElement":
      eachTarget(pattern.argument, visitor);
      return;
    case "AssignmentPattern":
      eachTarget(pattern.left, visitor);
      visitor.visit(pattern.right, pattern);
      return;
    default:
      visitor.visit(pattern, pattern);
  }
}
