import type { SkillFunction } from "../function.ts";

/** More functions of one skill than this are not offered. */
export const MAX_FUNCTIONS = 200;

/** Maximum number of types that the signatures of one skill may unfold to; the rest stands for anything. */
export const MAX_TYPES = 5_000;

/**
 * The function that running a skill calls: the one named like the skill, else `main`, else the only one.
 *
 * @param identifier the skill's name as an identifier.
 */
export function chooseEntry(functions: readonly SkillFunction[], identifier: string): SkillFunction | undefined {
  const named = (name: string): SkillFunction | undefined =>
    functions.find((candidate) => candidate.exportedAs === name || candidate.name === name);
  return named(identifier) ?? named("main") ?? (functions.length === 1 ? functions[0] : undefined);
}
