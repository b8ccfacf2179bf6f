import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Measurement } from "./report.ts";

const CHILD = fileURLToPath(new URL("./concurrent-child.js", import.meta.url));

/** Many programs at once, in a process that has done nothing else, so that its memory is theirs. */
export async function measureConcurrent(): Promise<Measurement[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [CHILD]);
  const measurements: Measurement[] = JSON.parse(stdout);
  return measurements;
}
