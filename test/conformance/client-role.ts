import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runSuite, type Suite } from "./suite.ts";

const client = fileURLToPath(new URL("upstream-client.mjs", import.meta.url));

/** The revisions whose scored scenarios are run. */
const REVISIONS = ["2025-11-25", "2026-07-28"];
const SCENARIO_MS = 60_000;

/**
 * Runs every scored scenario of both revisions, one at a time, against our connections to servers. Prints the figures of
 * each, and all that the suite says of one that fails; resolves with true when none does.
 */
export async function runClientRole(
  suite: Extract<Suite, { node: string }>,
  chosen: readonly string[],
): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "codemode-conformance-"));
  const command = `${process.execPath} ${client}`;
  let failed = 0;
  try {
    for (const revision of REVISIONS) {
      const scored = await scoredScenarios(suite, revision);
      const scenarios = scored.filter((scenario) => chosen.length === 0 || chosen.includes(scenario));
      for (const scenario of scenarios) {
        const words = ["client", "--command", command, "--scenario", scenario, "--spec-version", revision];
        const limits = ["--timeout", String(SCENARIO_MS), "-o", folder];
        const output = await runSuite(suite, [...words, ...limits], 2 * SCENARIO_MS);
        const hasPassed = output.includes("OVERALL: PASSED");
        if (!hasPassed) failed += 1;
        const figures = /^Passed: .*$/m.exec(output)?.[0] ?? "no figures";
        process.stdout.write(`${revision} ${scenario}: ${figures}\n${hasPassed ? "" : `${output}\n`}`);
      }
      process.stdout.write(`${revision}: ${scenarios.length} scored scenarios were run\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${failed} failed\n`);
  return failed === 0;
}

/** Names of the scenarios that count for a revision, as the suite lists them. */
async function scoredScenarios(suite: Extract<Suite, { node: string }>, revision: string): Promise<readonly string[]> {
  const listed = await runSuite(suite, ["list", "--client", "--requirements", revision]);
  const [, scored = ""] = /^Client scenarios[^\n]*\n((?:  - .*\n?)*)/m.exec(listed) ?? [];
  return [...scored.matchAll(/^ {2}- (\S+)/gm)].flatMap(([, name]) => name ?? []);
}
