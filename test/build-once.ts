import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Worker threads and child processes run the built files, so the tests build before they start. */
export default function buildOnce(): void {
  const script = fileURLToPath(new URL("../scripts/build.mjs", import.meta.url));
  execFileSync(process.execPath, [script], { stdio: "inherit" });
}
