import type { CodeFacts } from "../languages/function.ts";
import type { FolderFacts } from "./format/folder-facts.ts";

/** Origin of a skill. */
export type SkillProvenance =
  | { readonly kind: "run"; readonly runId: string }
  | { readonly kind: "person"; readonly name?: string }
  | { readonly kind: "import"; readonly from?: string }
  /** Published by the MCP server of that name, under that URI. */
  | { readonly kind: "server"; readonly name: string; readonly uri: string };

/** Fields that skills of both kinds have. */
export interface SkillFields {
  readonly name: string;
  /** Its name in guest code, the same in both languages. */
  readonly identifier: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** SHA-256 of the file, or of the paths and hashes of the files of a folder. */
  readonly hash: string;
  readonly bytes: number;
  /** ISO time; taken from the file where none was recorded, absent for a skill of a server. */
  readonly createdAt?: string;
  readonly updatedAt?: string;
  /** Number of the recorded version that is in place; absent when none is. */
  readonly savedVersion?: number;
  /** Absent when none was recorded, as for a file that was put there by hand. */
  readonly provenance?: SkillProvenance;
  /** True when it was saved here once and has been changed since. It still works. */
  readonly changedOutside: boolean;
  /** Name of its file or folder. */
  readonly fileName: string;
  readonly notes: readonly string[];
  /** Label of its directory; `server NAME` for a skill of a server. */
  readonly directory: string;
  /** Path of its file or folder; the URI of its `SKILL.md` for a skill of a server. */
  readonly path: string;
  readonly readOnly: boolean;
  /** Label of the directory whose skill of the same name counts instead of this one. */
  readonly shadowedBy?: string;
}

/** A skill of one file of code. */
export type CodeSkill = SkillFields & Omit<CodeFacts, keyof SkillFields> & { readonly kind: "code" };

/** A skill of a folder with a `SKILL.md`. */
export type FolderSkill = SkillFields & Omit<FolderFacts, keyof SkillFields> & { readonly kind: "folder" };

/** A skill: all that is known of it without its text. */
export type Skill = CodeSkill | FolderSkill;

/** A skill with its text. */
export type SkillContent =
  | (CodeSkill & { readonly code: string })
  | (FolderSkill & {
      /** The Markdown of its `SKILL.md`, without the front matter. */
      readonly instructions: string;
    });

/** Something on a shelf that is not usable as a skill, and why. */
export interface SkillProblem {
  /** Path of the file, folder or directory; server and URI for a skill of a server. */
  readonly path: string;
  /** The reason as a sentence. */
  readonly reason: string;
}
