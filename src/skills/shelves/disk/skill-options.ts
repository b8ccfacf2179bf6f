import type { SkillProvenance } from "../../stored-skill.ts";
import type { Skill } from "./merge-skills.ts";
import type { CodeDraft, FolderDraft, SkillCheck } from "./prepare-draft.ts";
import type { SkillProblem } from "../../stored-skill.ts";

/** One of the directories of a {@link SkillDirectoryOptions}. */
export interface SkillPlaceOptions {
  readonly path: string;
  /** @default `project` for the first, `user` for the second, the path for any other */
  readonly label?: string;
  /** @default false */
  readonly readOnly?: boolean;
}

/** Options of a `SkillDirectory`. */
export interface SkillDirectoryOptions {
  /** Directories, those that count more first. They need not exist. */
  readonly directories: readonly (string | SkillPlaceOptions)[];
  /** Refuse every change. @default false */
  readonly readOnly?: boolean;
  /** Folder for the indexes of large directories; by default each directory keeps its own, unless it is read-only. */
  readonly cacheDirectory?: string;
  /** Looks at code before it is saved. */
  readonly check?: SkillCheck;
  /** Longest chain of skills that use skills. @default 8 */
  readonly skillDepth?: number;
}

/** Narrows a list of skills. */
export interface SkillListOptions {
  /** Only skills that match these words, best first. */
  readonly query?: string;
  /** Most skills to return. @default all */
  readonly limit?: number;
  /** Only skills that have all of these tags. */
  readonly tags?: readonly string[];
  /** Also skills that another directory's skill of the same name hides, at the end. @default false */
  readonly includeShadowed?: boolean;
}

/** A list of skills. */
export interface SkillList {
  readonly skills: readonly Skill[];
  /** How many there were before `limit` was applied. */
  readonly total: number;
  /** Files and folders that were set aside, with the reasons. */
  readonly problems: readonly SkillProblem[];
}

/** A skill found by a search. `score` is comparable within one search only. */
export type SkillMatch = Skill & { readonly score: number };

/** A skill with its text. */
export type LoadedSkill =
  | (Extract<Skill, { kind: "code" }> & { readonly code: string })
  | (Extract<Skill, { kind: "folder" }> & {
      /** The Markdown of its `SKILL.md`, without the front matter. */
      readonly instructions: string;
    });

/** Who saves, and where. */
export interface SaveOptions {
  readonly provenance?: SkillProvenance | undefined;
  /** Label or path of the directory. @default where the skill is, else the first that is not read-only */
  readonly directory?: string | undefined;
  /** Refuse with a conflict (`busy`) unless the skill that is replaced has this hash. */
  readonly ifHash?: string | undefined;
}

/** A skill to be saved. */
export type SkillDraft = (CodeDraft | FolderDraft) & SaveOptions;

/** What changes of a skill; what is absent stays. */
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
  /** Whether it is what is in place now. */
  readonly isCurrent: boolean;
  /** Whether the skill was deleted then. */
  readonly isDeletion: boolean;
  readonly restoredFrom?: number;
}
