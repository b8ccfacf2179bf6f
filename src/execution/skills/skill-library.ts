import type { SkillDirectory } from "../../skills/directory/skill-directory.ts";
import type { SkillCheck } from "../../skills/directory/prepare-draft.ts";

/** Where skills are kept. */
export interface SkillSettings {
  /** Directories with skills, those that count more first. @default none */
  readonly directories?: readonly string[];
  /** Refuse to save and delete. @default false */
  readonly readOnly?: boolean;
}

/** What opening a directory of skills takes. */
export interface SkillLibraryOptions {
  readonly skillDepth: number;
  readonly cacheDirectory?: string | undefined;
  readonly check: SkillCheck;
}

/** The skills of an executor, opened when they are first needed: most programs use none. */
export class SkillLibrary {
  /** Whether any directory is configured. */
  readonly isConfigured: boolean;
  readonly readOnly: boolean;
  readonly #settings: SkillSettings;
  readonly #options: SkillLibraryOptions;
  #opening: Promise<SkillDirectory> | undefined;

  constructor(settings: SkillSettings, options: SkillLibraryOptions) {
    this.#settings = settings;
    this.#options = options;
    this.isConfigured = (settings.directories ?? []).length > 0;
    this.readOnly = settings.readOnly ?? false;
  }

  /** The directory; the same object each time. */
  open(): Promise<SkillDirectory> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** Keeps what was read for the next start. */
  async close(): Promise<void> {
    await (await this.#opening)?.close();
  }

  async #open(): Promise<SkillDirectory> {
    const { SkillDirectory: Directory } = await import("../../skills/directory/skill-directory.ts");
    const { skillDepth, cacheDirectory, check } = this.#options;
    return new Directory({
      directories: this.#settings.directories ?? [],
      readOnly: this.readOnly,
      skillDepth,
      check,
      ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
    });
  }
}
