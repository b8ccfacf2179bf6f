import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Measurement } from "./report.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The cost of deciding about a call, in a process of its own that runs from the sources. */
export async function measureGate(): Promise<Measurement[]> {
  const args = ["--import", "tsx", "bench/micro/gate-child.ts"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  const measurements: Measurement[] = JSON.parse(stdout);
  return measurements;
}
