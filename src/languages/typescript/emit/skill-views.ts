import { isReservedWord } from "../../../catalog/reserved-words.ts";
import type { SkillFunction } from "../../function.ts";
import { type ShownSkill, skillUse, withinLength } from "../../skills/skill-view.ts";
import { isIdentifier } from "../../type-names.ts";
import { skillFunctionText } from "./skill-function.ts";
import { commentLines, docComment, quote } from "./text.ts";

/** Call of a skill by a TypeScript program, on one line: `mean(values: number[], digits?: number): Promise<string>`. */
export function emitSkillSignature(skill: ShownSkill): string {
  const use = skillUse(skill, isImportable);
  const name = quote(skill.name);
  if (use.kind === "read") return `load_skill(${name}): Promise<string>`;
  if (use.kind === "run") return `run_skill(${name}): Promise<unknown>`;
  if (use.kind === "script") {
    const scripts = use.scripts.map(quote).join(" | ");
    return `run_skill(name: ${name}, script_name: ${scripts}, args?: string[]): Promise<ScriptResult>`;
  }
  return withinLength((maxDepth) => use.functions.map((fn) => signature(skill, fn, maxDepth)).join("; "));
}

/** The line that imports what {@link emitSkillSignature} shows. */
export function emitSkillImport(skill: ShownSkill): string {
  const use = skillUse(skill, isImportable);
  if (use.kind === "read") return 'import { load_skill } from "generated/skills";';
  if (use.kind !== "functions" || skill.kind !== "code") return 'import { run_skill } from "generated/skills";';
  const module = quote(`skills/${skill.identifier}`);
  const named = use.functions.map((fn) =>
    fn.exportedAs === "default" ? `default as ${localName(fn)}` : fn.exportedAs,
  );
  return `import { ${named.join(", ")} } from ${module};`;
}

/** The signature of a skill with its documentation. */
export function emitSkillDeclaration(skill: ShownSkill): string {
  const use = skillUse(skill, isImportable);
  if (use.kind !== "functions" || skill.kind !== "code") {
    return [...docComment(commentLines(skill.description, 2_000)), emitSkillSignature(skill)].join("\n");
  }
  const lines: string[] = [];
  for (const fn of use.functions) {
    const about = fn.description === "" ? skill.description : fn.description;
    lines.push(...docComment(about === "" ? [] : commentLines(about, 2_000)));
    lines.push(`declare function ${withinLength((maxDepth) => signature(skill, fn, maxDepth))};`);
  }
  return lines.join("\n");
}

/** Call of one function of a code skill by a TypeScript program. */
export function emitSkillFunctionSignature(skill: Extract<ShownSkill, { kind: "code" }>, fn: SkillFunction): string {
  return withinLength((maxDepth) => signature(skill, fn, maxDepth));
}

function signature(skill: ShownSkill, fn: SkillFunction, maxDepth: number): string {
  const language = skill.kind === "code" ? skill.language : "typescript";
  const { parameters, result } = skillFunctionText(fn, language, { untyped: "unknown", maxDepth, maxLiterals: 12 });
  return `${localName(fn)}(${parameters.at(-1) ?? ""}): Promise<${result}>`;
}

function localName({ exportedAs, name }: SkillFunction): string {
  if (exportedAs !== "default") return exportedAs;
  return name === "default" ? "main" : name;
}

function isImportable(name: string): boolean {
  return name === "default" || (isIdentifier(name) && !isReservedWord(name, "tool"));
}
