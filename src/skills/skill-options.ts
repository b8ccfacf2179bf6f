import type { CodeDraft, FolderDraft, SkillCheck } from "./shelves/disk/prepare-draft.ts";
import type { SkillSupplier } from "./shelves/server/skill-supplier.ts";
import type { Skill, SkillProblem, SkillProvenance } from "./skill.ts";

/** Directories of skills. */
export interface SkillSettings {
  /** Directories with skills, those that count more first. @default none */
  readonly directories?: readonly string[];
  /** Refuse to save and delete. @default false */
  readonly readOnly?: boolean;
}

/** A directory with skills. */
export interface SkillPlace {
  readonly path: string;
  /** The name shown to people. @default `project` for the first, `user` for the second, the path for any other */
  readonly label?: string;
  /** @default false */
  readonly readOnly?: boolean;
}

/** Options of `Skills`. */
export interface SkillsOptions extends Omit<SkillSettings, "directories"> {
  /** Directories, those that count more first. They need not exist. @default none */
  readonly directories?: readonly (string | SkillPlace)[];
  /** Folder for the indexes of large directories; by default each directory keeps its own, unless it is read-only. */
  readonly cacheDirectory?: string | undefined;
  /** Looks at code before it is saved. */
  readonly check?: SkillCheck;
  /** Longest chain of skills that use skills. @default 8 */
  readonly skillDepth?: number;
  /** The servers that may publish skills, at the time of the call. @default none */
  readonly suppliers?: () => readonly SkillSupplier[];
}

/** Narrows a list of skills. */
export interface SkillListOptions {
  /** Only skills that match these words, best first; blanks count as none. */
  readonly query?: string | undefined;
  /** Maximum number of skills to return. @default all */
  readonly limit?: number | undefined;
  /** Only skills that have all of these tags. */
  readonly tags?: readonly string[];
  /** Also skills that another directory's skill of the same name hides, at the end. @default false */
  readonly includeShadowed?: boolean;
  /** Also skills of servers; servers that have not answered yet are waited for, once and 2 seconds at most. @default true */
  readonly includeServers?: boolean;
}

/** A list of skills. */
export interface SkillList {
  readonly skills: readonly Skill[];
  /** Number before `limit` was applied. */
  readonly total: number;
  /** Skills that were set aside, with the reasons. */
  readonly problems: readonly SkillProblem[];
}

/** Result of a search among skills, best first. */
export interface SkillMatches {
  /** `score` is comparable within one search only. */
  readonly skills: readonly (Skill & { readonly score: number })[];
  /** Number of matches before `limit` was applied. */
  readonly total: number;
}

/** Origin and place of a skill that is saved. */
export interface SaveOptions {
  readonly provenance?: SkillProvenance | undefined;
  /** Label or path of the directory. @default where the skill is, else the first that is not read-only */
  readonly directory?: string | undefined;
  /** Refuse with a conflict (`busy`) unless the skill that is replaced has this hash. */
  readonly ifHash?: string | undefined;
}

/** A skill to be saved. */
export type SkillDraft = (CodeDraft | FolderDraft) & SaveOptions;

/** Changes to a skill; what is absent stays. */
export interface SkillChange extends SaveOptions {
  readonly code?: string;
  readonly files?: FolderDraft["files"];
  readonly description?: string;
  readonly tags?: readonly string[];
}

/** A version of a skill that was kept. */
export interface SkillVersion {
  readonly version: number;
  readonly savedAt: string;
  readonly hash: string;
  readonly provenance?: SkillProvenance;
  /** True for the version that is in place now. */
  readonly isCurrent: boolean;
  /** True when the skill was deleted then. */
  readonly isDeletion: boolean;
  readonly restoredFrom?: number;
}
