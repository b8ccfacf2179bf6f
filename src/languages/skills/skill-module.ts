import { emitPythonSkillModule } from "../python/emit/skill-module.ts";
import { emitPythonSkillsModule } from "../python/emit/skills-module.ts";
import { type BoundSkill, emitSkillModule } from "../typescript/emit/skill-module.ts";
import { emitSkillsModule, SKILLS_FUNCTIONS } from "../typescript/emit/skills-module.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import { exportedNames } from "../typescript/program/exported-names.ts";
import { stripTypes } from "../typescript/program/strip-types.ts";

/** A skill as a module of one language. */
interface SkillModule {
  /** Code that the sandbox runs. */
  readonly text: string;
  /** Names it exports; `*` where any may be. */
  readonly names: readonly string[];
  /** TypeScript for the type check. */
  readonly declaration: string;
}

/** Access of modules written for a TypeScript sandbox to their host. */
const PRELUDE = "const $skills = (kind: string, request: any): any => __codemode__().skills[kind](request);";

/**
 * A skill as a module for programs of a language. In its own language it is the skill's code, line by line; in the
 * other one each function asks the host to run the skill.
 */
export function skillModule(skill: BoundSkill, code: string, language: GuestLanguage): SkillModule {
  const functions = skill.functions.map(({ exportedAs }) => exportedAs);
  const isOwn = skill.language === language;
  if (language === "python") {
    // Whatever a module of Python binds can be imported from it.
    const names = isOwn ? ["*"] : functions;
    return { text: isOwn ? code : emitPythonSkillModule(skill), names, declaration: "" };
  }
  const declaration = isOwn ? code : emitSkillModule(skill, { prelude: PRELUDE, untyped: "any" });
  const text = stripTypes(declaration).js;
  return { text, names: isOwn ? [...new Set([...functions, ...exportedNames(text)])] : functions, declaration };
}

let skillsModule: string | undefined;

/** The module through which TypeScript programs list, load and run skills. */
export function skillsModuleText(): string {
  skillsModule ??= stripTypes(SKILLS_DECLARATION).js;
  return skillsModule;
}

/** The same for Python programs. */
export const SKILLS_MODULE_PYTHON: string = emitPythonSkillsModule();

/** The same for the type check. */
export const SKILLS_DECLARATION: string = emitSkillsModule(PRELUDE, "any");

/** Names of {@link SKILLS_DECLARATION}. */
export const SKILLS_EXPORTS: ReadonlySet<string> = new Set(SKILLS_FUNCTIONS);
