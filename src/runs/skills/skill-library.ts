import { defined } from "../../base/defined.ts";
import { existsSync } from "node:fs";
import type { Catalog } from "../../catalog/catalog.ts";
import type { SkillDirectory } from "../../skills/shelves/disk/skill-directory.ts";
import type { SkillSupplier } from "../../skills/shelves/server/skill-supplier.ts";
import type { SkillCheck } from "../../skills/shelves/disk/prepare-draft.ts";
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
  readonly #listeners = new Set<() => void>();
  #opening: Promise<CombinedSkills> | undefined;
  #lastSeen: Catalog | undefined;
  #watched: { readonly folders: number; readonly stop: () => void } | undefined;

  constructor(settings: SkillSettings, options: SkillLibraryOptions) {
    this.#settings = settings;
    this.#options = options;
    this.hasDirectories = (settings.directories ?? []).length > 0;
    this.readOnly = settings.readOnly ?? false;
  }

  /** Whether there are skills to look for: a directory is configured, or a server that is known now publishes some. */
  get isConfigured(): boolean {
    return this.hasDirectories || this.#hasSupplied();
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

  /** The skills as {@link look} saw them last, for texts that cannot wait; undefined while there are none. */
  get lastSeen(): Catalog | undefined {
    return this.#lastSeen;
  }

  /** Looks at the skills there are now, without waiting for servers, and tells the listeners of a change. Never rejects. */
  async look(): Promise<void> {
    const folders = this.#folders();
    if (this.#opening === undefined && folders === 0 && !this.#hasSupplied()) return;
    try {
      const skills = await this.#combined();
      this.#watch(skills, folders);
      const catalog = await skills.catalog();
      const current = catalog.tools.length === 0 ? undefined : catalog;
      if (current === this.#lastSeen) return;
      this.#lastSeen = current;
      for (const listener of this.#listeners) listener();
    } catch {
      // Whoever asks for the skills themselves is told what is wrong with them.
    }
  }

  /** Calls back when the skills differ from those seen before, once somebody has looked; returns the way to stop it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Keeps what was read for the next start. */
  async close(): Promise<void> {
    this.#watched?.stop();
    this.#listeners.clear();
    await (await this.#opening)?.close();
  }

  #combined(): Promise<CombinedSkills> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  #hasSupplied(): boolean {
    return this.#suppliers().some((supplier) => supplier.known().skills.length > 0);
  }

  /** How many of the directories exist. */
  #folders(): number {
    return (this.#settings.directories ?? []).filter((path) => existsSync(path)).length;
  }

  /** Folders that were made since are watched too. */
  #watch(skills: CombinedSkills, folders: number): void {
    if (this.#listeners.size === 0 || this.#watched?.folders === folders) return;
    this.#watched?.stop();
    this.#watched = { folders, stop: skills.own.watch(() => void this.look()) };
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
      ...defined({ cacheDirectory }),
    };
    return new Combined(options, () => this.#suppliers());
  }
}
