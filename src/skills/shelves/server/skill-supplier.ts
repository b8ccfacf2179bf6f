import type { SkillProblem } from "../../skill.ts";

/** A file of a skill that a server publishes, and what its content must be. */
export interface SuppliedFile {
  /** Path in the folder of the skill. */
  readonly path: string;
  readonly uri: string;
  readonly bytes: number;
  /** SHA-256 in lower-case hexadecimal. */
  readonly sha256: string;
}

/** A skill as a server lists it, checked; its files are read when they are needed. */
export interface SuppliedSkill {
  /** Name of the server in the host. */
  readonly server: string;
  /** URI of its `SKILL.md`. */
  readonly uri: string;
  /** Its name as the server has it; several skills of a server may share one. */
  readonly name: string;
  /** The fields of its front matter as the server says they are; reading `SKILL.md` proves it. */
  readonly fields: ReadonlyMap<string, unknown>;
  readonly files: readonly SuppliedFile[];
}

/** Snapshot of the skills of one server; a change makes a new object. */
export interface SuppliedSkills {
  /** `waiting` until the server has answered or failed the first time; `none` for one without skills. */
  readonly status: "waiting" | "ready" | "failed" | "none";
  readonly skills: readonly SuppliedSkill[];
  /** Skills that were set aside, and the reason why the list could not be read. */
  readonly problems: readonly SkillProblem[];
}

/** An MCP server as a publisher of skills. */
export interface SkillSupplier {
  /** Name of the server in the host. */
  readonly name: string;
  /** Current snapshot; makes no request. */
  known(): SuppliedSkills;
  /** Resolves when the server has listed its skills, failed, or has none. Starts connecting when it has not yet. */
  settled(): Promise<SuppliedSkills>;
  /** A skill by the URI of its `SKILL.md`, also one the server does not list; undefined when it does not publish it. */
  find(uri: string, signal?: AbortSignal): Promise<SuppliedSkill | undefined>;
  /**
   * Reads a file and checks it against the size and digest of the list, and `SKILL.md` against its fields too. Throws
   * `CodemodeError`: `server_unavailable`, `tool_timeout`, `cancelled`, and `unknown_tool` for content that is not what
   * the list says; the skill is set aside then, until the server lists it anew.
   */
  read(skill: SuppliedSkill, path: string, signal?: AbortSignal): Promise<Buffer>;
  /** True when the configuration of the server lets scripts of this skill run. */
  mayRun(skill: SuppliedSkill): boolean;
}
