import { compareCodePoints } from "../../../base/code-point-order.ts";
import type { Skill } from "../../skill.ts";
import { skillIdentifier } from "../../skill-name.ts";
import type { ShelfContents } from "../shelf.ts";
import type { StoreSnapshot } from "./skill-store.ts";

/** The skills of several directories as one set. */
export interface MergedSkills extends ShelfContents {
  /** Those that count, by identifier, sorted by name. */
  readonly visible: ReadonlyMap<string, Skill>;
}

/** Merges directories; of two skills with one identifier that of the earlier directory counts. */
export function mergeSkills(snapshots: readonly StoreSnapshot[]): MergedSkills {
  const visible = new Map<string, Skill>();
  const shadowed: Skill[] = [];
  for (const skill of snapshots.flatMap(({ skills }) => [...skills.values()])) {
    const above = visible.get(skill.identifier);
    if (above === undefined) visible.set(skill.identifier, skill);
    else shadowed.push({ ...skill, shadowedBy: above.directory });
  }
  const sorted = new Map([...visible].sort(([, a], [, b]) => compareCodePoints(a.name, b.name)));
  const problems = snapshots.flatMap((snapshot) => snapshot.problems);
  return { visible: sorted, skills: [...sorted.values(), ...shadowed], problems };
}

/** The skill that counts for a name or identifier. */
export function findSkill({ visible }: MergedSkills, name: string): Skill | undefined {
  return visible.get(name) ?? visible.get(skillIdentifier(name));
}
