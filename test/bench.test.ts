import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

test("the benchmarks are put together and start, and one of no known name measures nothing", () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const out = join(folder, "report.json");
  try {
    execFileSync(process.execPath, ["scripts/bench.mjs", "--only", "nothing of this name", "--out", out]);
    expect(JSON.parse(readFileSync(out, "utf8"))).toMatchObject({ measurements: [] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
