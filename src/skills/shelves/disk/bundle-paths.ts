import { CodemodeError } from "../../../base/codemode-error.ts";
import { quoteName } from "../../skill-name.ts";
import { FOLDER_LIMITS } from "../files/list-folder.ts";
import { type BundleFile, bytesOf } from "../skill-bundle.ts";

/** Part of a path that every file system takes as the name of a file in this folder. */
const SEGMENT = /^(?!\.{1,2}$)(?!\.(?:git|skills)$)[^\p{C}\\/:*?"<>|]{1,200}(?<![. ])$/u;
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/**
 * Makes sure that files can be written below one folder and nowhere else, on any system. Throws `invalid_arguments` for
 * a path that leads elsewhere or clashes, and `code_too_large` beyond 512 files or 16 MiB.
 */
export function checkBundlePaths(files: readonly BundleFile[]): void {
  const bytes = files.reduce((sum, file) => sum + bytesOf(file).length, 0);
  if (files.length > FOLDER_LIMITS.files || bytes > FOLDER_LIMITS.bytes) {
    throw new CodemodeError("code_too_large", `A skill has ${FOLDER_LIMITS.files} files and 16 MiB at most.`);
  }
  const taken = new Map<string, "file" | "folder">();
  for (const { path } of files) {
    if (!isPlainPath(path)) throw refusal(path, "is not accepted");
    const segments = path.split("/");
    segments.forEach((_segment, index) => {
      const key = segments
        .slice(0, index + 1)
        .join("/")
        .toLowerCase();
      const kind = index === segments.length - 1 ? "file" : "folder";
      if (taken.has(key) && (kind === "file" || taken.get(key) === "file"))
        throw refusal(path, "clashes with another one");
      taken.set(key, kind);
    });
  }
}

/** True for a path that stays below its folder and can be written on any system: at most eight parts. */
export function isPlainPath(path: string): boolean {
  const segments = path.split("/");
  return segments.length <= 8 && segments.every((segment) => SEGMENT.test(segment) && !DEVICE.test(segment));
}

function refusal(path: string, what: string): CodemodeError {
  return new CodemodeError("invalid_arguments", `The file name ${quoteName(path)} ${what}.`, {
    hint: "Use relative paths with / and plain names, such as scripts/extract.py.",
  });
}
