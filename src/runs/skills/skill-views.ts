import { defined } from "../../base/defined.ts";
import {
  emitPythonSkillDeclaration,
  emitPythonSkillImport,
  emitPythonSkillSignature,
} from "../../languages/python/emit/skill-views.ts";
import type { ShownSkill } from "../../languages/skills/skill-view.ts";
import {
  emitSkillDeclaration,
  emitSkillImport,
  emitSkillSignature,
} from "../../languages/typescript/emit/skill-views.ts";
import { firstLine } from "../../catalog/brief.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import { SKILLS_SERVER, skillToolDefinition } from "../../skills/skill-tools.ts";
import type { DetailLevel, ToolDetails } from "../../languages/discovery.ts";
import type { Skills } from "../../skills/skills.ts";

/** The texts that show a skill to programs of one language. */
interface SkillViews {
  /** Its call, on one line. */
  signature(skill: ShownSkill): string;
  /** The line that imports what the signature shows. */
  importLine(skill: ShownSkill): string;
  declaration(skill: ShownSkill): string;
}

const VIEWS: Readonly<Record<GuestLanguage, SkillViews>> = {
  typescript: { signature: emitSkillSignature, importLine: emitSkillImport, declaration: emitSkillDeclaration },
  python: {
    signature: emitPythonSkillSignature,
    importLine: emitPythonSkillImport,
    declaration: emitPythonSkillDeclaration,
  },
};

/** The views of skills for programs of a language. */
export function skillViews(language: GuestLanguage): SkillViews {
  return VIEWS[language];
}

/** The name of a skill in the full name of a tool, `skills__name` or `skills.name`; undefined for any other. */
export function skillNameIn(fullName: string): string | undefined {
  // Every call of a program asks.
  return fullName.startsWith("skills") ? /^skills(?:__|\.)(.+)$/.exec(fullName)?.[1] : undefined;
}

/** Describes a skill as tools are described, by its full name; undefined when there is none of that name. */
export async function describeSkillAsTool(
  library: Skills,
  fullName: string,
  options: { readonly language: GuestLanguage; readonly detail?: DetailLevel },
): Promise<ToolDetails | undefined> {
  const name = skillNameIn(fullName);
  if (name === undefined || !library.isConfigured) return undefined;
  const skill = await library.get(name).catch(ignoreMissing);
  if (skill === undefined) return undefined;
  const { inputSchema, outputSchema } = skillToolDefinition(skill);
  const views = skillViews(options.language);
  return {
    name: `${SKILLS_SERVER}__${skill.name}`,
    server: SKILLS_SERVER,
    description: skill.description,
    inputSchema,
    ...defined({ outputSchema }),
    declaration: {
      brief: `${SKILLS_SERVER}__${skill.name}: ${firstLine(skill.description)}`,
      signature: views.signature(skill),
      full: views.declaration(skill),
    }[options.detail ?? "full"],
    import: views.importLine(skill),
  };
}

function ignoreMissing(thrown: unknown): undefined {
  if (!CodemodeError.is(thrown) || thrown.code !== "unknown_tool") throw thrown;
  return undefined;
}
