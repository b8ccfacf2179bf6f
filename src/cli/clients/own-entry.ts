import { existsSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { isRecord } from "../../base/is-record.ts";

/** Name of our entry in the files of clients. */
export const OWN_NAME = "codemode";

/**
 * The command that serves a configuration from this very installation: the built file of a checkout, or the package as
 * the registry has it.
 */
export function ownStart(
  configurationFile: string,
  platform: NodeJS.Platform = process.platform,
): { readonly command: string; readonly args: readonly string[] } {
  const root = packageRoot();
  const serve = ["serve", "--config", configurationFile];
  if (!root.split(sep).includes("node_modules")) {
    return { command: "node", args: [join(root, "dist", "cli.js"), ...serve] };
  }
  const args = ["-y", OWN_NAME, ...serve];
  // A client starts programs without a shell, and npx is a script there.
  return platform === "win32" ? { command: "cmd", args: ["/c", "npx", ...args] } : { command: "npx", args };
}

/** The folder with our own `package.json`, wherever the build put this file. */
function packageRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; dirname(folder) !== folder; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && isNamed(readFileSync(manifest, "utf8"))) return folder;
  }
  return dirname(dirname(start));
}

function isNamed(text: string): boolean {
  const manifest: unknown = JSON.parse(text);
  return isRecord(manifest) && manifest["name"] === OWN_NAME;
}
