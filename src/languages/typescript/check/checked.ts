import type { CheckedCell } from "../program/prepared-cell.ts";

/** What is known of a tool. */
export interface KnownTool {
  /** Full name, `server__tool`. */
  readonly name: string;
  /** One-line typed signature. */
  readonly signature: string;
  /** Whether it is a function of a skill, which takes its arguments as it pleases; a tool takes one object. */
  readonly isFunction?: boolean;
}

/** The tools a program may call. */
export interface KnownTools {
  /**
   * Finds a tool by server and tool as the program writes them: identifiers or original names. A function of a skill goes
   * by the specifier of the skill and its own name.
   */
  readonly findTool: (server: string, tool: string) => KnownTool | undefined;
  /** Full names of tools near a name that does not exist, best first. */
  readonly suggest: (name: string) => readonly string[];
}

/** A program and what it was checked against. */
export interface Checked extends KnownTools {
  readonly prepared: CheckedCell;
  /** Names declared by earlier cells. */
  readonly sessionNames: readonly string[];
}

/** "Did you mean …?" for names near one that does not exist; empty when there are none. */
export function didYouMean(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => `\`${name}\``);
  return shown.length === 0 ? "" : `Did you mean ${shown.join(", ")}?`;
}
