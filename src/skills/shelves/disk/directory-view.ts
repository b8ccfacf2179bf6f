import type { Catalog } from "../../../catalog/catalog.ts";
import type { MergedSkills, Skill } from "./merge-skills.ts";
import type { StoreSnapshot } from "./skill-store.ts";

/** What the directories hold at a moment. */
export interface DirectoryView {
  readonly snapshots: readonly StoreSnapshot[];
  readonly merged: MergedSkills;
  readonly catalog: Catalog;
}

/** What names a skill among all directories. */
export function nameOf({ name, directory }: Skill): { name: string; directory: string } {
  return { name, directory };
}
