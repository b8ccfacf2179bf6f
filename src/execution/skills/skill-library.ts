import type { SkillDirectory } from "../../skills/directory/skill-directory.ts";
import type { SkillSupplier } from "../../skills/servers/skill-supplier.ts";
import type { SkillCheck } from "../../skills/directory/prepare-draft.ts";
import type { CombinedSkills, OwnSkills } from "./combined-skills.ts";

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
  /** The servers that may publish skills, as they are now. @default none */
  readonly suppliers?: () => readonly SkillSupplier[];
}

/** The skills of an executor, opened when they are first needed: most programs use none. */
export class SkillLibrary {
  /** Whether any directory is configured. */
  readonly hasDirectories: boolean;
  readonly readOnly: boolean;
  readonly #settings: SkillSettings;
  readonly #options: SkillLibraryOptions;
  #opening: Promise<CombinedSkills> | undefined;

  constructor(settings: SkillSettings, options: SkillLibraryOptions) {
    this.#settings = settings;
    this.#options = options;
    this.hasDirectories = (settings.directories ?? []).length > 0;
    this.readOnly = settings.readOnly ?? false;
  }

  /** Whether there are skills to look for: a directory is configured, or a server that is known now publishes some. */
  get isConfigured(): boolean {
    return this.hasDirectories || this.#suppliers().some((supplier) => supplier.known().skills.length > 0);
  }

  /** All skills, those of servers too, as a directory; the same object each time. */
  open(): Promise<SkillDirectory> {
    return this.#combined();
  }

  /** The skills of the directories alone; asks no server. */
  async own(): Promise<OwnSkills> {
    return (await this.#combined()).own;
  }

  /** Whether scripts of a skill may run: always for one in a directory, else if its server's configuration names it. */
  async mayRun(name: string): Promise<boolean> {
    return (await this.#combined()).mayRun(name);
  }

  /** Keeps what was read for the next start. */
  async close(): Promise<void> {
    await (await this.#opening)?.close();
  }

  #combined(): Promise<CombinedSkills> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  #suppliers(): readonly SkillSupplier[] {
    return this.#options.suppliers?.() ?? [];
  }

  async #open(): Promise<CombinedSkills> {
    const { CombinedSkills: Combined } = await import("./combined-skills.ts");
    const { skillDepth, cacheDirectory, check } = this.#options;
    const options = {
      directories: this.#settings.directories ?? [],
      readOnly: this.readOnly,
      skillDepth,
      check,
      ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
    };
    return new Combined(options, () => this.#suppliers());
  }
}
