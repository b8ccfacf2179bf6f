import { isReservedWord } from "../../../catalog/reserved-words.ts";
import type { CodeFacts, SkillFunction } from "../../function.ts";
import { isIdentifier } from "../../type-names.ts";
import { skillFunctionText, type SkillTypeOptions } from "./skill-function.ts";
import { commentLines, docComment, quote } from "./text.ts";

/** A skill of code, as far as bindings need it. */
export interface BoundSkill extends Pick<CodeFacts, "description" | "language" | "functions" | "entry"> {
  readonly name: string;
  /** Its name in guest code, the same in both languages. */
  readonly identifier: string;
}

/** Form of a skill's module. */
export interface SkillModuleOptions {
  /** Lines that bring `$skills(kind, request)`, which asks for what a program may ask about skills. */
  readonly prelude: string;
  /** Type of what a skill does not describe. @default "unknown" */
  readonly untyped?: "any" | "unknown";
}

const MAX_DEPTH = 24;
const MAX_LITERALS = 400;
const MAX_DOC = 4_000;

/**
 * Writes a skill as a module of functions that run it somewhere else, in its own language: what programs of the other
 * language import in the sandbox, and what programs of one's own import outside.
 */
export function emitSkillModule(skill: BoundSkill, options: SkillModuleOptions): string {
  const types = { untyped: options.untyped ?? "unknown", maxDepth: MAX_DEPTH, maxLiterals: MAX_LITERALS };
  const head = docComment(
    commentLines(skill.description === "" ? `The skill ${skill.name}.` : skill.description, MAX_DOC),
  );
  const functions = skill.functions.map((fn, index) => functionText(skill, { fn, index, types }));
  return [...head, options.prelude, "", ...functions, "export {};", ""].join("\n");
}

function functionText(
  skill: BoundSkill,
  { fn, index, types }: { readonly fn: SkillFunction; readonly index: number; readonly types: SkillTypeOptions },
): string {
  const { parameters, result } = skillFunctionText(fn, skill.language, types);
  const isPlain = isIdentifier(fn.exportedAs) && !isReservedWord(fn.exportedAs, "tool");
  const name = isPlain ? fn.exportedAs : `$function_${index}`;
  const head = `${isPlain ? "export " : ""}function ${name}`;
  return [
    ...docComment(fn.description === "" ? [] : commentLines(fn.description, MAX_DOC)),
    ...parameters.map((list) => `${head}(${list}): Promise<${result}>;`),
    `${head}(...positional: any[]): Promise<any> {`,
    `  return $skills("run", { name: ${quote(skill.name)}, function: ${quote(fn.exportedAs)}, positional });`,
    "}",
    ...(isPlain ? [] : [`export { ${name} as ${exportName(fn.exportedAs)} };`]),
    "",
  ].join("\n");
}

/** A module can export any text as a name. */
function exportName(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : quote(name);
}
