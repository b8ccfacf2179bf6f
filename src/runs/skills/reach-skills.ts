import type { GuestLanguage } from "../../engines/engine.ts";
import { type Mentions, mentionedSkills } from "../../languages/mentions.ts";
import { type ImportProblem, NO_SKILLS, type ReachedFunction, type ReachedSkills } from "../../languages/program.ts";
import type { CodeSkill, FolderSkill } from "../../skills/skill.ts";
import { emitSkillFunctionSignature } from "../../languages/typescript/emit/skill-views.ts";
import { SKILLS_SERVER } from "../../skills/skill-tools.ts";
import { assertDependencies } from "../../skills/skill-graph.ts";
import type { Skills } from "../../skills/skills.ts";
import type { Run } from "../run.ts";
import { filesOf } from "./describe-skill.ts";
import { skillModule } from "../../languages/skills/skill-module.ts";

/**
 * The skills that the program of a run mentions; see {@link reachSkills}. Programs that mention none do not open the
 * directories, and scripts of servers import none.
 */
export function reachMentioned(
  { host, server, language, limits }: Run,
  mentions: Mentions,
): ReachedSkills | Promise<ReachedSkills> {
  const { skills } = host;
  if (server !== undefined || !skills.hasDirectories || mentionedSkills(mentions).size === 0) return NO_SKILLS;
  return reachSkills(skills, { mentions, language }, limits.skillDepth);
}

/**
 * Gathers the skills a program imports, directly and through others. Throws `invalid_arguments` for skills that import
 * one another in a circle and `call_limit` for a chain longer than `skillDepth`.
 */
async function reachSkills(
  directory: Skills,
  program: { readonly mentions: Mentions; readonly language: GuestLanguage },
  skillDepth: number,
): Promise<ReachedSkills> {
  const { skills, problems } = await directory.list({ includeServers: false });
  const unusable = new Map([
    ...skills.flatMap((skill) => (skill.kind === "folder" ? underBothNames(skill) : [])),
    ...problems.map(({ path, reason }) => [nameIn(path), setAside(nameIn(path), reason)] as const),
  ]);
  const aside = new Map<string, ImportProblem>();
  const known = new Map(skills.flatMap((skill) => (skill.kind === "code" ? [[skill.identifier, skill] as const] : [])));
  const imported = new Map<string, CodeSkill>();
  for (const identifier of mentionedSkills(program.mentions)) {
    const skill = known.get(identifier);
    const problem = unusable.get(identifier);
    if (skill === undefined && problem !== undefined) aside.set(identifier, problem);
    if (skill === undefined) continue;
    const dependencies = await directory.dependencies(identifier);
    assertDependencies(skill.name, dependencies, skillDepth);
    for (const each of [identifier, ...dependencies.skills]) {
      const used = known.get(each);
      if (used !== undefined) imported.set(each, used);
    }
  }
  return gather(directory, { program, known, imported, aside });
}

async function gather(
  directory: Skills,
  {
    program,
    known,
    imported,
    aside,
  }: {
    readonly program: { readonly language: GuestLanguage };
    readonly known: ReadonlyMap<string, CodeSkill>;
    readonly imported: ReadonlyMap<string, CodeSkill>;
    readonly aside: ReadonlyMap<string, ImportProblem>;
  },
): Promise<ReachedSkills> {
  const texts = await Promise.all([...imported.values()].map((skill) => loadCode(directory, skill)));
  const built = texts.map(([skill, code]) => {
    const { text, names, declaration } = skillModule(skill, code, program.language);
    return { skill, text, names, declaration };
  });
  const separator = program.language === "python" ? "." : "/";
  return {
    modules: new Map([
      ...[...aside].map(([name, problem]) => [`skills${separator}${name}`, raiseProblem(problem)] as const),
      ...built.map(({ skill, text }) => [`skills${separator}${skill.identifier}`, text] as const),
    ]),
    problems: new Map([...aside].map(([name, problem]) => [`skills/${name}`, problem])),
    exports: new Map([
      ...[...known.values()].map((skill) => [`skills/${skill.identifier}`, functionNames(skill)] as const),
      ...built.map(({ skill, names }) => [`skills/${skill.identifier}`, new Set(names)] as const),
    ]),
    declarations: new Map(built.map(({ skill, declaration }) => [`skills/${skill.identifier}.ts`, declaration])),
    find: (specifier, name) => findFunction(imported.get(specifier.replace(/^skills\//, "")), name),
    tools: built.flatMap(({ skill }) => skill.uses.tools),
  };
}

function findFunction(skill: CodeSkill | undefined, name: string): ReachedFunction | undefined {
  const fn = skill?.functions.find(({ exportedAs }) => exportedAs === name);
  if (skill === undefined || fn === undefined) return undefined;
  return { name: `${SKILLS_SERVER}__${skill.name}`, signature: emitSkillFunctionSignature(skill, fn) };
}

async function loadCode(directory: Skills, skill: CodeSkill): Promise<readonly [CodeSkill, string]> {
  const loaded = await directory.get(skill.identifier);
  return [skill, loaded.kind === "code" ? loaded.code : ""];
}

/** The name a skill would have by its file. */
function nameIn(path: string): string {
  const file = path.split(/[\\/]/).at(-1) ?? "";
  return file.replace(/\.\w+$/, "");
}

function setAside(name: string, reason: string): ImportProblem {
  return {
    message: `The skill ${name} was set aside: ${reason}`,
    hint: "Correct the file of the skill, or do without it.",
  };
}

/** Folders have names with hyphens, which modules of TypeScript may have and names of Python may not. */
function underBothNames(skill: FolderSkill): readonly (readonly [string, ImportProblem])[] {
  const problem = notCode(skill);
  return [
    [skill.name, problem],
    [skill.identifier, problem],
  ];
}

/** Only code can be imported. */
function notCode(skill: FolderSkill): ImportProblem {
  const [script] = filesOf(skill).scripts;
  const name = JSON.stringify(skill.name);
  const run = script && `run_skill(${name}, ${JSON.stringify(script.name)}, [arguments])`;
  return {
    message: `The skill ${skill.name} is a folder of instructions and files, which is not imported.`,
    hint: `Read it with \`await load_skill(${name})\`${run === undefined ? "" : `, and run a script of it with \`await ${run}\``}: import them from generated/skills (in Python generated.skills).`,
  };
}

/** Python meets the problem when it runs the import; in TypeScript the check reports it. */
function raiseProblem({ message, hint }: ImportProblem): string {
  return `raise ImportError(${JSON.stringify(`${message} ${hint}`)})\n`;
}

function functionNames(skill: CodeSkill): ReadonlySet<string> {
  return new Set(skill.functions.map(({ exportedAs }) => exportedAs));
}
