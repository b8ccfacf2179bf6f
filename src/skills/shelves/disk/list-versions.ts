import { defined } from "../../../base/defined.ts";
import type { Skill } from "../../skill.ts";
import { findSkill, type MergedSkills } from "./merge-skills.ts";
import { skillIdentifier } from "../../skill-name.ts";
import type { PreparedSkill } from "./prepare-draft.ts";
import { missingSkill } from "../skill-errors.ts";
import type { SkillVersion } from "../../skill-options.ts";
import type { ResolvedPlace } from "./skill-place.ts";
import { listVersionFiles, readVersion, type VersionRecord } from "./skill-versions.ts";

/** A skill, or one that was deleted, with the place where its versions are kept. */
interface SkillHistory {
  readonly place: ResolvedPlace;
  readonly identifier: string;
  /** The version in place now; absent after a deletion. */
  readonly current: Skill | undefined;
}

/** Finds the place of the versions of a skill. Throws `unknown_tool` when the name is unknown. */
export function findHistory(name: string, merged: MergedSkills, places: readonly ResolvedPlace[]): SkillHistory {
  const current = findSkill(merged, name);
  const identifier = current?.identifier ?? skillIdentifier(name);
  const isName = /^[a-z0-9_]{1,70}$/.test(identifier);
  const own = current === undefined ? undefined : places.find(({ label }) => label === current.directory);
  const kept = isName ? places.find(({ path }) => listVersionFiles(path, identifier).length > 0) : undefined;
  const place = own ?? kept;
  if (place === undefined) throw missingSkill(name, []);
  return { place, identifier, current };
}

/** The versions that are kept, newest first. */
export async function listVersions({ place, identifier, current }: SkillHistory): Promise<readonly SkillVersion[]> {
  const records = await Promise.all(listVersionFiles(place.path, identifier).map((file) => readVersion(file)));
  return records.flatMap((record): SkillVersion[] => {
    if (record === undefined) return [];
    const { version, savedAt, hash, provenance, restoredFrom, files } = record;
    const shown = {
      version,
      savedAt,
      hash,
      isCurrent: version === current?.savedVersion && !current.changedOutside,
      isDeletion: files === null,
      ...defined({ provenance, restoredFrom }),
    };
    return [shown];
  });
}

/** A version in the form it is written again. Throws `unknown_tool` for one that is not kept or is a deletion. */
export async function loadVersion(
  name: string,
  version: number,
  { place, identifier }: SkillHistory,
): Promise<{ readonly skill: PreparedSkill; readonly provenance: VersionRecord["provenance"] }> {
  const file = listVersionFiles(place.path, identifier).find((candidate) => candidate.version === version);
  const record = file === undefined ? undefined : await readVersion(file);
  if (record === undefined || record.files === null) throw missingSkill(`${name} version ${version}`, []);
  const { fileName, kind, files, description, tags, provenance } = record;
  const uses = { tools: [], skills: [] };
  const skill = { name: fileName.replace(/\.\w+$/, ""), identifier, kind, fileName, files, uses, description, tags };
  return { skill, provenance };
}
