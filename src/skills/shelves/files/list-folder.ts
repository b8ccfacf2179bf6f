import { readdirSync } from "node:fs";
import { join } from "node:path";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { stampOf, statPlain } from "./plain-files.ts";

/** A folder's files with a stamp that shows whether any of them changed. */
interface FolderListing {
  /** Sorted by path. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Links and special files, which are left out. */
  readonly skipped: readonly string[];
  readonly stamp: string;
}

/** Maximum number of files and bytes of one skill, as the skills extension of MCP has them. */
export const FOLDER_LIMITS: { readonly files: number; readonly bytes: number } = {
  files: 512,
  bytes: 16 * 1024 * 1024,
};

const MAX_DEPTH = 8;
const IGNORED: ReadonlySet<string> = new Set([".git", ".skills", "node_modules", "__pycache__", ".DS_Store"]);

/**
 * Lists the regular files of a skill's folder without following links. Throws `code_too_large` beyond 512 files, 16 MiB
 * or eight levels.
 */
export function listFolder(root: string): FolderListing {
  const files: { path: string; bytes: number }[] = [];
  const skipped: string[] = [];
  const stamps: string[] = [];
  let bytes = 0;
  const visit = (folder: string, depth: number): void => {
    if (depth > MAX_DEPTH) throw tooLarge(`has folders deeper than ${MAX_DEPTH} levels`);
    for (const name of readdirSync(join(root, folder)).sort()) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const stats = IGNORED.has(name) ? undefined : statPlain(join(root, path));
      if (stats === undefined) continue;
      if (stats.isDirectory()) visit(path, depth + 1);
      else if (stats.isFile()) {
        files.push({ path, bytes: Number(stats.size) });
        bytes += Number(stats.size);
      } else skipped.push(path);
      stamps.push(`${path}:${stats.isDirectory() ? "" : stampOf(stats)}`);
      if (stamps.length > FOLDER_LIMITS.files * 2 || files.length > FOLDER_LIMITS.files) {
        throw tooLarge(`has more than ${FOLDER_LIMITS.files} files`);
      }
      if (bytes > FOLDER_LIMITS.bytes) throw tooLarge("has more than 16 MiB");
    }
  };
  visit("", 1);
  return { files, skipped, stamp: stamps.join("\n") };
}

function tooLarge(what: string): CodemodeError {
  return new CodemodeError("code_too_large", `The skill's folder ${what}.`);
}
