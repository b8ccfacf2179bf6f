import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runSuite, type Suite } from "./suite.ts";

const client = fileURLToPath(new URL("upstream-client.mjs", import.meta.url));
const expected = fileURLToPath(new URL("client-failures.yaml", import.meta.url));

/** The revisions whose scored scenarios are run. */
const REVISIONS = ["2025-11-25", "2026-07-28"];

/**
 * Runs every scored scenario of both revisions against our connections to servers. Prints what the suite prints; resolves
 * with true when nothing failed that is not expected to.
 */
export async function runClientRole(
  suite: Extract<Suite, { node: string }>,
  scenarios: readonly string[],
): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "codemode-conformance-"));
  const command = `${process.execPath} ${client}`;
  try {
    const outputs: string[] = [];
    for (const revision of REVISIONS) {
      const chosen =
        scenarios.length === 0
          ? [["--requirements", revision, "--expected-failures", expected]]
          : scenarios.map((scenario) => ["--scenario", scenario, "--spec-version", revision]);
      for (const words of chosen) {
        const output = await runSuite(suite, ["client", "--command", command, ...words, "-o", folder], 600_000);
        process.stdout.write(`\n== ${revision}\n${output}\n`);
        outputs.push(output);
      }
    }
    return outputs.every((output) => output.includes("ended well"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
