import type { SkillFunction } from "../function.ts";
import type { BoundSkill } from "../typescript/emit/skill-module.ts";

/** A skill of a folder, as far as a view shows it. */
interface ShownFolder {
  readonly kind: "folder";
  readonly name: string;
  readonly description: string;
  readonly files: readonly { readonly path: string; readonly kind: string }[];
}

/** A skill, as far as a view of it needs it. */
export type ShownSkill = (BoundSkill & { readonly kind: "code" }) | ShownFolder;

/** Use of a skill by a program: it calls its functions, or runs or reads it by name. */
type SkillUse =
  | { readonly kind: "functions"; readonly functions: readonly SkillFunction[] }
  | { readonly kind: "run" }
  | { readonly kind: "script"; readonly scripts: readonly string[] }
  | { readonly kind: "read" };

/** Longest signature; nested types are left out, from the inside, until it fits. */
const MAX_SKILL_SIGNATURE = 1_200;

/** Maximum number of functions a signature shows of a skill that has no main one. */
const MOST_SHOWN = 5;

/**
 * First view of a skill: the function that running it calls, or those it has; its scripts; or its text.
 *
 * @param isCallable returns whether a language can import a function by its name.
 */
export function skillUse(skill: ShownSkill, isCallable: (name: string) => boolean): SkillUse {
  if (skill.kind === "folder") {
    const scripts = skill.files.filter(({ kind }) => kind === "script").map(({ path }) => scriptName(path));
    return scripts.length === 0 ? { kind: "read" } : { kind: "script", scripts };
  }
  const entry = skill.functions.find(({ exportedAs }) => exportedAs === skill.entry);
  const functions = (entry === undefined ? skill.functions : [entry]).filter(({ exportedAs }) =>
    isCallable(exportedAs),
  );
  return functions.length === 0 ? { kind: "run" } : { kind: "functions", functions: functions.slice(0, MOST_SHOWN) };
}

/** The name by which `run_skill` takes a script of a folder, from its path. */
export function scriptName(path: string): string {
  return path.replace(/^scripts\//, "");
}

/** The first text that is short enough, asked from the most detail to the least; the last one if none is. */
export function withinLength(textAt: (maxDepth: number) => string): string {
  for (let maxDepth = 8; ; maxDepth--) {
    const text = textAt(maxDepth);
    if (maxDepth === 0 || text.length <= MAX_SKILL_SIGNATURE) return text;
  }
}
