import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { SkillProvenance } from "../../skill.ts";
import { METADATA_FOLDER, metadataFolder, syncFolder, writeDurably } from "../files/durable-write.ts";
import { readPlainFile, statPlain } from "../files/plain-files.ts";
import { type BundleFile, bundleFilesSchema } from "../skill-bundle.ts";

/** A version in the list of them; the name of its file says this much. */
interface VersionFile {
  /** Counted from 1, never used twice. */
  readonly version: number;
  /** Hash of the skill, or `deleted`. */
  readonly hash: string;
  readonly path: string;
}

/** A saved version, with its record. */
export interface VersionRecord {
  readonly version: number;
  readonly hash: string;
  readonly kind: "code" | "folder";
  readonly fileName: string;
  readonly savedAt: string;
  /** When the first version was saved. */
  readonly createdAt: string;
  readonly provenance?: SkillProvenance | undefined;
  /** Set when it was saved, in place of the text's own. */
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** The version this one brought back. */
  readonly restoredFrom?: number | undefined;
  /** Found in place, not saved by us. */
  readonly isOutside?: boolean | undefined;
  /** Nothing after a deletion. */
  readonly files: readonly BundleFile[] | null;
}

/** Maximum number of kept versions of a skill, and of their bytes. */
const KEPT_VERSIONS = 20;
const KEPT_BYTES = 64 * 1024 * 1024;
const MAX_RECORD_BYTES = 64 * 1024 * 1024;

const provenanceSchema: z.ZodType<SkillProvenance> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("run"), runId: z.string() }),
  z.object({ kind: z.literal("person"), name: z.string().exactOptional() }),
  z.object({ kind: z.literal("import"), from: z.string().exactOptional() }),
]);

const recordSchema: z.ZodType<VersionRecord> = z.object({
  version: z.number().int().positive(),
  hash: z.string(),
  kind: z.enum(["code", "folder"]),
  fileName: z.string(),
  savedAt: z.iso.datetime(),
  createdAt: z.iso.datetime(),
  provenance: provenanceSchema.optional(),
  description: z.string().optional(),
  tags: z.array(z.string()).optional(),
  restoredFrom: z.number().optional(),
  isOutside: z.boolean().optional(),
  files: bundleFilesSchema.nullable(),
});

/** The folder with the versions of a skill; it need not exist. */
export function versionsFolder(root: string, identifier: string): string {
  return join(root, METADATA_FOLDER, "versions", identifier);
}

/** The versions of a skill, newest first; files that are none are left out. */
export function listVersionFiles(root: string, identifier: string): VersionFile[] {
  const folder = versionsFolder(root, identifier);
  // A link anywhere on the way is as good as no versions.
  for (const path of [join(root, METADATA_FOLDER), join(root, METADATA_FOLDER, "versions"), folder]) {
    if (statPlain(path)?.isDirectory() !== true) return [];
  }
  const files = readdirSync(folder).flatMap((name): VersionFile[] => {
    const match = /^(\d{6})-([0-9a-f]{64}|deleted)\.json$/.exec(name);
    return match === null ? [] : [{ version: Number(match[1]), hash: match[2] ?? "", path: join(folder, name) }];
  });
  return files.sort((a, b) => b.version - a.version);
}

/** Reads a version; undefined when its file is gone or damaged. */
export async function readVersion(file: VersionFile): Promise<VersionRecord | undefined> {
  try {
    const json: unknown = JSON.parse((await readPlainFile(file.path, MAX_RECORD_BYTES)).toString("utf8"));
    const record = recordSchema.safeParse(json);
    return record.success && record.data.version === file.version ? record.data : undefined;
  } catch {
    return undefined;
  }
}

/** Adds a version; it is on the disk when this resolves. */
export async function addVersion(root: string, identifier: string, record: VersionRecord): Promise<void> {
  const folder = await metadataFolder(root, "versions", identifier);
  const hash = record.files === null ? "deleted" : record.hash;
  const path = join(folder, `${String(record.version).padStart(6, "0")}-${hash}.json`);
  await writeDurably(path, JSON.stringify(record), { root });
}

/** Removes versions beyond the newest twenty, and older ones first where they are too large together. Never fails. */
export async function pruneVersions(root: string, identifier: string): Promise<void> {
  try {
    let bytes = 0;
    let isChanged = false;
    for (const [index, { path }] of listVersionFiles(root, identifier).entries()) {
      bytes += Number(statPlain(path)?.size ?? 0n);
      if (index >= KEPT_VERSIONS || (index > 0 && bytes > KEPT_BYTES)) {
        await rm(path, { force: true });
        isChanged = true;
      }
    }
    if (isChanged) await syncFolder(versionsFolder(root, identifier));
  } catch {
    // The save itself is done; too many versions must not make it fail.
  }
}
