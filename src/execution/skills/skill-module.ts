import type { GuestLanguage } from "../../sandbox/port.ts";
import type { StoredCodeSkill } from "../../skills/stored-skill.ts";
import { stripTypes } from "../prepare/strip-types.ts";

/** A skill as a module of one language. */
export interface SkillModule {
  /** What the sandbox runs. */
  readonly text: string;
  /** What it exports. */
  readonly names: readonly string[];
  /** TypeScript for the type check. */
  readonly declaration: string;
}

/**
 * A skill as a module for programs of a language. In its own language it is the skill's code, line by line; in the
 * other one each function asks the host to run the skill.
 */
export function skillModule(skill: StoredCodeSkill, code: string, language: GuestLanguage): SkillModule {
  const functions = skill.functions.map(({ exportedAs }) => exportedAs);
  const isOwn = skill.language === language;
  const names = isOwn && language === "typescript" ? [...new Set([...functions, ...exportedNames(code)])] : functions;
  if (language === "python") return { text: isOwn ? code : pythonBridge(skill), names, declaration: "" };
  return isOwn
    ? { text: stripTypes(code).js, names, declaration: code }
    : { text: typescriptBridge(skill), names, declaration: bridgeDeclaration(functions) };
}

/** The module through which TypeScript programs list, load and run skills. */
export const SKILLS_MODULE_TYPESCRIPT: string = `const { list, load, resource, run } = __codemode__().skills;
export { list as list_skills, list as listSkills, load as load_skill, load as loadSkill };
export { resource as read_skill_resource, resource as readSkillResource, run as run_skill, run as runSkill };
`;

/** The same for Python programs. */
export const SKILLS_MODULE_PYTHON: string =
  "from codemode import list_skills, load_skill, read_skill_resource, run_skill\n";

/** Declarations of the module for TypeScript programs. */
export const SKILLS_DECLARATION: string = `/** A skill as a list shows it. */
export interface SkillSummary { name: string; kind: "code" | "folder"; language?: string; description: string; tags: string[]; signature: string; server?: string }
/** Lists skills, those that match a query best first. */
export declare function list_skills(options?: { query?: string; limit?: number }): Promise<{ skills: SkillSummary[]; total: number }>;
/** A skill with its code, or with its instructions and the list of its files. */
export declare function load_skill(skill: string | { name: string } | { skill_name: string }): Promise<any>;
/** A file of a folder skill; within a script of a skill a path alone names a file of its own. */
export declare function read_skill_resource(skill: string | { name?: string; skill_name?: string; resource_name: string }, resourceName?: string): Promise<any>;
/** Runs a skill in its own language and gives its value, or what came of a script. */
export declare function run_skill(skill: string | { name?: string; skill_name?: string; arguments?: object; script_name?: string; args?: string[] }, args?: object): Promise<any>;
export { list_skills as listSkills, load_skill as loadSkill, read_skill_resource as readSkillResource, run_skill as runSkill };
`;

/** Names of {@link SKILLS_DECLARATION}. */
export const SKILLS_EXPORTS: ReadonlySet<string> = new Set(
  ["list_skills", "load_skill", "read_skill_resource", "run_skill"].flatMap((name) => [name, toCamelCase(name)]),
);

function toCamelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function typescriptBridge(skill: StoredCodeSkill): string {
  const lines = skill.functions.map(
    ({ exportedAs }, index) =>
      `const f${index} = (...positional) => run({ name: ${JSON.stringify(skill.name)}, function: ${JSON.stringify(exportedAs)}, positional });\n` +
      `export { f${index} as ${exportedAs} };`,
  );
  return `const { run } = __codemode__().skills;\n${lines.join("\n")}\n`;
}

function pythonBridge(skill: StoredCodeSkill): string {
  const lines = skill.functions.map(({ exportedAs, name }) => {
    const target = `globals()[${JSON.stringify(exportedAs === "default" ? name : exportedAs)}]`;
    return `${target} = _skill_function(${JSON.stringify(skill.name)}, ${JSON.stringify(exportedAs)})`;
  });
  return `from codemode import _skill_function\n${lines.join("\n")}\n`;
}

function bridgeDeclaration(functions: readonly string[]): string {
  const lines = functions.map(
    (name, index) => `declare function f${index}(...args: any[]): Promise<any>;\nexport { f${index} as ${name} };`,
  );
  return `${lines.join("\n")}\nexport {};\n`;
}

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
