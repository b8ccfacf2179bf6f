import { readdirSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { quoteName, skillIdentifier } from "../../skill-name.ts";
import type { SkillProvenance } from "../../skill.ts";
import {
  discardPath,
  ensureRoot,
  metadataFolder,
  METADATA_FOLDER,
  stageFolder,
  syncFolder,
  writeDurably,
} from "../files/durable-write.ts";
import { listFolder } from "../files/list-folder.ts";
import { isCode, readPlainFile, readPlainFileIn, statPlain } from "../files/plain-files.ts";
import type { PreparedSkill } from "./prepare-draft.ts";
import { type SkillCandidate, toCandidate } from "./read-entry.ts";
import { type BundleFile, bytesOf, hashOf, toBundleFile } from "../skill-bundle.ts";
import { missingSkill } from "../skill-errors.ts";
import { addVersion, listVersionFiles, pruneVersions, readVersion, type VersionRecord } from "./skill-versions.ts";
import { conflict, withWriteLock } from "../files/write-lock.ts";

/** Settings of writing a skill. */
export interface SkillWrite {
  /** `create` refuses to replace a skill, `update` to make one; `save` does either. */
  readonly mode: "create" | "update" | "save";
  readonly provenance?: SkillProvenance | undefined;
  /** Refuse with a conflict unless the skill that is replaced has this hash. */
  readonly ifHash?: string | undefined;
  readonly restoredFrom?: number | undefined;
}

/** Content in place under an identifier, whether or not it is a valid skill. */
interface CurrentSkill extends SkillCandidate {
  readonly hash: string;
  readonly files: readonly BundleFile[];
}

const MAX_OUTSIDE_BYTES = 16 * 1024 * 1024;

/**
 * Writes a skill and records it as a version. When this resolves, both are on the disk; when the process ends in the
 * middle, the old skill or the new one is there whole.
 *
 * Throws `busy` for a conflict with another writer or an existing skill, `unknown_tool` when there is nothing to update.
 */
export async function writeSkill(root: string, skill: PreparedSkill, write: SkillWrite): Promise<void> {
  await ensureRoot(root);
  await withWriteLock(root, skill.identifier, async () => {
    await recover(root, skill.identifier);
    const current = await readCurrent(root, skill.identifier);
    assertAllowed(skill, current, write);
    const hash = hashOf(skill.kind, skill.files);
    if (current !== undefined) await keepOutsideChange(root, skill.identifier, current);
    const record = await nextRecord(root, skill, { ...write, hash, isNew: current === undefined });
    await addVersion(root, skill.identifier, record);
    if (current?.hash !== hash) await place(root, record, current === undefined);
    await pruneVersions(root, skill.identifier);
  });
}

/** Removes a skill; its versions stay, so that it can be restored. Resolves when it is gone for good. */
export async function removeSkill(root: string, name: string, provenance?: SkillProvenance): Promise<void> {
  const identifier = skillIdentifier(name);
  await withWriteLock(root, identifier, async () => {
    await recover(root, identifier);
    const current = await readCurrent(root, identifier);
    if (current === undefined) throw missingSkill(name, []);
    await keepOutsideChange(root, identifier, current);
    const skill = { ...current, identifier, files: null };
    await addVersion(root, identifier, await nextRecord(root, skill, { hash: "deleted", isNew: false, provenance }));
    if (current.kind === "code") await rm(join(root, current.fileName));
    else await discard(root, join(root, current.fileName));
    await syncFolder(root);
    await pruneVersions(root, identifier);
  });
}

/** Finishes folders that a killed writer was about to replace. */
export async function recoverAll(root: string): Promise<void> {
  const folder = join(root, METADATA_FOLDER, "pending");
  if (statPlain(folder)?.isDirectory() !== true) return;
  for (const identifier of readdirSync(folder)) {
    // A running writer finishes on its own.
    await withWriteLock(root, identifier, () => recover(root, identifier)).catch(() => undefined);
  }
}

async function recover(root: string, identifier: string): Promise<void> {
  const marker = join(root, METADATA_FOLDER, "pending", identifier);
  if (statPlain(marker) === undefined) return;
  const isMissing = (await findCurrent(root, identifier)) === undefined;
  const [newest] = isMissing ? listVersionFiles(root, identifier) : [];
  const record = newest === undefined ? undefined : await readVersion(newest);
  if (record !== undefined && record.files !== null) await place(root, record, true);
  await rm(marker, { force: true });
}

async function place(root: string, record: VersionRecord, isNew: boolean): Promise<void> {
  const path = join(root, record.fileName);
  const files = record.files ?? [];
  try {
    if (record.kind === "folder") await placeFolder(root, { path, files, isNew });
    else await writeDurably(path, bytesOf(files[0] ?? { path, text: "" }), { root, isNew });
  } catch (error) {
    if (!isCode(error, "EEXIST") && !isCode(error, "ENOTEMPTY")) throw error;
    throw conflict(record.fileName, "was just created by another writer");
  }
}

interface FolderPlacement {
  readonly path: string;
  readonly files: readonly BundleFile[];
  readonly isNew: boolean;
}

/** A folder cannot be replaced in one step, so a marker says for the moment in between what has to be finished. */
async function placeFolder(root: string, { path, files, isNew }: FolderPlacement): Promise<void> {
  const staged = await stageFolder(
    root,
    files.map((file) => ({ path: file.path, bytes: bytesOf(file) })),
  );
  try {
    if (isNew) {
      await rename(staged, path);
      await syncFolder(root);
      return;
    }
    const name = skillIdentifier(path.slice(root.length + 1));
    const marker = join(await metadataFolder(root, "pending"), name);
    await writeDurably(marker, "", { root });
    const old = await discardPath(root);
    await rename(path, old);
    await rename(staged, path);
    await syncFolder(root);
    await rm(marker, { force: true });
    await rm(old, { recursive: true, force: true });
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

async function discard(root: string, path: string): Promise<void> {
  const old = await discardPath(root);
  await rename(path, old);
  await syncFolder(root);
  await rm(old, { recursive: true, force: true });
}

interface NextRecord {
  readonly hash: string;
  readonly isNew: boolean;
  readonly provenance?: SkillProvenance | undefined;
  readonly restoredFrom?: number | undefined;
  readonly isOutside?: boolean;
}

type Recorded = Pick<PreparedSkill, "identifier" | "kind" | "fileName" | "description" | "tags"> & {
  readonly files: readonly BundleFile[] | null;
};

async function nextRecord(root: string, skill: Recorded, next: NextRecord): Promise<VersionRecord> {
  const [newest] = listVersionFiles(root, skill.identifier);
  const before = newest === undefined || next.isNew ? undefined : await readVersion(newest);
  const savedAt = new Date().toISOString();
  return {
    version: (newest?.version ?? 0) + 1,
    hash: next.hash,
    kind: skill.kind,
    fileName: skill.fileName,
    savedAt,
    createdAt: before?.createdAt ?? savedAt,
    provenance: next.provenance,
    description: skill.description,
    tags: skill.tags ?? (skill.files === null ? undefined : before?.tags),
    restoredFrom: next.restoredFrom,
    isOutside: next.isOutside,
    files: skill.files,
  };
}

/** The content about to be replaced is a version too, even where it was not saved here. */
async function keepOutsideChange(root: string, identifier: string, current: CurrentSkill): Promise<void> {
  if (listVersionFiles(root, identifier).some(({ hash }) => hash === current.hash)) return;
  const skill = { ...current, identifier };
  const record = await nextRecord(root, skill, { hash: current.hash, isNew: false, isOutside: true });
  await addVersion(root, identifier, { ...record, tags: undefined });
}

function assertAllowed(skill: PreparedSkill, current: CurrentSkill | undefined, write: SkillWrite): void {
  if (current === undefined) {
    if (write.mode === "update" || write.ifHash !== undefined) throw missingSkill(skill.name, []);
    return;
  }
  if (write.mode === "create") throw conflict(skill.name, `exists already, as ${JSON.stringify(current.fileName)}`);
  if (write.ifHash !== undefined && write.ifHash !== current.hash) {
    throw conflict(skill.name, "was changed by another writer in the meantime");
  }
  const isSameKind = current.kind === skill.kind && extensionOf(current.fileName) === extensionOf(skill.fileName);
  if (!isSameKind) {
    const message = `The skill ${quoteName(skill.name)} is ${JSON.stringify(current.fileName)} and cannot become ${JSON.stringify(skill.fileName)}.`;
    throw new CodemodeError("invalid_arguments", message, { hint: "Delete it first, or take another name." });
  }
}

function extensionOf(fileName: string): string {
  return /\.\w+$/.exec(fileName)?.[0] ?? "";
}

async function readCurrent(root: string, identifier: string): Promise<CurrentSkill | undefined> {
  const candidate = await findCurrent(root, identifier);
  if (candidate === undefined) return undefined;
  const path = join(root, candidate.fileName);
  const files: BundleFile[] = [];
  if (candidate.kind === "code") {
    files.push(toBundleFile(candidate.fileName, await readPlainFile(path, MAX_OUTSIDE_BYTES)));
  } else {
    for (const file of listFolder(path).files) {
      files.push(toBundleFile(file.path, await readPlainFileIn(path, file.path, file.bytes)));
    }
  }
  return { ...candidate, files, hash: hashOf(candidate.kind, files) };
}

/** The first file or folder that has the identifier, as reading a directory takes it. */
async function findCurrent(root: string, identifier: string): Promise<SkillCandidate | undefined> {
  for (const fileName of readdirSync(root).sort()) {
    const stats = statPlain(join(root, fileName));
    const candidate = stats === undefined ? undefined : toCandidate(fileName, stats.isDirectory());
    if (candidate === undefined || skillIdentifier(candidate.name) !== identifier) continue;
    if (candidate.kind === "code" || statPlain(join(root, fileName, "SKILL.md")) !== undefined) return candidate;
  }
  return undefined;
}
