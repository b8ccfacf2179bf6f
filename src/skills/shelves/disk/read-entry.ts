import { join } from "node:path";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { readFolderFacts, type SkillFileEntry } from "../../format/folder-facts.ts";
import { scriptDescription } from "../../format/script-description.ts";
import { readPythonSkill } from "../../../languages/python/read/read-python.ts";
import type { CodeFacts } from "../../../languages/function.ts";
import { type SkillKind, skillIdentifier } from "../../skill-name.ts";
import type { CodeSkill, FolderSkill, Skill } from "../../skill.ts";
import { readTypescriptSkill } from "../../../languages/typescript/read/read-typescript.ts";
import { listFolder } from "../files/list-folder.ts";
import { readPlainFile, readPlainFileIn, sha256, statPlain, textOfBytes } from "../files/plain-files.ts";
import { hashOfFolder } from "../skill-bundle.ts";
import type { ResolvedPlace } from "./skill-place.ts";
import { listVersionFiles, readVersion, type VersionRecord } from "./skill-versions.ts";

/** Longest code of a skill and longest `SKILL.md`. */
export const MAX_CODE_BYTES: number = 256 * 1024;
export const MAX_INSTRUCTIONS_BYTES: number = 1024 * 1024;

/** A file or folder that may be a skill, by its name. */
export interface SkillCandidate {
  readonly fileName: string;
  readonly name: string;
  readonly kind: SkillKind;
}

const CODE_FILE = /^(.*)\.(ts|mts|js|mjs|py)$/;

/** Beside the skills there may be notes, type declarations and tests, which are none of them. */
const NO_SKILL = /^[._]|\.d\.m?ts$|\.(?:test|spec)\.\w+$/;

/** Skill of a name in a directory; undefined for one that is not a skill. */
export function toCandidate(fileName: string, isFolder: boolean): SkillCandidate | undefined {
  if (NO_SKILL.test(fileName)) return undefined;
  if (isFolder) return { fileName, name: fileName, kind: "folder" };
  const name = CODE_FILE.exec(fileName)?.[1];
  return name === undefined ? undefined : { fileName, name, kind: "code" };
}

/**
 * Reads a skill from its directory. Throws `CodemodeError` with the reason when it is not usable as one: it does not
 * parse, is too large or not a plain file.
 */
export async function readEntry(place: ResolvedPlace, candidate: SkillCandidate): Promise<Skill> {
  return candidate.kind === "code" ? readCodeEntry(place, candidate) : readFolderEntry(place, candidate);
}

/** The bytes of a file of a skill in a directory, as `Shelf.read` has them. */
export function readSkillFile(skill: Skill, path: string, maxBytes: number): Promise<Buffer> {
  return skill.kind === "code" ? readPlainFile(skill.path, maxBytes) : readPlainFileIn(skill.path, path, maxBytes);
}

/** Reads what code says about itself. Throws `syntax_error`. */
export function readCode(
  fileName: string,
  code: string,
  options: { identifier: string; isKnownGood: boolean },
): CodeFacts {
  return fileName.endsWith(".py")
    ? readPythonSkill(code, options.identifier, options)
    : readTypescriptSkill(code, options.identifier);
}

async function readCodeEntry(place: ResolvedPlace, candidate: SkillCandidate): Promise<CodeSkill> {
  const path = join(place.path, candidate.fileName);
  const bytes = await readPlainFile(path, MAX_CODE_BYTES);
  const code = textOfBytes(bytes);
  if (code === undefined) throw new CodemodeError("syntax_error", "The file is not UTF-8 text.");
  const hash = sha256(bytes);
  const origin = await findOrigin(place.path, candidate.name, hash);
  const options = { identifier: skillIdentifier(candidate.name), isKnownGood: origin.record !== undefined };
  const { description, tags, notes, ...facts } = readCode(candidate.fileName, code, options);
  const record = describe(candidate, { hash, bytes: bytes.length, origin, place });
  return { ...facts, ...record, ...overrides(origin.record, { description, tags }), notes, kind: "code" };
}

async function readFolderEntry(place: ResolvedPlace, candidate: SkillCandidate): Promise<FolderSkill> {
  const path = join(place.path, candidate.fileName);
  const listing = listFolder(path);
  const instructions = textOfBytes(await readPlainFileIn(path, "SKILL.md", MAX_INSTRUCTIONS_BYTES));
  if (instructions === undefined) throw new CodemodeError("syntax_error", "Its SKILL.md is not UTF-8 text.");
  const { description, tags, notes, ...facts } = readFolderFacts(candidate.name, instructions, listing.files);
  const hashes: { path: string; hash: string }[] = [];
  const files: SkillFileEntry[] = [];
  for (const file of facts.files) {
    const content = await readPlainFileIn(path, file.path, file.bytes);
    hashes.push({ path: file.path, hash: sha256(content) });
    files.push(file.kind === "script" ? describeScript(file, content) : file);
  }
  const hash = hashOfFolder(hashes);
  const origin = await findOrigin(place.path, candidate.name, hash);
  const bytes = listing.files.reduce((sum, file) => sum + file.bytes, 0);
  const record = describe(candidate, { hash, bytes, origin, place });
  const skipped = listing.skipped.map((file) => `${JSON.stringify(file)} is a link or special file and is left out.`);
  return {
    ...facts,
    ...record,
    ...overrides(origin.record, { description, tags }),
    files,
    notes: [...notes, ...skipped],
    kind: "folder",
  };
}

function describeScript(file: SkillFileEntry, content: Buffer): SkillFileEntry {
  const description = scriptDescription(file.path, textOfBytes(content.subarray(0, MAX_CODE_BYTES)) ?? "");
  return description === undefined ? file : { ...file, description };
}

interface Origin {
  /** The newest version with the same content. */
  readonly record?: VersionRecord | undefined;
  readonly isChanged: boolean;
}

/** Record of the content that is in place now. */
async function findOrigin(root: string, name: string, hash: string): Promise<Origin> {
  const versions = listVersionFiles(root, skillIdentifier(name));
  const same = versions.find((version) => version.hash === hash);
  const record = same === undefined ? undefined : await readVersion(same);
  // What was put there after a deletion is another skill, not a changed one.
  const isChanged = same === undefined && versions.length > 0 && versions[0]?.hash !== "deleted";
  return { record, isChanged: isChanged || record?.isOutside === true };
}

interface Found {
  readonly hash: string;
  readonly bytes: number;
  readonly origin: Origin;
  readonly place: ResolvedPlace;
}

function describe({ fileName, name, kind }: SkillCandidate, { hash, bytes, origin, place }: Found) {
  const path = join(place.path, fileName);
  const stats = statPlain(kind === "code" ? path : join(path, "SKILL.md"));
  const { record, isChanged } = origin;
  const modifiedAt = new Date(Number(stats?.mtimeMs ?? 0n)).toISOString();
  return {
    name,
    identifier: skillIdentifier(name),
    fileName,
    hash,
    bytes,
    createdAt: record?.createdAt ?? modifiedAt,
    updatedAt: record?.savedAt ?? modifiedAt,
    changedOutside: isChanged,
    directory: place.label,
    path: `${place.path}/${fileName}`,
    readOnly: place.readOnly,
    ...(record === undefined ? {} : { savedVersion: record.version }),
    ...(record?.provenance === undefined ? {} : { provenance: record.provenance }),
  };
}

/** The description set when the skill was saved counts more than the one in its text. */
function overrides(
  record: VersionRecord | undefined,
  own: { readonly description: string; readonly tags: readonly string[] },
): { readonly description: string; readonly tags: readonly string[] } {
  return { description: record?.description ?? own.description, tags: record?.tags ?? own.tags };
}
