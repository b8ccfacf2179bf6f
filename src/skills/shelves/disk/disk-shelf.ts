import { basename, resolve } from "node:path";
import type { Skill, SkillProblem } from "../../skill.ts";
import { assertDependencies, skillDependencies, skillUses } from "../../skill-graph.ts";
import type { SaveOptions, SkillDraft, SkillsOptions, SkillVersion } from "../../skill-options.ts";
import { clearStaging } from "../files/durable-write.ts";
import { setAside, type Shelf, type ShelfContents } from "../shelf.ts";
import { missingSkill, noDirectoryError, readOnlyError } from "../skill-errors.ts";
import { findHistory, listVersions, loadVersion } from "./list-versions.ts";
import { findSkill, type MergedSkills, mergeSkills } from "./merge-skills.ts";
import { prepareDraft, type PreparedSkill } from "./prepare-draft.ts";
import { readSkillFile } from "./read-entry.ts";
import { placeIndex, type ResolvedPlace, toPlace } from "./skill-place.ts";
import { SkillStore, type StoreSnapshot } from "./skill-store.ts";
import { recoverAll, removeSkill, type SkillWrite, writeSkill } from "./write-skill.ts";

/**
 * The skills of the user's directories: found, read, saved, versioned.
 *
 * Files are the truth: a file put into a directory is there at the next look, and what is kept beside it
 * (versions, who saved it) is never needed to read it. Looks and writes may overlap freely, also with those of other
 * processes. Errors of writing are those of `Skills`.
 */
export class DiskShelf implements Shelf {
  readonly #places: readonly ResolvedPlace[];
  readonly #stores: readonly SkillStore[];
  readonly #options: SkillsOptions;
  #snapshots: readonly StoreSnapshot[] | undefined;
  #merged: MergedSkills = mergeSkills([]);
  #isPrepared = false;

  constructor(options: SkillsOptions) {
    this.#options = options;
    const directories = options.directories ?? [];
    this.#places = directories.map((directory, index) => toPlace(directory, index, options.readOnly === true));
    this.#stores = this.#places.map((place) => new SkillStore(place, placeIndex(place, options.cacheDirectory)));
  }

  async list(how: "now" | "recent"): Promise<ShelfContents> {
    return this.#look(how);
  }

  async find(name: string): Promise<Skill | SkillProblem | undefined> {
    const recent = findSkill(await this.#look("recent"), name);
    if (recent !== undefined && this.#storeOf(recent)?.isFresh(recent.fileName) === true) return recent;
    const merged = await this.#look("now");
    const problem = merged.problems.find(
      ({ path }) => basename(path.replaceAll("\\", "/")).replace(/\.\w+$/, "") === name,
    );
    return findSkill(merged, name) ?? (problem === undefined ? undefined : setAside(problem));
  }

  read(skill: Skill, path: string, maxBytes: number): Promise<Buffer> {
    return readSkillFile(skill, path, maxBytes);
  }

  mayRun(): boolean {
    return true;
  }

  /** Saves a skill after checking it. Returns it as saved, also where a directory that counts more hides it. */
  async write(draft: SkillDraft, write: SkillWrite): Promise<Skill> {
    this.#assertWritable();
    const prepared = await prepareDraft(draft, this.#options.check);
    const merged = await this.#look("now");
    const uses = skillUses(merged.skills);
    const dependencies = skillDependencies(prepared.identifier, (identifier) =>
      identifier === prepared.identifier ? prepared.uses.skills : uses(identifier),
    );
    assertDependencies(prepared.name, dependencies, this.#options.skillDepth ?? 8);
    const existing = write.mode === "create" ? undefined : merged.visible.get(prepared.identifier);
    const place = this.#choosePlace(draft.directory ?? existing?.directory);
    await clearStaging(place.path);
    await writeSkill(place.path, prepared, { ...write, provenance: draft.provenance, ifHash: draft.ifHash });
    return this.#written(prepared, place);
  }

  /** Deletes a skill; its versions stay. */
  async remove(skill: Skill, { provenance }: Pick<SaveOptions, "provenance">): Promise<void> {
    this.#assertWritable();
    const place = this.#places.find(({ label }) => label === skill.directory);
    if (place === undefined) throw missingSkill(skill.name, []);
    if (place.readOnly) throw readOnlyError(place.label);
    await removeSkill(place.path, skill.name, provenance);
  }

  /** The versions of a skill that are kept, newest first; also those of one that was deleted. */
  async versions(name: string): Promise<readonly SkillVersion[]> {
    return listVersions(findHistory(name, await this.#look("now"), this.#places));
  }

  /** Writes a version again, as the newest one. */
  async restore(name: string, version: number): Promise<Skill> {
    this.#assertWritable();
    const history = findHistory(name, await this.#look("now"), this.#places);
    const { skill, provenance } = await loadVersion(name, version, history);
    if (history.place.readOnly) throw readOnlyError(history.place.label);
    await writeSkill(history.place.path, skill, { mode: "save", provenance, restoredFrom: version });
    return this.#written(skill, history.place);
  }

  /** Keeps what was read for the next start. The shelf can be used again afterwards. */
  async close(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.saveIndex()));
  }

  async #look(how: "now" | "recent"): Promise<MergedSkills> {
    await this.#prepare();
    const snapshots = await Promise.all(
      this.#stores.map((store) => (how === "now" ? store.refresh() : store.recent())),
    );
    const before = this.#snapshots;
    if (before !== undefined && snapshots.every((snapshot, index) => snapshot === before[index])) return this.#merged;
    this.#snapshots = snapshots;
    return (this.#merged = mergeSkills(snapshots));
  }

  /** Work that a killed process left half done in a writable directory is finished before the first look. */
  async #prepare(): Promise<void> {
    if (this.#isPrepared) return;
    this.#isPrepared = true;
    for (const place of this.#places) if (!place.readOnly) await recoverAll(place.path).catch(() => undefined);
  }

  async #written({ name, identifier }: PreparedSkill, place: ResolvedPlace): Promise<Skill> {
    const { skills } = await this.#look("now");
    const all = skills.filter((skill) => skill.identifier === identifier);
    const found = all.find((skill) => skill.directory === place.label) ?? all[0];
    if (found === undefined) throw missingSkill(name, []);
    return found;
  }

  #storeOf({ directory }: Skill): SkillStore | undefined {
    return this.#stores[this.#places.findIndex(({ label }) => label === directory)];
  }

  #choosePlace(directory: string | undefined): ResolvedPlace {
    if (this.#places.length === 0) throw noDirectoryError();
    const place =
      directory === undefined
        ? this.#places.find(({ readOnly }) => !readOnly)
        : this.#places.find(({ label, path }) => label === directory || path === resolve(directory));
    if (place === undefined || place.readOnly) throw readOnlyError(directory ?? "every directory");
    return place;
  }

  #assertWritable(): void {
    if (this.#options.readOnly === true) throw readOnlyError("every directory");
  }
}
