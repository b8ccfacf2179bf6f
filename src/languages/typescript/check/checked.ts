import type { ToolNames } from "./absent-names.ts";
import type { ValidationIssue } from "../../../schema/check/explain.ts";
import type { CheckedCell } from "../program/prepared-cell.ts";

/** What is known of a tool. */
export interface KnownTool {
  /** Full name, `server__tool`. */
  readonly name: string;
  /** One-line typed signature. */
  readonly signature: string;
  /** Whether it is a function of a skill, which takes its arguments as it pleases; a tool takes one object. */
  readonly isFunction?: boolean;
  /** Why its schema refuses a value as arguments; nothing where it takes it. Absent for a function of a skill. */
  readonly refuse?: (args: unknown) => readonly ValidationIssue[];
  /** Names of the parameters that its schema lists. Absent for a function of a skill. */
  readonly parameters?: readonly string[];
  /** Whether its arguments, or objects in them, may have names that are not declared. */
  readonly isOpen?: boolean;
}

/** The tools a program may call. */
export interface KnownTools {
  /**
   * Finds a tool by server and tool as the program writes them: identifiers or original names. A function of a skill goes
   * by the specifier of the skill and its own name.
   */
  readonly findTool: (server: string, tool: string) => KnownTool | undefined;
  readonly names: ToolNames;
  /** Full names of tools near a name that does not exist, best first. */
  readonly suggest: (name: string) => readonly string[];
}

/** A program and what it was checked against. */
export interface Checked extends KnownTools {
  readonly prepared: CheckedCell;
  /** Names declared by earlier cells. */
  readonly sessionNames: readonly string[];
}
