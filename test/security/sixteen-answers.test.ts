import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** What a program may have, as much again for all that is done for it, and what two runs differ by. */
const MOST_MEGABYTES = 64 + 64 + 16;

// Each half of the pairs that took most; the script measures all.
test.skipIf(process.platform !== "linux").each([
  ["local", "rows", "kept"],
  ["stream", "rows", "kept"],
  ["local", "text", "dropped"],
  ["stream", "text", "dropped"],
])(
  "sixteen results of 9 MB at once take little more memory than a program may have: %s, %s, %s",
  { timeout: 120_000 },
  async (...args) => {
    const script = join(import.meta.dirname, "sixteen-answers.mjs");
    const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", script, ...args]);
    const { grown, code, next }: { readonly grown: number; readonly code?: string; readonly next: number } =
      JSON.parse(stdout);
    const isEnd = code === "memory_limit" || args.includes("dropped");
    expect({ isEnd, next }).toEqual({ isEnd: true, next: 2 });
    expect(grown).toBeLessThan(MOST_MEGABYTES);
  },
);
