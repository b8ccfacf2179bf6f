import { lstatSync } from "node:fs";
import { join } from "node:path";

/** Names a configuration file may have; the first that exists is used. */
export const CONFIGURATION_FILES: readonly string[] = ["codemode.json", ".codemode.json", ".mcp.json"];

/** Name of the state directory beside a configuration that names none. */
export const STATE_DIRECTORY = ".codemode";

/** The configuration file of a directory, if it has one; a link to nowhere is one that cannot be read, and not none. */
export function findConfiguration(directory: string): string | undefined {
  return CONFIGURATION_FILES.map((name) => join(directory, name)).find((path) => {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  });
}
