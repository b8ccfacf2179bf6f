import type { CallExpression, Expression } from "acorn";
import type { CallSite, ScopeAnalysis } from "./scope.ts";
import { boundNames, staticMember } from "./patterns.ts";

/**
 * Constants and async functions whose names are declared once in the whole program, so that a name alone identifies
 * one.
 */
export function declaredOnce(analysis: ScopeAnalysis): {
  readonly constants: ReadonlyMap<string, Expression>;
  readonly asyncNames: ReadonlySet<string>;
} {
  const isFixed = namesGivenOnce(analysis);
  const constants = new Map<string, Expression>();
  for (const { id, init } of analysis.declarators)
    if (id.type === "Identifier" && init && isFixed(id.name)) constants.set(id.name, init);
  const asyncNames = new Set([...constants].flatMap(([name, init]) => (isAsyncFunction(init) ? [name] : [])));
  for (const fn of analysis.functions)
    if (fn.type === "FunctionDeclaration" && fn.id && isAsyncFunction(fn) && isFixed(fn.id.name))
      asyncNames.add(fn.id.name);
  return { constants, asyncNames };
}

/** True for a name that gets its value from one declaration alone. */
function namesGivenOnce({ declarators, functions, uses }: ScopeAnalysis): (name: string) => boolean {
  const counts = new Map<string, number>();
  const given = [
    ...declarators.flatMap(({ id }) => boundNames(id)),
    ...functions.flatMap(({ params }) => params.flatMap(boundNames)),
    ...functions.flatMap((fn) => (fn.type === "FunctionDeclaration" && fn.id ? [fn.id.name] : [])),
    ...uses.flatMap(({ writes, name }) => (writes ? [name] : [])),
  ];
  for (const name of given) counts.set(name, (counts.get(name) ?? 0) + 1);
  return (name) => counts.get(name) === 1;
}

/** True for a function whose call gives a promise. */
export function isAsyncFunction(node: {
  readonly type: string;
  readonly async?: boolean;
  readonly generator?: boolean;
}): boolean {
  return /^(?:Arrow)?Function/.test(node.type) && node.async === true && node.generator !== true;
}

/**
 * What names stand for that are declared once: a constant, or an object or list that is only ever handed to tools and shown,
 * so that nothing can change it.
 */
export function literalsOf(
  analysis: ScopeAnalysis,
  isToolCall: (site: CallSite) => boolean,
): (name: string) => Expression | undefined {
  const { constants } = declaredOnce(analysis);
  const handed = new Set(
    analysis.calls
      .filter((site) => isShowing(site.call) || isToolCall(site))
      .flatMap(({ call }) => call.arguments.map(({ start }) => start)),
  );
  const changeable = new Set(analysis.uses.filter(({ start }) => !handed.has(start)).map(({ name }) => name));
  return (name) => {
    const value = constants.get(name);
    const isWhole = value?.type === "ObjectExpression" || value?.type === "ArrayExpression";
    return isWhole && changeable.has(name) ? undefined : value;
  };
}

/** `console.log(…)` and `JSON.stringify(…)`. */
function isShowing({ callee }: CallExpression): boolean {
  if (callee.type !== "MemberExpression" || callee.object.type !== "Identifier") return false;
  return callee.object.name === "console" || (callee.object.name === "JSON" && staticMember(callee) === "stringify");
}
