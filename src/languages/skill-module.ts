import { emitPythonSkillModule } from "./python/emit/skill-module.ts";
import { emitPythonSkillsModule } from "./python/emit/skills-module.ts";
import { type BoundSkill, emitSkillModule } from "./typescript/emit/skill-module.ts";
import { emitSkillsModule, SKILLS_FUNCTIONS } from "./typescript/emit/skills-module.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import { stripTypes } from "./typescript/program/strip-types.ts";

/** A skill as a module of one language. */
export interface SkillModule {
  /** What the sandbox runs. */
  readonly text: string;
  /** What it exports. */
  readonly names: readonly string[];
  /** TypeScript for the type check. */
  readonly declaration: string;
}

/** How modules written for a TypeScript sandbox reach their host. */
const PRELUDE = "const $skills = (kind: string, request: any): any => __codemode__().skills[kind](request);";

/**
 * A skill as a module for programs of a language. In its own language it is the skill's code, line by line; in the
 * other one each function asks the host to run the skill.
 */
export function skillModule(skill: BoundSkill, code: string, language: GuestLanguage): SkillModule {
  const functions = skill.functions.map(({ exportedAs }) => exportedAs);
  const isOwn = skill.language === language;
  const names = isOwn && language === "typescript" ? [...new Set([...functions, ...exportedNames(code)])] : functions;
  if (language === "python") return { text: isOwn ? code : emitPythonSkillModule(skill), names, declaration: "" };
  const declaration = isOwn ? code : emitSkillModule(skill, { prelude: PRELUDE, untyped: "any" });
  return { text: stripTypes(declaration).js, names, declaration };
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

/** Everything a module exports by name, functions or not. */
function exportedNames(code: string): readonly string[] {
  const declared = code.matchAll(
    /^[ \t]*export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:const|let|var|class|function\*?|enum|interface|type)\s+([\w$]+)/gm,
  );
  const listed = [...code.matchAll(/^[ \t]*export\s+(?:type\s+)?\{([^}]*)\}/gm)].flatMap(([, names = ""]) =>
    names.split(",").map((name) => name.trim().split(/\s+/).at(-1) ?? ""),
  );
  const isDefault = /^[ \t]*export\s+default\b/m.test(code) ? ["default"] : [];
  return [...[...declared].map(([, name = ""]) => name), ...listed, ...isDefault].filter((name) => name !== "");
}
