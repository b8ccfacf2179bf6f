import { join, resolve } from "node:path";
import { METADATA_FOLDER } from "../files/durable-write.ts";
import { sha256 } from "../files/plain-files.ts";
import type { SkillPlaceOptions } from "./skill-options.ts";

/** A directory with skills. */
export interface SkillPlace {
  readonly path: string;
  /** What people call it, such as `project` or `user`. */
  readonly label: string;
  readonly readOnly: boolean;
}

/** The place an entry of the options stands for. */
export function toPlace(directory: string | SkillPlaceOptions, index: number, isReadOnly: boolean): SkillPlace {
  const options = typeof directory === "string" ? { path: directory } : directory;
  const path = resolve(options.path);
  const label = options.label ?? ["project", "user"][index] ?? path;
  return { path, label, readOnly: isReadOnly || options.readOnly === true };
}

/** Where the index of a place is kept: in a folder for all of them, else in the place itself if it may be written. */
export function placeIndex(place: SkillPlace, cacheDirectory: string | undefined): { readonly indexPath?: string } {
  if (cacheDirectory !== undefined) {
    return { indexPath: join(cacheDirectory, `skills-${sha256(place.path).slice(0, 16)}.json`) };
  }
  return place.readOnly ? {} : { indexPath: join(place.path, METADATA_FOLDER, "index.json") };
}
