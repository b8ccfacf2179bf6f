import type { FolderFacts } from "./format/folder-facts.ts";
import type { CodeFacts } from "../languages/function.ts";

/** Who or what a skill came from. */
export type SkillProvenance =
  | { readonly kind: "run"; readonly runId: string }
  | { readonly kind: "person"; readonly name?: string }
  | { readonly kind: "import"; readonly from?: string }
  /** Published by the MCP server of that name, under that URI. */
  | { readonly kind: "server"; readonly name: string; readonly uri: string };

/** What is known of every skill, whatever its kind. */
export interface SkillRecord {
  readonly name: string;
  /** Its name in guest code, the same in both languages. */
  readonly identifier: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** SHA-256 of the file, or of the paths and hashes of the files of a folder. */
  readonly hash: string;
  readonly bytes: number;
  /** ISO times; taken from the file where nobody recorded them. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Number of the recorded version that is in place; absent when none is. */
  readonly savedVersion?: number;
  /** Absent when nobody recorded it, as for a file somebody put there. */
  readonly provenance?: SkillProvenance;
  /** Whether it was saved here once and is another one now. It still works. */
  readonly changedOutside: boolean;
  /** Name of the file or folder in its directory. */
  readonly fileName: string;
  readonly notes: readonly string[];
}

/** What a stored skill says in its own way. */
export type SharedSkillField = "description" | "tags" | "notes";

/** A skill of one file of code. */
export type StoredCodeSkill = SkillRecord & Omit<CodeFacts, SharedSkillField> & { readonly kind: "code" };

/** A skill of a folder with a `SKILL.md`. */
export type StoredFolderSkill = SkillRecord & Omit<FolderFacts, SharedSkillField> & { readonly kind: "folder" };

/** A skill as one directory has it. */
export type StoredSkill = StoredCodeSkill | StoredFolderSkill;

/** Something in a directory that is not usable as a skill, and why. */
export interface SkillProblem {
  /** Path of the file, folder or directory. */
  readonly path: string;
  /** The reason as a sentence. */
  readonly reason: string;
}
