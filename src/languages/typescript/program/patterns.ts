import type { ImportDeclaration, MemberExpression, Pattern, Property } from "acorn";

/** The name of the property a member expression reads, when the text says it. */
export function staticMember(node: MemberExpression): string | undefined {
  if (!node.computed) return node.property.type === "Identifier" ? node.property.name : undefined;
  return node.property.type === "Literal" && typeof node.property.value === "string" ? node.property.value : undefined;
}

/** True for `name.stack` and `field.stack`. Another call is left alone, and so is what may end before `stack` is asked for. */
export function asksForStack(member: MemberExpression, js: string): boolean {
  if (staticMember(member) !== "stack") return false;
  const { object } = member;
  const isField = object.type === "MemberExpression" && !js.slice(object.start, object.end).includes("?.");
  return isField || object.type === "Identifier" || object.type === "NewExpression";
}

/** True for a pattern such as `{ message, stack }`. */
export function takesStack(pattern: Pattern): boolean {
  if (pattern.type !== "ObjectPattern") return false;
  return pattern.properties.some((each) => each.type === "Property" && propertyKey(each) === "stack");
}

/** The name of a property of an object literal, when the text says it. */
export function propertyKey({ computed, key }: Pick<Property, "computed" | "key">): string | undefined {
  if (key.type === "Literal") return String(key.value);
  return !computed && key.type === "Identifier" ? key.name : undefined;
}

/** Names a binding pattern declares, in order. */
export function boundNames(pattern: Pattern): readonly string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === "Property" ? property.value : property.argument),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element === null ? [] : boundNames(element)));
    case "RestElement":
      return boundNames(pattern.argument);
    case "AssignmentPattern":
      return boundNames(pattern.left);
    default:
      return [];
  }
}

/** True for an import that requests nothing, such as one of types only. */
export function isEmptyImport(node: ImportDeclaration, js: string): boolean {
  return node.specifiers.length === 0 && js.slice(node.start, node.source.start).includes("{");
}
