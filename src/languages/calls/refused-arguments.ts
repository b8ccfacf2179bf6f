import { closestName } from "../../base/closest-name.ts";
import type { ValidationIssue } from "../../schema/check/explain.ts";
import { spellLiteral } from "../../schema/check/wanted.ts";

/** Corrections that a hint lists; who has more mistakes than that reads the signature. */
const MOST_FIXES = 5;

/** A tool as far as a refusal names it. */
interface RefusingTool {
  /** Full name, `server__tool`. */
  readonly name: string;
  /** One-line signature in the language of the caller. */
  readonly signature: string;
}

/** The words for a mistake in the arguments of a tool. */
export interface ArgumentRefusal {
  readonly message: string;
  readonly hint: string;
}

/** The words for arguments that a schema refuses: the same before a run, during one, and for a single call. */
export function refusedArguments(tool: RefusingTool, issues: readonly ValidationIssue[]): ArgumentRefusal {
  const problems = issues.map(({ message }) => message).join(" ");
  const fixes = [...new Set(issues.flatMap(({ fix }) => (fix === "" ? [] : [`${fix} `])))].slice(0, MOST_FIXES);
  return {
    message: `${tool.name} cannot take these arguments: ${problems}`,
    hint: `${fixes.join("")}Signature: ${tool.signature}`,
  };
}

/** The words for something else in the place of the one object of arguments. */
export function refusedNonObject(tool: RefusingTool, value: unknown): ArgumentRefusal {
  return {
    message: `${tool.name} takes one object, not ${spellLiteral(value)}.`,
    hint: `Name the arguments in one object. Signature: ${tool.signature}`,
  };
}

/** Parameters that are named. */
const MOST_NAMED = 20;

/** The words for a name that no parameter has: `listed` are those that the schema does list. */
export function noParameter(name: string, listed: readonly string[]): string {
  const near = closestName(name, listed);
  const meant = near === undefined ? "" : ` Did you mean \`${near}\`?`;
  const takes = listed.length === 0 ? "" : ` It takes: ${listed.slice(0, MOST_NAMED).join(", ")}.`;
  return `there is no parameter \`${name.slice(0, 100)}\`.${meant}${takes}`;
}
