import { createRequire } from "node:module";
import { wildcard } from "../../base/wildcard.ts";
import type { ToolEntry } from "../tool.ts";

/** Few queries are expressions, and their engine takes a while to load. */
const require = createRequire(import.meta.url);

/**
 * A test of tools for a query that is a pattern of names: a glob such as `github__*issue*`, or `/regex/` with the flag
 * `i` if wanted. Undefined for a query in words. Each takes linear time, whatever the pattern.
 */
export function namePattern(query: string): ((entry: ToolEntry) => boolean) | undefined {
  const [, source, flags = ""] = /^\/(.+)\/(i?)$/.exec(query) ?? [];
  const fits = source === undefined ? globTest(query) : expressionTest(source, flags);
  return fits && (({ name, toolName, identifier }) => fits(name) || fits(toolName) || fits(identifier));
}

/** A star makes a glob of a query of one word; in a sentence it is emphasis. */
function globTest(query: string): ((name: string) => boolean) | undefined {
  if (!query.includes("*") || /\s/.test(query) || !/[^*]/.test(query)) return undefined;
  const fits = wildcard(query.toLowerCase());
  return (name) => fits(name.toLowerCase());
}

/** What is no expression after all, such as a path, is looked for as words. */
function expressionTest(source: string, flags: string): ((name: string) => boolean) | undefined {
  try {
    const { RE2JS }: typeof import("re2js") = require("re2js");
    const expression = RE2JS.compile(source, flags === "i" ? RE2JS.CASE_INSENSITIVE : 0);
    return (name) => expression.matcher(name).find();
  } catch {
    return undefined;
  }
}
