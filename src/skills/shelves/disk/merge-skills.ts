import { compareCodePoints } from "../../../base/code-point-order.ts";
import type { SkillProblem, StoredSkill } from "../../stored-skill.ts";
import { skillIdentifier } from "../../skill-name.ts";
import type { SkillPlace } from "./skill-place.ts";
import type { StoreSnapshot } from "./skill-store.ts";

/** Where a skill is, beside what it is. */
export interface PlacedSkill {
  /** Label of its directory. */
  readonly directory: string;
  /** Path of its file or folder. */
  readonly path: string;
  readonly readOnly: boolean;
  /** Label of the directory whose skill of the same name counts instead of this one. */
  readonly shadowedBy?: string;
}

/** A skill with its place. */
export type Skill = StoredSkill & PlacedSkill;

/** The skills of several directories as one set. */
export interface MergedSkills {
  /** Those that count, by identifier, sorted by name. */
  readonly visible: ReadonlyMap<string, Skill>;
  /** Those that another directory's skill hides. */
  readonly shadowed: readonly Skill[];
  readonly problems: readonly SkillProblem[];
}

/** Merges directories; of two skills with one identifier that of the earlier directory counts. */
export function mergeSkills(places: readonly SkillPlace[], snapshots: readonly StoreSnapshot[]): MergedSkills {
  const visible = new Map<string, Skill>();
  const shadowed: Skill[] = [];
  places.forEach((place, index) => {
    for (const stored of snapshots[index]?.skills.values() ?? []) {
      const { label: directory, readOnly } = place;
      const skill: Skill = { ...stored, directory, path: `${place.path}/${stored.fileName}`, readOnly };
      const above = visible.get(skill.identifier);
      if (above === undefined) visible.set(skill.identifier, skill);
      else shadowed.push({ ...skill, shadowedBy: above.directory });
    }
  });
  return {
    visible: new Map([...visible].sort(([, a], [, b]) => compareCodePoints(a.name, b.name))),
    shadowed,
    problems: snapshots.flatMap(({ problems }) => problems),
  };
}

/** The skill that counts for a name or identifier. */
export function findSkill(merged: MergedSkills, name: string): Skill | undefined {
  return merged.visible.get(name) ?? merged.visible.get(skillIdentifier(name));
}

/** Tells for an identifier which other skills that skill uses; undefined where there is no such skill. */
export function skillUses(merged: MergedSkills): (identifier: string) => readonly string[] | undefined {
  return (identifier) => {
    const skill = merged.visible.get(identifier);
    if (skill === undefined) return undefined;
    return skill.kind === "code" ? skill.uses.skills : [];
  };
}
