import type { JsonSchema } from "../../../schema/json-schema.ts";
import type { TypescriptModule } from "./parse-module.ts";
import { nodeAt, nodesAt, type SyntaxNode } from "./syntax-node.ts";

/** Context of reading a type. */
export interface TypeContext {
  readonly module: TypescriptModule;
  /** Interfaces, aliases and enums of the file by name. */
  readonly declarations: ReadonlyMap<string, SyntaxNode>;
  /** Type parameters that stand for a known type. */
  readonly scope: ReadonlyMap<string, JsonSchema>;
  /** Names being expanded; one that is met again stands for anything. */
  readonly open: ReadonlySet<string>;
  /** Number of further types that are read before the rest stands for anything: aliases of aliases multiply. */
  readonly budget: { left: number };
  /** True when the value comes out of a function, where nothing becomes null; a parameter is left out instead. */
  readonly isOutput: boolean;
  /** Reads a type inside another one. */
  readonly read: (node: SyntaxNode | undefined, context: TypeContext) => JsonSchema;
}

/** True when a value of the type may be absent. */
export function allowsUndefined(node: SyntaxNode | undefined): boolean {
  if (node?.type === "TSTypeAnnotation" || node?.type === "TSParenthesizedType") {
    return allowsUndefined(nodeAt(node, "typeAnnotation"));
  }
  if (node?.type === "TSUnionType") return nodesAt(node, "types").some(allowsUndefined);
  return node?.type === "TSUndefinedKeyword" || node?.type === "TSVoidKeyword";
}
