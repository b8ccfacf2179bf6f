import type { GuestLanguage } from "../../engines/engine.ts";
import { type Mentions, mentionedSkills } from "../../languages/mentions.ts";
import { NO_SKILLS, type ReachedFunction, type ReachedSkills } from "../../languages/program.ts";
import type { CodeSkill } from "../../skills/skill.ts";
import { emitSkillFunctionSignature } from "../../languages/typescript/emit/skill-views.ts";
import { SKILLS_SERVER } from "../../skills/skill-tools.ts";
import { assertDependencies } from "../../skills/skill-graph.ts";
import type { Skills } from "../../skills/skills.ts";
import type { Run } from "../run.ts";
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
  const broken = new Map(problems.map(({ path, reason }) => [nameIn(path), reason]));
  const aside = new Map<string, string>();
  const known = new Map(skills.flatMap((skill) => (skill.kind === "code" ? [[skill.identifier, skill] as const] : [])));
  const imported = new Map<string, CodeSkill>();
  for (const identifier of mentionedSkills(program.mentions)) {
    const skill = known.get(identifier);
    const reason = broken.get(identifier);
    if (skill === undefined && reason !== undefined) aside.set(identifier, reason);
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
    readonly aside: ReadonlyMap<string, string>;
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
      ...[...aside].map(([name, reason]) => [`skills${separator}${name}`, raiseReason(name, reason)] as const),
      ...built.map(({ skill, text }) => [`skills${separator}${skill.identifier}`, text] as const),
    ]),
    problems: new Map([...aside].map(([name, reason]) => [`skills/${name}`, reason])),
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

/** Python meets a skill that was set aside when it runs the import; in TypeScript the check reports it. */
function raiseReason(name: string, reason: string): string {
  return `raise ImportError(${JSON.stringify(`The skill ${name} was set aside: ${reason}`)})\n`;
}

function functionNames(skill: CodeSkill): ReadonlySet<string> {
  return new Set(skill.functions.map(({ exportedAs }) => exportedAs));
}
