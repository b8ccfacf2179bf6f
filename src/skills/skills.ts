import { existsSync } from "node:fs";
import { CodemodeError } from "../base/codemode-error.ts";
import { settleWithin } from "../base/deadline.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { watchFolders } from "./shelves/files/watch-folders.ts";
import type { DiskShelf } from "./shelves/disk/disk-shelf.ts";
import type { SkillResource, SkillScript } from "./shelves/read-skill.ts";
import type { ServerShelf } from "./shelves/server/server-shelf.ts";
import type { SkillSupplier } from "./shelves/server/skill-supplier.ts";
import type { Shelf } from "./shelves/shelf.ts";
import { narrowSkills, rankSkills, type ShelvesView, viewShelves } from "./shelves/shelves-view.ts";
import type { SkillBundle } from "./shelves/skill-bundle.ts";
import { missingSkill } from "./shelves/skill-errors.ts";
import type { Skill, SkillContent } from "./skill.ts";
import { type SkillDependencies, skillDependencies, skillUses } from "./skill-graph.ts";
import { quoteName } from "./skill-name.ts";
import type {
  SaveOptions,
  SkillChange,
  SkillDraft,
  SkillList,
  SkillListOptions,
  SkillMatches,
  SkillsOptions,
  SkillVersion,
} from "./skill-options.ts";

/** A list waits at most this long for servers that have not answered yet. */
const SERVER_WAIT_MS = 2_000;

/**
 * The skills of the user's directories and, under the names `server/name`, those that MCP servers publish. What reads
 * them is loaded when it is first needed: most programs use none.
 *
 * Nothing in a directory makes a look fail, and a server that is slow, silent or lies costs its own skills only; what is
 * not usable is in `problems`. Only skills in directories can be changed.
 *
 * Errors are `CodemodeError`: `unknown_tool` for a skill, version or file that does not exist, `invalid_arguments`,
 * `syntax_error`, `type_error` and `code_too_large` for what cannot be saved, `busy` for a conflict with another writer,
 * `policy_denied` where changes are switched off or the skill is a server's, `config_error` where a directory is not one.
 */
export class Skills implements AsyncDisposable {
  /** True when any directory is configured. */
  readonly hasDirectories: boolean;
  readonly readOnly: boolean;
  readonly #options: SkillsOptions;
  readonly #directories: readonly string[];
  readonly #listeners = new Set<() => void>();
  readonly #watches = new Set<() => void>();
  readonly #serverShelves = new WeakMap<SkillSupplier, ServerShelf>();
  readonly #waitedFor = new WeakSet<SkillSupplier>();
  #opening: Promise<DiskShelf> | undefined;
  #view: ShelvesView | undefined;
  #lastSeen: Catalog | undefined;
  #watched: { readonly folders: number; readonly stop: () => void } | undefined;

  constructor(options: SkillsOptions) {
    this.#options = options;
    this.#directories = (options.directories ?? []).map((each) => (typeof each === "string" ? each : each.path));
    this.hasDirectories = this.#directories.length > 0;
    this.readOnly = options.readOnly ?? false;
  }

  /** True when there are skills to look for: a directory is configured, or a currently known server publishes some. */
  get isConfigured(): boolean {
    return this.hasDirectories || this.#hasSupplied();
  }

  /** The skills as {@link look} saw them last, for texts that cannot wait; undefined while there are none. */
  get lastSeen(): Catalog | undefined {
    return this.#lastSeen;
  }

  /** Lists skills by name, those of directories first, or by how well they match a query. */
  async list(options: SkillListOptions = {}): Promise<SkillList> {
    const { limit, includeServers = true } = options;
    if (includeServers) await this.#awaitServers();
    const view = await this.#look("now");
    const skills = narrowSkills(view, options);
    const looked = includeServers ? view.contents : view.contents.slice(0, 1);
    const problems = looked.flatMap((each) => each.problems);
    return { skills: skills.slice(0, limit ?? skills.length), total: skills.length, problems };
  }

  /** Ranks skills against a few words, best first. @param limit maximum number of results to return */
  async search(query: string, limit = 10): Promise<SkillMatches> {
    const view = await this.#look("recent");
    await view.catalog.prepareSearch();
    return { skills: rankSkills(view, query, limit), total: view.catalog.search(query, { limit: 1 }).total };
  }

  /** The skills as a catalog of tools of a server `skills`, for showing them beside other tools. A change makes a new one. */
  async catalog(): Promise<Catalog> {
    return (await this.#look("recent")).catalog;
  }

  /** A skill with its text, by name or identifier. Throws `unknown_tool`, with the reason when it was set aside. */
  async get(name: string): Promise<SkillContent> {
    const { readContent } = await reading();
    return readContent(...(await this.#find(name)));
  }

  /** A file of a folder skill, 1 MiB at most; never one outside the folder. */
  async readResource(name: string, resourceName: string): Promise<SkillResource> {
    const { readResource } = await reading();
    return readResource(...(await this.#find(name)), resourceName);
  }

  /** A script of a folder skill with its code. */
  async readScript(name: string, scriptName: string): Promise<SkillScript> {
    const { readScript } = await reading();
    return readScript(...(await this.#find(name)), scriptName);
  }

  /**
   * True when scripts of a skill may run: always for one in a directory, else if its server's configuration names it.
   */
  async mayRun(name: string): Promise<boolean> {
    const [shelf, skill] = await this.#find(name);
    return shelf.mayRun(skill);
  }

  /** Other skills that a skill uses, directly and through them. */
  async dependencies(name: string): Promise<SkillDependencies> {
    const [, { kind, identifier }] = await this.#find(name);
    if (kind === "folder") return { skills: [], missing: [], depth: 0 };
    return skillDependencies(identifier, skillUses((await this.#look("recent")).skills));
  }

  /** A skill as one JSON value; it holds everything but its history. */
  async export(name: string): Promise<SkillBundle> {
    const { readBundle } = await reading();
    return readBundle(...(await this.#find(name)));
  }

  /** Saves a new skill. A name that is taken in the directory is a conflict (`busy`). */
  async create(draft: SkillDraft): Promise<Skill> {
    return (await this.#writable(draft.name)).write(draft, { mode: "create" });
  }

  /** Saves a skill, new or not. */
  async save(draft: SkillDraft): Promise<Skill> {
    return (await this.#writable(draft.name)).write(draft, { mode: "save" });
  }

  /** Changes a skill; what it was is kept as a version. */
  async update(name: string, change: SkillChange): Promise<Skill> {
    const shelf = await this.#writable(name);
    const { changeDraft } = await import("./shelves/disk/drafts.ts");
    const [, skill] = await this.#find(name);
    return shelf.write(await changeDraft(shelf, skill, change), { mode: "update" });
  }

  /** Deletes a skill; `restore` brings it back. */
  async delete(name: string, options: Pick<SaveOptions, "provenance"> = {}): Promise<void> {
    const shelf = await this.#writable(name);
    const [, skill] = await this.#find(name);
    await shelf.remove(skill, options);
  }

  /** Saves a skill from `export`, after checking it like any other. `isReplacing` lets it take the place of one that exists. */
  async import(bundle: unknown, options: SaveOptions & { readonly isReplacing?: boolean } = {}): Promise<Skill> {
    const { isReplacing = false, ...origin } = options;
    const { bundleDraft } = await import("./shelves/disk/drafts.ts");
    return (await this.#disk()).write(bundleDraft(bundle, origin), { mode: isReplacing ? "save" : "create" });
  }

  /** The versions of a skill that are kept, newest first; also those of one that was deleted. None for a server's. */
  async versions(name: string): Promise<readonly SkillVersion[]> {
    return this.#supplierOf(name) === undefined ? (await this.#disk()).versions(name) : [];
  }

  /** Brings a version back as the newest one. */
  async restore(name: string, version: number): Promise<Skill> {
    return (await this.#writable(name)).restore(name, version);
  }

  /** Reads the current skills, without waiting for servers, and notifies the listeners of a change. Never rejects. */
  async look(): Promise<void> {
    const folders = this.#directories.filter((path) => existsSync(path)).length;
    if (this.#opening === undefined && folders === 0 && !this.#hasSupplied()) return;
    try {
      this.#watchFolders(folders);
      const catalog = await this.catalog();
      const current = catalog.tools.length === 0 ? undefined : catalog;
      if (current === this.#lastSeen) return;
      this.#lastSeen = current;
      for (const listener of this.#listeners) listener();
    } catch {
      // A caller that asks for the skills themselves gets the error.
    }
  }

  /** Calls back when the skills differ from those that {@link look} saw before; returns the way to stop it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls back soon after something in the directories may have changed; returns the way to stop it. */
  watch(listener: () => void): () => void {
    const stopWatching = watchFolders(this.#directories, async () => {
      const before = this.#view?.contents[0];
      if ((await this.#look("now")).contents[0] !== before) listener();
    });
    const stop = (): void => {
      this.#watches.delete(stop);
      stopWatching();
    };
    this.#watches.add(stop);
    return stop;
  }

  /** Stops watching and keeps what was read for the next start. The skills can be used again afterwards. */
  async close(): Promise<void> {
    for (const stop of this.#watches) stop();
    this.#watched = undefined;
    this.#listeners.clear();
    await (await this.#opening)?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #look(how: "now" | "recent"): Promise<ShelvesView> {
    const servers = this.#suppliers().map((supplier) => this.#serverShelf(supplier));
    const shelves: readonly Shelf[] = await Promise.all([this.#disk(), ...servers]);
    const contents = await Promise.all(shelves.map((shelf) => shelf.list(how)));
    return (this.#view = viewShelves(contents, this.#view));
  }

  async #find(name: string): Promise<readonly [Shelf, Skill]> {
    const supplier = this.#supplierOf(name);
    const shelf = supplier === undefined ? await this.#disk() : await this.#serverShelf(supplier);
    const found = await shelf.find(name);
    if (found !== undefined && !("reason" in found)) return [shelf, found];
    const { catalog } = await this.#look("recent");
    const known = catalog.tools.map(({ toolName }) => toolName);
    throw missingSkill(name, known, found?.reason);
  }

  /** The shelf of the directories, unless the name is one that only a server's skill can have. */
  #writable(name: unknown): Promise<DiskShelf> {
    const supplier = this.#supplierOf(name);
    if (supplier === undefined) return this.#disk();
    throw new CodemodeError("policy_denied", `${quoteName(name)} belongs to the server "${supplier.name}".`, {
      hint: "Skills of servers cannot be changed here; save one under a name of your own, without a slash.",
    });
  }

  #disk(): Promise<DiskShelf> {
    this.#opening ??= import("./shelves/disk/disk-shelf.ts").then(({ DiskShelf }) => new DiskShelf(this.#options));
    return this.#opening;
  }

  async #serverShelf(supplier: SkillSupplier): Promise<ServerShelf> {
    const { ServerShelf } = await import("./shelves/server/server-shelf.ts");
    const shelf = this.#serverShelves.get(supplier) ?? new ServerShelf(supplier);
    this.#serverShelves.set(supplier, shelf);
    return shelf;
  }

  /** Each server is waited for once, so that a silent one delays one look and not every one. */
  async #awaitServers(): Promise<void> {
    const fresh = this.#suppliers().filter(
      (supplier) => supplier.known().status === "waiting" && !this.#waitedFor.has(supplier),
    );
    if (fresh.length === 0) return;
    await settleWithin(Promise.allSettled(fresh.map((supplier) => supplier.settled())), SERVER_WAIT_MS);
    for (const supplier of fresh) this.#waitedFor.add(supplier);
  }

  #supplierOf(name: unknown): SkillSupplier | undefined {
    if (typeof name !== "string") return undefined;
    return this.#suppliers().find((supplier) => name.startsWith(`${supplier.name}/`));
  }

  #suppliers(): readonly SkillSupplier[] {
    return this.#options.suppliers?.() ?? [];
  }

  #hasSupplied(): boolean {
    return this.#suppliers().some((supplier) => supplier.known().skills.length > 0);
  }

  /** Folders that were made since are watched too. */
  #watchFolders(folders: number): void {
    if (this.#listeners.size === 0 || this.#watched?.folders === folders) return;
    this.#watched?.stop();
    this.#watched = { folders, stop: this.watch(() => void this.look()) };
  }
}

function reading(): Promise<typeof import("./shelves/read-skill.ts")> {
  return import("./shelves/read-skill.ts");
}
