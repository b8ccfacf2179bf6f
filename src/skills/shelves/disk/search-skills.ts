import type { Catalog } from "../../../catalog/catalog.ts";
import { findSkill, type MergedSkills } from "./merge-skills.ts";
import type { SkillMatch } from "./skill-options.ts";

/** What a search among skills found, best first, with how many matched before `limit` was applied. */
export interface SkillSearchResult {
  readonly skills: readonly SkillMatch[];
  readonly total: number;
}

/** Ranks skills by the search of their catalog. */
export function searchSkills(
  { catalog, merged }: { readonly catalog: Catalog; readonly merged: MergedSkills },
  query: string,
  limit: number,
): SkillSearchResult {
  const { tools, total } = catalog.search(query, { limit });
  const skills = tools.flatMap(({ toolName, score }): SkillMatch[] => {
    const skill = findSkill(merged, toolName);
    return skill === undefined ? [] : [{ ...skill, score }];
  });
  return { skills, total };
}
