import type { DocText } from "../../doc-text.ts";
import { parseDocstring } from "./docstring.ts";
import { stringValue } from "./literal-value.ts";
import { childOf, childrenOf, type PythonPart, textOf } from "./parse-module.ts";

/** The docstring of a module, class or function. */
export function docstringOf(part: PythonPart): DocText | undefined {
  const body = childOf(part, "Body") ?? part;
  const first = childrenOf(body).find(({ node }) => node.name !== ":" && node.name !== "Comment");
  const [expression] = first?.node.name === "ExpressionStatement" ? childrenOf(first) : [];
  const isText = expression?.node.name === "String" || expression?.node.name === "ContinuedString";
  const value = isText ? stringValue(textOf(expression)) : undefined;
  return value === undefined ? undefined : parseDocstring(value);
}
