import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import type { DoctorFinding } from "./finding.ts";

const OLDEST_NODE: readonly [number, number] = [20, 19];

/** Looks at the version of Node this runs on. */
export function checkNode(version: string = process.versions.node): DoctorFinding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const isEnough = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  if (isEnough) return { name: "node", status: "ok", detail: `Node ${version}` };
  return {
    name: "node",
    status: "problem",
    detail: `Node ${version} is too old`,
    fix: `Install Node ${OLDEST_NODE.join(".")} or newer.`,
  };
}

/** Looks whether caches can be written to the state directory, or it can be made. */
export async function checkStateDirectory(directory: string): Promise<DoctorFinding> {
  const name = "state directory";
  for (let folder = directory; ; folder = dirname(folder)) {
    try {
      await access(folder, constants.W_OK | constants.X_OK);
      return {
        name,
        status: "ok",
        detail: folder === directory ? `${directory} is writable` : `${directory} will be made when needed`,
      };
    } catch (thrown) {
      const isMissing = thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
      if (isMissing && dirname(folder) !== folder) continue;
      return {
        name,
        status: "warning",
        detail: `${folder} cannot be written to, so nothing is remembered between starts`,
        fix: 'Give write access to it, or set "stateDir" in the configuration.',
      };
    }
  }
}
