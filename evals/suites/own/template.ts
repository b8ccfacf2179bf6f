import type { ProgramLanguage } from "../../harness/suite.ts";
import type { Business } from "./business-state.ts";

/** An entity of the memory server. */
export interface MemoryEntity {
  readonly name: string;
  readonly entityType: string;
  readonly observations: string[];
}

/** A relation of the memory server. */
export interface MemoryRelation {
  readonly from: string;
  readonly to: string;
  readonly relationType: string;
}

/** Everything that the servers of our own suite hold, as one value. */
export interface OwnState {
  readonly business: Business;
  /** Files below the folder of the filesystem server, by path. */
  readonly files: Record<string, string>;
  memory: { entities: MemoryEntity[]; relations: MemoryRelation[] };
  repository: {
    branch: string;
    /** Subjects of the commits of the current branch, newest first. */
    commits: string[];
    /** Changes that are not committed. */
    status: string;
  };
}

/** Parameters of one task of a template. */
export type Parameters = Readonly<Record<string, string>>;

/** A kind of task, with one program a language. */
export interface Template {
  readonly name: string;
  readonly servers: readonly string[];
  readonly tasks: readonly Parameters[];
  readonly request: (parameters: Parameters) => string;
  /** The program; `$name` stands for a parameter as a literal. */
  readonly programs: Readonly<Record<ProgramLanguage, string>>;
  /** Makes of the start state the wanted one; written without a look at the programs. */
  readonly want: (state: OwnState, parameters: Parameters) => void;
}
