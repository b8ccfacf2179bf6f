import { join, resolve } from "node:path";
import type { SkillPlace } from "../../skill-options.ts";
import { METADATA_FOLDER } from "../files/durable-write.ts";
import { sha256 } from "../files/plain-files.ts";

/** A directory with all that its options left open. */
export type ResolvedPlace = Required<SkillPlace>;

/** The place an entry of the options stands for. */
export function toPlace(directory: string | SkillPlace, index: number, isReadOnly: boolean): ResolvedPlace {
  const options = typeof directory === "string" ? { path: directory } : directory;
  const path = resolve(options.path);
  const label = options.label ?? ["project", "user"][index] ?? path;
  return { path, label, readOnly: isReadOnly || options.readOnly === true };
}

/** Path of the index of a place: in a folder for all of them, else in the place itself if it may be written. */
export function placeIndex(place: ResolvedPlace, cacheDirectory: string | undefined): string | undefined {
  if (cacheDirectory !== undefined) return join(cacheDirectory, `skills-${sha256(place.path).slice(0, 16)}.json`);
  return place.readOnly ? undefined : join(place.path, METADATA_FOLDER, "index.json");
}
