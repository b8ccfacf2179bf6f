import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Builds, because worker threads and child processes run the built files, and gives the tests a temporary directory of
 * their own, so that nothing a test or one of its processes leaves there outlives the run. Returns its removal.
 */
export default function prepareTests(): () => void {
  const script = fileURLToPath(new URL("../scripts/build.mjs", import.meta.url));
  execFileSync(process.execPath, [script], { stdio: "inherit" });
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "codemode-tests-"));
  process.env["TMPDIR"] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
