import type { CodemodeError } from "../base/codemode-error.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { Cell, GuestFault, GuestLanguage } from "../engines/engine.ts";
import type { Mentions } from "./mentions.ts";

/** A place in the text the user sent, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column?: number;
}

/** What a run of a program has shown. */
export interface RunKnowledge {
  readonly catalog: Catalog;
  /** Last result of each tool, trimmed to its shape, by full name. */
  readonly results: ReadonlyMap<string, unknown>;
}

/** A program made ready for its sandbox. */
export interface Program {
  /** Code that runs, without what the executor adds. */
  readonly cell: Pick<Cell, "source" | "filename" | "globals" | "lateGlobals">;
  /** Names it defines in its session. */
  readonly declares: readonly string[];
  /** Maps a place in `cell.source` to the text the user sent. */
  toUserPosition(position: Position): Position | Promise<Position>;
  /** The names outside itself that it mentions. */
  readonly mentions: Mentions;
  /**
   * Checks the program against a catalog. Throws `type_error` or `unknown_tool` for what would surely fail.
   *
   * @returns what was noticed besides, as sentences
   */
  check(context: CheckContext): Promise<readonly string[]>;
  /**
   * A better account of an error that ended the program, or a hint for it, when its text allows one; undefined
   * otherwise.
   */
  explain?(fault: GuestFault, known: RunKnowledge): Promise<CodemodeError | string | undefined>;
  /** Sentences on what a program that completed asked of results which they do not have. */
  remarks?(known: RunKnowledge): Promise<readonly string[]>;
  /** Text of the virtual modules it may import, by specifier, beside the namespaces of the catalog. */
  modules(catalog: Catalog): ReadonlyMap<string, string>;
}

/** The skills a program can import, and those it does. */
export interface ReachedSkills {
  /** Texts to run by specifier, as the sandbox of the program's language takes them. */
  readonly modules: ReadonlyMap<string, string>;
  /** Names each module exports that the program may import, by specifier. */
  readonly exports: ReadonlyMap<string, ReadonlySet<string>>;
  /** Declarations for the type check, by virtual path. */
  readonly declarations: ReadonlyMap<string, string>;
  /** Why skills that the program mentions cannot be imported, by specifier. */
  readonly problems: ReadonlyMap<string, ImportProblem>;
  /** Finds a function of a skill that the program imports, by specifier and the name it is exported by. */
  readonly find: (specifier: string, name: string) => ReachedFunction | undefined;
  /** Tools that the imported skills name, as `server.tool`. */
  readonly tools: readonly string[];
}

/** Why a skill that there is cannot be imported. */
export interface ImportProblem {
  readonly message: string;
  /** What to do instead. */
  readonly hint: string;
}

/** A function of a skill, as its reader calls it. */
export interface ReachedFunction {
  /** Full name of the skill, `skills__name`. */
  readonly name: string;
  /** One-line typed signature in TypeScript. */
  readonly signature: string;
}

/** Reach of a program that mentions no skill. */
export const NO_SKILLS: ReachedSkills = {
  modules: new Map(),
  exports: new Map(),
  declarations: new Map(),
  problems: new Map(),
  find: () => undefined,
  tools: [],
};

/** Context of the check before a run. */
export interface CheckContext {
  /** The catalog with the result types that were only observed. @default the catalog itself */
  readonly observed?: Catalog;
  readonly catalog: Catalog;
  /** Names that earlier programs of the session declared. */
  readonly sessionNames: ReadonlySet<string>;
  /** False skips the type check; names that do not exist are still refused. */
  readonly typeCheck: boolean;
  readonly signal: AbortSignal;
  /** The skills it can import. */
  readonly skills: ReachedSkills;
}

/** Makes programs of one language ready. */
export interface LanguageFrontEnd {
  readonly language: GuestLanguage;
  /** Loads what preparing and checking need, so that the first program is not slower than the next. */
  warm(): Promise<void>;
  /** Loads what checking alone needs, for a first program that is prepared already. Never rejects. */
  warmCheck?(): Promise<void>;
  /** Parses a program. Rejects with `syntax_error` and the place in the user's text, and with the reason of `signal`. */
  prepare(code: string, signal: AbortSignal): Promise<Program>;
  /** Ends what it started. */
  close(): Promise<void>;
}
