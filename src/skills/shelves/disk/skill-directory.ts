import { resolve } from "node:path";
import { createToolCatalog } from "../../../catalog/create-tool-catalog.ts";
import type { Catalog } from "../../../catalog/catalog.ts";
import { assertDependencies, type SkillDependencies, skillDependencies } from "../../skill-graph.ts";
import { skillToolDefinition } from "../../skill-tools.ts";
import { type DirectoryView, nameOf } from "./directory-view.ts";
import { clearStaging } from "../files/durable-write.ts";
import { findHistory, listVersions, loadVersion } from "./list-versions.ts";
import { findSkill, mergeSkills, type Skill, skillUses } from "./merge-skills.ts";
import { searchSkills, type SkillSearchResult } from "./search-skills.ts";
import { placeIndex, type SkillPlace, toPlace } from "./skill-place.ts";
import { prepareDraft, type PreparedSkill } from "./prepare-draft.ts";
import { readResource, type SkillResource } from "./read-resource.ts";
import { parseBundle, type SkillBundle } from "./skill-bundle.ts";
import { loadContent, loadFiles, loadScript, type SkillScript } from "./skill-content.ts";
import { missingSkill, noDirectoryError, readOnlyError } from "./skill-errors.ts";
import type {
  LoadedSkill,
  SaveOptions,
  SkillChange,
  SkillDirectoryOptions,
  SkillDraft,
  SkillList,
  SkillListOptions,
  SkillVersion,
} from "./skill-options.ts";
import { SkillStore } from "./skill-store.ts";
import { watchFolders } from "../files/watch-folders.ts";
import { recoverAll, removeSkill, type SkillWrite, writeSkill } from "./write-skill.ts";

/**
 * The skills of one or more directories: found, read, saved, versioned.
 *
 * Files are the truth: what somebody puts into a directory is there at the next look, and what is kept beside it
 * (versions, who saved it) is never needed to read it. Nothing in a directory makes a look fail; what is not usable is
 * in `problems`. Looks and writes may overlap freely, also with those of other processes.
 *
 * Errors are `CodemodeError`: `unknown_tool` for a skill, version or file that does not exist, `invalid_arguments`,
 * `syntax_error`, `type_error` and `code_too_large` for what cannot be saved, `busy` for a conflict with another writer,
 * `policy_denied` where changes are switched off, `config_error` where a directory is not one.
 */
export class SkillDirectory implements AsyncDisposable {
  /** The directories, those that count more first. */
  readonly places: readonly SkillPlace[];
  readonly #stores: readonly SkillStore[];
  readonly #options: SkillDirectoryOptions;
  readonly #watches = new Set<() => void>();
  #view: DirectoryView | undefined;
  #isPrepared = false;

  constructor(options: SkillDirectoryOptions) {
    this.#options = options;
    this.places = options.directories.map((directory, index) => toPlace(directory, index, options.readOnly === true));
    this.#stores = this.places.map((place) => new SkillStore(place.path, placeIndex(place, options.cacheDirectory)));
  }

  /** Lists skills by name, or by how well they match a query. */
  async list(options: SkillListOptions = {}): Promise<SkillList> {
    const { merged, catalog } = await this.#look("refresh");
    const found =
      options.query === undefined
        ? [...merged.visible.values()]
        : searchSkills({ catalog, merged }, options.query, merged.visible.size).skills;
    const all = options.includeShadowed === true ? [...found, ...merged.shadowed] : found;
    const skills = all.filter((skill) => (options.tags ?? []).every((tag) => skill.tags.includes(tag)));
    return { skills: skills.slice(0, options.limit ?? skills.length), total: skills.length, problems: merged.problems };
  }

  /** Ranks skills against a few words, best first. @param limit most results to return */
  async search(query: string, limit = 10): Promise<SkillSearchResult> {
    const view = await this.#look("recent");
    await view.catalog.prepareSearch();
    return searchSkills(view, query, limit);
  }

  /** The skills as a catalog of tools of a server `skills`, for showing them beside other tools. A change makes a new one. */
  async catalog(): Promise<Catalog> {
    return (await this.#look("recent")).catalog;
  }

  /** A skill with its text, by name or identifier. Throws `unknown_tool`, with the reason when it was set aside. */
  async get(name: string): Promise<LoadedSkill> {
    return loadContent(await this.#find(name));
  }

  /** A file of a folder skill, 1 MiB at most; never one outside the folder. */
  async readResource(name: string, resourceName: string): Promise<SkillResource> {
    const skill = await this.#find(name);
    if (skill.kind === "folder") return readResource(this.#placeOf(skill).path, skill, resourceName);
    throw missingSkill(name, [], `It is a skill of one file, which has no resources.`);
  }

  /** A script of a folder skill with its code. */
  async readScript(name: string, scriptName: string): Promise<SkillScript> {
    return loadScript(await this.#find(name), scriptName);
  }

  /** What a skill uses of other skills, directly and through them. */
  async dependencies(name: string): Promise<SkillDependencies> {
    const { identifier } = await this.#find(name);
    const { merged } = await this.#look("recent");
    return skillDependencies(identifier, skillUses(merged));
  }

  /** Saves a new skill. A name that is taken in the directory is a conflict (`busy`). */
  async create(draft: SkillDraft): Promise<Skill> {
    return this.#write(draft, { mode: "create" });
  }

  /** Saves a skill, new or not. */
  async save(draft: SkillDraft): Promise<Skill> {
    return this.#write(draft, { mode: "save" });
  }

  /** Changes a skill; what it was is kept as a version. */
  async update(name: string, change: SkillChange): Promise<Skill> {
    const { code, files, ...options } = change;
    const skill = await this.get(name);
    const draft: SkillDraft =
      skill.kind === "code"
        ? {
            description: code === undefined ? skill.description : undefined,
            ...options,
            ...nameOf(skill),
            code: code ?? skill.code,
            language: skill.language,
          }
        : { ...options, ...nameOf(skill), files: files ?? (await loadFiles(skill)) };
    return this.#write(
      { ...draft, tags: change.tags ?? (code === undefined && files === undefined ? skill.tags : undefined) },
      { mode: "update" },
    );
  }

  /** Deletes a skill; `restore` brings it back. */
  async delete(name: string, options: Pick<SaveOptions, "provenance"> = {}): Promise<void> {
    this.#assertWritable();
    const skill = await this.#find(name);
    const place = this.#placeOf(skill);
    if (place.readOnly) throw readOnlyError(place.label);
    await removeSkill(place.path, skill.name, options.provenance);
  }

  /** A skill as one JSON value; it holds everything but its history. */
  async export(name: string): Promise<SkillBundle> {
    const skill = await this.#find(name);
    const { kind, hash, description, tags } = skill;
    return {
      format: "codemode-skill",
      name: skill.name,
      kind,
      files: await loadFiles(skill),
      hash,
      description,
      tags,
    };
  }

  /** Saves a skill from `export`, after checking it like any other. `isReplacing` lets it take the place of one that exists. */
  async import(bundle: unknown, options: SaveOptions & { readonly isReplacing?: boolean } = {}): Promise<Skill> {
    const { name, kind, files, description, tags } = parseBundle(bundle);
    const [file] = files;
    const provenance = options.provenance ?? { kind: "import" };
    const code = file !== undefined && "text" in file ? file.text : "";
    const language = file?.path.endsWith(".py") === true ? "python" : "typescript";
    const draft =
      kind === "folder"
        ? { name, files, tags, isLenient: true }
        : ({ name, code, language, description, tags } as const);
    return this.#write(
      { ...options, ...draft, provenance },
      { mode: options.isReplacing === true ? "save" : "create" },
    );
  }

  /** The versions of a skill that are kept, newest first; also those of one that was deleted. */
  async versions(name: string): Promise<readonly SkillVersion[]> {
    return listVersions(findHistory(name, (await this.#look("refresh")).merged, this.places));
  }

  /** Brings a version back as the newest one. */
  async restore(name: string, version: number): Promise<Skill> {
    this.#assertWritable();
    const history = findHistory(name, (await this.#look("refresh")).merged, this.places);
    const { skill, provenance } = await loadVersion(name, version, history);
    if (history.place.readOnly) throw readOnlyError(history.place.label);
    await writeSkill(history.place.path, skill, { mode: "save", provenance, restoredFrom: version });
    return this.#find(skill.name);
  }

  /** Calls back soon after something in the directories may have changed; returns the way to stop it. */
  watch(listener: () => void): () => void {
    const stop = watchFolders(
      this.places.map(({ path }) => path),
      async () => {
        const before = this.#view?.merged;
        if ((await this.#look("refresh")).merged !== before) listener();
      },
    );
    this.#watches.add(stop);
    return () => {
      this.#watches.delete(stop);
      stop();
    };
  }

  /** Stops watching and keeps what was read for the next start. The directory can be used again afterwards. */
  async close(): Promise<void> {
    for (const stop of this.#watches) stop();
    this.#watches.clear();
    await Promise.all(this.#stores.map((store) => store.saveIndex()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #look(how: "refresh" | "recent"): Promise<DirectoryView> {
    await this.#prepare();
    const snapshots = await Promise.all(this.#stores.map((store) => store[how]()));
    const view = this.#view;
    if (view !== undefined && snapshots.every((snapshot, index) => snapshot === view.snapshots[index])) return view;
    const merged = mergeSkills(this.places, snapshots);
    const catalog = createToolCatalog([...merged.visible.values()].map(skillToolDefinition));
    return (this.#view = { snapshots, merged, catalog });
  }

  /** What a killed process left half done in a directory that may be written is finished before the first look. */
  async #prepare(): Promise<void> {
    if (this.#isPrepared) return;
    this.#isPrepared = true;
    for (const place of this.places) if (!place.readOnly) await recoverAll(place.path).catch(() => undefined);
  }

  async #find(name: string): Promise<Skill> {
    const recent = findSkill((await this.#look("recent")).merged, name);
    if (recent !== undefined && this.#storeOf(recent)?.isFresh(recent.fileName) === true) return recent;
    const { merged, catalog } = await this.#look("refresh");
    const found = findSkill(merged, name);
    if (found !== undefined) return found;
    const problem = merged.problems.find(
      ({ path }) =>
        path
          .split(/[\\/]/)
          .at(-1)
          ?.replace(/\.\w+$/, "") === name,
    );
    const known = catalog.tools.map(({ toolName }) => toolName);
    throw missingSkill(name, known, problem === undefined ? undefined : `It was set aside: ${problem.reason}`);
  }

  async #write(draft: SkillDraft, write: SkillWrite): Promise<Skill> {
    this.#assertWritable();
    const prepared = await prepareDraft(draft, this.#options.check);
    const { merged } = await this.#look("refresh");
    const uses = skillUses(merged);
    const dependencies = skillDependencies(prepared.identifier, (identifier) =>
      identifier === prepared.identifier ? prepared.uses.skills : uses(identifier),
    );
    assertDependencies(prepared.name, dependencies, this.#options.skillDepth ?? 8);
    const existing = write.mode === "create" ? undefined : merged.visible.get(prepared.identifier);
    const place = this.#choosePlace(draft.directory ?? existing?.directory);
    await clearStaging(place.path);
    await writeSkill(place.path, prepared, { ...write, provenance: draft.provenance, ifHash: draft.ifHash });
    return this.#saved(prepared, place);
  }

  /** The skill as it was saved, also where a directory that counts more has one of the same name. */
  async #saved(prepared: PreparedSkill, place: SkillPlace): Promise<Skill> {
    const { merged } = await this.#look("refresh");
    const all = [merged.visible.get(prepared.identifier), ...merged.shadowed];
    const found = all.find((skill) => skill?.identifier === prepared.identifier && skill.directory === place.label);
    return found ?? this.#find(prepared.name);
  }

  #placeOf(skill: Skill): SkillPlace {
    const place = this.places.find(({ label }) => label === skill.directory);
    if (place === undefined) throw missingSkill(skill.name, []);
    return place;
  }

  #storeOf(skill: Skill): SkillStore | undefined {
    return this.#stores[this.places.findIndex(({ label }) => label === skill.directory)];
  }

  #choosePlace(directory: string | undefined): SkillPlace {
    if (this.places.length === 0) throw noDirectoryError();
    const place =
      directory === undefined
        ? this.places.find(({ readOnly }) => !readOnly)
        : this.places.find(({ label, path }) => label === directory || path === resolve(directory));
    if (place === undefined || place.readOnly) throw readOnlyError(directory ?? "every directory");
    return place;
  }

  #assertWritable(): void {
    if (this.#options.readOnly === true) throw readOnlyError("every directory");
  }
}
