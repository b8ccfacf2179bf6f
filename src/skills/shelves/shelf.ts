import type { Skill, SkillProblem } from "../skill.ts";

/** Skills of a shelf at a moment. Immutable: a change makes a new object. */
export interface ShelfContents {
  /** Those that count, by name; then those that are hidden by another one, with `shadowedBy`. */
  readonly skills: readonly Skill[];
  readonly problems: readonly SkillProblem[];
}

/**
 * Place that skills are read from: the directories of the user, or one server. Nothing on a shelf makes reading the
 * others fail. A shelf is read only; `DiskShelf` can be written to besides.
 */
export interface Shelf {
  /**
   * Everything on it. Waits for no server.
   *
   * @param how `now` looks at everything; `recent` may answer with what was there a few seconds ago
   */
  list(how: "now" | "recent"): Promise<ShelfContents>;
  /**
   * The current skill of a name; undefined when there is none, and the problem where the shelf knows why.
   * Waits for a server to answer.
   */
  find(name: string): Promise<Skill | SkillProblem | undefined>;
  /**
   * The bytes of one of its files, by path; for a code skill its only file. Nothing outside the skill and nothing
   * through a link is read. Throws `code_too_large` beyond `maxBytes`, `config_error` for a path that is no longer a
   * regular file, and what `SkillSupplier.read` throws.
   */
  read(skill: Skill, path: string, maxBytes: number): Promise<Buffer>;
  /** True when the scripts of a skill may run. */
  mayRun(skill: Skill): boolean;
}

/** The answer of {@link Shelf.find} for something that was set aside. */
export function setAside({ path, reason }: SkillProblem): SkillProblem {
  return { path, reason: `It was set aside: ${reason}` };
}
