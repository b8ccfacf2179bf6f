import { type BigIntStats, readdirSync } from "node:fs";
import { join } from "node:path";
import { compareCodePoints } from "../../../base/code-point-order.ts";
import { toCodemodeError } from "../../../base/codemode-error.ts";
import { skillIdentifier, skillNameProblem } from "../../skill-name.ts";
import type { Skill, SkillProblem } from "../../skill.ts";
import { METADATA_FOLDER } from "../files/durable-write.ts";
import { listFolder } from "../files/list-folder.ts";
import { sha256, stampOf, statPlain } from "../files/plain-files.ts";
import { readEntry, type SkillCandidate, toCandidate } from "./read-entry.ts";
import { type IndexEntry, loadIndex, saveIndex, type SkillIndex } from "./skill-index.ts";
import type { ResolvedPlace } from "./skill-place.ts";
import { versionsFolder } from "./skill-versions.ts";

/** Snapshot of a directory. Immutable; a change makes a new one. */
export interface StoreSnapshot {
  /** By identifier, in the order of their names. */
  readonly skills: ReadonlyMap<string, Skill>;
  readonly problems: readonly SkillProblem[];
}

/** More names than this in one directory are not looked at. */
const MAX_ENTRIES = 10_000;

/** Fewer skills are read faster than an index is kept. */
const MIN_INDEXED = 50;

/** Up to this many skills every search looks at all files for changes; with more, it does so now and then. */
const ALWAYS_FRESH = 256;
const REFRESH_AFTER_MS = 1_000;
const MAX_STALENESS_MS = 5_000;

/** Code is parsed in portions, so that a full directory does not block other work here. */
const PORTION = 8;
const MAX_GLANCES = 1_000;

/** A file that was written this recently can be written again without any change of its times. */
const RACY_MS = 100;

/**
 * The skills of one directory, read from disk and kept up to date by looking at sizes and times.
 *
 * Nothing here fails for what the directory contains: what is not usable is a problem beside the others.
 */
export class SkillStore {
  readonly #place: ResolvedPlace;
  readonly #indexPath: string | undefined;
  #index: SkillIndex | undefined;
  #snapshot: StoreSnapshot = { skills: new Map(), problems: [] };
  #rootStamp = "";
  #checkedAt = 0;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #isIndexStale = false;
  #racyReads = 0;

  /** @param indexPath file that keeps what was read; without it everything is read again at the next start */
  constructor(place: ResolvedPlace, indexPath?: string) {
    this.#place = place;
    this.#indexPath = indexPath;
  }

  /** Looks at every file and returns what is there now. */
  async refresh(): Promise<StoreSnapshot> {
    // A pass that already runs may have passed the file that was changed just now, so the next one answers.
    if (this.#running !== undefined) this.#next ??= this.#running.catch(() => undefined).then(() => this.#start());
    await (this.#next ?? this.#start());
    return this.#snapshot;
  }

  /**
   * As {@link refresh}, but quick for a large directory: unless names came or went, it is taken as it was when it was last
   * looked at, five seconds ago at most. Ask {@link isFresh} about a single skill.
   */
  async recent(): Promise<StoreSnapshot> {
    const stats = statPlain(this.#place.path);
    const isSame = stats !== undefined && stampOf(stats) === this.#rootStamp;
    const ageMs = performance.now() - this.#checkedAt;
    if (!isSame || this.#snapshot.skills.size <= ALWAYS_FRESH || ageMs > MAX_STALENESS_MS) return this.refresh();
    if (ageMs > REFRESH_AFTER_MS) this.refresh().catch(() => undefined);
    return this.#snapshot;
  }

  /** True when the file or folder of a skill is the one that was read. */
  isFresh(fileName: string): boolean {
    return this.#index?.get(fileName)?.stamp === this.#look(fileName)?.stamp;
  }

  /** Writes what was read to the index, if that is kept and there is enough to be worth it. */
  async saveIndex(): Promise<void> {
    if (!this.#isIndexStale || this.#indexPath === undefined || this.#index === undefined) return;
    this.#isIndexStale = false;
    if (this.#index.size < MIN_INDEXED) return;
    await saveIndex(this.#indexPath, this.#index).catch(() => undefined);
  }

  async #start(): Promise<void> {
    this.#next = undefined;
    const pass = this.#pass();
    this.#running = pass;
    try {
      await pass;
    } finally {
      if (this.#running === pass) this.#running = undefined;
    }
  }

  async #pass(): Promise<void> {
    const stats = statPlain(this.#place.path);
    this.#rootStamp = stats === undefined ? "" : stampOf(stats);
    this.#index ??= this.#indexPath === undefined ? new Map() : await loadIndex(this.#indexPath);
    if (stats !== undefined && !stats.isDirectory()) {
      const reason = "It is a link or not a folder, so no skills are read from it.";
      this.#snapshot = { skills: new Map(), problems: [{ path: this.#place.path, reason }] };
      return;
    }
    const known = this.#index;
    const { index, isChanged } = await this.#readAll(listNames(this.#place.path), known);
    this.#checkedAt = performance.now();
    if (!isChanged && this.#snapshot.skills.size > 0) return;
    this.#index = index;
    this.#isIndexStale ||= isChanged;
    this.#snapshot = settle(this.#place, index);
  }

  async #readAll(names: readonly string[], known: SkillIndex): Promise<{ index: SkillIndex; isChanged: boolean }> {
    const index = new Map<string, IndexEntry>();
    const hasVersions = new Set(listNames(join(this.#place.path, METADATA_FOLDER, "versions")));
    let read = 0;
    for (const name of names.slice(0, MAX_ENTRIES).sort(compareCodePoints)) {
      const found = this.#look(name, hasVersions);
      if (found === undefined) continue;
      const before = known.get(name);
      if (before?.stamp === found.stamp) index.set(name, before);
      else {
        index.set(name, await this.#read(found));
        if (++read % PORTION === 0) await breathe();
      }
      if (index.size % MAX_GLANCES === 0) await breathe();
    }
    if (names.length > MAX_ENTRIES) {
      const reason = `It has ${names.length} entries; only the first ${MAX_ENTRIES} are read.`;
      index.set("", { stamp: "", problem: { path: this.#place.path, reason } });
    }
    return { index, isChanged: read > 0 || index.size !== known.size };
  }

  /** Entry of a name and the stamp that shows whether it changed; nothing is opened. */
  #look(fileName: string, hasVersions?: ReadonlySet<string>): Sighting | undefined {
    const path = join(this.#place.path, fileName);
    const stats = toCandidate(fileName, true) === undefined ? undefined : statPlain(path);
    if (stats === undefined) return undefined;
    const candidate = toCandidate(fileName, stats.isDirectory());
    if (candidate === undefined) return stats.isSymbolicLink() ? linkSighting(path, stampOf(stats)) : undefined;
    const stamp = `${stampOf(stats)}|${this.#versionsStamp(candidate, hasVersions)}|${this.#raceStamp(stats)}`;
    if (candidate.kind === "code") return { path, candidate, stamp };
    if (statPlain(join(path, "SKILL.md")) === undefined) return undefined;
    try {
      return { path, candidate, stamp: `${stamp}|${sha256(listFolder(path).stamp)}` };
    } catch (error) {
      return { path, candidate, stamp, reason: toCodemodeError(error).message };
    }
  }

  /** Changes when a version is recorded, since those say who saved a skill. */
  #versionsStamp({ name }: SkillCandidate, hasVersions: ReadonlySet<string> | undefined): string {
    const identifier = skillIdentifier(name);
    const mayExist = hasVersions === undefined || hasVersions.has(identifier);
    const stats = mayExist ? statPlain(versionsFolder(this.#place.path, identifier)) : undefined;
    return stats === undefined ? "" : stampOf(stats);
  }

  /** Never the same twice for a file that was written just now. */
  #raceStamp(stats: BigIntStats): string {
    return Date.now() - Number(stats.mtimeMs) < RACY_MS ? String(++this.#racyReads) : "";
  }

  async #read({ path, candidate, stamp, reason }: Sighting): Promise<IndexEntry> {
    const named = skillNameProblem(candidate.name, candidate.kind);
    const refusal = reason ?? (named === undefined ? undefined : `The name ${named}.`);
    if (refusal !== undefined) return { stamp, problem: { path, reason: refusal } };
    try {
      return { stamp, skill: await readEntry(this.#place, candidate) };
    } catch (error) {
      const { message, details } = toCodemodeError(error);
      const place = details.line === undefined ? "" : ` (line ${details.line}, column ${details.column ?? 1})`;
      return { stamp, problem: { path, reason: `${message}${place}` } };
    }
  }
}

interface Sighting {
  readonly path: string;
  readonly candidate: SkillCandidate;
  readonly stamp: string;
  /** Why it need not be read. */
  readonly reason?: string;
}

/** Lets everything else that waits in this process run. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function linkSighting(path: string, stamp: string): Sighting | undefined {
  return {
    path,
    candidate: { fileName: "", name: "", kind: "folder" },
    stamp,
    reason: "It is a link, which is not followed.",
  };
}

/** Nothing where there is no folder, or none that may be read. */
function listNames(folder: string): string[] {
  try {
    return statPlain(folder)?.isDirectory() === true ? readdirSync(folder) : [];
  } catch {
    return [];
  }
}

/** Gives every identifier to the first that has it; names differ, and still two can mean the same in code. */
function settle({ path, label, readOnly }: ResolvedPlace, index: SkillIndex): StoreSnapshot {
  const skills = new Map<string, Skill>();
  const problems: SkillProblem[] = [];
  for (const [fileName, entry] of index) {
    if ("problem" in entry) {
      problems.push(entry.problem);
      continue;
    }
    // The index may have been written under another label, or before the directory was moved.
    const skill = { ...entry.skill, directory: label, path: `${path}/${fileName}`, readOnly };
    const first = skills.get(skill.identifier);
    if (first === undefined) skills.set(skill.identifier, skill);
    else {
      const reason = `It has the same name in code as ${JSON.stringify(first.fileName)}, which counts.`;
      problems.push({ path: join(path, fileName), reason });
    }
  }
  return { skills, problems };
}
